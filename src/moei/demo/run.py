"""Run the demo in an empty instance: set up, load, play, publish, sum up."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from django.utils.text import slugify
from rich.progress import Progress, TaskID

from moei.access.acting import Acting, Invalid
from moei.access.models import Release, Site
from moei.casefile.actions.load_wordings import load_wordings
from moei.demo.calendar import DAYS_AGO, Calendar
from moei.demo.folder import ListsFolder
from moei.demo.invented import Dice
from moei.demo.onward import play_onward
from moei.demo.play import Play
from moei.demo.rights import play_rights
from moei.demo.scoring import score_resolution
from moei.demo.sheltering import play_first_night
from moei.demo.summary import Summary, sum_up_onward, summarise
from moei.demo.team import SignIn, create_team
from moei.desks.arrivals.actions.add_canary import add_canary

__all__ = ["ListsFolder", "Outcome", "run_demo"]


@dataclass(frozen=True)
class Outcome:
    """The summary, how to sign in, and the files that could not be read."""

    summary: Summary
    sign_ins: list[SignIn]
    refused: tuple[str, ...] = ()


def run_demo(folder: ListsFolder, *, seed: int, progress: Progress, now: datetime | None = None) -> Outcome:
    """Play the lists of a folder. `now` is when somebody watches; everything else lies before it."""
    watching = now or datetime.now(UTC)
    site = Site.objects.create(name="Ban Chong Khaep crossing and centre (invented)")
    calendar = Calendar.of(watching, site.zone)
    release = Release.objects.create(
        code=slugify(folder.name) or "release",
        name=f"Release {folder.name} (invented people)",
        began_at=calendar.began,
        site=site,
        invented=True,
    )
    before = calendar.began - timedelta(days=1)
    load_wordings(now=before)
    team = create_team(release, now=before)
    bars = _Bars(progress)
    play = Play(release, team, calendar, Dice(seed), bars.tick)
    loaded = play.load(folder)
    truth = folder.truth
    match = score_resolution(loaded.resolution, release, truth) if truth is not None else None
    play.review()
    # An invented person among invented people: the auditor is told who looks for her. Other lists may have no room.
    with suppress(Invalid):
        add_canary(
            Acting(team.cast["somsak"], release, calendar.began), "Makeda Wolde", "ETH", sex="F", born=1999
        )
    play.register()
    play.assign()
    play.screen(lambda: play_first_night(play))
    play.publish(calendar.at(1, 21))
    said = play.interview()
    play.consents()
    play_rights(play)
    play.decide(said)
    bulletin = play.publish(calendar.looks_back)
    summary = summarise(
        release, rows_read=loaded.rows, match=match, bulletin=str(bulletin.pdf_path), at=calendar.looks_back
    )
    play_onward(play)
    play.publish(calendar.ends)
    summary = replace(summary, onward=sum_up_onward(release, calendar.ends, day=DAYS_AGO - 1))
    return Outcome(summary, team.sign_ins, loaded.refused)


class _Bars:
    """A progress bar for each part of the play, made when the part begins."""

    def __init__(self, progress: Progress) -> None:
        self.progress = progress
        self.tasks: dict[str, TaskID] = {}

    def tick(self, what: str, done: int, total: int) -> None:
        if what not in self.tasks:
            self.tasks[what] = self.progress.add_task(what, total=total)
        self.progress.update(self.tasks[what], completed=done, total=total)
