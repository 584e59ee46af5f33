"""Load the words in which consent is asked. A text that changed becomes a new row; none is ever rewritten (P04)."""

from __future__ import annotations

import tomllib
from datetime import datetime
from pathlib import Path

from django.db import transaction

from moei.casefile.models import Purpose, Wording
from moei.crypto import text_digest
from moei.journal.models import Entry
from moei.journal.record import Note, record

FILE = Path(__file__).resolve().parent.parent / "wordings.toml"


@transaction.atomic
def load_wordings(*, now: datetime, file: Path = FILE) -> int:
    """Returns how many texts are new. Part of setting an instance up, so nobody in particular acts."""
    given = tomllib.loads(file.read_text(encoding="utf-8"))
    fresh = 0
    for purpose, texts in given["consent"].items():
        for language, text in texts.items():
            text = text.strip()
            _row, created = Wording.objects.get_or_create(
                code=wording_code(Purpose(purpose)),
                language=language,
                sha256=text_digest(text),
                defaults={"text": text, "status": Wording.Status(given["status"])},
            )
            fresh += created
    if fresh:
        record(Note("wordings.loaded", kind=Entry.Kind.CHANGE, data={"texts": fresh}), now=now)
    return fresh


def wording_code(purpose: Purpose) -> str:
    return f"consent.{purpose.value}"


def current_wording(purpose: Purpose, language: str) -> Wording | None:
    """The text to show now: a reviewed one before a draft, then the newest."""
    rows = Wording.objects.filter(code=wording_code(purpose), language=language)
    return rows.filter(status=Wording.Status.REVIEWED).order_by("-pk").first() or rows.order_by("-pk").first()
