"""P14: an opening in an emergency is reviewed once, also when two auditors do it at the same moment."""

from __future__ import annotations

import threading

import pytest
from django.db import connection

from moei.access.acting import Invalid
from moei.access.actions.break_glass import break_glass, review_break_glass
from moei.access.cast import Member, create_member
from moei.access.models import BreakGlass, Staff
from moei.journal.models import Entry


@pytest.fixture
def pim(release, agencies, now, cast) -> Staff:
    """A second auditor, of the labour office."""
    return create_member(
        Member("pim", "Pim Auditor", "Labour Tak", "", ("auditor",)), release, agencies, now=now
    )


@pytest.fixture
def opened(add_case, acting, kanya) -> BreakGlass:
    return break_glass(acting(kanya), add_case("Somebody").id, "She fainted and nobody can be reached")


@pytest.mark.django_db
def test_p14_who_reviews_what_another_reviewed_since_their_page_was_drawn_is_told(
    opened, acting, somsak, pim
):
    drawn = BreakGlass.objects.get(pk=opened.pk)
    review_break_glass(acting(somsak), opened, justified=False, note="Nobody fainted that day.")
    with pytest.raises(Invalid, match="reviewed already"):
        review_break_glass(acting(pim), drawn, justified=True, note="The clinic confirms it.")
    kept = BreakGlass.objects.get(pk=opened.pk)
    assert (kept.reviewed_by, kept.justified) == (somsak, False)


@pytest.mark.django_db(transaction=True)
def test_p14_of_two_reviews_at_the_same_moment_one_counts(opened, acting, somsak, pim):
    got: list[object] = []
    start = threading.Barrier(2)

    def run(who: Staff, justified: bool) -> None:
        try:
            mine = BreakGlass.objects.get(pk=opened.pk)
            start.wait(timeout=30)
            got.append(review_break_glass(acting(who), mine, justified=justified, note=f"As {who} saw it."))
        except Exception as refused:
            got.append(refused)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in ((somsak, False), (pim, True))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert sorted(type(answer).__name__ for answer in got) == ["BreakGlass", "Invalid"], got
    [entry] = Entry.objects.filter(action="break_glass.reviewed")
    kept = BreakGlass.objects.get(pk=opened.pk)
    assert (kept.reviewed_by_id, kept.justified) == (entry.actor, entry.data["justified"])
