"""The interface speaks English, Thai and some Arabic, and nothing that people read was left out of the catalogues."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from gettext import c2py
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po
from django.urls import reverse
from django.utils.translation import gettext, override
from django.utils.translation.template import templatize
from scripts.messages import LIBRARIES, gathered, refusals, role_names

from moei.access.acting import Invalid, Refused
from moei.access.policy import ROLES
from moei.casefile import persons_file
from moei.web.templatetags.moei import country_name, language_name

SOURCES = Path(__file__).resolve().parents[1] / "src" / "moei"
THAI = SOURCES / "locale" / "th" / "LC_MESSAGES"
ARABIC = SOURCES / "locale" / "ar" / "LC_MESSAGES"
# What speaks Arabic whole: the frame of every page, signing in, refused pages, and the desk of arrivals. The rest of
# the pages has no Arabic yet, or some.
IN_ARABIC = (
    "web/templates/layout",
    "web/templates/components",
    "web/templates/account",
    "web/templates/mfa",
    "web/templates/403.html",
    "web/templates/403_csrf.html",
    "web/templates/404.html",
    "web/templates/405.html",
    "web/templates/500.html",
    "web/templates/web/no_desk.html",
    "web/templates/web/releases.html",
    "web/templates/web/say_why.html",
    "web/templates/web/slowed.html",
    "web/templates/web/unlock.html",
    "web/navigation.py",
    "web/sign_in.py",
    "web/lock_views.py",
    "web/templatetags",
    "desks/arrivals",
    "casefile/words.py",
    "casefile/models/identity.py",
    "casefile/models/person.py",
    "casefile/actions/merge_people.py",
    "casefile/actions/tell_family.py",
    "casefile/templates/casefile/tell_family.html",
    "casefile/templates/casefile/sections/family_asks.html",
)
TEMPLATES = sorted(path for path in SOURCES.rglob("*.html") if "templates" in path.parts)
PLACEHOLDERS = re.compile(r"%%|%(?:\(\w+\))?[sdifr]|\{\w*\}")
# What may stand in a page as it is: the program's name, and keys to press.
BARE = re.compile(r"Moei|Alt\+\w?")
# The style guide's samples are no texts of the interface.
PAGES = [path for path in TEMPLATES if path.name != "style_guide.html"]


@pytest.fixture(autouse=True)
def _language_ends_with_the_test() -> Iterator[None]:
    """A page asked for in Thai leaves Thai behind in the thread of the test."""
    with override("en"):
        yield


@pytest.fixture(scope="module")
def written() -> Catalog:
    with (THAI / "django.po").open("rb") as file:
        return read_po(file, locale="th")


@pytest.fixture(scope="module")
def arabic() -> Catalog:
    with (ARABIC / "django.po").open("rb") as file:
        return read_po(file, locale="ar")


def translated(catalogue: Catalog) -> dict[tuple[str, ...], tuple[str, ...]]:
    """Of a catalogue that is not complete, what is translated."""
    return {source: forms for source, forms in texts(catalogue).items() if any(forms)}


def texts(catalogue: Catalog) -> dict[tuple[str, ...], tuple[str, ...]]:
    """Every text with its translation, singular and plural, without the header."""
    return {_forms(m.id): _forms(m.string) for m in catalogue if m.id}


def _forms(text: str | list[str] | tuple[str, ...]) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text)


def placeholders(text: str) -> Counter[str]:
    return Counter(PLACEHOLDERS.findall(text))


def test_every_text_has_a_thai_text(written):
    missing = [source for source, thai in texts(written).items() if not all(thai)]
    unsure = [message.id for message in written if message.id and message.fuzzy]

    assert len(texts(written)) > 1000
    assert (missing, unsure) == ([], [])


def test_thai_has_one_form_for_every_number(written):
    assert written.num_plurals == 1
    assert {len(thai) for thai in texts(written).values()} == {1}


def test_names_to_fill_in_are_the_same_in_thai(written):
    different = {
        source: thai[0]
        for source, thai in texts(written).items()
        if placeholders(thai[0]) not in [placeholders(form) for form in source]
    }

    assert different == {}


def test_arabic_has_six_forms_for_numbers_and_none_is_left_out(arabic):
    assert arabic.num_plurals == 6
    form = c2py(arabic.plural_expr)
    assert [form(n) for n in (0, 1, 2, 3, 10, 11, 99, 100, 103)] == [0, 1, 2, 3, 3, 4, 4, 5, 3]
    wrong = {
        source: forms
        for source, forms in translated(arabic).items()
        if len(forms) != (6 if len(source) == 2 else 1) or not all(forms)
    }

    assert wrong == {}


def test_names_to_fill_in_are_the_same_in_arabic(arabic):
    """The forms for none, one and two may say the number in words, where it is filled in by name."""
    different = {}
    for source, forms in translated(arabic).items():
        allowed = [placeholders(form) for form in source]
        counted = [form - Counter(["%(n)s", "%(n)d", "%(count)s"]) for form in allowed]
        for number, form in enumerate(forms):
            if placeholders(form) not in allowed + (counted if len(forms) == 6 and number < 3 else []):
                different[source] = form

    assert different == {}


def test_what_is_used_most_is_all_in_arabic(arabic):
    done = {form for source in translated(arabic) for form in source}
    unsure = [message.id for message in arabic if message.id and message.fuzzy]
    paths = [SOURCES / name for name in IN_ARABIC]
    files = [file for path in paths for file in ([path] if path.is_file() else sorted(path.rglob("*.*")))]
    used = {(text, path.name) for path in files if path in PAGES for text in in_template(path)}
    for path in files:
        if path.suffix == ".py" and counts(path) and path.name != "style_guide.py":
            said = {*in_program(path), *refusals(path.read_text(encoding="utf-8"))}
            used |= {(text, path.name) for text in said}
    used |= {(text, "roles") for text in role_names()}

    assert all(path.exists() for path in paths)
    assert len(used) > 600
    assert ({(text, where) for text, where in used if text not in done}, unsure) == (set(), [])


def test_the_arabic_is_written_in_arabic(arabic):
    """A text that was left in English, or an empty one, is no translation."""
    bare = [
        forms
        for forms in translated(arabic).values()
        if not all(re.search(r"[\u0600-\u06ff]", form) for form in forms)
    ]

    assert bare == []


@pytest.mark.parametrize(("folder", "whole"), [(THAI, texts), (ARABIC, translated)], ids=["th", "ar"])
def test_the_compiled_catalogue_says_what_the_written_one_says(folder, whole):
    with (folder / "django.mo").open("rb") as file:
        compiled = read_mo(file)
    with (folder / "django.po").open("rb") as file:
        written = read_po(file, locale=folder.parent.name)

    assert texts(compiled) == whole(written)


@pytest.mark.parametrize("folder", [THAI, ARABIC], ids=["th", "ar"])
def test_the_catalogue_says_that_it_is_a_draft(folder):
    head = (folder / "django.po").read_text(encoding="utf-8").partition('msgid ""')[0]

    assert "DRAFT, NOT REVIEWED" in head


def test_every_text_of_templates_and_programs_is_in_the_catalogue(written):
    known = {form for source in texts(written) for form in source}
    used = {(text, path.name) for path in TEMPLATES for text in in_template(path)}
    used |= {(text, path.name) for path in SOURCES.rglob("*.py") if counts(path) for text in in_program(path)}
    used |= {(text, "refusals and roles") for text in gathered()}
    used |= {(text, "libraries") for forms in LIBRARIES for text in forms}

    assert len(used) > 1000
    assert {(text, where) for text, where in used if text not in known} == set(), "run `make messages`"


def in_template(path: Path) -> Iterator[str]:
    code = templatize(path.read_text(encoding="utf-8"), origin=str(path))
    for call in re.finditer(r"""\b(?:_|gettext)\((u?(['"])(?:\\.|(?!\2).)*\2)\)""", code, re.DOTALL):
        yield ast.literal_eval(call[1])
    for call in re.finditer(r"""\bngettext\((u?(['"])(?:\\.|(?!\2).)*\2)""", code, re.DOTALL):
        yield ast.literal_eval(call[1])


def in_program(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in {"_", "gettext", "ngettext"}:
            first = node.args[0]
            if isinstance(first, ast.Constant):
                yield first.value


def counts(path: Path) -> bool:
    return "tests" not in path.parts and "migrations" not in path.parts


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_nothing_in_a_template_is_said_in_one_language_only(path):
    assert bare_words(path.read_text(encoding="utf-8")) == []


def bare_words(template: str) -> list[str]:
    """Words between tags, and in attributes that are read out, that no translation goes through."""
    hole = "\0"
    text = re.sub(r"\{#.*?#\}|\{% comment.*?endcomment %\}|<!--.*?-->", "", template, flags=re.DOTALL)
    text = re.sub(r"\{% blocktranslate.*?endblocktranslate %\}", hole, text, flags=re.DOTALL)
    text = re.sub(r"\{% block body_class %\}[^{]*", hole, text)
    text = re.sub(r"\{%.*?%\}|\{\{.*?\}\}", hole, text, flags=re.DOTALL)
    text = re.sub(r"<(script|style|svg)\b.*?</\1>", "", text, flags=re.DOTALL)
    read_out = re.findall(r'\b(?:aria-label|title|placeholder|alt|data-label)="([^"]*)"', text)
    pieces = re.split(rf"[\n{hole}]", re.sub(r"<[^>]*>", "\n", text)) + read_out
    return [piece.strip() for piece in pieces if re.search(r"[^\W\d_]", BARE.sub("", piece))]


@pytest.mark.parametrize(
    ("template", "found"),
    [
        ("<p>Hello</p>", ["Hello"]),
        ('<p aria-label="Close">{{ name }}</p>', ["Close"]),
        ("{% if x %}on{% endif %}", ["on"]),
        ('{% load i18n %}<p>{% translate "Hello" %}, {{ name }} – Moei 3</p>', []),
    ],
)
def test_the_search_for_bare_words_finds_them(template, found):
    assert bare_words(template) == found


def test_words_of_a_refusal_are_found_in_a_program():
    source = (
        'raise Invalid({"a": "One." if x else "Two.", "b": f"{n} more."})\nerrors["c"] = "Three."\nf("Four.")'
    )

    assert refusals(source) == {"One.", "Two.", "Three."}


def thai_letters(text: str) -> int:
    return len(re.findall(r"[\u0e00-\u0e7f]", text))


def test_signing_in_speaks_thai(client, db):
    client.cookies["django_language"] = "th"
    page = client.get(reverse("account_login")).content.decode()

    assert '<html lang="th"' in page
    assert "เข้าสู่ระบบ" in page and "รหัสผ่าน" in page
    assert "Sign in" not in page


def test_the_board_speaks_thai_and_says_that_it_is_a_draft(sign_in, anong):
    client = sign_in(anong)
    client.cookies["django_language"] = "th"
    page = client.get(reverse("overview:board")).content.decode()

    assert '<html lang="th"' in page
    assert "กระดานปฏิบัติการ" in page
    assert "ฉบับร่าง" in page, "the footer says that nobody has reviewed the Thai texts"
    assert thai_letters(page) > 500
    assert "Operations board" not in page


def test_the_desk_of_arrivals_speaks_arabic_from_right_to_left_and_says_that_it_is_a_draft(sign_in, anong):
    client = sign_in(anong)
    client.cookies["django_language"] = "ar"
    page = client.get(reverse("arrivals:review")).content.decode()

    assert '<html lang="ar" dir="rtl"' in page
    assert "moei.rtl.css" in page
    assert "من هو من" in page
    assert "مسودة" in page, "the footer says that nobody has reviewed the Arabic texts"
    assert "Who is who" not in page


def test_papers_that_people_keep_are_written_in_whole_languages_only():
    assert [code for code, _name in persons_file.languages()] == ["en", "th"]


def test_what_has_no_arabic_yet_is_in_english(sign_in, anong):
    client = sign_in(anong)
    client.cookies["django_language"] = "ar"

    assert client.get(reverse("overview:board")).status_code == 200


def test_english_stays_english(sign_in, anong):
    page = sign_in(anong).get(reverse("overview:board")).content.decode()

    assert "Operations board" in page
    assert "draft that no speaker" not in page


def test_the_language_is_chosen_on_the_page(sign_in, anong):
    client = sign_in(anong)
    answer = client.post(reverse("set_language"), {"language": "th", "next": "/board/"}, follow=True)

    assert '<html lang="th"' in answer.content.decode()


def test_names_of_countries_and_languages_come_from_cldr():
    with override("th"):
        assert country_name("ETH") == "เอธิโอเปีย"
        assert country_name("XXA") == "ไร้รัฐไร้สัญชาติ"
        assert language_name("am") == "อัมฮารา"
    assert country_name("ETH") == "Ethiopia"


def test_refusals_speak_the_language_of_whoever_acts():
    with override("th"):
        invalid = Invalid({"reason": "Say why the interview stops.", "": "This interview is over."})
        refused = Refused("Only who signed may withdraw a signature.")
        unknown = Invalid("There are 3 of these.")

    assert invalid.errors == {"reason": "โปรดระบุเหตุที่หยุดการสัมภาษณ์", "": "การสัมภาษณ์นี้จบแล้ว"}
    assert thai_letters(str(refused)) > 10
    assert unknown.errors == {"": "There are 3 of these."}
    assert Invalid("This interview is over.").errors == {"": "This interview is over."}


def test_every_role_has_a_thai_name():
    with override("th"):
        assert [role.code for role in ROLES.values() if thai_letters(gettext(role.label)) < 3] == []
