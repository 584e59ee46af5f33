"""The summary and the sign-ins, for somebody at a terminal."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table

from moei.demo.summary import Summary
from moei.demo.team import SignIn


def show_summary(console: Console, summary: Summary) -> None:
    figures = summary.as_json()
    table = Table(
        title=f"Release {summary.release}: all people and all answers are invented", show_header=False
    )
    table.add_column("what")
    table.add_column("figure", justify="right")
    for label, key in (
        ("rows read", "rows_read"),
        ("people who arrived", "people"),
        ("listed but not arrived", "listed_not_arrived"),
        ("arrived but not listed", "arrived_not_listed"),
        ("listed twice (rows too many)", "listed_twice"),
        ("known from families alone", "reported_only"),
    ):
        table.add_row(label, str(figures[key]))
    match = figures["match"]
    if match:
        table.add_row("automatic links: precision over pairs of rows", f"{match['precision']:.3f}")
        table.add_row("automatic links: recall over pairs of rows", f"{match['recall']:.3f}")
    table.add_row("interviewed", str(figures["interviewed"]))
    for outcome, count in figures["determinations"].items():
        table.add_row(f"determined: {outcome.replace('_', ' ')}", str(count))
    for status, count in figures["clocks"].items():
        table.add_row(f"clocks {status}", str(count))
    for label, key in (
        (f"identified as victims by day {figures.get('day')}", "identified"),
        ("given a bed in a shelter", "sheltered"),
        ("referrals to a service", "referrals"),
        ("come home", "returned"),
        ("still here", "waiting"),
        ("statements that investigators read", "statements"),
    ):
        if key in figures:
            table.add_row(label, str(figures[key]))
    console.print(table)
    console.print(f"Bulletin: {summary.bulletin}")


def show_sign_ins(console: Console, sign_ins: list[SignIn], address: str) -> None:
    table = Table(title=f"Sign in at {address} (passwords of this run only)")
    for heading in ("user name", "password", "who", "works as"):
        table.add_column(heading)
    for sign_in in sign_ins:
        table.add_row(sign_in.username, sign_in.password, sign_in.name, sign_in.work)
    console.print(table)
