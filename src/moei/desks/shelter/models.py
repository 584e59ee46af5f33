"""Places with rooms and beds, who had which, who is kept apart, and how the address of a place is opened."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from moei.access.models import Agency, Release, Staff
from moei.casefile.models import Case
from moei.desks.shelter.whereabouts import (
    Counted,
    HeadCount,
    HealthScreening,
    Outcome,
    PlaceHold,
    ShiftNote,
    UnknownBand,
)
from moei.journal.ids import new_id

__all__ = [
    "AddressOpening",
    "ApartGroup",
    "Bed",
    "Counted",
    "Declined",
    "GroupMember",
    "HeadCount",
    "HealthScreening",
    "Outcome",
    "Place",
    "PlaceHold",
    "Room",
    "SafetyFlag",
    "ShiftNote",
    "Stay",
    "UnknownBand",
]


class Place(models.Model):
    """A place where people sleep. Everywhere it shows by `code_name`, which says nothing of where it is.

    The address lies sealed under a key of its own; it opens only with the approval of two agencies (P11).
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="places")
    code_name = models.CharField(max_length=40)
    sealed_address = models.BinaryField(null=True)
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    closed_why = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["release", "code_name"], name="a_place_has_a_name_of_its_own")
        ]

    def __str__(self) -> str:
        return self.code_name


class Room(models.Model):
    """A room, and for whom it is. A family room holds one family at a time, a room for one holds one person."""

    class For(models.TextChoices):
        WOMEN = "women", _("Women")
        MEN = "men", _("Men")
        GIRLS = "girls", _("Girls without family")
        BOYS = "boys", _("Boys without family")
        FAMILY = "family", _("One family")
        ONE = "one", _("One person alone")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="rooms")
    number = models.CharField(max_length=10)
    kept_for = models.CharField(max_length=6, choices=For.choices)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["place", "number"], name="a_room_has_a_number_of_its_own")
        ]

    def __str__(self) -> str:
        return self.number


class Bed(models.Model):
    """A bed; its number counts through the whole place. One that was put away keeps its row: who slept there stays so."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="beds")
    room = models.ForeignKey(Room, on_delete=models.PROTECT, related_name="beds")
    number = models.PositiveSmallIntegerField()
    put_away_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["place", "number"], name="a_bed_has_a_number_of_its_own")
        ]

    def __str__(self) -> str:
        return str(self.number)


class Stay(models.Model):
    """A bed that is kept for somebody or that somebody sleeps in. Ended rows stay: that is the history.

    A reservation stands until `reserved_until`; after it the bed is free again, also while nobody has ended the row.
    """

    class Ended(models.TextChoices):
        """Why a bed was given up."""

        MOVED = "moved", _("Moved to another bed")
        LEFT = "left", _("Left as planned")
        OWN_WISH = "own_wish", _("Wished to leave")
        HOSPITAL = "hospital", _("In hospital")
        ABSCONDED = "absconded", _("Gone, nobody knows where")
        DIED = "died", _("Died")
        OTHER_SERVICE = "other_service", _("Handed over to another service")
        DECLINED = "declined", _("Declined shelter")
        LAPSED = "lapsed", _("Reservation was over")
        CANCELLED = "cancelled", _("Reservation given up")
        MISTAKE = "mistake", _("Recorded by mistake")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="stays")
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="stays")
    bed = models.ForeignKey(Bed, on_delete=models.PROTECT, related_name="stays")
    reserved_at = models.DateTimeField(null=True)
    reserved_until = models.DateTimeField(null=True)
    checked_in_at = models.DateTimeField(null=True)
    recorded_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    moved_from = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_as = models.CharField(max_length=13, blank=True, choices=Ended.choices)
    ended_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["bed"], condition=Q(ended_at__isnull=True), name="a_bed_is_given_once"
            ),
            models.UniqueConstraint(
                fields=["case"], condition=Q(ended_at__isnull=True), name="one_bed_for_a_case_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(checked_in_at__isnull=False) | Q(reserved_until__isnull=False),
                name="a_stay_is_kept_or_slept_in",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["place", "ended_at"])]

    def __str__(self) -> str:
        return str(self.bed_id)

    @property
    def expected(self) -> bool:
        """Reserved, and not yet come."""
        return self.checked_in_at is None


class Declined(models.Model):
    """Somebody does not wish to sleep in a shelter. They are served outside it, and it costs them nothing (P04)."""

    class Lives(models.TextChoices):
        OWN = "own", _("In a place of their own")
        FAMILY = "family", _("With family or friends")
        COMMUNITY = "community", _("With a community or a place of worship")
        OTHER_SERVICE = "other_service", _("With another organisation")
        NOT_SAID = "not_said", _("Did not say, and need not")

    class Service(models.TextChoices):
        FOOD = "food", _("Food")
        HEALTH = "health", _("Health")
        CLOTHING = "clothing", _("Clothing")
        PHONE = "phone", _("A telephone call home")
        LEGAL = "legal", _("Legal aid")
        TRANSPORT = "transport", _("Transport")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="shelter_declined")
    lives = models.CharField(max_length=13, choices=Lives.choices)
    services = models.JSONField(default=list, help_text=_("Codes of services that are brought to the person"))
    declined_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True, help_text=_("Came to a shelter after all, or went home"))

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(ended_at__isnull=True), name="shelter_is_declined_once"
            )
        ]

    def __str__(self) -> str:
        return str(self.get_lives_display())


class AddressOpening(models.Model):
    """One agency asks to read the address of a place, somebody of another one agrees (P11).

    The agencies are those the two belonged to at that moment.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="openings")
    why = models.CharField(max_length=200)
    asked_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    asking_agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    lapses_at = models.DateTimeField()
    decided_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    deciding_agency = models.ForeignKey(Agency, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    agreed = models.BooleanField(null=True)
    opens_until = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["decided_at", "lapses_at"])]
        constraints: ClassVar = [
            # Also whoever writes past the program's actions leaves no opening by one agency or one person.
            models.CheckConstraint(
                name="address_opens_by_two_agencies",
                condition=~Q(agreed=True)
                | (
                    Q(deciding_agency__isnull=False, decided_by__isnull=False, decided_at__isnull=False)
                    & Q(opens_until__isnull=False)
                    & ~Q(deciding_agency=F("asking_agency"))
                    & ~Q(decided_by=F("asked_by"))
                ),
            )
        ]

    def __str__(self) -> str:
        return f"{self.place} asked by {self.asking_agency}"

    def waits(self, now: datetime) -> bool:
        return self.decided_at is None and now < self.lapses_at

    def opens(self, now: datetime) -> bool:
        return bool(self.agreed) and self.opens_until is not None and now < self.opens_until


class ApartGroup(models.Model):
    """People who belong together in the eyes of somebody who must not meet them. The name is neutral, as “Group 3”."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=40)
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["release", "name"], name="a_group_has_a_name_of_its_own")
        ]

    def __str__(self) -> str:
        return self.name


class GroupMember(models.Model):
    """Somebody of such a group. It says with whom they were held, and nothing of what they did."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    group = models.ForeignKey(ApartGroup, on_delete=models.PROTECT, related_name="members")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["group", "case"], condition=Q(ended_at__isnull=True), name="in_a_group_once"
            )
        ]

    def __str__(self) -> str:
        return str(self.group_id)


class SafetyFlag(models.Model):
    """Somebody is placed apart, or looked after more closely. A measure of safety, never a finding about anybody.

    `SEPARATE` is for whoever the others may fear, also somebody who may have been set over them: what is true is for
    others to find out, in another procedure. Who may read it is few (the section of safety).
    """

    class Kind(models.TextChoices):
        PERSON = "person", _("Kept apart from somebody")
        GROUP = "group", _("Kept apart from a group")
        SEPARATE = "separate", _("Sleeps alone, for everybody's safety")
        WATCH = "watch", _("Looked after more closely")

    class Reach(models.TextChoices):
        ROOM = "room", _("Not in one room")
        PLACE = "place", _("Not in one place")

    class Ended(models.TextChoices):
        NOT_NEEDED = "not_needed", _("No longer needed")
        OWN_WISH = "own_wish", _("The person wishes so")
        REPLACED = "replaced", _("Another measure takes its place")
        MISTAKE = "mistake", _("Recorded by mistake")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="safety_flags")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    other = models.ForeignKey(Case, on_delete=models.PROTECT, null=True, related_name="+")
    group = models.ForeignKey(ApartGroup, on_delete=models.PROTECT, null=True, related_name="flags")
    reach = models.CharField(max_length=5, blank=True, choices=Reach.choices)
    sealed_why = models.BinaryField(null=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    review_on = models.DateField(help_text=_("On this day somebody looks whether it is still needed"))
    ended_at = models.DateTimeField(null=True)
    ended_as = models.CharField(max_length=10, blank=True, choices=Ended.choices)
    ended_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["case", "ended_at"])]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="apart_from_whom",
                condition=(~Q(kind="person") | Q(other__isnull=False))
                & (~Q(kind="group") | Q(group__isnull=False)),
            )
        ]

    def __str__(self) -> str:
        return self.kind
