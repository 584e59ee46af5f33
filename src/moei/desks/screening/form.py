"""The form of the identification interview, read once."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import as_file, files

from moei.standards.xlsform import FormDefinition, load_form


@lru_cache(maxsize=1)
def identification_form() -> FormDefinition:
    """The form in force. Its `version` is stored with each interview."""
    with as_file(files("moei.standards.forms") / "identification.xlsx") as path:
        return load_form(path)


def questions() -> dict[str, tuple[str, tuple[str, ...]]]:
    """Name of each question -> its type and the names of its choices, in the form's order."""
    return {
        question.name: (question.type, tuple(choice.name for choice in question.choices))
        for question in identification_form()
    }
