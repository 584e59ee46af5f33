"""The person, as far as the case file knows them. Everything here is as told or as read, with where it is from."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from moei.access.models import Agency, Release, Staff
from moei.casefile.words import document_label
from moei.journal.ids import new_id

ADULT = 18


class FamilyGroup(models.Model):
    """People who belong together and are interviewed and housed so."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="+")
    label = models.CharField(max_length=60)

    def __str__(self) -> str:
        return self.label


class Person(models.Model):
    """One human being. Names, nationalities, languages, needs and documents stand in their own tables.

    `merged_into` and `child_until` are caches of the active `PersonMerge` rows and what hangs on them, never the truth.
    """

    class Sex(models.TextChoices):
        FEMALE = "F", _("Female")
        MALE = "M", _("Male")
        OTHER = "X", _("Other")
        UNKNOWN = "", _("Not known")

    class Precision(models.TextChoices):
        DAY = "day", _("Day")
        MONTH = "month", _("Month")
        YEAR = "year", _("Year")
        RANGE = "range", _("Between two dates")
        UNKNOWN = "", _("Not known")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="people")
    name = models.CharField(max_length=200, help_text=_("The name shown, in Latin letters where known"))
    name_native = models.CharField(max_length=200, blank=True)
    sex = models.CharField(max_length=1, blank=True, choices=Sex.choices)
    birth_from = models.DateField(null=True)
    birth_to = models.DateField(null=True)
    birth_precision = models.CharField(max_length=5, blank=True, choices=Precision.choices)
    nationality = models.CharField(
        max_length=3, blank=True, db_index=True, help_text=_("The one that is counted")
    )
    age_unsure = models.BooleanField(default=False)
    family = models.ForeignKey(FamilyGroup, on_delete=models.PROTECT, null=True, related_name="members")
    child_until = models.DateField(
        null=True, help_text=_("Cache: until this day a need or a joined file says that this may be a child")
    )
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name_plural = "people"

    def __str__(self) -> str:
        return self.name or self.name_native or str(_("(no name given)"))

    def is_child(self, on: date) -> bool:
        """Under 18, or of unsure age: a child until shown otherwise (P09).

        The age is unsure when an officer says so or notes it as a need, when no birth date is known, or when the
        latest possible birth date would make the person under 18; in this file or in one that was joined into it.
        """
        return self.doubted(on) or self.own_row_says_child(on)

    def own_row_says_child(self, on: date) -> bool:
        """A child by this file's own birth date or doubt about it."""
        return self.age_unsure or self.birth_to is None or age_on(self.birth_to, on) < ADULT

    def doubted(self, on: date) -> bool:
        """Whether something else than the person's own row says that they may be a child."""
        return self.child_until is not None and on < self.child_until

    def age_range(self, on: date) -> tuple[int, int] | None:
        """Youngest and oldest possible age on a date, or None."""
        if self.birth_from is None or self.birth_to is None:
            return None
        return age_on(self.birth_to, on), age_on(self.birth_from, on)


def adult_from(born: date | None) -> date | None:
    """The first day on which they are of age."""
    if born is None:
        return None
    year = min(born.year + ADULT, date.max.year)
    leap_day = (born.month, born.day) == (2, 29)
    return date(year, 3, 1) if leap_day else born.replace(year=year)


def age_on(born: date, on: date) -> int:
    """Completed years."""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


class PersonName(models.Model):
    """A name as it was given somewhere."""

    class Kind(models.TextChoices):
        GIVEN = "as_given", _("As given")
        NATIVE = "native", _("In its own script")
        ALIAS = "alias", _("Also known as")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="names")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    text = models.CharField(max_length=200)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "kind", "text"], name="one_row_per_name")
        ]

    def __str__(self) -> str:
        return self.text


class Nationality(models.Model):
    """ISO 3166 alpha-3; `XXA` is stateless, `XXX` is unknown. Several are possible, and so is doubt."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="nationalities")
    code = models.CharField(max_length=3, db_index=True)

    class Meta:
        verbose_name_plural = "nationalities"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "code"], name="one_row_per_nationality")
        ]

    def __str__(self) -> str:
        return self.code


class PersonLanguage(models.Model):
    """A language the person speaks, ISO 639, and how well."""

    class Level(models.TextChoices):
        NATIVE = "native", _("Mother tongue")
        FLUENT = "fluent", _("Fluent")
        SOME = "some", _("Some")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="languages")
    code = models.CharField(max_length=8)
    level = models.CharField(max_length=6, choices=Level.choices)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "code"], name="one_row_per_language")
        ]

    def __str__(self) -> str:
        return self.code


class Need(models.Model):
    """What a person needs, how urgent it is, and who met it. What a doctor finds is in the medical section, not here.

    A need stands until `ended_at`. Whatever is part of the person (a pregnancy, a disability, an age that is unsure)
    stands on after it was met; anything else ends with that.
    """

    class Code(models.TextChoices):
        AGE_UNSURE = "child_or_age_unsure", _("Child, or age unsure")
        MEDICAL = "medical", _("Needs a doctor")
        PREGNANT = "pregnant", _("Pregnant")
        FAMILY = "family", _("With family")
        INJURED = "injured", _("Injured")
        INTERPRETER_WOMAN = "women_only", _("Asks for women")
        MENTAL_HEALTH = "mental_health", _("Mental health")
        SAFETY = "safety", _("Does not feel safe")
        FOOD = "food", _("Food")
        CLOTHING = "clothing", _("Clothing")
        PHONE_CALL = "phone_call", _("Phone call home")
        LEGAL_AID = "legal_aid", _("Legal aid")
        DISABILITY = "disability", _("Disability")

    class Urgency(models.IntegerChoices):
        """By when; what nobody has judged yet stands before what can wait."""

        AT_ONCE = 1, _("At once")
        DAY = 2, _("Within a day")
        NOT_JUDGED = 3, _("Not judged yet")
        WEEK = 4, _("Within a week")
        CAN_WAIT = 5, _("Can wait")

    # What an officer sees or is told at the crossing; the rest is asked in an assessment.
    AT_CROSSING: ClassVar = (
        Code.AGE_UNSURE,
        Code.MEDICAL,
        Code.PREGNANT,
        Code.FAMILY,
        Code.INJURED,
        Code.INTERPRETER_WOMAN,
    )
    OF_THE_PERSON: ClassVar = frozenset(
        {Code.AGE_UNSURE, Code.PREGNANT, Code.FAMILY, Code.INTERPRETER_WOMAN, Code.DISABILITY}
    )

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="needs")
    code = models.CharField(max_length=24, choices=Code.choices)
    urgency = models.PositiveSmallIntegerField(choices=Urgency.choices, default=Urgency.NOT_JUDGED)
    noted_at = models.DateTimeField()
    noted_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    met_at = models.DateTimeField(null=True)
    met_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    met_through = models.ForeignKey(
        Agency, on_delete=models.PROTECT, null=True, related_name="+", help_text=_("Who met it")
    )
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["person", "urgency"],
                name="needs_that_are_unmet",
                condition=models.Q(ended_at__isnull=True, met_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return self.code


class IdentityDocument(models.Model):
    """A passport, national id or travel paper that was seen, or whose number somebody gave."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="documents")
    kind = models.CharField(max_length=20)
    number = models.CharField(max_length=40, db_index=True)
    issuer = models.CharField(max_length=3, blank=True)
    expires_on = models.DateField(null=True)
    seen = models.BooleanField(
        default=False, help_text=_("The document itself was seen, not only its number")
    )
    mrz_valid = models.BooleanField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "kind", "number"], name="one_row_per_document")
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def kind_in_words(self) -> str:
        return document_label(self.kind)
