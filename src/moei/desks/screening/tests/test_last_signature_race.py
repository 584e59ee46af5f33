"""Two members sign at the same moment, and theirs are the signatures that complete the panel."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connection

from moei.access.acting import Invalid
from moei.access.models import RoleGrant, Staff
from moei.casefile.folding import state_of
from moei.casefile.models import Case, CaseEvent
from moei.desks.screening import recording
from moei.desks.screening.actions import sign_determination as module
from moei.desks.screening.models import Determination, Signature

pytestmark = pytest.mark.django_db(transaction=True)
YES = {"outcome": "victim_consents", "reasons": "Deceived and held."}


def at_once(sign, *signers) -> list[object]:
    """What each of the signers got, each in a thread and a connection of their own."""
    got: list[object] = []

    def run(acting, case) -> None:
        try:
            got.append(sign(acting, case, **YES))
        except Exception as refused:
            got.append(refused)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=signer) for signer in signers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return got


@pytest.fixture
def lock_off(monkeypatch):
    """Both have read the case before either writes: what the lock and its transaction are there to prevent."""
    barrier = threading.Barrier(2, timeout=20)
    concluded = module._concluded

    def after_both_have_read(*args):
        made = concluded(*args)
        barrier.wait()
        return made

    monkeypatch.setattr(module, "_concluded", after_both_have_read)
    monkeypatch.setattr(recording, "lock_case", lambda case: case)
    return module.sign_determination.__wrapped__


def test_with_the_lock_off_three_have_signed_and_nothing_is_determined(
    steps, acting, anong, prasert, mali, lock_off, monkeypatch
):
    case = steps.read()
    with monkeypatch.context() as first:
        first.setattr(module, "_concluded", lambda *args: None)
        module.sign_determination(acting(anong), case, **YES)
    at_once(lock_off, (acting(prasert), case), (acting(mali), case))
    assert Signature.objects.filter(case=case).count() == 3
    assert not Determination.objects.exists()


def test_with_the_lock_the_last_signature_makes_the_determination(steps, acting, anong, prasert, mali):
    case = steps.read()
    module.sign_determination(acting(anong), case, **YES)
    got = at_once(module.sign_determination, (acting(prasert), case), (acting(mali), case))
    assert Signature.objects.filter(case=case).count() == 3, got
    assert CaseEvent.objects.filter(case=case, kind="determination_made").count() == 1
    assert Determination.objects.get().outcome == "victim_consents"
    assert Case.objects_unchecked.get(pk=case.pk).outcome == "victim_consents"


def test_who_began_first_and_was_served_last_completes_the_panel(steps, acting, anong, prasert, mali):
    """The one who waits for the lock began before the one who holds it: their signature is the later one."""
    case = steps.read()
    module.sign_determination(acting(anong), case, **YES)
    module.sign_determination(acting(prasert, later=timedelta(seconds=5)), case, **YES)
    signed = module.sign_determination(acting(mali, later=timedelta(seconds=2)), case, **YES)
    assert signed.determination is not None
    kept = Case.objects_unchecked.get(pk=case.pk)
    assert (kept.outcome, kept.stage) == ("victim_consents", "determined")
    assert state_of(kept, now=acting(anong).now + timedelta(minutes=1)).panel.made == "victim_consents"


def another_officer(release, site, now) -> Staff:
    officer = Staff.objects.create(username="chai", name="Chai Invented", profession="police")
    RoleGrant.objects.create(staff=officer, role="panel_police", release=release, site=site, granted_at=now)
    return officer


def test_one_profession_signs_once_even_with_the_lock_off(
    steps, acting, release, site, now, prasert, lock_off
):
    other, case = another_officer(release, site, now), steps.read()
    got = at_once(lock_off, (acting(prasert), case), (acting(other), case))
    assert Signature.objects.filter(case=case).count() == 1
    assert CaseEvent.objects.filter(case=case, kind="determination_signed").count() == 1
    assert [type(answer) for answer in got].count(Invalid) == 1


def test_one_profession_signs_once_and_the_other_is_told(steps, acting, release, site, now, prasert):
    other, case = another_officer(release, site, now), steps.read()
    got = at_once(module.sign_determination, (acting(prasert), case), (acting(other), case))
    refused = [answer for answer in got if isinstance(answer, Invalid)]
    assert len(refused) == 1 and "Police has already signed" in str(refused[0])
    assert Signature.objects.filter(case=case).count() == 1
