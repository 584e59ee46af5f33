"""The directory of services, narrowed by kind, language and whether it is open now."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from babel import Locale
from django.db.models import QuerySet
from django.utils.translation import get_language

from moei.access.models import Agency
from moei.desks.care.actions.keep_services import KINDS
from moei.desks.care.hours import by_day, is_open, open_at, written
from moei.desks.care.models import WEEKDAYS, Service, ServiceLanguage


@dataclass(frozen=True)
class Row:
    """A service as the directory shows it; `moment` is the time at the site."""

    service: Service
    languages: tuple[str, ...]
    open_now: bool
    hours: tuple[tuple[str, str], ...]


def services(
    moment: datetime, *, kind: str = "", language: str = "", open_now: bool = False
) -> QuerySet[Service]:
    """Services that are offered, by kind and name. `moment` is in the zone of the site."""
    found = Service.objects.filter(ended_at__isnull=True)
    if kind:
        found = found.filter(kind=kind)
    if language:
        found = found.filter(languages__code=language)
    if open_now:
        found = found.filter(open_at(moment))
    found = found.select_related("agency").prefetch_related("languages", "hours")
    return found.order_by("kind", "agency__name", "name")


def as_rows(found: Iterable[Service], moment: datetime) -> list[Row]:
    """No query more than `services` makes with its languages and hours."""
    rows = []
    for service in found:
        hours = list(service.hours.all())
        days = by_day(hours)
        rows.append(
            Row(
                service,
                tuple(sorted(language.code for language in service.languages.all())),
                is_open(hours, moment),
                tuple((str(WEEKDAYS[day]), written(spans)) for day, spans in sorted(days.items())),
            )
        )
    return rows


def languages() -> list[tuple[str, str]]:
    """Languages in which something is offered, by name."""
    names = Locale.parse((get_language() or "en").replace("-", "_")).languages
    codes = ServiceLanguage.objects.filter(service__ended_at__isnull=True).values_list("code", flat=True)
    return sorted(((code, str(names.get(code, code))) for code in set(codes)), key=lambda pair: pair[1])


def offering() -> QuerySet[Agency]:
    """Organisations of a kind that offers services."""
    return Agency.objects.filter(kind__in=KINDS).order_by("name")
