"""What the tests of the whole program put on this desk, as far as the database knows of it: no file lies behind it."""

from moei.desks.evidence.models import Evidence, Harm, Intervention, Place


def evidence_of(acting):
    """A piece of evidence, as far as the database knows of it."""
    piece = Evidence.objects.create(
        release=acting.release,
        number=1,
        name="wages.txt",
        media="text/plain",
        size=5,
        sha256="0" * 64,
        key=b"no key opens it",
        source="S-001",
        obtained=Evidence.Obtained.HANDED,
        received_at=acting.now,
        received_by=acting.staff,
    )
    place = Place.objects.create(
        release=acting.release,
        name="A compound (invented)",
        kind=Place.Kind.COMPOUND,
        latitude="16.64",
        longitude="98.53",
        source="invented",
        added_at=acting.now,
        added_by=acting.staff,
    )
    known = {
        "release": acting.release,
        "began_at": acting.now,
        "precision": "day",
        "source": "invented",
        "recorded_at": acting.now,
        "recorded_by": acting.staff,
    }
    cut = Intervention.objects.create(kind=Intervention.Kind.POWER, by_whom="An authority", area="x", **known)
    harm = Harm.objects.create(kind=Harm.Kind.WATER, what="wells without power", **known)
    return {
        "evidence_id": piece.pk,
        "compound_id": place.pk,
        "intervention_id": cut.pk,
        "harm_id": harm.pk,
    }
