"""Case data asked for with nobody acting raises: the program fails closed."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Self, TypeVar

from django.db import models

from moei.access.decide import visible_to
from moei.access.models import Staff
from moei.access.policy import Section

M = TypeVar("M", bound=models.Model)


class NoActingStaff(Exception):
    """Case data was asked for without saying who asks."""


class CaseQuerySet(models.QuerySet[M]):
    """A queryset that answers only after `visible_to(staff)` or `within_program(why)`."""

    _scoped = False

    def visible_to(self, staff: Staff, *, now: datetime, section: Section = Section.IDENTITY) -> Self:
        """The cases of which this member of staff may read `section`, by the policy table."""
        return self._scope().filter(visible_to(staff, now=now, section=section))

    def within_program(self, why: str) -> Self:
        """All cases, for the program's own work (folding, matching, counting); `why` says which, for the reader."""
        if not why:
            raise ValueError("say why")
        return self._scope()

    def _scope(self) -> Self:
        clone: Self = self._chain()  # type: ignore[attr-defined]
        clone._scoped = True
        return clone

    def _clone(self) -> Self:
        clone: Self = super()._clone()  # type: ignore[misc]
        clone._scoped = self._scoped
        return clone

    def _check(self) -> None:
        if not self._scoped:
            raise NoActingStaff(f"{self.model.__name__} was queried with no acting staff member.")

    def _fetch_all(self) -> None:
        if self._result_cache is None:
            self._check()
        super()._fetch_all()

    def iterator(self, *args: Any, **kwargs: Any) -> Any:
        self._check()
        return super().iterator(*args, **kwargs)

    def count(self) -> int:
        if self._result_cache is None:
            self._check()
        return super().count()

    def exists(self) -> bool:
        if self._result_cache is None:
            self._check()
        return super().exists()

    def aggregate(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        self._check()
        return super().aggregate(*args, **kwargs)

    def update(self, **kwargs: Any) -> int:
        self._check()
        return super().update(**kwargs)

    def delete(self) -> tuple[int, dict[str, int]]:
        raise NotImplementedError("Case data is voided with a reason, never deleted.")
