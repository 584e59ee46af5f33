"""The columns of a list are understood by their headings, in many languages. All people are invented."""

# ruff: noqa: E501  (a list reads better unbroken)

from __future__ import annotations

import pytest

from moei.engines.lists import read_list

# Language -> headings of name, sex, date of birth, nationality, passport and telephone; words for a man and a nationality.
LISTS = {
    "English": ("No,Full name,Sex,Date of birth,Nationality,Passport No.,Phone", "Male", "Kenyan", "KEN"),
    "Thai": ("ลำดับ,ชื่อ-นามสกุล,เพศ,วันเดือนปีเกิด,สัญชาติ,เลขที่หนังสือเดินทาง,เบอร์โทรศัพท์", "ชาย", "เคนยา", "KEN"),
    "Burmese": ("စဉ်,အမည်,ကျား/မ,မွေးသက္ကရာဇ်,နိုင်ငံသား,နိုင်ငံကူးလက်မှတ်အမှတ်,ဖုန်းနံပါတ်", "ကျား", "ကင်ညာ", "KEN"),
    "Chinese, simplified": ("序号,姓名,性别,出生日期,国籍,护照号码,联系电话", "男", "肯尼亚", "KEN"),
    "Chinese, traditional": ("編號,姓名,性別,出生日期,國籍,護照號碼,聯絡電話", "男", "肯亞", "KEN"),
    "Amharic": ("ተ.ቁ,ሙሉ ስም,ፆታ,የትውልድ ቀን,ዜግነት,የፓስፖርት ቁጥር,ስልክ ቁጥር", "ወንድ", "ኬንያ", "KEN"),
    "Arabic": ("الرقم,الاسم الكامل,الجنس,تاريخ الميلاد,الجنسية,رقم جواز السفر,رقم الهاتف", "ذكر", "كيني", "KEN"),
    "French": ("N°,Nom et prénoms,Sexe,Date de naissance,Nationalité,N° de passeport,Téléphone", "Masculin", "Kényane", "KEN"),
    "Portuguese": ("N.º,Nome completo,Sexo,Data de nascimento,Nacionalidade,Passaporte,Telefone", "Masculino", "Queniana", "KEN"),
    "Swahili": ("Namba,Jina kamili,Jinsia,Tarehe ya kuzaliwa,Uraia,Nambari ya pasipoti,Simu", "Mwanaume", "Mkenya", "KEN"),
    "Vietnamese": ("STT,Họ và tên,Giới tính,Ngày sinh,Quốc tịch,Số hộ chiếu,Số điện thoại", "Nam", "Kenya", "KEN"),
    "Indonesian": ("No,Nama lengkap,Jenis kelamin,Tanggal lahir,Kewarganegaraan,Nomor paspor,Nomor telepon", "Laki-laki", "Kenya", "KEN"),
    "Hindi": ("क्र. सं.,पूरा नाम,लिंग,जन्म तिथि,राष्ट्रीयता,पासपोर्ट नंबर,मोबाइल नंबर", "पुरुष", "केन्या", "KEN"),
    "Nepali": ("सि. नं.,नाम थर,लिङ्ग,जन्म मिति,राष्ट्रियता,राहदानी नं.,फोन नं.", "पुरुष", "केन्या", "KEN"),
    "Bengali": ("ক্রমিক নং,পূর্ণ নাম,লিঙ্গ,জন্ম তারিখ,জাতীয়তা,পাসপোর্ট নম্বর,মোবাইল নম্বর", "পুরুষ", "কেনিয়া", "KEN"),
    "Urdu": ("نمبر شمار,پورا نام,جنس,تاریخ پیدائش,قومیت,پاسپورٹ نمبر,فون نمبر", "مرد", "کینیا", "KEN"),
}  # fmt: skip

# A list in Amharic counts in Ethiopian years: the fourth month, Tahsas, begins in December.
BORN = (
    ("1991-04-14", "1992-04-15", "1993-04-16"),
    ("1998-12-23", "1999-12-25", "2000-12-25"),
)


@pytest.mark.parametrize("language", LISTS)
def test_a_list_is_read_by_the_headings_of_its_language(language: str) -> None:
    headings, man, nation, code = LISTS[language]
    people = [
        f"{number},{name},{man},{13 + number}.04.199{number},{nation},AK10{number}87{number}5,+25471234560{number}"
        for number, name in enumerate(("Achieng Otieno", "Wanjiru Kamau", "Mutua Musyoka"), 1)
    ]
    reading = read_list("\n".join([headings, *people]).encode(), "list.csv")
    assert [
        (
            row.name,
            row.sex,
            row.birth_date,
            row.nationality,
            row.document_number,
            row.phone,
            row.note,
            row.problems,
        )
        for row in reading.rows
    ] == [
        (
            name,
            "M",
            BORN[language == "Amharic"][number - 1],
            code,
            f"AK10{number}87{number}5",
            f"+25471234560{number}",
            "",
            (),
        )
        for number, name in enumerate(("Achieng Otieno", "Wanjiru Kamau", "Mutua Musyoka"), 1)
    ]
