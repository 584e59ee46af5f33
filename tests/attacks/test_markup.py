"""The checks made on every page that is walked find what they are made for."""

from __future__ import annotations

import pytest
from django.http import HttpResponse, HttpResponseRedirect
from django.test import Client
from tests import markup
from tests.headers import faults

PAGE = '<!DOCTYPE html><html><head><meta charset="utf-8"></head><body>{}</body></html>'
FORM = '<form method="{}" action="/cases/">{}</form>'
TOKEN = '<input type="hidden" name="csrfmiddlewaretoken" value="x">'


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("<!-- who wrote this -->", "a comment"),
        ("Traceback (most recent call last)", "a fault of the program"),
        ("{{ person.name }}", "a template"),
        ("the server is 10.20.0.4", "network inside"),
        ("began at 1772442000", "a time of the machine"),
        ("see /etc/moei/moei.env", "a place on the disk"),
        ('<a href="/?sessionid=abc">', "the session"),
        ('<script src="https://cdn.example/x.js"></script>', "asks another server"),
        ('<img src="//tracker.example/x.png">', "asks another server"),
        ('<link rel="stylesheet" href="http://localhost/x.css">', "asks another server"),
        ('<button formaction="https://evil.example/">', "asks another server"),
        ('<a href="http://example.org/">', "out of TLS"),
        ('<a href="/cases/" target="_blank">', "new tab"),
        ("<script>alert(1)</script>", "a script of its own"),
        ('<p style="color:red">', "a style of its own"),
        ('<p title="a > b" onclick="x()">', "runs"),
        ('<a href="javascript:x()">', "in an address"),
        ('<input type="password" name="password">', "which password"),
        ('<meta name="generator" content="Moei 1.0">', "what made it"),
        (FORM.format("post", ""), "without proof"),
        (FORM.format("get", TOKEN), "into the address"),
    ],
)
def test_what_no_page_should_hold_is_found(body, said):
    assert any(said in fault for fault in markup.faults(HttpResponse(PAGE.format(body))))


@pytest.mark.parametrize(
    "body",
    [
        FORM.format("post", TOKEN),
        FORM.format("get", '<input name="q">'),
        FORM.format("dialog", ""),
        '<input type="password" autocomplete="current-password">',
        '<a href="https://www.iom.int/" target="_blank" rel="noopener">',
        '<script src="/static/moei/moei.js"></script><img src="data:image/png;base64,AA==">',
        '<script type="application/json">{"a": 1}</script>',
        "case 2026-0042, telephone 0812345678, at 09:00",
    ],
)
def test_what_our_pages_hold_is_no_fault(body):
    assert markup.faults(HttpResponse(PAGE.format(body))) == []


def test_a_page_of_another_charset_than_it_is_sent_in_is_found():
    assert markup.faults(HttpResponse(PAGE.replace("utf-8", "iso-8859-1"))) != []


def test_loose_cookies_and_answers_that_could_be_mistaken_are_found():
    response = HttpResponse("x", content_type="text/plain")
    response.set_cookie("open", "1", domain="example.org")
    response.headers["X-Runtime"] = "0.2"
    response.headers["Content-Security-Policy"] = "script-src 'self' 'unsafe-inline'"
    found = " ".join(faults(response))
    for fault in ("other sites", "read by scripts", "goes to", "X-Runtime", "unsafe-inline", "charset"):
        assert fault in found
    assert "no attachment" in " ".join(faults(HttpResponse(b"x", content_type="image/svg+xml")))
    assert "leads to" in " ".join(faults(HttpResponseRedirect("https://evil.example/")))


@pytest.mark.django_db
def test_the_cookie_of_the_language_is_as_closed_as_the_others(anong):
    client = Client()
    client.force_login(anong)
    response = client.post("/language/", {"language": "th", "next": "/"})
    assert response.cookies["django_language"].value == "th"
    assert faults(response) == []
