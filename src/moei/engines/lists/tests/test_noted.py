"""The place and the kin that a row's note names, by headings in many languages. All people are invented."""

from __future__ import annotations

import pytest

from moei.engines.lists import read_list
from moei.engines.lists.headings import read_heading, read_noted_heading
from moei.engines.lists.lexicon import NOTED
from moei.engines.lists.noted import noted_kin, noted_place


@pytest.mark.parametrize(
    ("place", "father", "mother"),
    [
        ("Compound", "Father's name", "Mother's name"),
        ("ค่าย", "ชื่อบิดา", "ชื่อมารดา"),
        ("စခန်း", "အဘအမည်", "အမိအမည်"),
        ("园区", "父亲姓名", "母亲姓名"),
        ("ካምፕ", "ወላጅ አባት", "የእናት ስም"),
        ("المجمع", "اسم الأب", "اسم الأم"),
        ("Lieu de détention", "Nom du père", "Nom de la mère"),
        ("Complexo", "Nome do pai", "Nome da mãe"),
        ("Kambi", "Jina la baba", "Jina la mama"),
        ("Nơi giam giữ", "Họ tên cha", "Họ tên mẹ"),
        ("Lokasi", "Nama ayah", "Nama ibu"),
        ("शिविर का नाम", "पिता का नाम", "माता का नाम"),
        ("क्याम्प", "बाबुको नाम", "आमाको नाम"),
        ("ক্যাম্প", "পিতার নাম", "মাতার নাম"),
        ("کیمپ", "والد کا نام", "والدہ کا نام"),
    ],
)
def test_headings_of_each_language_are_known(place: str, father: str, mother: str) -> None:
    note = f"{place}: KK Park; {father}: Abebe Kebede; {mother}: Almaz Desta"
    assert noted_place(note) == "KK Park"
    assert noted_kin(note) == "father: Abebe Kebede; mother: Almaz Desta"


@pytest.mark.parametrize("heading", ["Next of kin", "ชื่อญาติ", "亲属姓名", "Waris", "Người thân"])
def test_a_relative_who_is_not_named_further_is_kin(heading: str) -> None:
    assert read_noted_heading(heading) == "kin"


@pytest.mark.parametrize(
    "heading",
    ["Place of birth", "Home address", "Contact person", "Camp doctor", "Stepfather", "Promised job", ""],
)
def test_a_heading_that_says_something_else_says_nothing(heading: str) -> None:
    assert read_noted_heading(heading) == ""


def test_a_heading_in_two_languages_is_known_and_one_of_two_meanings_is_not() -> None:
    assert read_noted_heading("园区 / Compound") == "place"
    assert read_noted_heading("Father / Mother") == ""


def test_words_without_a_heading_say_nothing() -> None:
    assert noted_place("he was in KK Park; came alone") == "" == noted_kin("father came too")


@pytest.mark.parametrize("phrase", sorted({p for phrases in NOTED.values() for p in phrases.split("|")}))
def test_a_column_of_kin_or_place_is_never_a_name(phrase: str) -> None:
    assert read_heading(phrase).meaning == "other"


def test_what_a_list_states_comes_through() -> None:
    text = (
        "NO,NAME,SEX,DATE OF BIRTH,NATIONALITY,COMPOUND,FATHER'S NAME\n"
        "1,SELAM ABEBE,F,1990-03-04,Ethiopia,KK Park,Abebe Kebede\n"
        "2,BRIAN MULI,M,1994-08-19,Kenya,Shwe Kokko,-\n"
    )
    first, second = read_list(text.encode(), "list.csv").rows
    assert (first.name, noted_place(first.note), noted_kin(first.note)) == (
        "SELAM ABEBE",
        "KK Park",
        "father: Abebe Kebede",
    )
    assert (noted_place(second.note), noted_kin(second.note)) == ("Shwe Kokko", "")
