"""What the journal's codes mean, for whoever reads it on a page. The export keeps the codes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from moei.casefile.words import EVENTS

# A UUID, or the SHA-256 of a file.
_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{64}")

Words = Mapping[str, str | Promise]

ACTIONS: Words = {
    "concern.ended": _("Ended a concern about a state"),
    "concern.path_chosen": _("Chose another path than the state that is feared"),
    "concern.recorded": _("Recorded a concern about a state"),
    "consent.state_agreed": _("Recorded that somebody agreed to one more state of a mission"),
    "consent.state_withdrawn": _("Recorded that somebody took back their agreement to a state"),
    "mission.state_added": _("Added a state for which a mission acts"),
    "mission.state_ended": _("Ended a state for which a mission acts"),
    "travel_check.answered": _("Settled something that has to be there before a journey"),
    "travel_document.recorded": _("Recorded a paper that somebody has for the journey"),
    "travel_document.taken_back": _("Took back that a paper was asked for"),
    "travel_needs.noted": _("Noted what somebody needs for the journey"),
    "verification.answered": _("A mission answered about somebody"),
    "verification.asked": _("Asked a mission about somebody"),
    "verification.followed": _("Went on after an answer of a mission"),
    "verification.more_given": _("Gave a mission more of what it asked"),
    "verification.reminded": _("Reminded a mission"),
    "verification.reminders_seen": _("A mission saw that it was reminded"),
    "verification.taken_back": _("Took back what a mission was asked"),
    "cards.printed": _("Printed boarding cards"),
    "follow_up.done": _("Wrote down what came of a contact after the return"),
    "follow_up.planned": _("Planned a contact after the return"),
    "journey.boarding": _("Began boarding"),
    "journey.cancelled": _("Called off a journey"),
    "journey.changed": _("Changed a journey"),
    "journey.departed": _("Confirmed a departure"),
    "journey.planned": _("Planned a journey"),
    "manifest.taken": _("Took the manifest of a journey"),
    "seat.arrived": _("Confirmed an arrival"),
    "seat.boarded": _("Took somebody on board"),
    "seat.confirmed": _("Confirmed a seat after a change"),
    "seat.held": _("Held a seat"),
    "seat.left_behind": _("Wrote down why somebody stayed behind"),
    "seat.released": _("Released a seat"),
    "travel_check.recorded": _("Settled something that has to be there before a journey"),
    "administrator.created": _("Created the first administrator"),
    "agency.added": _("Added an agency"),
    "agency.changed": _("Changed an agency"),
    "allowance.asked": _("Asked for more than the quota"),
    "allowance.declined": _("Declined more than the quota"),
    "allowance.given": _("Allowed somebody more than the quota"),
    "attachment.added": _("Attached a file"),
    "attachment.erased": _("Erased an attached file by a rule"),
    "attachment.opened": _("Opened an attached file"),
    "backup.destroyed": _("Said that a backup is destroyed"),
    "backup.overdue": _("Told of backups past their end"),
    "backup.file_removed": _("Removed a file of a backup past its end"),
    "backup.registered": _("Registered a backup"),
    "backup.made": _("Made a backup"),
    "backup.restored": _("Restored a backup"),
    "break_glass.ended": _("Ended an emergency opening"),
    "break_glass.listed": _("Looked at the emergency openings"),
    "break_glass.number_unknown": _("Asked in an emergency for a number that no case has"),
    "break_glass.opened": _("Opened a case in an emergency"),
    "break_glass.reviewed": _("Reviewed an emergency opening"),
    "statistics.counted": _("Counted the statistics of a date"),
    "statistics.exported": _("Took statistics as a file"),
    "bulletin.exported": _("Downloaded a bulletin"),
    "bulletin.published": _("Published a bulletin"),
    "canaries.listed": _("Looked at the invented people kept as an alarm"),
    "canary.added": _("Kept an invented person as an alarm"),
    "case.closed_to": _("Closed a case to somebody"),
    "case.opened": _("A case was opened"),
    "case.opened_for_reading": _("Opened the case file"),
    "case.opened_to": _("Opened a case to somebody"),
    "cases.exported": _("Downloaded a list of cases"),
    "complaint.closed": _("Answered and closed a complaint"),
    "complaint.made": _("Recorded a complaint"),
    "complaint.opened": _("Read a complaint"),
    "complaints.listed": _("Looked at the complaints"),
    "change.approved": _("Approved what another agency proposed"),
    "change.declined": _("Declined what was proposed"),
    "change.proposed": _("Proposed a change to another agency"),
    "consent.recorded": _("Recorded an answer about consent"),
    "consent.withdrawn": _("Recorded that consent was withdrawn"),
    "contact_plan.ended": _("Ended a plan for contact"),
    "contact_plan.made": _("Made a plan for contact"),
    "contact_plan.opened": _("Looked at how to reach the person"),
    "deferral.reasoned": _("Gave the reason for a “not yet”"),
    "determination.printed": _("Printed a determination"),
    "determination.reasoned": _("Signed with reasons"),
    "determination.signature_withdrawn": _("Withdrew a signature"),
    "disclosure.recorded": _("Recorded a disclosure"),
    "event.void_reason": _("Gave the reason for voiding an entry"),
    "family.changed": _("Changed who belongs together"),
    "hold.ended": _("Ended a legal hold"),
    "hold.ending_asked": _("Asked to end a legal hold"),
    "hold.ending_refused": _("Let a legal hold stand"),
    "hold.listed": _("Looked at the legal holds"),
    "hold.put": _("Put a legal hold"),
    "file.left": _("A file left"),
    "files.listed": _("Looked at the register of files that left"),
    "filming.followed_up": _("Followed up a film"),
    "filming.recorded": _("Recorded that the person was filmed"),
    "identity.corrected": _("Corrected the identity"),
    "identity.registered": _("Registered the identity"),
    "interview.answers_saved": _("Saved answers of an interview"),
    "interview.break_began": _("Began a break in an interview"),
    "interview.break_ended": _("Ended a break in an interview"),
    "interview.facts_confirmed": _("Confirmed facts known before"),
    "interview.interpreter_changed": _("Changed the interpreter"),
    "interview.stopped": _("Stopped an interview"),
    "journal.exported": _("Downloaded entries of the journal"),
    "journal.key_replaced": _("Made a new key that signs the journal"),
    "journal.readings_seen": _("Looked at who opened what"),
    "journal.recipient_added": _("Chose an agency that gets the journal’s anchors"),
    "journal.recipient_ended": _("Took an agency off those that get the journal’s anchors"),
    "journal.searched": _("Looked at the journal"),
    "journal.unusual_seen": _("Looked at unusual reading"),
    "keys.retired": _("Retired an old root key"),
    "keys.rotated": _("Sealed everything again under a new root key"),
    "limit.reached": _("Was stopped at a limit"),
    "list.committed": _("Took a list in"),
    "list.corrected": _("Corrected how a list is read"),
    "list.erased": _("Erased the file of a list by a rule"),
    "list.opened": _("Looked at a list and how it was read"),
    "list.problems_exported": _("Downloaded the problems of a list"),
    "list.replaced": _("Replaced a list by a newer version"),
    "list.restored": _("Brought a list back"),
    "list.undone": _("Took a list out"),
    "list.uploaded": _("Uploaded a list"),
    "lookups.listed": _("Looked at why people were looked up"),
    "notice.too_few": _("Fewer agencies could be told than should be"),
    "needs.recorded": _("Recorded needs"),
    "notices.listed": _("Looked at the notices"),
    "notices.seen": _("Saw the notices"),
    "pair.judged": _("Decided whether two records are one person"),
    "pair.opened": _("Looked at two records side by side"),
    "pair.unjudged": _("Took back a decision about two records"),
    "paper.entered": _("Entered a sheet of paper"),
    "paper.printed": _("Printed a pack of paper"),
    "people.listed": _("Looked at a list of people"),
    "people.resolved": _("Matched the records of all lists"),
    "people.search_reason": _("Said why people are looked up"),
    "people.searched": _("Searched for people"),
    "person.described": _("Name and dates were taken from lists"),
    "person.erased": _("Erased a person by a rule"),
    "person.merged": _("Joined two case files"),
    "person.unmerged": _("Took two case files apart"),
    "property.returned": _("Gave property back"),
    "property.taken": _("Recorded that something was taken"),
    "policy.accepted": _("Accepted a changed policy table"),
    "record.linked": _("A list's record was linked to the person"),
    "record.unlinked": _("A list's record was taken from the person"),
    "release.added": _("Added a release"),
    "release.changed": _("Changed a release"),
    "retention.approved": _("Approved an erasure by the rules"),
    "retention.carried_out": _("Carried out an erasure by the rules"),
    "retention.looked_at": _("Looked at what is due to be erased"),
    "retention.proposed": _("Proposed an erasure by the rules"),
    "retention.stopped": _("Stopped an erasure by the rules"),
    "request.answered": _("Answered a request of the person"),
    "request.recorded": _("Recorded a request of the person"),
    "role.emergency_reviewed": _("Reviewed a role given in an emergency"),
    "role.ended": _("Ended somebody's role"),
    "role.given_in_emergency": _("Gave somebody a role alone, in an emergency"),
    "role.granted": _("Gave somebody a role"),
    "row.erased": _("Erased a row of a list by a rule"),
    "screening.noted": _("Wrote the note of a screening"),
    "device.forgotten": _("Forgot a device of their own"),
    "session.ended": _("Signed out in another browser"),
    "session.ended_by_other": _("Signed somebody out everywhere"),
    "sign_in.codes_renewed": _("Made new recovery codes"),
    "sign_in.factor_added": _("Set up a second step"),
    "sign_in.factor_removed": _("Removed a second step"),
    "sign_in.notice_seen": _("Saw a notice about signing in"),
    "sign_in.password_chosen": _("Chose a password of their own"),
    "sign_in.recovery_code": _("Signed in with a recovery code"),
    "site.added": _("Added a site"),
    "site.changed": _("Changed a site"),
    "staff.added": _("Added a member of staff"),
    "staff.added_in_emergency": _("Added a member of staff alone, in an emergency"),
    "staff.changed": _("Changed where somebody works"),
    "staff.closed": _("Closed somebody's account"),
    "staff.lapsed": _("An account of an emergency ended: no other agency had approved it"),
    "staff.opened": _("Opened somebody's account again"),
    "staff.password_reset": _("Gave somebody a new password"),
    "staff.second_factor_removed": _("Removed somebody's second factor"),
    "token.issued": _("Issued a token"),
    "token.revoked": _("Revoked a token"),
    "wish.ended": _("Recorded that the person took a wish back"),
    "wish.recorded": _("Recorded a wish of the person"),
    "wording.changed": _("Changed the words that ask for consent"),
    "wordings.loaded": _("Loaded the words that ask for consent"),
    "wristband.issued": _("Issued a wristband"),
    "wristband.printed": _("Printed a wristband"),
    "wristband.renewed": _("Renewed a wristband"),
}


def action_words(action: str) -> str:
    """An action in words. An event of a case says what was recorded; one without words says its code, spaced."""
    group, _dot, what = action.partition(".")
    known = ACTIONS.get(action) or (EVENTS.get(what) if group == "event" else None)
    return str(known) if known else spaced(action.replace(".", ":"))


def spaced(code: str) -> str:
    return code.replace("_", " ").replace(":", ": ")


def about_words(data: Mapping[str, Any]) -> str:
    """What an entry says besides, without the ids and hashes that only the program knows: those are in the export."""
    said = ((spaced(key), _listed(value)) for key, value in sorted(data.items()))
    return ", ".join(f"{key}: {value}" for key, value in said if value)


def _listed(value: object) -> str:
    parts = map(str, value) if isinstance(value, list) else [str(value)]
    return ", ".join(spaced(part) for part in parts if part and not _is_id(part))


def _is_id(text: str) -> bool:
    return bool(_ID.fullmatch(text))
