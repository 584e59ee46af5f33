"""Rows of this desk with nobody behind them, for tests that walk every address."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from moei.access.models import Agency, Release, Staff
from moei.crypto import new_token
from moei.desks.investigations.models import (
    Export,
    ExportedStatement,
    Fact,
    Judgement,
    LinkRequest,
    OutsideSource,
    Statement,
    Teller,
)
from moei.engines.networks import Kind


def rows_of_the_desk(release: Release, agency: Agency, staff: Staff, now: datetime) -> dict[str, UUID]:
    """One of each, by the names that addresses give their ids."""
    began = date(2026, 2, 2)
    graded = {"source_grade": "B", "information_grade": "2", "handling": "H0"}
    here = {"release": release, "agency": agency}
    teller = Teller.objects.create(**here, tag=new_token()[:32])
    statement = Statement.objects.create(
        **here,
        **graded,
        teller=teller,
        heard_from=began,
        heard_to=date(2026, 2, 8),
        visible_from=date(2026, 2, 9),
        text="A man took our telephones.",
    )
    said = {
        "said": str(statement.pk),
        "voice": teller.code,
        "visible_from": statement.visible_from,
        "what": "boss",
    }
    one, other = (
        Fact(**here, **graded, **said, statement=statement, kind=Kind.PERSON, text=name)
        for name in ("Lao Wang", "Wang Lao")
    )
    for fact in (one, other):
        fact.entity = f"person:~{fact.pk}"
        fact.save()
    export = Export.objects.create(
        **here,
        kind="package",
        to_agency="Police (invented)",
        to_country="KEN",
        purpose="x",
        made_at=now,
        made_by=staff,
    )
    ExportedStatement.objects.create(export=export, statement=statement)
    source = OutsideSource.objects.create(
        **here, **graded, name="A list (invented)", sha256="0" * 64, taken_in_at=now, taken_in_by=staff
    )
    judged = Judgement.objects.create(
        one=one, other=other, verdict="undecided", reason="not sure", judged_at=now, judged_by=staff
    )
    return {
        "statement_id": statement.pk,
        "teller_id": teller.pk,
        "fact_id": one.pk,
        "verdict_id": judged.pk,
        "export_id": export.pk,
        "source_id": source.pk,
        "link_request_id": LinkRequest.objects.create(
            teller=teller, reason="a witness", asked_at=now, asked_by=staff
        ).pk,
    }
