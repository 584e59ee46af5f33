"""The form of the identification interview, and what the reader refuses."""

from importlib.resources import files

import pytest
from openpyxl import Workbook
from pyxform.xls2xform import convert

from moei.standards.forms.build_identification import build, workbook
from moei.standards.htcds import to_htcds
from moei.standards.xlsform import ELEMENTS, INDICATORS, BadAnswer, XLSFormError, load_form

FORM = files("moei.standards.forms") / "identification.xlsx"


@pytest.fixture(scope="module")
def form():
    return load_form(FORM)


def test_the_form_converts_without_errors_or_warnings():
    converted = convert(str(FORM))
    assert not converted.warnings
    assert "passport_taken" in converted.xform


def test_the_committed_form_is_the_one_the_script_builds(form, tmp_path):
    build(tmp_path / "built.xlsx")
    assert load_form(tmp_path / "built.xlsx") == form


def test_p07_a_small_set_of_questions(form):
    assert 25 <= len(list(form)) <= 35


def test_every_element_and_every_indicator_can_be_evidenced(form):
    assert {question.element for question in form} >= set(ELEMENTS)
    assert {question.indicator for question in form if question.indicator} == set(INDICATORS)
    assert len(INDICATORS) == 11


def test_every_question_and_choice_is_said_in_english_and_thai(form):
    assert form.languages == ("en", "th")
    for question in form:
        assert set(question.labels) == {"en", "th"}, question.name
        for choice in question.choices:
            assert set(choice.labels) == {"en", "th"}, (question.name, choice.name)


def test_p03_nothing_is_asked_about_investigation_embassy_or_media(form):
    asked = " ".join([*(q.name for q in form), *(text for q in form for text in q.labels.values())]).lower()
    for word in (
        "investigat",
        "embass",
        "consul",
        "media",
        "journalist",
        "press",
        "consent",
        "testif",
        "court",
    ):
        assert word not in asked


def test_a_person_may_always_say_nothing(form):
    for question in form:
        names = {choice.name for choice in question.choices}
        assert not names or names & {"no_answer", "other", "Other"}, question.name


def test_no_answer_is_evidence_only_because_it_is_unsure(form):
    for question in form:
        assert not question.evidence_when & {"unsure", "no_answer", "none", "nothing"}, question.name


@pytest.mark.parametrize(
    ("question", "given", "stored"),
    [
        ("could_leave", "guarded", "guarded"),
        ("barriers", ["armed", "bars"], "bars armed"),
        ("hours_a_day", 16, "16"),
        ("hours_a_day", " 016 ", "16"),
        ("hours_a_day", "๑๖", "16"),
        ("route", "  by boat ", "by boat"),
        ("route", None, ""),
        ("barriers", [], ""),
    ],
)
def test_answers_are_stored_in_one_form(form, question, given, stored):
    assert form.question(question).normal(given) == stored


@pytest.mark.parametrize(
    ("question", "given"),
    [
        ("could_leave", "maybe"),
        ("could_leave", ["yes", "no"]),
        ("barriers", ["bars", "dragons"]),
        ("hours_a_day", "-3"),
        ("hours_a_day", "1.5"),
        ("route", "x" * 10_001),
        ("route", "a\x00b"),
    ],
)
def test_answers_that_do_not_fit_are_refused_in_words(form, question, given):
    with pytest.raises(BadAnswer):
        form.question(question).normal(given)


def test_a_question_shows_only_when_it_is_relevant(form):
    punishment = form.question("punishment")
    assert not punishment.is_relevant({})
    assert not punishment.is_relevant({"quota": "no"})
    assert punishment.is_relevant({"quota": "yes"})


def test_answers_map_to_htcds(form):
    record = to_htcds(
        form,
        {
            "work_offered": "yes",
            "recruited_how": "ThroughAnOnlineAdvertisement Other",
            "passport_taken": "taken",
            "violence": "yes",
            "sold": "yes",
            "recruited_where": "Addis Ababa",
        },
    )
    assert record == {
        "vic_MethodOfRecruitment": "ThroughAnOnlineAdvertisement Other",
        "vic_LocationOfRecruitment": "Addis Ababa",
        "vic_Methods_of_Control": "WithholdsDocuments PhysicalAbuse",
    }
    assert "vic_TraffickingStatus" not in record


def broken(tmp_path, change) -> None:
    book: Workbook = workbook()
    change(book)
    book.save(tmp_path / "form.xlsx")
    load_form(tmp_path / "form.xlsx")


@pytest.mark.parametrize(
    ("cell", "value", "words"),
    [
        ("A3", "geopoint", "unknown type"),
        ("A3", "select_one nothing", "unknown list"),
        ("B3", "two words", "bad name"),
        ("G3", "${later} > 3", "not understood"),
        ("H3", "motive", "unknown element"),
        ("I3", "guilt", "unknown indicator"),
        ("J3", "yes", "no choice"),
        ("H3", "act", "without the answers"),
        ("A3", "begin_group", "inside a group"),
    ],
)
def test_a_form_that_is_not_understood_is_refused(tmp_path, cell, value, words):
    with pytest.raises(XLSFormError, match=words):
        broken(tmp_path, lambda book: book["survey"].__setitem__(cell, value))


def test_a_form_without_its_sheets_is_refused(tmp_path):
    with pytest.raises(XLSFormError, match="choices"):
        broken(tmp_path, lambda book: book.remove(book["choices"]))


def test_the_version_follows_the_content_and_not_the_file(form, tmp_path):
    book = workbook()
    book.save(tmp_path / "same.xlsx")
    assert load_form(tmp_path / "same.xlsx").version == form.version
    book["survey"]["C3"] = "Another wording"
    book.save(tmp_path / "other.xlsx")
    assert load_form(tmp_path / "other.xlsx").version != form.version
