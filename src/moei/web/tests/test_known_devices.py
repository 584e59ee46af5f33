"""On “My sign-in” everybody sees the devices in which they signed in, and forgets those that are theirs no longer."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from moei.journal.models import Entry
from moei.signin.models import KnownDevice, OpenSession

pytestmark = pytest.mark.django_db
PASSWORD = "a long enough invented password"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
CHROME = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/139.0 Mobile"
OWN = reverse("web:sign_in")


@pytest.fixture(autouse=True)
def _passwords(anong, prasert):
    for staff in (anong, prasert):
        staff.set_password(PASSWORD)
        staff.save()


def browser(username: str = "anong", agent: str = FIREFOX) -> Client:
    client = Client(headers={"user-agent": agent})
    enter(client, username)
    return client


def enter(client: Client, username: str = "anong") -> None:
    given = {"login": username, "password": PASSWORD}
    assert client.post(reverse("account_login"), given).status_code == 302


def forget(client: Client, device: KnownDevice):
    return client.post(reverse("web:forget_device", args=[device.pk]), follow=True)


def test_everybody_sees_the_devices_they_signed_in_from_and_which_one_this_is(anong):
    browser(agent=CHROME).post(reverse("account_logout"))
    page = browser().get(OWN).content.decode()
    devices = page[page.index("Devices that are known") :]
    assert devices.index("Firefox, Linux") < devices.index("Chrome, Android"), "the last used first"
    assert devices.count("Here") == 1 and devices.count("</button>") >= 2
    assert not any(device.device in page for device in KnownDevice.objects.all())


def test_a_device_is_forgotten_with_an_entry_in_the_journal_and_is_strange_then(anong):
    here = browser()
    browser(agent=CHROME)
    gone = KnownDevice.objects.get(agent="Chrome, Android")
    page = forget(here, gone)
    assert "The device is forgotten." in page.content.decode()
    assert list(KnownDevice.objects.values_list("agent", flat=True)) == ["Firefox, Linux"]
    entry = Entry.objects.get(action="device.forgotten")
    assert (entry.actor, entry.agency) == (anong.pk, anong.agency_id)
    assert gone.device not in str(entry.data)
    assert OpenSession.objects.filter(staff=anong).count() == 2, "signing out there is said apart"
    assert forget(here, gone).status_code == 404
    assert Entry.objects.filter(action="device.forgotten").count() == 1


def test_this_device_can_be_forgotten_and_is_known_again_at_the_next_sign_in(anong):
    here = browser()
    forget(here, KnownDevice.objects.get())
    page = here.get(OWN)
    assert page.status_code == 200 and "Devices that are known" not in page.content.decode()
    here.post(reverse("account_logout"))
    enter(here)
    assert KnownDevice.objects.get().staff == anong


def test_nobody_sees_or_forgets_the_device_of_another(anong, prasert):
    browser()
    theirs = browser("prasert", CHROME)
    device = KnownDevice.objects.get(staff=anong)
    assert forget(theirs, device).status_code == 404
    assert str(device.pk) not in theirs.get(OWN).content.decode()
    assert KnownDevice.objects.filter(pk=device.pk).exists()
    assert not Entry.objects.filter(action="device.forgotten").exists()


def test_looking_forgets_nothing_and_whoever_is_signed_out_neither(anong):
    here, device = browser(), KnownDevice.objects.get()
    address = reverse("web:forget_device", args=[device.pk])
    assert here.get(address).status_code == 405
    assert Client().post(address).headers["Location"].startswith("/account/login/")
    assert Client(enforce_csrf_checks=True, headers={"user-agent": FIREFOX}).post(address).status_code in (
        302,
        403,
    )
    assert KnownDevice.objects.count() == 1
