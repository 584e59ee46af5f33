"""Contact later needs a channel, safe hours, a code word and an expiry; after it nobody contacts (P05)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext

from moei.access.acting import Acting, Invalid
from moei.access.decide import require
from moei.access.journalled import changed, was_read
from moei.casefile.actions.record_event import lock_case
from moei.casefile.folding import joined_into, standing_case
from moei.casefile.models import Case, ContactPlan, Wish
from moei.crypto import open_sealed, seal
from moei.journal.keys import existing_key_of, key_of

# Nobody agrees today to be contacted for longer than this; ask again.
LONGEST = timedelta(days=730)


@dataclass(frozen=True)
class Reach:
    """What is needed to reach the person, opened."""

    plan: ContactPlan
    address: str
    code_word: str


@transaction.atomic
def make_contact_plan(
    acting: Acting,
    case: Case,
    *,
    channel: ContactPlan.Channel,
    address: str,
    code_word: str,
    safe_hours: str,
    expires_on: date,
) -> ContactPlan:
    """Takes the place of an earlier plan. The address and the code word are sealed under the person's key."""
    require(acting, "contact_plan.make", case)
    missing = {
        name: gettext("Fill this in: without it nobody may contact the person.")
        for name, value in (("address", address), ("code_word", code_word), ("safe_hours", safe_hours))
        if not value.strip()
    }
    if missing:
        raise Invalid(missing)
    today = _today(acting, case)
    if not today <= expires_on <= today + LONGEST:
        raise Invalid(
            {"expires_on": "The last day lies between today and two years from now. Ask again then."}
        )
    lock_case(case)
    if never_contact(case):
        raise Invalid("The person said: never contact me. Only they can take that back.")
    _end(acting, case)
    plan = ContactPlan(
        case=case,
        channel=channel,
        safe_hours=safe_hours.strip(),
        expires_on=expires_on,
        made_at=acting.now,
        made_by=acting.staff,
    )
    key = key_of(case.person_id)
    plan.sealed_address = _sealed(key, plan, "address", address)
    plan.sealed_code_word = _sealed(key, plan, "code_word", code_word)
    plan.save(force_insert=True)
    changed(
        acting,
        "contact_plan.made",
        case=case.id,
        subject=case.person_id,
        changes={"address": (None, address.strip()), "code_word": (None, code_word.strip())},
        data={"channel": str(channel), "expires_on": expires_on.isoformat()},
    )
    return plan


@transaction.atomic
def open_contact_plan(acting: Acting, plan: ContactPlan) -> Reach:
    """How to reach the person, for a contact now; journalled. After the last day, or against their word: `Invalid`."""
    case = standing_case(plan.case)
    require(acting, "contact_plan.open", case)
    if never_contact(case):
        raise Invalid("The person said: never contact me.")
    if not plan.holds_on(_today(acting, case)):
        raise Invalid("The time for which the person agreed to be contacted is over. Nobody contacts them.")
    was_read(
        acting,
        "contact_plan.opened",
        case=plan.case_id,
        subject=plan.case.person_id,
        data={"plan": str(plan.id)},
    )
    key = existing_key_of(plan.case.person_id)
    return Reach(
        plan,
        _opened(key, plan, "address", plan.sealed_address),
        _opened(key, plan, "code_word", plan.sealed_code_word),
    )


@transaction.atomic
def end_contact_plan(acting: Acting, case: Case) -> None:
    """The person does not want to be contacted in this way any more."""
    require(acting, "contact_plan.make", case)
    lock_case(case)
    _end(acting, case)


def never_contact(case: Case) -> bool:
    """Whether the person said so, in this file or in one that was joined into it."""
    people = joined_into([case.person_id])[case.person_id]
    return Wish.objects.filter(
        case__person__in=people, kind=Wish.Kind.NEVER_CONTACT, ended_at__isnull=True
    ).exists()


def _end(acting: Acting, case: Case) -> None:
    people = joined_into([case.person_id])[case.person_id]
    for plan in ContactPlan.objects.filter(case__person__in=people, ended_at__isnull=True):
        plan.ended_at = acting.now
        plan.save(update_fields=["ended_at"])
        changed(acting, "contact_plan.ended", case=plan.case_id, subject=case.person_id)


def _today(acting: Acting, case: Case) -> date:
    return case.site.day_of(acting.now)


def _sealed(key: bytes, plan: ContactPlan, field: str, text: str) -> bytes:
    return seal(key, json.dumps(text.strip()).encode(), _context(plan, field))


def _opened(key: bytes, plan: ContactPlan, field: str, sealed: bytes | memoryview) -> str:
    return str(json.loads(open_sealed(key, bytes(sealed), _context(plan, field))))


def _context(plan: ContactPlan, field: str) -> str:
    return f"contact-plan:{plan.id}:{field}"
