"""``moei compare``: which numbers two agencies both hold, without either showing its list. On files alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from moei.engines.cli_rows import match_rows
from moei.terminal import terminal

if TYPE_CHECKING:
    from moei.engines.private_comparison.agreement import Agreement
    from moei.engines.private_comparison.items import Items

app = typer.Typer(
    help="Between agencies that do not show their lists: which document numbers and phones do both hold?",
    no_args_is_help=True,
)

Lists = Annotated[list[Path], typer.Argument(exists=True, dir_okay=False, help="Your lists of people.")]
AgreementFile = Annotated[
    Path, typer.Option("--agreement", exists=True, dir_okay=False, help="What the two agreed (TOML).")
]
KeyFile = Annotated[
    Path, typer.Option("--key", exists=True, dir_okay=False, help="Your key, made by `moei compare key`.")
]


@app.callback()
def compare() -> None:
    """Which document numbers and phones two agencies both hold."""


@app.command()
def key(out: Annotated[Path, typer.Option(help="Write the private key here; it never leaves you.")]) -> None:
    """Make a key pair; print the public key, which goes into the agreement."""
    console = terminal()
    with _refusals(console, out):
        from moei.engines.private_comparison.steps import new_key

        public = new_key(out)
        console.print(public, markup=False, highlight=False, soft_wrap=True)


@app.command()
def ask(
    lists: Lists,
    agreement: AgreementFile,
    key: KeyFile,
    out: Annotated[Path, typer.Option(help="Write the question here.")],
) -> None:
    """Write a question about the numbers of your lists, for the other agency. It shows none of them."""
    console = terminal()
    with _refusals(console, *lists, agreement, key, out):
        from moei.engines.private_comparison.agreement import read_agreement
        from moei.engines.private_comparison.steps import ask

        agreed = read_agreement(agreement)
        items = _items(console, lists, agreed)
        with console.status("Making the question"):
            asked = ask(items, agreed, key, out, now=datetime.now(UTC))
        _say(console, f"{out} is for {asked.partner.name}. Read their answer with `moei compare read`.")


@app.command()
def answer(
    question: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="What the other sent.")],
    lists: Lists,
    agreement: AgreementFile,
    key: KeyFile,
    out: Annotated[Path, typer.Option(help="Write the answer here.")],
) -> None:
    """Answer a question with your lists. You learn nothing; the other learns which of its numbers you hold too."""
    console = terminal()
    with _refusals(console, question, *lists, agreement, key, out):
        from moei.engines.private_comparison.agreement import read_agreement
        from moei.engines.private_comparison.steps import answer

        agreed = read_agreement(agreement)
        items = _items(console, lists, agreed)
        with console.status("Making the answer"):
            answered = answer(question, items, agreed, key, out, now=datetime.now(UTC))
        _say(
            console,
            f"{out} is for {answered.partner.name}: question {answered.number} of {agreed.most_questions}.",
        )


@app.command()
def read(
    answer: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="What the other answered.")],
    agreement: AgreementFile,
    key: KeyFile,
    out: Annotated[Path, typer.Option(help="Write your rows that the other holds too here (CSV).")],
) -> None:
    """Read the answer to your question: which rows of your own lists the other holds too."""
    console = terminal()
    with _refusals(console, answer, agreement, key, out):
        from moei.engines.private_comparison.agreement import read_agreement
        from moei.engines.private_comparison.steps import read

        agreed = read_agreement(agreement)
        with console.status("Reading the answer"):
            found = read(answer, agreed, key, out, now=datetime.now(UTC))
        _say(
            console,
            f"{found.shared} numbers are with {found.partner.name} too, in {found.rows} of your rows: {out}\n"
            "A shared number is a reason to look, not yet the same person. To have learned it is a disclosure: write it "
            "into the register of each case.",
        )


def _items(console: Console, files: list[Path], agreement: Agreement) -> Items:
    from moei.engines.private_comparison.items import FEWEST_SIGNS, gather
    from moei.engines.private_comparison.refusal import Refused

    name, times = Counter(path.name for path in files).most_common(1)[0]
    if times > 1:
        raise Refused(
            f"Several lists are called {name}: their rows could not be told apart. Rename all but one."
        )
    refused: list[str] = []
    items = gather(match_rows(console, files, refused), agreement, unless=refused)
    counted = " and ".join(f"{items.count(one.removesuffix('s'))} {one}" for one in agreement.compared)
    _say(
        console, f"{items.rows} rows: {counted}, sent as {agreement.most_items} with made-up ones among them"
    )
    if items.repeated:
        _say(console, f"{items.repeated} of them stand in more than one row, and are compared once")
    if items.short:
        _say(
            console, f"{items.short} numbers have fewer than {FEWEST_SIGNS} signs, and are left out", "yellow"
        )
    return items


def _say(console: Console, words: str, style: str = "") -> None:
    """Names of agencies and files are words of others: nothing in them is a colour or a command."""
    console.print(words, style=style, markup=False, highlight=False, soft_wrap=True)


@contextmanager
def _refusals(console: Console, *files: Path) -> Iterator[None]:
    from moei.engines.private_comparison.refusal import Refused

    try:
        if any(not _is_text(str(path)) for path in files):
            raise Refused("A file has a name with signs that cannot be printed. Rename it.")
        yield
    except Refused as error:
        _say(console, str(error), "red")
    except OSError as error:
        _say(console, f"{error.filename or 'A file'} could not be read or written: {error.strerror}.", "red")
    except UnicodeError:
        _say(
            console,
            "The name of a file, or what stands in one, is no text that can be written. Rename it.",
            "red",
        )
    else:
        return
    raise typer.Exit(2)


def _is_text(name: str) -> bool:
    """Not so a name that was written in another encoding, as on old sticks."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True
