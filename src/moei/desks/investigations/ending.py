"""What stops at this desk when a consent ends, and what goes when a person is erased (P04, P18)."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.utils.translation import gettext

from moei.access.acting import Acting
from moei.access.journalled import changed
from moei.casefile.actions.consent import through
from moei.casefile.folding import joined_into, standing_for
from moei.casefile.models import Consent, Disclosure, Purpose
from moei.desks.investigations.actions.give_statement import BASIS, agreed
from moei.desks.investigations.models import (
    Export,
    ExportedStatement,
    Fact,
    LinkRequest,
    LinkSeal,
    Statement,
    Teller,
)
from moei.desks.investigations.pseudonyms import tellers_of
from moei.desks.investigations.regrouping import regroup
from moei.desks.investigations.working import lock_desk


def lock_with_consent(consents: Collection[Consent]) -> None:
    """Of `when_consent_ends`: nobody judges, removes or writes down what these told, until they have ended."""
    agencies = [
        one.recipient_id for one in consents if one.purpose == Purpose.INVESTIGATION and one.recipient_id
    ]
    lock_desk(agencies)


def remove_with_consent(acting: Acting, consent: Consent) -> None:
    """Of `when_consent_ends`: the person's statements are gone from the desk, from the network, and from every file that
    is made from now on. Each file that was made before is written into the register of disclosures: it cannot be
    recalled. Whoever makes a file at this moment was first at the desk's lock, or finds them gone.
    """
    if consent.purpose != Purpose.INVESTIGATION or consent.recipient is None:
        return
    person = consent.case.person_id
    together = {one for group in joined_into([person, *standing_for([person])]).values() for one in group}
    if agreed(together, consent.recipient):
        return  # another file of the same person still holds a yes; it ends by its own turn
    tellers = tellers_of(together, consent.recipient)
    standing = Statement.objects.filter(teller__in=tellers, withdrawn=False)
    statements = lock_statements(standing.values_list("pk", flat=True))
    if not statements:
        return
    _tell_of_exports(acting, consent, statements)
    clear(statements)
    LinkRequest.objects.filter(teller__in=tellers).delete()
    LinkSeal.objects.filter(teller__in=tellers).delete()
    # Which statements these were is not in the entry: it stands beside one that names the case.
    changed(
        acting,
        "statements.removed",
        case=consent.case_id,
        subject=consent.case.person_id,
        changes={"statements": (None, sorted(str(one.pk) for one in statements))},
        data={"agency": str(consent.recipient_id)},
    )


def lock_statements(ids: Collection[UUID]) -> list[Statement]:
    """Rows as they are now, locked in one order: whoever withdraws and whoever makes a file do so one after the other."""
    rows = Statement.objects.filter(pk__in=list(ids)).order_by("pk").select_for_update(no_key=True)
    return list(rows)


def clear(statements: Collection[Statement]) -> None:
    """What they say goes; that there was one of this code, and in which files, stays. Behind the desk's lock: a judgement
    that came between looking and deleting would hold a fact that is going."""
    facts = Fact.objects.filter(statement__in=statements)
    entities = set(facts.exclude(kind="").values_list("entity", flat=True))
    facts.delete()
    left = Fact.objects.filter(entity__in=entities, key="").values_list("pk", flat=True)
    regroup(set(left))
    Statement.objects.filter(pk__in=[one.pk for one in statements]).update(
        withdrawn=True, text="", source_grade="", information_grade="", handling=""
    )


def exports_with(statements: Collection[Statement]) -> list[Export]:
    """Files that hold one of these, the oldest first."""
    rows = Export.objects.filter(statements__statement__in=statements).select_related("agency")
    return list(rows.distinct().order_by("made_at"))


def _tell_of_exports(acting: Acting, consent: Consent, statements: Collection[Statement]) -> None:
    Disclosure.objects.bulk_create(
        Disclosure(
            case=consent.case,
            what=gettext("what the person told, under a pseudonym, in file %(code)s (%(kind)s)")
            % {"code": export.code, "kind": export.get_kind_display()},
            to_whom=f"{export.to_agency[:40]}{through(export.agency.name)}",
            happened_at=export.made_at,
            basis=BASIS,
            recallable=False,
            recorded_by=acting.staff,
        )
        for export in exports_with(statements)
    )


def erase_with_person(people: Collection[UUID]) -> int:
    """Of `when_erased`: before the person's key goes, by which their rows are found. Returns how many rows went."""
    tellers = tellers_of(people)
    if not tellers:
        return 0
    lock_desk({one.agency_id for one in tellers})
    statements = list(Statement.objects.filter(teller__in=tellers))
    clear(statements)
    count, _models = ExportedStatement.objects.filter(statement__in=statements).delete()
    count += Statement.objects.filter(pk__in=[one.pk for one in statements]).delete()[0]
    count += Teller.objects.filter(pk__in=[one.pk for one in tellers]).delete()[0]
    return count
