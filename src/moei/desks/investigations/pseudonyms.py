"""From a case to its pseudonym, and never back.

The program finds the pseudonym of a case it has in hand: by a commitment under that person's own key, which lies wrapped
under the key file (P18) and goes with the person. There is no table that leads from a pseudonym to a case; that
link is sealed for two agencies together, whose key files are not on this machine (P11).
Decision record 0013 says what this holds against, and what it does not.
"""

from __future__ import annotations

from collections.abc import Collection
from itertools import permutations
from uuid import UUID

from moei.access.acting import Acting, Invalid
from moei.access.models import Agency
from moei.casefile.models import Case
from moei.crypto import commitment
from moei.crypto.envelope import seal_for_both
from moei.desks.investigations.generalising import Shown
from moei.desks.investigations.models import LinkKey, LinkSeal, Teller
from moei.journal.keys import keys_of


def tags_of(people: Collection[UUID], agency: Agency) -> dict[UUID, str]:
    """The commitment by which each of these persons is known to this agency's investigators."""
    return {person: commitment(key, "pseudonym", str(agency.pk)) for person, key in keys_of(people).items()}


def tellers_of(people: Collection[UUID], agency: Agency | None = None) -> list[Teller]:
    """Pseudonyms of persons who are one human being: one for each agency, or more where files were joined later."""
    agencies = [agency] if agency else list(Agency.objects.filter(kind=Agency.Kind.LAW_ENFORCEMENT))
    tags = [tag for one in agencies for tag in tags_of(people, one).values()]
    return list(Teller.objects.filter(tag__in=tags).select_related("agency").order_by("pk"))


def link_keys() -> list[LinkKey]:
    """Keys in force, one of each agency. Raises `Invalid` unless two agencies have given one."""
    keys = list(LinkKey.objects.filter(ended_at__isnull=True).order_by("agency_id"))
    if len(keys) < 2:
        raise Invalid(
            "Two agencies must each give the public half of a key first: the link from a pseudonym to a case is "
            "sealed for both together."
        )
    return keys


def new_teller(acting: Acting, case: Case, agency: Agency, shown: Shown) -> Teller:
    """A pseudonym for the person of this case, with the link sealed for each two agencies."""
    keys = link_keys()
    teller = Teller.objects.create(
        release_id=case.release_id,
        agency=agency,
        tag=tags_of([case.person_id], agency)[case.person_id],
        origin=shown.origin,
        band=shown.band,
    )
    seal_link(teller, case, keys)
    return teller


def seal_link(teller: Teller, case: Case, keys: Collection[LinkKey]) -> None:
    """The case number, in both orders of each two agencies: whichever of them is asked first."""
    plain = f"{teller.code} = {case.number}\n".encode()
    LinkSeal.objects.bulk_create(
        LinkSeal(
            teller=teller,
            outer=outer,
            inner=inner,
            sealed=seal_for_both(plain, inner=inner.recipient, outer=outer.recipient),
        )
        for outer, inner in permutations(keys, 2)
    )
