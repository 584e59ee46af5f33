"""Large lists are taken in by a worker, and the page says how far it is."""

from __future__ import annotations

import pytest
from django.urls import reverse

from moei.casefile.models import SourceRecord
from moei.desks.arrivals import progress
from moei.desks.arrivals.actions import commit_import as module
from moei.desks.arrivals.actions import start_work
from moei.desks.arrivals.actions.start_work import start_commit, start_matching
from moei.desks.arrivals.actions.upload_list import upload_list
from moei.desks.arrivals.tests.workbooks import workbook

pytestmark = pytest.mark.django_db


@pytest.fixture
def large(monkeypatch):
    """Everything counts as large."""
    monkeypatch.setattr(start_work, "INLINE_ROWS", 0)


@pytest.fixture
def worker(settings):
    """A worker that does its work at once."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}


@pytest.fixture
def staged(anong, acting):
    return upload_list(acting(anong), "received.xlsx", workbook(), "Immigration")


def test_a_small_list_is_taken_in_at_once(staged, anong, acting, release):
    assert start_commit(acting(anong), staged, release.began_at) is True
    staged.refresh_from_db()
    assert staged.state == "committed"


def test_a_large_list_is_given_to_the_worker(
    large, worker, staged, anong, acting, release, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        assert start_commit(acting(anong), staged, release.began_at) is False
        staged.refresh_from_db()
        assert staged.working_since is not None
    staged.refresh_from_db()
    assert (staged.state, staged.working_since, staged.failure) == ("committed", None, "")
    assert SourceRecord.objects.count() == 5
    assert progress.progress_of(staged.id) == {}


def test_a_second_click_does_not_start_it_again(large, staged, anong, acting, release):
    start_commit(acting(anong), staged, release.began_at)
    staged.refresh_from_db()
    assert start_commit(acting(anong), staged, release.began_at) is False


def test_what_goes_wrong_is_said_on_the_list(
    large, worker, staged, anong, acting, release, monkeypatch, django_capture_on_commit_callbacks
):
    def fail(*_args, **_about):
        raise RuntimeError("matching broke")

    monkeypatch.setattr(module, "match_people", fail)
    with django_capture_on_commit_callbacks(execute=True):
        start_commit(acting(anong), staged, release.began_at)
    staged.refresh_from_db()
    assert staged.working_since is None
    assert "Try again" in staged.failure


def test_the_page_shows_how_far_it_is(large, staged, anong, acting, release, sign_in):
    start_commit(acting(anong), staged, release.began_at)
    progress.reporter(staged.id, "Matching names")(300, 1000)
    content = sign_in(anong).get(reverse("arrivals:state", args=[staged.pk])).content.decode()
    assert 'value="300" max="1000"' in content
    progress.forget(staged.id)
    assert (
        "being taken in" in sign_in(anong).get(reverse("arrivals:import", args=[staged.pk])).content.decode()
    )


def test_matching_again_can_be_given_to_the_worker_too(large, worker, staged, anong, acting):
    module.commit_import(acting(anong), staged)
    assert start_matching(acting(anong)) is False
    assert progress.progress_of(acting(anong).release.id) == {}
