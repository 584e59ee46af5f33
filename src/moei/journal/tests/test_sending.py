"""P19: every anchor goes to others, and stays in the outbox until each of them confirmed it."""

from __future__ import annotations

import json
import ssl
import subprocess
import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from django.core import mail

from moei.journal.anchors import SignedHead
from moei.journal.ids import new_id
from moei.journal.models import Anchor, Delivery, Recipient
from moei.journal.record import Note, record
from moei.journal.sending import agencies_reached, send_due, sign_and_queue, sign_if_due

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def add_recipient(now):
    def add(channel: str, address: str = "", agency=None) -> Recipient:
        return Recipient.objects.create(
            channel=channel, address=address, agency=agency or new_id(), added_at=now
        )

    return add


@pytest.fixture
def receiver(tmp_path, monkeypatch):
    """A web server over TLS as another agency would run it: `answers` is what it says, `got` what came."""
    key, certificate = tmp_path / "tls.key", tmp_path / "tls.pem"
    subprocess.run(
        [
            *(
                "openssl",
                "req",
                "-x509",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:P-256",
                "-nodes",
                "-days",
                "2",
            ),
            *("-keyout", key, "-out", certificate, "-subj", "/CN=localhost"),
            *("-addext", "subjectAltName=DNS:localhost"),
        ],
        check=True,
        capture_output=True,
    )
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            server.got.append(self.rfile.read(int(self.headers["Content-Length"])).decode())
            self.send_response(server.answers)
            self.send_header("Location", "https://localhost/elsewhere")
            self.end_headers()

        def log_message(self, *_about) -> None:
            pass

    server = HTTPServer(("localhost", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    server.got, server.answers = [], 204
    server.address = f"https://localhost:{server.server_port}/anchors?from=moei"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def test_p19_the_head_is_signed_every_hour_and_not_more_often(five, now):
    assert sign_if_due(now) is not None
    assert sign_if_due(now + timedelta(minutes=59)) is None
    assert sign_if_due(now + HOUR) is not None
    assert Anchor.objects.count() == 2


def test_p19_a_clock_set_back_does_not_stop_the_signing(five, now):
    sign_if_due(now)
    assert sign_if_due(now - timedelta(days=3)) is not None


def test_an_empty_journal_has_nothing_to_sign(db, now):
    assert sign_and_queue(now) is None


def test_p19_an_anchor_reaches_a_folder_an_address_and_a_mailbox(
    five, now, add_recipient, receiver, settings, tmp_path
):
    settings.MOEI_ANCHOR_FOLDER = str(tmp_path / "out")
    one, two = (
        add_recipient("webhook", receiver.address).agency,
        add_recipient("email", "anchors@oversight.example").agency,
    )
    anchor = sign_and_queue(now)
    assert send_due(now).confirmed == 3
    [file] = (tmp_path / "out").glob("*")
    [message] = mail.outbox
    for text in (file.read_text(), receiver.got[0], message.attachments[0][1]):
        assert SignedHead.read(text) == SignedHead.of(anchor)
    assert set(agencies_reached(now)) == {one, two}, "the folder of whoever runs the server is nobody else"


def test_p19_what_leaves_is_the_anchor_and_nothing_of_a_case(add_case, now, add_recipient):
    case = add_case("Khamla Vongphachanh")
    add_recipient("email", "anchors@oversight.example")
    sign_and_queue(now)
    send_due(now)
    text = f"{mail.outbox[0].subject} {mail.outbox[0].body} {mail.outbox[0].attachments}"
    assert "Khamla" not in text and case.number not in text and str(case.id) not in text
    assert set(json.loads(mail.outbox[0].attachments[0][1])) == {
        "instance",
        "seq",
        "hash",
        "signed_at",
        "key",
        "signature",
    }


@pytest.mark.parametrize("answer", [302, 404, 500])
def test_p19_what_was_not_confirmed_is_tried_again_until_it_is(five, now, add_recipient, receiver, answer):
    add_recipient("webhook", receiver.address)
    sign_and_queue(now)
    receiver.answers = answer
    assert send_due(now).failed == 1
    assert str(answer) in Delivery.objects.get().failure
    assert send_due(now).failed == 0, "not at once again"
    receiver.answers = 200
    assert send_due(now + timedelta(minutes=2)).confirmed == 1
    assert len(receiver.got) == 2
    assert send_due(now + timedelta(days=1)).confirmed == 0, "confirmed once, sent no more"


def test_p19_a_week_without_network_loses_no_anchor(five, now, add_recipient, receiver):
    recipient = add_recipient("webhook", "https://localhost:9/nobody-there")
    for hour in range(24 * 7):
        sign_and_queue(now + hour * HOUR)
        send_due(now + hour * HOUR)
    assert Delivery.objects.filter(confirmed_at=None).count() == 24 * 7
    Recipient.objects.filter(pk=recipient.pk).update(address=receiver.address)
    later = now + timedelta(days=8)
    assert send_due(later).confirmed == 24 * 7
    assert len(receiver.got) == 24 * 7


@pytest.mark.parametrize("address", ["http://localhost/anchors", "file:///etc/passwd", "https://"])
def test_only_https_is_used(five, now, add_recipient, address):
    add_recipient("webhook", address)
    sign_and_queue(now)
    assert send_due(now).failed == 1


def test_a_certificate_that_nobody_trusts_is_refused(five, now, add_recipient, receiver, monkeypatch):
    monkeypatch.delenv("SSL_CERT_FILE")
    add_recipient("webhook", receiver.address)
    sign_and_queue(now)
    assert send_due(now).failed == 1
    assert receiver.got == []


def test_a_folder_that_cannot_be_written_is_said(five, now, settings, tmp_path):
    (tmp_path / "file").write_text("")
    settings.MOEI_ANCHOR_FOLDER = str(tmp_path / "file")
    sign_and_queue(now)
    assert send_due(now).failed == 1
    assert "cannot be written" in Delivery.objects.get().failure


def test_an_agency_counts_as_reached_for_two_hours(five, now, add_recipient):
    agency = add_recipient("email", "anchors@oversight.example").agency
    sign_and_queue(now)
    send_due(now)
    assert agencies_reached(now + 2 * HOUR) == {agency: now}
    assert agencies_reached(now + 2 * HOUR + timedelta(seconds=1)) == {}


def test_who_was_taken_off_the_list_gets_nothing_more(five, now, add_recipient):
    recipient = add_recipient("email", "anchors@oversight.example")
    sign_and_queue(now)
    Recipient.objects.filter(pk=recipient.pk).update(ended_at=now)
    assert send_due(now).confirmed == 0
    record(Note("one.more"), now=now)
    sign_and_queue(now + HOUR)
    assert Delivery.objects.count() == 1


def test_who_does_not_answer_is_asked_once_in_a_round(five, now, add_recipient):
    add_recipient("webhook", "https://localhost:9/nobody-there")
    for hour in range(5):
        sign_and_queue(now + hour * HOUR)
    assert send_due(now + 5 * HOUR).failed == 1
