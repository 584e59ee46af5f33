"""Renew the interface catalogues: collect the texts, merge them into each catalogue, compile it.

`make messages` calls it. Needs GNU gettext (`apt-get install gettext`); users do not, the compiled file is committed.

Besides what `makemessages` finds in templates and in `gettext(...)`, it collects the words of refusals, which
actions raise in plain English and `Invalid` and `Refused` translate, the names of roles in the policy table, what the
protocol engine answers when something may not be done, and what the outcomes of protocols oblige to.
"""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

from moei.engines.protocol import TEMPLATES

ROOT = Path(__file__).resolve().parents[1]
SOURCES = ROOT / "src" / "moei"
CATALOGUES = SOURCES / "locale"
LANGUAGES = ("th", "ar")
# Exists only while makemessages runs, which reads source files and nothing else.
GATHERED = SOURCES / "_gathered_words.py"
RAISED = {"Invalid", "Refused", "Slowed", "ReasonNeeded", "BadAnswer", "BadArchive"}
# Texts of Django and allauth that people meet here and that these libraries have no (or no good) translation for.
LIBRARIES = (
    ("Enter a complete value.",),
    ("Null characters are not allowed.",),
    ("Authenticator App",),
    ("The password is too similar to the %(verbose_name)s.",),
    ("This password is too common.",),
    ("Your password can’t be too similar to your other personal information.",),
    ("Your password can’t be a commonly used password.",),
    (
        "This password is too short. It must contain at least %d character.",
        "This password is too short. It must contain at least %d characters.",
    ),
    (
        "Your password must contain at least %(min_length)d character.",
        "Your password must contain at least %(min_length)d characters.",
    ),
    (
        "Ensure this value has at most %(limit_value)d character (it has %(show_value)d).",
        "Ensure this value has at most %(limit_value)d characters (it has %(show_value)d).",
    ),
    (
        "Ensure this filename has at most %(max)d character (it has %(length)d).",
        "Ensure this filename has at most %(max)d characters (it has %(length)d).",
    ),
)


def _words(node: ast.expr) -> Iterator[str]:
    """The literal texts of a refusal: the text itself, or the values of its mapping of fields."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value:
        yield node.value
    elif isinstance(node, ast.Dict):
        for value in node.values:
            yield from _words(value)
    elif isinstance(node, ast.IfExp):
        yield from _words(node.body)
        yield from _words(node.orelse)


def _is_errors(target: ast.expr) -> bool:
    return isinstance(target, ast.Subscript) and getattr(target.value, "id", "") == "errors"


def refusals(source: str) -> set[str]:
    """Texts raised in `source` as `Invalid(...)` or `Refused(...)`, or gathered for one as `errors[field] = ...`."""
    found: set[str] = set()
    tree = ast.parse(source)
    constants = {
        target.id: node.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in RAISED and node.args:
            for named in (one for one in ast.walk(node.args[0]) if isinstance(one, ast.Name)):
                found.update(_words(constants[named.id]) if named.id in constants else ())
            found.update(_words(node.args[0]))
        elif isinstance(node, ast.Assign) and any(_is_errors(target) for target in node.targets):
            found.update(_words(node.value))
    return found


def role_names() -> set[str]:
    tree = ast.parse((SOURCES / "access" / "policy.py").read_text(encoding="utf-8"))
    return {
        str(node.args[1].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and getattr(node.func, "id", "") == "Role"
        and len(node.args) > 1
        and isinstance(node.args[1], ast.Constant)
    }


def duties() -> set[str]:
    """What the outcomes of the protocols oblige to; their labels carry their languages with them."""
    found: set[str] = set()
    for path in (SOURCES / "protocols").glob("*.toml"):
        for outcome in tomllib.loads(path.read_text(encoding="utf-8"))["outcomes"]:
            duty = outcome["duty"]
            found.add(duty["value"] if isinstance(duty, dict) else duty)
    return found


def gathered() -> set[str]:
    """Every text that is translated when it is shown, though no `gettext` stands around it in the source."""
    texts = role_names() | duties() | {words for words in TEMPLATES.values() if " " in words}
    for path in SOURCES.rglob("*.py"):
        if "tests" not in path.parts and "engines" not in path.parts and path != GATHERED:
            texts |= refusals(path.read_text(encoding="utf-8"))
    return texts


def main() -> None:
    manage = [sys.executable, "-m", "django"]
    lines = [f"gettext({text!r})" for text in sorted(gathered())]
    for words, *plural in LIBRARIES:
        lines.append(f"ngettext({words!r}, {plural[0]!r}, 2)" if plural else f"gettext({words!r})")
    GATHERED.write_text("\n".join(lines) + "\n", encoding="utf-8")
    locales = [part for language in LANGUAGES for part in ("--locale", language)]
    try:
        collect = ["makemessages", *locales, "--no-location", "--no-obsolete", "--no-wrap"]
        subprocess.run(
            [*manage, *collect, "--ignore", "*/tests/*", "--ignore", "web/static/*"], cwd=SOURCES, check=True
        )
    finally:
        GATHERED.unlink()
    subprocess.run([*manage, "compilemessages", *locales], cwd=SOURCES, check=True)


if __name__ == "__main__":
    main()
