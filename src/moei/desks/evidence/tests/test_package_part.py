"""Evidence that goes into a referral package: working copies alone, each disclosure in the custody log."""

import hashlib

import pytest

from moei.access.acting import Invalid, Refused
from moei.access.models import Release
from moei.desks.evidence.models import Custody, Evidence
from moei.desks.evidence.package_part import offered, take
from moei.desks.evidence.tests.conftest import SECRET
from moei.journal.ids import new_id
from moei.standards.package_parts import Destination, package_parts

pytestmark = pytest.mark.django_db


@pytest.fixture
def destination():
    return Destination("Cybercrime unit", "KEN", "request 7/2026", new_id())


def test_the_desk_gives_its_part():
    assert "evidence" in {part.code for part in package_parts()}


def test_p13_a_working_copy_goes_along_tied_to_its_original(receive, photo, acting, niran, destination):
    piece = receive(photo, "from Khamla.jpg").evidence
    (offer,) = offered(acting(niran))
    assert offer.id == piece.id and "Khamla" not in offer.words
    part = take(acting(niran), [piece.id], destination)
    (file,) = part.files
    with file.opened() as opened:
        data = opened.read()
    assert SECRET.encode() not in data and hashlib.sha256(data).hexdigest() == file.sha256
    assert piece.sha256 in part.notes[0] and "Khamla" not in file.name
    row = piece.custody.get(act=Custody.Act.DISCLOSED)
    assert (row.to_whom, row.why, row.sha256) == ("Cybercrime unit, KEN", "request 7/2026", file.sha256)


def test_what_has_no_working_copy_or_is_elsewhere_is_not_taken(
    receive, acting, niran, anong, destination, release, site
):
    sound = receive(b"RIFF\0\0\0\0WAVE" + b"x" * 50).evidence
    far = receive(b"text").evidence
    other = Release.objects.create(code="o", name="O", began_at=release.began_at, site=site)
    Evidence.objects.filter(pk=far.pk).update(release=other)
    assert offered(acting(niran)) == [] and offered(acting(anong)) == []
    for chosen in ([sound.id], [far.id], [new_id()]):
        with pytest.raises(Invalid):
            take(acting(niran), chosen, destination)
    with pytest.raises(Refused):
        take(acting(anong), [sound.id], destination)
    assert not Custody.objects.filter(act=Custody.Act.DISCLOSED).exists()
