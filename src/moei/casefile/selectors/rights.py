"""What stands on the page of the person's own rights, and the register of what was disclosed of them (P01, P05, P15)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext

from moei.access.acting import Acting
from moei.access.models import Agency, BreakGlass, CaseGrant, Release, RoleGrant, Staff
from moei.access.policy import ACTIONS, ROLES, Cases
from moei.casefile.actions.complain import deciding_agencies
from moei.casefile.keeping_apart import KEPT_AGENCIES
from moei.casefile.models import Case, Complaint, ContactPlan, Filming, PropertyItem, Request, Wish
from moei.casefile.selectors import case_page
from moei.casefile.selectors.cases import CaseFile
from moei.leaving.models import KEPT_FROM_DECIDERS, Departure, Kind


@dataclass(frozen=True)
class Told:
    """One line of the register: what, to whom, when, on which basis, and which file it stands in."""

    what: str
    to_whom: str
    when: datetime
    basis: str
    outside: bool = False
    from_file: str = ""


def wishes(file: CaseFile) -> list[Wish]:
    """Those that stand."""
    found = Wish.objects.filter(case__person__in=file.people, ended_at__isnull=True)
    return list(found.select_related("case", "recorded_by").order_by("said_at"))


def never_contact(file: CaseFile, known: list[Wish] | None = None) -> bool:
    """Whether the person said so; known to everybody who reads their contact. `known` are the wishes, if at hand."""
    kind = Wish.Kind.NEVER_CONTACT
    if known is not None:
        return any(wish.kind == kind for wish in known)
    return Wish.objects.filter(case__person__in=file.people, kind=kind, ended_at__isnull=True).exists()


def requests(file: CaseFile) -> list[Request]:
    """Newest first."""
    found = Request.objects.filter(case__person__in=file.people).order_by("-asked_at")
    return list(found.select_related("case", "recorded_by", "answered_by"))


def complaints(file: CaseFile) -> list[Complaint]:
    """Newest first. Who decides does not read what is said about them: number, day, body and state are left."""
    found = Complaint.objects.filter(case__person__in=file.people).order_by("-made_at")
    found = found.select_related("case", "body", "recorded_by")
    rows = list(found)
    if file.allows("determination.sign"):
        for row in rows:
            row.about = row.answer = ""
    return rows


def filmings(file: CaseFile) -> list[Filming]:
    """Open ones first, the next due first."""
    found = Filming.objects.filter(case__person__in=file.people).order_by("done_at", "due_on")
    rows = list(found.select_related("case", "followed_by"))
    return sorted(rows, key=lambda row: row.done_at is not None)


def contact_plan(file: CaseFile) -> ContactPlan | None:
    """The plan that was made last and not ended; also when its time is over, so that the page can say so."""
    found = ContactPlan.objects.filter(case__person__in=file.people, ended_at__isnull=True)
    return found.select_related("case", "made_by").order_by("-made_at").first()


def belongings(file: CaseFile) -> list[PropertyItem]:
    """What is still kept first. Who decides does not see whether and why a telephone was copied (P03)."""
    found = PropertyItem.objects.filter(case__person__in=file.people).order_by("taken_at", "receipt")
    rows = list(found.select_related("case", "recorded_by", "returned_by"))
    if file.allows("determination.sign"):
        for row in rows:
            row.copied, row.copy_basis = False, ""
    return sorted(rows, key=lambda row: row.returned_at is not None)


def overdue(items: list[PropertyItem], today: date) -> list[PropertyItem]:
    return [item for item in items if item.overdue(today)]


def bodies(case: Case) -> QuerySet[Agency]:
    """Agencies in Moei to which a complaint in this case may go."""
    return Agency.objects.filter(kind=Agency.Kind.OVERSIGHT).exclude(pk__in=deciding_agencies(case))


def followers(acting: Acting, case: Case) -> list[Staff]:
    """Active staff who may follow up in this case: by a role at its site, or because it was opened to them."""
    section, mode = ACTIONS["filming.record"]
    able = [role for role in ROLES.values() if role.sections.get(section) == mode]
    by_site = [role.code for role in able if role.cases is Cases.SITE]
    singly = [role.code for role in able if role.cases is Cases.ASSIGNED]
    opened = CaseGrant.objects.filter(
        case_id=case.id, basis=CaseGrant.Basis.ASSIGNED, ended_at__isnull=True, staff=OuterRef("staff")
    )
    grants = RoleGrant.objects.filter(ended_at__isnull=True, release_id=case.release_id)
    found = grants.filter(role__in=by_site, site_id=case.site_id) | grants.filter(
        Exists(opened), role__in=singly
    )
    return list(
        Staff.objects.filter(pk__in=found.values("staff_id"), is_active=True)
        .select_related("agency")
        .order_by("name")
    )


def disclosure_register(file: CaseFile) -> list[Told]:
    """Everything that somebody learnt, newest first: what was written down, to whom the file was opened, and what left.

    Who decides gets it without what would tell the answers that are kept from them (P03).
    """
    kept = file.allows("determination.sign")
    numbers = dict(Case.objects_unchecked.filter(person__in=file.people).values_list("id", "number"))
    here = file.case.id

    def of(case_id: UUID) -> str:
        return "" if case_id == here else numbers[case_id]

    told = [
        Told(row.what, row.to_whom, row.happened_at, row.basis, row.outside, of(row.case_id))
        for row in case_page.disclosures(file)
    ]
    # What consent opened stands there already, written by the action itself.
    by_consent = (CaseGrant.Basis.CONSENT, CaseGrant.Basis.REFERRAL)
    grants = CaseGrant.objects.filter(case_id__in=numbers).exclude(basis__in=by_consent)
    for grant in grants.select_related("staff__agency", "agency"):
        told.append(
            Told(
                gettext("the case file, as far as the role reads"),
                _who(grant.staff, grant.agency),
                grant.granted_at,
                str(grant.get_basis_display()),
                from_file=of(grant.case_id),
            )
        )
    for opened in BreakGlass.objects.filter(case_id__in=numbers).select_related("staff__agency"):
        told.append(
            Told(
                gettext("identity, contact, needs and health, in an emergency"),
                _who(opened.staff, None),
                opened.opened_at,
                gettext("emergency, reviewed by an auditor"),
                from_file=of(opened.case_id),
            )
        )
    # Names over the API are no file and have no digest; a file without one did not get out.
    got_out = ~Q(sha256="") | Q(kind=Kind.API)
    left = Departure.objects.filter(got_out, cases__case_id__in=numbers).distinct()
    if kept:
        left = left.exclude(agency__kind__in=KEPT_AGENCIES).exclude(kind__in=KEPT_FROM_DECIDERS)
    for row in left.select_related("staff", "agency"):
        told.append(
            Told(
                (
                    gettext("name, case number and what waits, over the API under number %(number)s")
                    if row.kind == Kind.API
                    else gettext("%(file)s, a file that left under number %(number)s")
                )
                % {"file": row.get_kind_display(), "number": row},
                _who(row.staff, row.agency),
                row.left_at,
                str(row.get_why_display()),
            )
        )
    return sorted(told, key=lambda line: line.when, reverse=True)


def open_follow_ups(release: Release) -> int:
    """How many "I was filmed" wait for somebody, in a release; counts only."""
    return Filming.objects.filter(case__release=release, done_at__isnull=True).count()


def register_of_complaints(release: Release) -> QuerySet[Complaint]:
    """For the body that answers: open ones first, the oldest first."""
    found = Complaint.objects.filter(release=release).select_related(
        "case", "body", "closed_by", "recorded_by"
    )
    return found.order_by("-state", "made_at")


def _who(staff: Staff | None, agency: Agency | None) -> str:
    if staff is None:
        return str(agency or "–")
    return f"{staff} ({agency or staff.agency or '–'})"
