"""What somebody told is handed over to investigators: with their consent, under a pseudonym, naming nobody who was freed.

Whoever gives it has heard it themselves, works with the person, and signs no determination (P03).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext

from moei.access.acting import Acting, Invalid
from moei.access.decide import require
from moei.access.journalled import changed, was_listed
from moei.access.limits import ask_before_lookup
from moei.access.models import Agency
from moei.casefile.actions.record_event import lock_together
from moei.casefile.folding import standing_case
from moei.casefile.models import Case, Consent, Disclosure, Purpose
from moei.desks.investigations.facts import Draft, check_draft, write_facts
from moei.desks.investigations.generalising import Period, Shown, say_least, was_interviewed
from moei.desks.investigations.models import Statement, Teller
from moei.desks.investigations.naming import Held, held_back
from moei.desks.investigations.pseudonyms import link_keys, new_teller, seal_link, tellers_of
from moei.desks.investigations.working import keep_from_deciders

# As consent names it: whoever decides does not see these lines (P03).
BASIS = "consent (investigation)"


class NamesSomebody(Invalid):
    """What is to be handed over may name people who were freed: `held` are the giver's own words."""

    def __init__(self, held: Held) -> None:
        self.held = held
        super().__init__(
            {
                "text": "These words may name somebody who was freed: %(words)s. Say it in other words (“another "
                "woman”, “a man from the same room”). If a word names nobody of them, say so below."
            },
            words=", ".join(f"“{word}”" for word in held.words),
        )


def give_statement(acting: Acting, case: Case, agency: Agency, draft: Draft) -> Statement:
    """Hand over one statement to the investigators of `agency`.

    Raises `Invalid` without the person's consent for investigation by that agency, with messages for each fact that
    cannot be used, and `NamesSomebody` for words that may name people of the release. Works in a fixed number of
    queries, whatever the size of the release.
    """
    require(acting, "statement.give", case)
    keep_from_deciders(acting, case)
    # By being refused or not, one could ask who is in the release: it counts as a look-up, and is stopped as one.
    ask_before_lookup(acting)
    keys = check_draft(draft)
    held = held_back(acting.release, draft.texts(), draft.names(), draft.cleared)
    if held.cleared:  # they pass, and an auditor sees whose names were said to be nobody's
        was_listed(acting, "investigations:cleared", held.cleared_cases, words=" ".join(held.cleared))
    if held.words:
        was_listed(acting, "investigations:give", held.cases, words=" ".join(held.words))
        raise NamesSomebody(held)
    return _hand_over(acting, case, agency, draft, keys)


@transaction.atomic
def _hand_over(acting: Acting, case: Case, agency: Agency, draft: Draft, keys: Sequence[str]) -> Statement:
    together = lock_together([case.person_id])
    if standing_case(case).pk != case.pk:
        raise Invalid("This case file was joined into another one. Open that one.")
    if not agreed(together, agency):
        raise Invalid(
            {"agency": "The person did not agree that this agency's investigators are told, or took it back."}
        )
    today = case.site.day_of(acting.now)
    if not case.site.day_of(case.opened_at) - timedelta(days=31) <= draft.heard_on <= today:
        raise Invalid({"heard_on": "Give the day of the talk: it is over, and the case was open."})
    if not was_interviewed(together):
        raise Invalid(
            "No interview of this person has begun. A statement comes from a talk, not from a list."
        )
    teller, period = _teller(acting, case, agency, draft, together)
    statement = Statement.objects.create(
        teller=teller,
        release_id=case.release_id,
        agency=agency,
        heard_from=period.first,
        heard_to=period.last,
        visible_from=period.visible_from,
        text=draft.text.strip(),
        source_grade=draft.source_grade,
        information_grade=draft.information_grade,
        handling=draft.handling,
    )
    write_facts(statement, draft, keys)
    _tell_the_case(acting, case, agency, statement)
    return statement


def agreed(together: set[UUID], agency: Agency) -> bool:
    """Whether the person's consent for investigation by this agency is in force, in any of their files."""
    return Consent.objects.filter(
        case__person__in=together,
        purpose=Purpose.INVESTIGATION,
        recipient=agency,
        given=True,
        withdrawn_at__isnull=True,
    ).exists()


def _teller(
    acting: Acting, case: Case, agency: Agency, draft: Draft, together: set[UUID]
) -> tuple[Teller, Period]:
    keys = link_keys()
    known = tellers_of(together, agency)
    release, person = acting.release, case.person
    if not known:
        shown, period = say_least(release, person, draft.heard_on, [])
        return new_teller(acting, case, agency, shown), period
    teller = known[0]
    if not teller.seals.exists():  # they took their consent back once, and the link went with it
        seal_link(teller, case, keys)
    before = [
        Period(first, last)
        for first, last in Statement.objects.filter(teller=teller)
        .values_list("heard_from", "heard_to")
        .distinct()
    ]
    fixed = Shown(teller.origin, teller.band)
    _shown, period = say_least(release, person, draft.heard_on, before, fixed)
    return teller, period


def _tell_the_case(acting: Acting, case: Case, agency: Agency, statement: Statement) -> None:
    """The register of disclosures and the journal know that something was handed over. Which statement it was stands in
    neither: only as a commitment under the person's key."""
    Disclosure.objects.create(
        case=case,
        what=gettext("what the person told, under a pseudonym"),
        to_whom=agency.name[:120],
        happened_at=acting.now,
        basis=BASIS,
        recallable=True,
        recorded_by=acting.staff,
    )
    changed(
        acting,
        "statement.given",
        case=case.id,
        subject=case.person_id,
        changes={"statement": (None, str(statement.pk))},
        data={"agency": str(agency.pk)},
    )
