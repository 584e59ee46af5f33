"""One instance is built for all tests of faults; each test breaks a copy of its own."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from tests.faults.instance import ROUNDS, Instance, built

HEARD = 30 + 2 * ROUNDS  # cases that wait for signatures


@pytest.fixture(scope="session")
def model_instance(tmp_path_factory) -> Iterator[tuple[Instance, list[str]]]:
    with built(tmp_path_factory.mktemp("model") / "instance", HEARD) as made:
        yield made


@pytest.fixture
def instance(model_instance, tmp_path) -> Iterator[Instance]:
    with model_instance[0].copy(tmp_path / "instance") as copied:
        yield copied


@pytest.fixture
def heard(model_instance) -> list[str]:
    return model_instance[1]


class _Hands(type):
    """What another module knows as a moment is one here as well."""

    def __instancecheck__(cls, thing: object) -> bool:
        return isinstance(thing, datetime)


@pytest.fixture
def clock(monkeypatch) -> Callable[[timedelta], None]:
    """`clock(-DAY)`: from now on the whole program believes that it is so much earlier than it is."""
    true_time = time.time

    def jump(by: timedelta) -> None:
        class Jumped(datetime, metaclass=_Hands):
            @classmethod
            def now(cls, tz=None):
                return datetime.now(tz) + by

        for name, module in list(sys.modules.items()):
            known = getattr(module, "datetime", None) if name.startswith("moei.") else None
            if known is datetime or type(known) is _Hands:
                monkeypatch.setattr(module, "datetime", Jumped)
        monkeypatch.setattr("django.utils.timezone.now", lambda: Jumped.now(UTC))
        monkeypatch.setattr(time, "time", lambda: true_time() + by.total_seconds())

    return jump
