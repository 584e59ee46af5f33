"""What the tests of the whole program put on this desk, as far as the database knows of it: no file lies behind it."""

from moei.desks.evidence.models import Evidence


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
    return {"evidence_id": piece.pk}
