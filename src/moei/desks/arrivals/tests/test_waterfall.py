"""What speaks for and against one person: each line in words, each bar where the one before ended."""

from __future__ import annotations

import pytest
from django.utils.html import strip_tags
from django.utils.translation import override

from moei.desks.arrivals.evidence_words import evidence_note, evidence_words
from moei.desks.arrivals.waterfall import WIDTH, side, waterfall


def item(field: str, left: str, right: str, weight: float, words: str = "as the engine said it") -> dict:
    return {"field": field, "words": words, "left": left, "right": right, "weight": weight}


def said(*given) -> str:
    return strip_tags(evidence_words(item(*given)))


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (("name", "Selam Tesfaye", "SELAM TESFAYE", 6.0), "Same name: Selam Tesfaye"),
        (("name", "Tegist Alemu", "Tigist Alemu", 4.0), "Names sound alike: Tegist Alemu and Tigist Alemu"),
        (("name", "Tegist Alemu", "John Doe", -8.0), "Names differ: Tegist Alemu and John Doe"),
        (("birth", "in 1995", "in 2001", -6.5), "Birth years 6 apart: 1995 and 2001"),
        (("birth", "1995-12-30", "1996-01-02", -6.5), "Birth years 1 apart: 1995-12-30 and 1996-01-02"),
        (("birth", "1999-04-02", "1999-04-02", 7.0), "Same date of birth: 1999-04-02"),
        (
            ("birth", "1999-04-02", "1999-02-04", -2.0),
            "Day and month of birth the other way round: 1999-04-02 and 1999-02-04",
        ),
        (
            ("birth", "1999-04-02", "1999-11-20", -6.5),
            "Dates of birth differ within one year: 1999-04-02 and 1999-11-20",
        ),
        (("birth", "in 1999", "1999-04-02", 3.0), "Born 1999 fits born 1999-04-02"),
        (
            ("birth", "between 1998-05-01 and 1999-04-30", "in 1999", 2.0),
            "Born 1998-05-01 – 1999-04-30 fits born 1999",
        ),
        (("document", "EP1234567", "EP1234567", 14.0), "Same document number: EP1234567"),
        (
            ("document", "EP1234567", "EP1234561", 6.0),
            "Document numbers differ in one sign: EP1234567 and EP1234561",
        ),
        (("document", "EP1", "XX9", -5.0), "Document numbers differ: EP1 and XX9"),
        (("place", "KK Park", "kk park", 1.2), "Same place: KK Park"),
        (("place", "KK Park", "K.K. Park 2", 0.4), "Places are alike: KK Park and K.K. Park 2"),
        (("place", "KK Park", "Tai Chang", -1.0), "Places differ: KK Park and Tai Chang"),
        (
            ("kin", "father: Abebe Kebede", "father: Abebe Kebbede", 3.0),
            "Relatives are called alike: father: Abebe Kebede and father: Abebe Kebbede",
        ),
        (
            ("kin", "father: Abebe Kebede", "father: John Doe", -2.0),
            "Names of relatives differ: father: Abebe Kebede and father: John Doe",
        ),
        (("sex", "F", "F", 0.4), "Same sex: Female"),
        (("sex", "F", "M", -5.0), "Sex differs: Female and Male"),
        (("nationality", "ETH", "ETH", 1.0), "Same nationality: Ethiopia"),
        (("nationality", "ETH", "KEN", -5.5), "Nationality differs: Ethiopia and Kenya"),
        (("phone", "+251911000000", "+251911000000", 4.0), "Same telephone number: +251911000000"),
    ],
)
def test_each_kind_of_evidence_in_words(given, words):
    assert said(*given) == words


def test_the_words_are_those_of_the_page_and_not_of_the_store():
    with override("th"):
        assert "ชื่อ" in said("name", "Tegist Alemu", "Tigist Alemu", 4.0)
        assert "เอธิโอเปีย" in said("nationality", "ETH", "ETH", 1.0)


def test_what_cannot_be_said_anew_is_said_as_it_was_stored():
    assert said("gait", "a", "b", 1.0) == "as the engine said it"
    assert said("birth", "long ago", "in 1999", 1.0) == "as the engine said it"
    assert said("name", "", "", 1.0) == "as the engine said it"


def test_a_common_name_says_so():
    assert evidence_note(item("name", "Aye Aye", "Aye Aye", 1.2))
    assert not evidence_note(item("name", "Aye Aye", "Aye Aye", 6.0))
    assert not evidence_note(item("name", "Aye Aye", "John Doe", 1.2))


def test_names_are_escaped_and_isolated():
    words = evidence_words(item("name", "<b>A %s", "<b>A %s", 1.0))

    assert "<bdi>&lt;b&gt;A %s</bdi>" in words


def test_how_strongly_a_line_speaks():
    sides = [side(weight) for weight in (5, 3, 1, 0.5, 0, -0.5, -1, -3, -5)]

    assert sides == [
        "strong-for", "strong-for", "for", "even", "even", "even", "against", "strong-against", "strong-against",
    ]  # fmt: skip


def test_each_bar_begins_where_the_one_before_ended():
    lines = [item("document", "A1", "A1", 14.0), item("birth", "in 1995", "in 2001", -6.5)]
    fall = waterfall(lines, 0.9)

    ends = [edge(bar) for bar in (fall.start, *(step.bar for step in fall.steps))]
    begins = [bar.begins for bar in (fall.start, *(step.bar for step in fall.steps))]
    assert begins[0] == fall.middle
    assert [abs(a - b) <= 1 for a, b in zip(ends[:-1], begins[1:], strict=True)] == [True, True]
    assert abs(ends[-1] - edge(fall.end)) <= 1  # the last line ends where all together does
    assert all(bar.x >= 0 and bar.x + bar.width <= WIDTH + 1 for bar in (fall.start, fall.end))


def edge(bar) -> int:
    """The end at which a bar does not begin."""
    return bar.x if bar.begins != bar.x else bar.x + bar.width


@pytest.mark.parametrize(
    ("score", "words"), [(0.95, "one"), (0.5, "even"), (0.05, "two"), (0, "two"), (1, "one")]
)
def test_where_it_leads_is_a_word_and_no_number(score, words):
    assert waterfall([item("name", "A", "A", 1.0)], score).leads_to == words


def test_without_evidence_there_is_nothing_to_draw():
    assert waterfall([], 0.5) is None
