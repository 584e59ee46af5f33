# ruff: noqa: E501  (rows of lists are kept on one line)
"""Lists of the same kinds with other headings, languages, calendars and layouts."""

import datetime as dt

import openpyxl
import pytest

from moei.engines.lists import ListKind, read_list


def codes(row) -> set[str]:
    return {problem.split(":")[0] for problem in row.problems}


def test_sections_ages_and_totals_of_a_militia(workbook):
    data = workbook(("Sheet1", [
        ["BORDER GUARD FORCE"], ["Persons to be handed over, 5 March 2025"], [],
        ["Sr.", "Nationality", "Full Name (as in passport)", "M/F", "Age", "PP No.", "Compound"],
        ["KENYA"],
        [1, None, "JOHN MWANGI KAMAU", "M", "24 yrs", "AK 123 4567", "KK Park"],
        ["UGANDA - 2 persons"],
        [2, None, "OKELLO BRIAN", "m", 22, "B1234567", None],
        [3, "Kenya", "NAKATO", "f", None, "N/A", "pregnant"],
        [4],
        ["Grand total: 5 persons"],
    ]))  # fmt: skip
    reading = read_list(data, "x.xlsx")
    first, second, third = reading.rows
    assert reading.kind is ListKind.TRANSFERRING and reading.list_date == dt.date(2025, 3, 5)
    assert (first.row, first.nationality, first.document_number) == (6, "KEN", "AK1234567")
    assert (first.birth_from, first.birth_to) == ("2000-03-06", "2001-03-05")
    assert second.nationality == "UGA"
    assert third.nationality == "KEN" and "nationality_differs" in codes(third)
    assert reading.stated_total == 5 and "holds 3 rows" in reading.problems[0]
    assert len(reading.sheets[0].set_aside) == 6  # two titles, two sections, an empty number, a total


def test_simplified_chinese(workbook):
    data = workbook(("名单", [
        ["移交人员名单"], ["2025年3月5日"], ["序号", "姓名", "拼音", "性别", "出生日期", "国籍", "护照号码", "备注"],
        [1, "王伟", "WANG WEI", "男", "1990年5月12日", "中国", "E12345678", None],
        [2, "陈志明", "CHEN ZHI MING", "男", "1988/03/02", "台湾", "312345678", "生病"], ["合计：2人"],
    ]))  # fmt: skip
    reading = read_list(data, "x.xlsx")
    wang, chen = reading.rows
    assert (wang.name, wang.name_native, wang.birth_date, wang.nationality) == (
        "WANG WEI",
        "王伟",
        "1990-05-12",
        "CHN",
    )
    assert (chen.nationality, chen.note) == ("TWN", "生病")
    assert reading.stated_total == 2 and not reading.problems


def test_traditional_chinese_in_big5_with_years_of_the_republic():
    text = "編號|姓名|性別|出生年月日|護照號碼\n1|林志豪|男|78/05/12|312345678\n2|陳怡君|女|民國85年11月3日|300000001\n"
    reading = read_list(text.encode("big5"), "x.txt")
    assert [r.birth_date for r in reading.rows] == ["1989-05-12", "1996-11-03"]
    assert {r.nationality for r in reading.rows} == {"TWN"} and reading.sheets[0].how


def test_thai_in_its_old_encoding_with_short_years_and_titles():
    text = (
        "ลำดับ;คำนำหน้า;ชื่อ-สกุล;ว/ด/ป เกิด;สัญชาติ;เลขพาสปอร์ต\n1;นาย;JOHN DOE;12/5/36;เคนยา;A1234567\n"
        "2;นางสาว;GRACE W;31 ธ.ค. 2540;เคนย่า;\n3;นาย;PETER X;13/1/2530;xyz;-\n"
    )
    john, grace, peter = read_list(text.encode("cp874"), "x.csv").rows
    assert (john.sex, john.birth_date, john.nationality) == ("M", "1993-05-12", "KEN")
    assert (grace.sex, grace.birth_date) == ("F", "1997-12-31") and "nationality_guessed" in codes(grace)
    assert peter.nationality == "" and "nationality" in codes(peter) and "สัญชาติ: xyz" in peter.note


def test_vietnamese_in_utf16():
    text = (
        "STT,Họ và tên,Giới tính,Ngày sinh,Số hộ chiếu,Quê quán,SĐT gia đình\n1,Nguyễn Văn An,Nam,12/05/1995,C1234567,Nghệ An,0912345678\n"
        "2,Trần Thị Bình,Nữ,31/12/2001,,Hà Nội,\n3,Lê Văn Cường,Nam,1999,B7654321,,12\n"
    )
    an, binh, cuong = read_list(text.encode("utf-16"), "x.csv").rows
    assert (an.name, an.sex, an.birth_date, an.nationality, an.phone) == (
        "Nguyễn Văn An",
        "M",
        "1995-05-12",
        "VNM",
        "+84912345678",
    )
    assert binh.sex == "F" and "Quê quán: Hà Nội" in binh.note
    assert (cuong.birth_date, cuong.birth_from, cuong.birth_to) == (
        "",
        "1999-01-01",
        "1999-12-31",
    ) and "phone" in codes(cuong)


def test_amharic_without_a_stated_calendar(workbook):
    data = workbook(("x", [
        ["የኢትዮጵያ ኤምባሲ ባንኮክ"], ["ቀን 05/06/2017 ዓ.ም"], ["ተ.ቁ", "ስም", "ጾታ", "የልደት ቀን", "ስልክ"],
        [1, "አበበ ከበደ", "ወንድ", "መስከረም 12 ቀን 1985", "0911234567"], [2, "ሰላም ግርማ (Selam Girma)", "ሴት", "06/13/1987", None],
    ]))  # fmt: skip
    reading = read_list(data, "x.xlsx")
    abebe, selam = reading.rows
    assert reading.kind is ListKind.EMBASSY and reading.list_date == dt.date(2025, 2, 12)
    assert (abebe.birth_date, abebe.nationality, abebe.phone) == ("1992-09-22", "ETH", "+251911234567")
    assert (selam.name, selam.name_native, selam.birth_date) == ("Selam Girma", "ሰላም ግርማ", "1995-09-11")


def test_arabic_digits_and_headings():
    text = (
        "الرقم,الاسم الكامل,الجنس,تاريخ الميلاد,الجنسية,رقم الجواز\n١,محمد أحمد,ذكر,١٢/٠٥/١٩٩٠,مغربي,AB123456\n"
        "٢,فاطمة الزهراء,أنثى,٣١/٠١/١٩٩٥,تونسية,X123456\n"
    )
    first, second = read_list(text.encode(), "x.csv").rows
    assert (first.name_native, first.sex, first.birth_date, first.nationality) == (
        "محمد أحمد",
        "M",
        "1990-05-12",
        "MAR",
    )
    assert (second.sex, second.nationality) == ("F", "TUN")


def test_burmese_french_and_indonesian_headings():
    burmese = "စဉ်,အမည်,ကျား/မ,အသက်,နိုင်ငံ,နိုင်ငံကူးလက်မှတ်\n၁,JOHN DOE,ကျား,၂၄,ကင်ညာ,A1234567\n".encode()
    french = "Nom,Prénoms,Sexe,Né(e) le,Nationalité,N° passeport\nNDAYI,Jean,M,12 février 1990,Burundaise,OP123456\n".encode(
        "cp1252"
    )
    indonesian = b"No,Nama Lengkap,L/P,Tempat Lahir,Tanggal Lahir,No. Paspor\n1,Budi Santoso,L,Medan,12 Mei 1995,C1234567\n"
    row = read_list(burmese, "a.csv", as_of=dt.date(2025, 2, 11)).rows[0]
    assert (row.name, row.sex, row.birth_from, row.nationality) == ("JOHN DOE", "M", "2000-02-12", "KEN")
    row = read_list(french, "b.csv").rows[0]
    assert (row.given, row.family, row.birth_date, row.nationality) == ("Jean", "NDAYI", "1990-02-12", "BDI")
    row = read_list(indonesian, "c.csv").rows[0]
    assert (row.sex, row.birth_date, row.nationality, row.note) == (
        "M",
        "1995-05-12",
        "IDN",
        "Tempat Lahir: Medan",
    )


def test_an_embassy_names_its_state_and_each_sheet_its_sex(workbook):
    data = workbook(
        ("Male", [["EMBASSY OF THE REPUBLIC OF KENYA IN BANGKOK"], ["Surname", "Given names", "DOB (mm/dd/yyyy)", "Passport", "Contact"],
                  ["MWANGI", "JOHN", dt.date(1990, 5, 12), "AK1234567", "0712345678"], ["OTIENO", "PETER", "03/25/1995", "AK7654320", None]]),
        ("Female", [["Surname", "Given names", "DOB (mm/dd/yyyy)", "Passport", "Contact"], ["WANJIRU", "GRACE", "01/13/1999", "AK7654321", None]]),
    )  # fmt: skip
    reading = read_list(data, "x.xlsx")
    john, peter, grace = reading.rows
    assert reading.kind is ListKind.EMBASSY
    assert (john.list, john.sex, john.birth_date, john.phone) == (
        "x.xlsx:Male",
        "M",
        "1990-05-12",
        "+254712345678",
    )
    assert peter.birth_date == "1995-03-25"
    assert (grace.list, grace.sex, grace.birth_date, grace.nationality) == (
        "x.xlsx:Female",
        "F",
        "1999-01-13",
        "KEN",
    )


def test_a_list_without_headings_is_read_by_its_cells():
    text = "JOHN MWANGI,M,24,Kenya,AK1234567\nGRACE W,F,30,Kenya,\nPETER OKELLO,M,22,Uganda,B1234567\n"
    reading = read_list(text.encode(), "x.csv", as_of=dt.date(2025, 2, 12))
    assert reading.sheets[0].header_row == 0
    assert [c.meaning for c in reading.sheets[0].columns] == ["name", "sex", "age", "nationality", "passport"]
    assert (reading.rows[2].row, reading.rows[2].nationality, reading.rows[2].document_number) == (
        3,
        "UGA",
        "B1234567",
    )


def test_a_buddhist_year_in_a_gregorian_column_is_understood_and_named():
    text = "Name,DOB\nA Bee,12/05/1990\nC Dee,25/06/1991\nE Eff,12/03/2536\n"
    rows = read_list(text.encode(), "x.csv").rows
    assert rows[2].birth_date == "1993-03-12" and codes(rows[2]) == {"calendar"}
    assert not rows[0].problems


def test_what_is_no_date_stays_word_for_word():
    rows = read_list(b"Name,DOB\nA Bee,31/31/1990\nC Dee,about the rains\n", "x.csv").rows
    assert [(r.birth_from, r.note) for r in rows] == [("", "DOB: 31/31/1990"), ("", "DOB: about the rains")]
    assert all("date" in codes(r) for r in rows)


def test_ages_need_a_day_to_count_from():
    row = read_list(b"Name,Age,Sex\nA Bee,24,M\n", "x.csv").rows[0]
    assert (row.birth_from, row.note) == ("", "Age: 24") and "age" in codes(row)


def test_formulas_stay_text(workbook):
    data = workbook(
        ("x", [["Name", "Sex", "Note"], ['=HYPERLINK("http://evil.example","Abebe")', "M", "=1+2"]])
    )
    row = read_list(data, "x.xlsx").rows[0]
    assert row.name == '=HYPERLINK("http://evil.example","Abebe")' and "formula" in codes(row)
    row = read_list(b"name;sex;remark\n\"=cmd|' /C calc'!A0\";M;+SUM(1)\n", "x.csv").rows[0]
    assert row.name.startswith("=cmd") and row.note == "+SUM(1)" and "formula" in codes(row)
    rows = read_list(b"name,sex,remark\n@SUM(1),M,\nA Bee,M,-\n", "x.csv").rows
    assert len(rows) == 2 and "formula" in codes(rows[0])
    assert "formula" not in codes(read_list(b"name,phone\nA Bee,+251911234567\n", "x.csv").rows[0])


def test_a_merged_cell_speaks_for_its_rows(tmp_path):
    book = openpyxl.Workbook()
    for row in (
        ["Nationality", "Name", "Sex"],
        ["Kenya", "A Bee", "M"],
        [None, "C Dee", "F"],
        ["Uganda", "E Eff", "M"],
    ):
        book.active.append(row)
    book.active.merge_cells("A2:A3")
    book.save(tmp_path / "x.xlsx")
    rows = read_list((tmp_path / "x.xlsx").read_bytes(), "x.xlsx").rows
    assert [r.nationality for r in rows] == ["KEN", "KEN", "UGA"]


def test_two_people_with_one_passport_are_both_named():
    rows = read_list(b"Name,Passport\nA Bee,A1234567\nC Dee,B1234567\nE Eff,A123 4567\n", "x.csv").rows
    assert [("document_shared" in codes(r)) for r in rows] == [True, False, True]
    assert "row 4" in rows[0].problems[0]


def test_an_identity_number_proves_birth_and_sex_and_a_wrong_one_is_named():
    text = "姓名,身份证号,性别\n王伟,440300198912210153,女\n李飞,110101199103264359,男\n"
    first, second = read_list(text.encode("gb18030"), "x.csv").rows
    assert first.birth_date == "1989-12-21" and "sex" in codes(first)
    assert second.birth_date == "" and "national_id" in codes(second)


def test_a_person_corrects_a_column():
    data = b"Name,Ref\nA Bee,A1234567X\n"
    before = read_list(data, "x.csv")
    key = before.sheets[0].columns[1].key
    assert before.rows[0].document_number == "A1234567X" or before.sheets[0].columns[1].meaning != "passport"
    after = read_list(data, "x.csv", corrections={key: "ignore"})
    assert after.sheets[0].columns[1].meaning == "ignore" and after.rows[0].note == ""
    after = read_list(data, "x.csv", corrections={key: "passport"})
    assert after.rows[0].document_number == "A1234567X"


def test_nothing_of_a_row_is_lost():
    text = "Name,Sex,Nationality,Whatever,Age\nA Bee,perhaps,Atlantis,blue,old\n"
    row = read_list(text.encode(), "x.csv", as_of=dt.date(2025, 1, 1)).rows[0]
    for word in ("perhaps", "Atlantis", "blue", "old"):
        assert word in row.note
    assert codes(row) == {"sex", "nationality", "age"}


def test_zones_keep_their_count_when_one_is_cut():
    text = (
        "P<ETHDAWIT<<FIKRU<<<<<<<<<<<<<<<<<<<<<<<<<<<\nG129273576ETH9104129M2912316<<<<<<<<<<<<<<<0\n\n"
        "P<PAKAYAAN<<ELAF<<<<<<<<<<<<<<<<<<<<<<<<<<<<\n\n"
        "P<KENMATHEKA<<DAVID<<<<<<<<<<<<<<<<<<<<<<<<<\nC619614324KEN9608293M2912316<<<<<<<<<<<<<<<0\n"
    )
    reading = read_list(text.encode(), "scans.txt")
    assert reading.kind is ListKind.DOCUMENTS
    assert [(r.row, r.document_number) for r in reading.rows] == [(1, "G12927357"), (2, ""), (3, "C61961432")]
    assert "mrz" in codes(reading.rows[1]) and "mrz" in codes(reading.rows[2])
    assert reading.rows[2].birth_date == ""


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Missing person,Nationality,Last seen\nA Bee,Kenya,2024-01-01\n", ListKind.FAMILY),
        ("失踪人姓名,国籍,最后联系时间\n王伟,中国,2024-01-01\n", ListKind.FAMILY),
        ("Họ tên người mất tích,Quốc tịch,Lần liên lạc cuối\nAn,Việt Nam,2024\n", ListKind.FAMILY),
        (
            "Handover record: persons received at Mae Sot,,\nName,Nationality,Sex\nA Bee,Kenya,M\n",
            ListKind.HANDOVER,
        ),
        ("Daftar WNI - KBRI Bangkok,,\nNama Lengkap,L/P,No. Paspor\nBudi S,L,C1234567\n", ListKind.EMBASSY),
        (
            "Release list - persons for transfer,,\nName,Nationality,Age\nA Bee,Kenya,20\n",
            ListKind.TRANSFERRING,
        ),
    ],
)
def test_kinds_by_content(text, kind):
    assert read_list(text.encode(), "x.csv").kind is kind


def test_progress_ends_with_all_rows():
    seen = []
    read_list(b"Name,Sex\nA Bee,M\n", "x.csv", progress=lambda done, of: seen.append((done, of)))
    assert seen[-1] == (2, 2)


def test_people_whose_names_mean_a_total_are_people():
    text = "Name,Passport,Sex,Age\nTONG WEI,,,\nSum Kim,A1234567,,\nCông,,,\n李共,,,\nTotal,3,,\n"
    reading = read_list(text.encode(), "x.csv")
    assert [r.name for r in reading.rows] == ["TONG WEI", "Sum Kim", "Công", "李共"]
    assert reading.stated_total == 3


def test_a_total_in_a_title_is_held_against_the_rows():
    text = "Persons for transfer: 3 persons,,\nName,Sex,Nationality\nA Bee,M,Kenya\nC Dee,F,Kenya\n"
    reading = read_list(text.encode(), "x.csv")
    assert reading.stated_total == 3 and "holds 2 rows" in reading.problems[0]
