"""Who made a list and why, by what it says; the words that decided are kept for the person who checks."""

# ruff: noqa: E501  (word lists read better unbroken)
from __future__ import annotations

import re
from dataclasses import dataclass

from moei.engines.identity.countries import country_code, read_country
from moei.engines.identity.digits import folded, main_script
from moei.engines.lists.columns import Column, profile
from moei.engines.lists.layout import shown
from moei.engines.lists.rows import ListKind

_T, _H, _E, _F = ListKind.TRANSFERRING, ListKind.HANDOVER, ListKind.EMBASSY, ListKind.FAMILY
# (kind, weight, pattern) over titles, sheet names and headings, folded.
_WORDS: tuple[tuple[ListKind, int, str], ...] = (
    (_T, 6, r"for transfer|to be transferred|transfer list|transfer to|for handover|to be handed|for release|released from|release list|for repatriation to|send back list|for deportation|deportees|for hand over"),
    (_T, 5, r"ส่งมอบ|ส่งตัว|ส่งกลับ|移交|遣返名单|遣送|လွှဲပြောင်း|ပြန်ပို့|ပို့ဆောင်|border guard force|\bbgf\b|\bdkba\b|\bkna\b|karen|ဧည့်စာရင်း|နယ်ခြားစောင့်တပ်"),
    (_H, 6, r"รับมอบ|รับตัว|ผู้รับมอบ|received from|received at|persons received|handed over to|handover record|handover list|hand over record|arrived at|arrivals?\b|crossing point|received by|接收|移入|入境名单|လက်ခံ"),
    (_H, 3, r"จุดผ่อนปรน|ด่าน|บุคคลต่างด้าว|คนต่างด้าว|จุดผ่านแดน|checkpoint|screening centre|immigration|ตม |\bบัญชีรายชื่อ"),
    (_E, 6, r"embassy|consulate|consular|high commission|สถานทูต|สถานเอกอัครราชทูต|大使馆|大使館|领事|領事|驻泰|ኤምባሲ|ቆንስላ|سفارة|قنصلية|ambassade|consulat|kedutaan|kbri|konsulat|dai su quan|lanh su|embajada|embaixada|သံရုံး|ສະຖານທູດ|ស្ថានទូត|दूतावास|দূতাবাস|посольство"),
    (_E, 3, r"our nationals|nationals of|nationals in|citizens of|citizens abroad|我国公民|中国公民|ዜጎች|warga negara|ressortissants|cong dan|phone of family|family phone|family contact|家属电话|የቤተሰብ ስልክ|رعايا"),
    (_F, 6, r"missing person|missing persons|last contact|last seen|disappeared|reported missing|ผู้สูญหาย|คนหาย|ติดต่อครั้งสุดท้าย|失踪|失蹤|失联|失聯|最后联系|最後聯絡|የጠፋ|መጨረሻ ግንኙነት|مفقود|آخر اتصال|disparu|dernier contact|mat tich|mất tích|lien lac cuoi|hilang|kontak terakhir|desaparecid|पछिल्लो सम्पर्क|हराएको|নিখোঁজ|ပျောက်ဆုံး|пропавш"),
    (_F, 4, r"promised job|promised salary|offered job|offered salary|reported by|reporter|informant|family report|relationship|nickname|ชื่อเล่น|ผู้แจ้ง|承诺|报案|報案|绰号|የተገባ|الموعودة|promis|hua hen|dijanjikan|pelapor|prometid"),
)  # fmt: skip
_COMPILED = tuple((kind, weight, re.compile(pattern)) for kind, weight, pattern in _WORDS)
_EMBASSY_OF = re.compile(
    r"(?:embassy|consulate(?: general)?|high commission|nationals|citizens|ambassade|kedutaan besar|embajada)\s+"
    r"(?:of|de la|de|du|d|republik|republic)?\s*(?:the )?(?:federal |democratic |islamic |people s |socialist |republic of |royal )*"
    r"(?:republic of )?([a-z' ]+?)(?:\s+(?:in|to|at|bangkok|thailand|royal)\b|$)"
)
# Languages of one country: where the mission does not name itself, two headings in one tell whose nationals are
# listed. For those of the second table the names must be in that script too (a militia may write in it as well).
_HEADING_COUNTRY = (
    ("VNM", re.compile(r"ho va ten|ho ten|ngay sinh|gioi tinh|ho chieu|quoc tich|que quan|nam sinh|\bstt\b|dien thoai|ghi chu")),
    ("IDN", re.compile(r"nama lengkap|tanggal lahir|tgl lahir|jenis kelamin|paspor\b|keterangan|tempat lahir|kewarganegaraan")),
    ("MYS", re.compile(r"nama penuh|tarikh lahir|jantina|pasport\b|kad pengenalan|no telefon|warganegara\b")),
    ("UZB", re.compile(r"tug ilgan|fuqaroligi|pasport raqami|to liq ism|familiya")),
    ("CZE", re.compile(r"datum narozeni|prijmeni|cislo pasu|pohlavi|prislusnost")),
    ("NPL", re.compile(r"नाम थर|राहदानी|जन्म मिति|लिङ्ग|कैफियत")),
    ("PAK", re.compile(r"پاسپورٹ|تاریخ پیدائش|شہریت|قومیت")),
)  # fmt: skip
_SCRIPT_COUNTRY = {
    "MYANMAR": "MMR",
    "LAO": "LAO",
    "KHMER": "KHM",
    "SINHALA": "LKA",
    "ETHIOPIC": "ETH",
    "BENGALI": "BGD",
}
_SIMPLIFIED = re.compile("[护证华国际码号类备电话籍]")


@dataclass(frozen=True, slots=True)
class SheetFacts:
    """What kinds are recognised by: titles and headings, and what the rows showed."""

    titles: str
    columns: list[Column]
    sections: int
    people: int
    nationalities: int
    native_names: int
    all_of_one: bool
    """The list as a whole, not its rows, says the nationality."""


def recognise(sheets: list[SheetFacts]) -> tuple[ListKind, str]:
    """The likeliest kind and the words that say why."""
    scores: dict[ListKind, int] = {}
    reasons: dict[ListKind, list[str]] = {}

    def count(kind: ListKind, weight: int, why: str) -> None:
        if why not in reasons.setdefault(kind, []):
            scores[kind] = scores.get(kind, 0) + weight
            reasons[kind].append(why)

    text = folded(" ".join(f"{s.titles} \n " + " ".join(f" {c.header} " for c in s.columns) for s in sheets))
    for kind, weight, pattern in _COMPILED:
        for found in sorted({m.group().strip() for m in pattern.finditer(text)}):
            count(kind, weight, f"it says “{found}”")
    meanings = {c.meaning for s in sheets for c in s.columns}
    people = sum(s.people for s in sheets)
    if sum(s.sections for s in sheets) >= 2:
        count(_T, 2, "people stand under headings by country")
    if "age" in meanings and "birth" not in meanings:
        count(_T, 2, "it gives ages, not dates of birth")
    thai = [c for s in sheets for c in s.columns if main_script(c.header) == "THAI"]
    if len(thai) >= 3:
        count(_H, 3, "its headings are Thai")
    if "national_id" in meanings:
        count(_E, 3, "it gives national identity numbers")
    if people and sum(s.native_names for s in sheets) > people / 2 and len(thai) < 3:
        count(_E, 3, "names stand in the people's own script")
    if any(s.all_of_one for s in sheets):
        count(_E, 2, "its language or title, not its rows, tells the nationality")
    elif people >= 3 and sum(s.nationalities for s in sheets) == 1 and len(thai) < 3:
        count(_E, 2, "no row names another nationality")
    if not scores:
        return (
            _T,
            "nothing in it says who made it; taken as the list of the side that hands over: please check",
        )
    best = max(scores, key=lambda k: scores[k])
    return best, "; ".join(reasons[best][:5])


def nationality_of_all(titles: str, sheet_name: str, columns: list[Column], births: str) -> tuple[str, str]:
    """The nationality a list without such a column gives all its people, and why; empty if nothing says."""
    for found in _EMBASSY_OF.finditer(folded(titles)):
        if (code := country_code(found.group(1))) and code != "THA":
            return code, f"the title names {found.group(1).strip()}"
    name = read_country(sheet_name) if len(sheet_name) > 3 else None
    if name is not None and name.code and not name.guessed:
        return name.code, f"the sheet is called “{sheet_name}”"
    if any(_mostly_chinese_ids(c) for c in columns):
        return "CHN", "its people have Chinese identity numbers"
    if births == "minguo":
        return "TWN", "dates are in years of the Republic of China"
    headings = [c.header for c in columns if c.header]
    for code, words in _HEADING_COUNTRY:
        if len(said := [h for h in headings if words.search(folded(h))]) >= 2:
            return code, f"headings such as “{said[0]}” are in its language"
    return _by_script(columns, headings, births)


def _by_script(columns: list[Column], headings: list[str], births: str) -> tuple[str, str]:
    """By headings and names in a script that one country writes."""
    names = {
        main_script(shown(cell))
        for c in columns
        if c.meaning in ("name", "name_native", "given")
        for cell in c.cells[:50]
    }
    for script, code in _SCRIPT_COUNTRY.items():
        said = [h for h in headings if main_script(h) == script]
        if len(said) >= 2 and script in names:
            calendar = " and dates are in the Ethiopian calendar" if births == "ethiopian" else ""
            return code, f"names and headings such as “{said[0]}” are in its language{calendar}"
    chinese = [h for h in headings if main_script(h) == "CJK"]
    if len(chinese) >= 3 and "CJK" in names and any(_SIMPLIFIED.search(h) for h in chinese):
        return "CHN", f"names and headings such as “{chinese[0]}” are in simplified Chinese"
    return "", ""


def _mostly_chinese_ids(column: Column) -> bool:
    return (
        column.meaning in ("national_id", "document") and profile(column.cells).get("national_id", 0.0) >= 0.6
    )
