"""One instance is built for all tests of faults; each test breaks a copy of its own."""

from __future__ import annotations

import pytest
from tests.faults.instance import ROUNDS, Instance, built

HEARD = 30 + 2 * ROUNDS  # cases that wait for signatures


@pytest.fixture(scope="session")
def model_instance(tmp_path_factory) -> tuple[Instance, list[str]]:
    return built(tmp_path_factory.mktemp("model") / "instance", HEARD)


@pytest.fixture
def instance(model_instance, tmp_path) -> Instance:
    return model_instance[0].copy(tmp_path / "instance")


@pytest.fixture
def heard(model_instance) -> list[str]:
    return model_instance[1]
