"""A list that comes as a PDF with a text layer: cells drawn or not, over pages, in scripts that run to the left."""

from __future__ import annotations

import io
from html import escape

import pypdf
import pytest

from moei.engines.lists import UnreadableList, pdf, read_list

HEAD = ("No.", "Name", "Sex", "Date of birth", "Nationality", "Passport No.")
LONG = "NGUYEN THI HOANG ANH TUYET MAI INVENTED OF A NAME THAT NEEDS SEVERAL LINES IN ITS CELL"
PEOPLE = tuple(
    (f"{n}", LONG if n % 7 == 0 else f"ABEBE KEBEDE {chr(64 + n % 26)}", "MF"[n % 2],
     f"{n % 28 + 1:02d}.03.19{70 + n % 30}", ("Ethiopia", "Viet Nam", "Kenya")[n % 3], f"EP{1234000 + n}")
    for n in range(1, 81)
)  # fmt: skip
ARABIC_HEAD = ("الرقم", "الاسم", "الجنس", "تاريخ الميلاد", "الجنسية")
ARABIC_NAMES = ("محمد أحمد علي", "إبراهيم يوسف", "عبد الرحمن حسن", "علي عمر محمود صالح")
ARABIC = tuple((f"{n}", ARABIC_NAMES[n % 4], "ذكر", f"14.03.19{70 + n}", "إثيوبيا") for n in range(1, 15))
TITLE = "List of persons received at the crossing, 2 March 2026"


def made(
    people=PEOPLE, head=HEAD, *, lines: bool, title: str = TITLE, direction: str = "ltr", foot: str = ""
) -> bytes:
    """A PDF as an office program makes it: headings on each page."""
    from weasyprint import HTML

    def row(cells, tag="td"):
        return "<tr>" + "".join(f"<{tag}>{escape(cell)}</{tag}>" for cell in cells) + "</tr>"

    border = "border: 1px solid" if lines else ""
    style = (
        "@page { size: A4 landscape; margin: 1.5cm } table { border-collapse: collapse; width: 100% }"
        f"td, th {{ {border}; padding: 3px 8px; font-size: 9pt; text-align: start; vertical-align: top }}"
    )
    body = "".join(row(person) for person in people)
    html = (
        f"<html dir={direction}><style>{style}</style><h2>{escape(title)}</h2><table><thead>{row(head, 'th')}</thead>"
        f"<tbody>{body}</tbody></table><p>{foot}</p></html>"
    )
    return HTML(string=html).write_pdf()


@pytest.mark.parametrize("lines", [True, False], ids=["drawn cells", "blank between columns"])
def test_every_row_of_every_page_is_read_as_it_stands(lines):
    reading = read_list(made(lines=lines, foot="Total 80 persons"), "list.pdf")
    assert len(reading.rows) == len(PEOPLE) and reading.stated_total == 80
    nationality = {"Ethiopia": "ETH", "Viet Nam": "VNM", "Kenya": "KEN"}
    for row, (_no, name, sex, born, state, passport) in zip(reading.rows, PEOPLE, strict=True):
        day = "-".join(reversed(born.split(".")))
        assert (row.name, row.sex, row.birth_date) == (name, sex, day)
        assert (row.nationality, row.document_number) == (nationality[state], passport)
    assert [c.meaning for c in reading.sheets[0].columns] == [
        "seq",
        "name",
        "sex",
        "birth",
        "nationality",
        "passport",
    ]
    assert any(TITLE in aside for aside in reading.sheets[0].set_aside)


@pytest.mark.parametrize("lines", [True, False], ids=["drawn cells", "blank between columns"])
def test_a_script_that_runs_to_the_left_is_read_in_its_order(lines):
    data = made(ARABIC, ARABIC_HEAD, lines=lines, title="قائمة الأشخاص", direction="rtl")
    reading = read_list(data, "list.pdf")
    assert [(row.name_native, row.sex, row.nationality) for row in reading.rows] == [
        (name, "M", "ETH") for _no, name, *_rest in ARABIC
    ]
    assert reading.rows[0].birth_date == "1971-03-14"


def test_a_pdf_of_pictures_is_refused_with_what_to_do():
    empty = pypdf.PdfWriter()
    empty.add_blank_page(600, 800)
    out = io.BytesIO()
    empty.write(out)
    with pytest.raises(UnreadableList, match="a PDF of pictures: no text") as refused:
        read_list(out.getvalue(), "scan.pdf")
    assert refused.value.code == "not_a_list"


def test_a_letter_is_no_list():
    data = made((), ("Dear colleague,",), lines=False, title="About the meeting of Monday")
    with pytest.raises(UnreadableList) as refused:
        read_list(data, "letter.pdf")
    assert refused.value.code in ("not_a_list", "no_rows")


def test_a_password_is_said():
    locked = pypdf.PdfWriter(clone_from=io.BytesIO(made(PEOPLE[:3], lines=True)))
    locked.encrypt("an invented password")
    out = io.BytesIO()
    locked.write(out)
    with pytest.raises(UnreadableList) as refused:
        read_list(out.getvalue(), "locked.pdf")
    assert refused.value.code == "password_protected"


@pytest.mark.parametrize("cut", [9, 400, 4000])
def test_a_pdf_that_broke_off_is_refused_or_read_whole(cut):
    data = made(PEOPLE[:10], lines=True)
    with pytest.raises(UnreadableList) as refused:
        read_list(data[:cut], "cut.pdf")
    assert refused.value.code in ("truncated", "not_a_list")


def test_too_many_pages_are_refused(monkeypatch):
    monkeypatch.setattr(pdf, "MOST_PAGES", 1)
    with pytest.raises(pdf.CannotRead, match="pages"):
        pdf.rows_of(made(lines=True))


def test_signs_without_a_letter_are_left_out_and_counted():
    word = {"x0": 0.0, "x1": 5.0, "top": 0.0, "bottom": 10.0, "size": 10}
    signs = [
        {**word, "text": text, "x0": 5.0 * at, "x1": 5.0 * at + 5}
        for at, text in enumerate(("A", "(cid:3)", "B"))
    ]
    (found,) = pdf._words(signs)
    assert (found["text"], found["unknown"]) == ("AB", 1)


def test_a_row_with_a_name_alone_stays_in_its_column_beside_an_empty_one():
    """A box to tick that nobody ticked is a column of the page, and none of the list."""
    head = ("", *HEAD[1:])
    people = [
        ("", "ABEBE KEBEDE", "M", "14.03.1990", "Kenya", "AK1234567"),
        ("", "SELAM WITH A NAME ALONE", "", "", "", ""),
    ]
    reading = read_list(made(people * 3, head, lines=True), "list.pdf")
    assert [row.name for row in reading.rows] == ["ABEBE KEBEDE", "SELAM WITH A NAME ALONE"] * 3
