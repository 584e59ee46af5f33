"""Words for male and female in the languages of the lists."""

# ruff: noqa: E501  (word lists read better unbroken)
from __future__ import annotations

from moei.engines.identity.digits import folded

_MALE = """m male man men boy boys males mr h homme masculin masculino hombre varon l lk laki laki laki pria lelaki nam erkak mwanaume mume
lalaki masc maschio mannlich ชาย ช ผู้ชาย เพศชาย นาย ด ช เด็กชาย 男 男性 男士 先生 ወ ወንድ ወንዶች ወን dhiira rag ذكر رجل ذ مذكر رجال ကျား အမျိုးသား ကျ
ຊາຍ ប្រុស पुरुष पुरूष पु পুরুষ ஆண் පිරිමි м муж мужской мужчина erkek مرد नर mchezo"""
_FEMALE = """f female woman women girl girls females ms mrs miss femme feminin feminino femenino mujer p pr perempuan wanita nu ayol
mwanamke babae fem weiblich หญิง ญ ผู้หญิง เพศหญิง นางสาว นาง น ส ด ญ เด็กหญิง 女 女性 女士 小姐 ሴ ሴት ሴቶች dubartii dumar أنثى انثى امرأة أ مؤنث نساء
မ အမျိုးသမီး ຍິງ ស្រី महिला स्त्री मादा মহিলা নারী பெண் ගැහැණු ж жен женский женщина زن kike"""
_PHRASES_M = ("laki laki", "ด ช", "laki-laki")
_PHRASES_F = ("น ส", "ด ญ")

_WORDS = {folded(w): "M" for w in _MALE.split()} | {folded(w): "F" for w in _FEMALE.split()}
_WORDS |= dict.fromkeys(_PHRASES_M, "M") | dict.fromkeys(_PHRASES_F, "F") | {"♂": "M", "♀": "F"}
for _part in ("ด", "น", "ส"):
    _WORDS.pop(_part, None)


def read_sex(text: str) -> str:
    """``M``, ``F`` or empty if the word is not known."""
    plain = text.strip()
    return _WORDS.get(plain) or _WORDS.get(folded(plain), "")
