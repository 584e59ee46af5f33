"""P11: who told something is found again only when two agencies agree, and with the key files of both."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from moei.access.acting import Invalid, Refused
from moei.casefile.models import Case
from moei.cli import app
from moei.desks.investigations.actions.links import (
    answer_link,
    ask_link,
    give_link_key,
    sealed_link,
    seals_for,
    state,
)
from moei.desks.investigations.models import LinkAgreement, LinkKey, LinkRequest, LinkSeal
from moei.desks.investigations.selectors.links import requests
from moei.desks.investigations.tests.conftest import NEXT_WEEK
from moei.journal.models import Entry

pytestmark = pytest.mark.django_db
FOR = "The prosecutor needs a witness who saw the manager."


@pytest.fixture
def asked(tell, acting, niran) -> LinkRequest:
    return ask_link(acting(niran, later=NEXT_WEEK), tell().teller, reason=FOR)


def agrees(acting, staff, request, *, says: bool = True):
    answer_link(acting(staff, later=NEXT_WEEK), request, agrees=says, reason="It is needed before the court.")
    return LinkRequest.objects.get(pk=request.pk)


def opened(sealed: bytes, secret: str, folder: Path, *, to: str = "") -> str:
    """As a link holder does it: on a machine without an instance, by the command."""
    (folder / "link.age").write_bytes(sealed)
    key = folder / "key.txt"
    key.write_text(secret + "\n")
    said = CliRunner().invoke(
        app, ["keys", "open", str(folder / "link.age"), "--identity", str(key), *(["--to", to] if to else [])]
    )
    return said.output


def test_p11_both_agencies_and_both_key_files_open_it_in_either_order(
    asked, acting, somsak, dej, link_keys, tmp_path, crowd
):
    agrees(acting, somsak, asked)
    request = agrees(acting, dej, asked)
    for first, second in ((somsak, dej), (dej, somsak)):
        sealed = sealed_link(acting(first, later=NEXT_WEEK), request)
        inner = tmp_path / f"{first.username}.age"
        opened(sealed, link_keys[first.username], tmp_path, to=str(inner))
        says = opened(inner.read_bytes(), link_keys[second.username], tmp_path)
        assert says == f"{request.teller.code} = {crowd[0].number}\n"


def test_p11_one_key_file_alone_opens_nothing(asked, acting, somsak, dej, link_keys, tmp_path, crowd):
    agrees(acting, somsak, asked)
    request = agrees(acting, dej, asked)
    sealed = sealed_link(acting(somsak, later=NEXT_WEEK), request)
    for secret in link_keys.values():
        assert crowd[0].number not in opened(sealed, secret, tmp_path)


def test_p11_before_two_agencies_agree_nobody_takes_it(asked, acting, somsak, dej):
    with pytest.raises(Invalid, match="Two agencies have to agree"):
        sealed_link(acting(somsak), asked)
    request = agrees(acting, somsak, asked)
    with pytest.raises(Invalid, match="Two agencies have to agree"):
        sealed_link(acting(somsak), request)


def test_p11_one_agency_that_does_not_agree_is_enough(asked, acting, somsak, dej):
    request = agrees(acting, somsak, asked, says=False)
    assert state(request) == "declined"
    with pytest.raises(Invalid, match="answered already"):
        agrees(acting, dej, asked)


def test_p11_two_people_of_one_agency_are_one_agency(asked, acting, somsak, cast, give_role, agencies):
    somsaks_colleague = cast["mallory"]
    somsaks_colleague.agency = somsak.agency
    somsaks_colleague.save()
    give_role(somsaks_colleague, "auditor")
    request = agrees(acting, somsak, asked)
    with pytest.raises(Invalid, match="answered already"):
        agrees(acting, somsaks_colleague, asked)
    assert state(request) == "waits"


def test_p11_who_asked_does_not_answer(asked, acting, niran, dej):
    with pytest.raises(Refused):
        agrees(acting, niran, asked)
    dej.agency = niran.agency
    dej.save()
    with pytest.raises(Invalid, match="different agencies"):
        agrees(acting, dej, asked)


def test_p11_who_asked_is_of_the_agency_that_was_told_also_after_they_moved(
    asked, acting, niran, somsak, dej, agencies
):
    told, dej.agency = niran.agency, niran.agency
    dej.save()
    niran.agency = agencies["ATPD"]
    niran.save()
    shown = [one.mine for one in requests(acting(dej, later=NEXT_WEEK))]
    assert shown == [False], "the page offers no answer"
    with pytest.raises(Invalid, match="different agencies"):
        agrees(acting, dej, LinkRequest.objects.get(pk=asked.pk))
    assert asked.teller.agency == told and not LinkAgreement.objects.exists()


def test_p11_investigators_take_nothing_even_when_it_is_agreed(asked, acting, niran, somsak, dej):
    agrees(acting, somsak, asked)
    request = agrees(acting, dej, asked)
    for call in (seals_for, sealed_link):
        with pytest.raises(Refused):
            call(acting(niran, later=NEXT_WEEK), request)


def test_p11_every_step_is_in_the_journal_without_a_case(asked, acting, somsak, dej):
    agrees(acting, somsak, asked)
    sealed_link(acting(somsak, later=NEXT_WEEK), agrees(acting, dej, asked))
    entries = Entry.objects.filter(action__startswith="link.").order_by("seq")
    assert [entry.action for entry in entries] == [
        "link.asked",
        "link.agreed",
        "link.agreed",
        "link.handed_out",
    ]
    assert {entry.case for entry in entries} == {None}


def test_p11_the_machine_holds_no_key_that_opens_a_link(tell, link_keys, settings):
    """Neither the key file nor any table has a secret half."""
    tell()
    for seal in LinkSeal.objects.all():
        assert bytes(seal.sealed).startswith(b"age-encryption.org/v1")
    secrets = [secret.encode() for secret in link_keys.values()]
    key_file = Path(settings.MOEI_KEY_FILE)
    held = key_file.read_bytes() if key_file.exists() else b""
    assert not [secret for secret in secrets if secret in held]
    assert "AGE-SECRET-KEY" not in repr(list(LinkKey.objects.values()))


def test_p11_when_consent_is_taken_back_the_request_and_the_seal_are_gone(asked, acting, kanya, crowd):
    from moei.casefile.actions.consent import withdraw_all

    withdraw_all(acting(kanya), Case.objects_unchecked.get(pk=crowd[0].pk))
    assert not LinkRequest.objects.exists() and not LinkSeal.objects.exists()


def test_a_key_that_is_none_or_is_in_force_already_is_refused(acting, somsak, dej, link_keys):
    with pytest.raises(Invalid, match="begins with age1"):
        give_link_key(acting(somsak), "age1nonsense")
    standing = LinkKey.objects.get(agency=somsak.agency, ended_at=None).recipient
    with pytest.raises(Invalid, match="a key of its own"):
        give_link_key(acting(dej), standing)
    assert LinkKey.objects.filter(ended_at=None).count() == 2


def test_a_new_key_takes_the_place_of_the_old_one(acting, somsak, link_keys):
    from moei.crypto.envelope import new_identity

    key = give_link_key(acting(somsak), new_identity()[1])
    assert LinkKey.objects.get(agency=somsak.agency, ended_at=None) == key


def test_nobody_asks_about_a_pseudonym_that_is_not_theirs_to_read(tell, acting, niran, vera):
    statement = tell()
    with pytest.raises(Refused):
        ask_link(acting(niran), statement.teller, reason=FOR)  # its week is not over
    with pytest.raises(Refused):
        ask_link(acting(vera, later=NEXT_WEEK), statement.teller, reason=FOR)
    with pytest.raises(Invalid, match="Say what for"):
        ask_link(acting(niran, later=NEXT_WEEK), statement.teller, reason="")
    ask_link(acting(niran, later=NEXT_WEEK), statement.teller, reason=FOR)
    with pytest.raises(Invalid, match="asked already"):
        ask_link(acting(niran, later=NEXT_WEEK), statement.teller, reason=FOR)
