"""The attacker reads what lies around: the browser's history, the log of a server in front, the log of this program."""

import io
import logging
import re
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django_tasks import task
from django_tasks_db.management.commands import db_worker
from tests.test_access_matrix import PUBLIC, World, addresses, url_of, world  # noqa: F401

from moei.access.web import LOOKING
from moei.casefile import views
from moei.casefile.selectors.cases import open_case
from moei.journal.models import Entry
from moei.signin import words
from moei.web import server

pytestmark = pytest.mark.django_db

NAME = "Seblewengel"


def test_a_name_that_is_looked_for_is_in_no_address_on_the_way(add_case, anong, sign_in):
    add_case(f"{NAME} Worku")
    page = sign_in(anong).post(reverse("cases:search"), {"q": NAME, "nationality": ""}, follow=True)
    assert f"{NAME} Worku" in page.content.decode()
    for address, _status in page.redirect_chain:
        assert NAME.casefold() not in address.casefold()
        assert set(parse_qs(urlsplit(address).query)) <= {"s", "stage", "need", "nationality"}
    assert f'value="{NAME}"' in page.content.decode(), "the field shows what was looked for"


def test_pages_and_filters_of_what_was_found_keep_the_search(add_case, anong, sign_in):
    for number in range(60):
        add_case(f"{NAME} Person{number}", nationality="ETH")
    add_case("Somebody Else", nationality="ETH")
    chosen = {"q": NAME, "nationality": "ETH"}
    page = sign_in(anong).post(reverse("cases:search"), chosen, follow=True)
    assert page.context["page"].paginator.count == 60
    (onward,) = set(re.findall(r'href="(\?[^"]*page=2[^"]*)"', page.content.decode().replace("&amp;", "&")))
    assert "s=" in onward and "nationality=ETH" in onward and NAME not in onward
    second = sign_in(anong).get(reverse("cases:list") + onward)
    assert len(second.context["rows"]) == 10


def test_the_address_of_a_search_is_worth_nothing_to_another_and_nothing_later(
    add_case, anong, kanya, sign_in, monkeypatch
):
    add_case(f"{NAME} Worku")
    client = Client()
    client.force_login(anong)
    session = client.session
    session[LOOKING] = "my_cases"
    session.save()
    address = client.post(reverse("cases:search"), {"q": NAME}).headers["Location"]
    assert NAME not in str(client.session.items()), "in the session the words are sealed"
    assert NAME in client.get(address).content.decode()
    stranger = sign_in(kanya).get(address, follow=True)
    assert NAME not in stranger.content.decode() and "That search is over" in stranger.content.decode()
    monkeypatch.setattr(words, "_LIVES", -1)
    late = client.get(address, follow=True)
    assert "That search is over" in late.content.decode()


@pytest.mark.parametrize("name", ["web:journal", "web:readings"])
def test_an_auditor_who_looks_for_a_case_leaves_its_random_id_in_the_address_never_its_number(
    name, add_case, acting, anong, somsak, sign_in
):
    case, other = add_case("Somebody"), add_case("Somebody Else")
    for one in (case, other):
        open_case(acting(anong), one)
    auditor, days = sign_in(somsak), {"first": "2026-03-01", "last": "2026-03-31"}
    page = auditor.post(reverse(name), {"case": case.number, "by": "case", **days}, follow=True)
    ((address, _status),) = page.redirect_chain
    assert parse_qs(urlsplit(address).query)["case"] == [str(case.pk)]
    text = page.content.decode()
    assert f'value="{case.number}"' in text, "the field shows the number"
    assert other.number not in text
    assert case.number not in "".join(re.findall(r'(?:href|action)="([^"]*)"', text))
    unknown = auditor.post(reverse(name), {"case": "0000-0000-0"})
    assert "No case has this number" in unknown.content.decode()
    written = auditor.get(reverse(name), {"case": case.number}).content.decode()
    assert "addresses do not hold numbers of cases" in written


def test_words_that_somebody_writes_into_an_address_are_not_looked_for(add_case, anong, sign_in):
    add_case(f"{NAME} Worku")
    add_case("Somebody Else")
    sign_in(anong).get(reverse("cases:list"), {"q": NAME})
    assert not Entry.objects.filter(action="people.searched").exists()


def test_no_page_is_stored_by_a_browser_or_a_server_between_and_no_address_tells_of_anybody(world):  # noqa: F811
    """Every address, as somebody who may open most of them: also refusals and mistakes."""
    client, anong = Client(), world.staff["anong"]
    anong.set_password("a long enough invented password")
    anong.save()
    client.force_login(anong)
    kept, told, shown = [], [], 0
    said = (world.theirs.number, "Theirs", "Joined")
    for address in addresses():
        if address.name in PUBLIC and address.name != "account_login":
            continue
        response = client.get(url_of(address, world, theirs=True))
        shown += response.status_code == 200
        if response.status_code == 200 and not response.streaming:
            leads = " ".join(re.findall(r'(?:href|action|src)="([^"]*)"', response.content.decode()))
            told += [address.name for word in said if word in leads]
        if "no-store" not in response.headers.get("Cache-Control", ""):
            kept.append(address.name)
        assert response.headers["Referrer-Policy"] == "same-origin", address.name
    assert shown > 20
    assert kept == []
    assert told == [], "no address on a page holds a name or the number of a case"


@pytest.fixture
def log():
    """What the program's own handler would write, formatted as it formats."""
    handler = next(one for one in logging.getLogger("django.request").handlers if one.formatter)
    written, before = io.StringIO(), handler.stream
    handler.setStream(written)
    yield written
    handler.setStream(before)


def test_a_fault_while_a_name_was_sent_leaves_no_name_in_the_log(add_case, anong, sign_in, monkeypatch, log):
    case = add_case("Somebody")

    def broken(acting, case, given):
        typed = given["name"]
        try:
            int(typed)
        except ValueError as error:
            raise RuntimeError(f"cannot store {typed}") from error

    monkeypatch.setattr(views, "correct_identity", broken)
    client = sign_in(anong)
    client.raise_request_exception = False
    response = client.post(
        reverse("cases:identity", args=[case.pk]), {"name": f"{NAME} Worku", "nationality": ""}
    )
    said = log.getvalue()
    assert response.status_code == 500
    assert NAME not in response.content.decode()
    assert "RuntimeError" in said and "ValueError" in said and "in broken" in said, (
        "what failed, and where, is said"
    )
    assert NAME not in said and "Worku" not in said


def test_what_a_library_logs_about_a_value_is_not_filled_in(log):
    record = logging.LogRecord("some.library", logging.WARNING, "", 1, "cannot read %s", (NAME,), None)
    logging.getLogger("django.request").handlers[0].handle(record)
    assert "cannot read %s" in log.getvalue() and NAME not in log.getvalue()


@task()
def fails() -> None:
    raise RuntimeError(f"cannot store {NAME}")


@pytest.fixture
def worker_logs() -> Iterator[None]:
    """As in the worker's process, whose command turns the loggers of jobs up."""
    loggers = [logging.getLogger(name) for name in ("django_tasks", "django_tasks_db")]
    before = [logger.level for logger in loggers]
    db_worker.Command().configure_logging(verbosity=1)
    assert all(logger.isEnabledFor(logging.INFO) for logger in loggers)
    yield
    for logger, level in zip(loggers, before, strict=True):
        logger.setLevel(level)


def test_a_job_that_failed_is_named_in_the_log_without_values_and_one_that_ran_is_no_news(log, worker_logs):
    result = fails.enqueue()
    said = log.getvalue()
    (head,) = [line for line in said.splitlines() if "django_tasks" in line and "Task id" in line]
    assert head == f"ERROR django_tasks Task id={result.id} path={fails.module_path} state=FAILED"
    assert "builtins.RuntimeError" in said and NAME not in said


def test_every_logger_writes_through_the_formatter_that_leaves_values_out():
    console = settings.LOGGING["handlers"]["console"]
    assert settings.LOGGING["formatters"][console["formatter"]]["()"] == "moei.web.logs.WithoutValues"
    assert {name for entry in settings.LOGGING["loggers"].values() for name in entry["handlers"]} == {
        "console"
    }
    assert settings.LOGGING["root"]["handlers"] == ["console"]
    assert settings.ADMINS == [], "Django would send tracebacks with what was typed"


def test_the_server_writes_no_log_of_addresses(monkeypatch, tmp_path):
    started = []

    class Process:
        def __init__(self, command, **_more):
            started.append(command)

        def wait(self, timeout=None):
            return 0

        def terminate(self):
            pass

    monkeypatch.setattr(server.subprocess, "Popen", Process)
    monkeypatch.setattr(server, "call_command", lambda *_args, **_more: None)
    monkeypatch.setattr("moei.journal.jobs.start_keeping", lambda: None)
    monkeypatch.setattr("moei.retention.jobs.start_reminding", lambda: None)
    monkeypatch.setattr(server.signal, "signal", lambda *_args: None)
    server.serve(lambda _words: None)
    (granian,) = [command for command in started if "granian" in command]
    assert "--no-access-log" in granian and "--access-log" not in granian
