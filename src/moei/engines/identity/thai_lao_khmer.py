"""Thai, Lao and Khmer in Latin letters, word by word as written.

ICU's Thai is letter by letter and cut into syllables; it has no Lao and no Khmer. Names in passports follow the sound:
Thailand's Royal Thai General System (1999), Lao and Khmer spellings close to it. Vowels that are not written stay out:
what is compared are consonants by sound. https://en.wikipedia.org/wiki/Royal_Thai_General_System_of_Transcription
"""

from __future__ import annotations

import re

WORD = re.compile(r"[\u0e00-\u0e7f]+|[\u0e80-\u0eff]+|[\u1780-\u17ff]+")

_THAI_CONSONANTS = {
    **dict.fromkeys("ก", "k"), **dict.fromkeys("ขฃคฅฆ", "kh"), "ง": "ng", "จ": "ch", **dict.fromkeys("ฉชฌ", "ch"),
    **dict.fromkeys("ซศษส", "s"), **dict.fromkeys("ญย", "y"), **dict.fromkeys("ฎด", "d"), **dict.fromkeys("ฏต", "t"),
    **dict.fromkeys("ฐฑฒถทธ", "th"), **dict.fromkeys("ณน", "n"), "บ": "b", "ป": "p", **dict.fromkeys("ผพภ", "ph"),
    **dict.fromkeys("ฝฟ", "f"), "ม": "m", "ร": "r", "ฤ": "rue", **dict.fromkeys("ลฬ", "l"), "ว": "w",
    **dict.fromkeys("หฮ", "h"), "อ": "",
}  # fmt: skip
_THAI_AFTER = {
    "ะ": "a",
    "ั": "a",
    "า": "a",
    "ำ": "am",
    "ิ": "i",
    "ี": "i",
    "ึ": "ue",
    "ื": "ue",
    "ุ": "u",
    "ู": "u",
    "ົ": "o",
}
_THAI_BEFORE = {"เ": "e", "แ": "ae", "โ": "o", "ใ": "ai", "ไ": "ai"}
# Vowels that stand around a consonant, as they are typed: before it, after it.
_THAI_AROUND = (
    ("เ", "ียะ", "ia"), ("เ", "ีย", "ia"), ("เ", "ือ", "uea"), ("เ", "าะ", "o"), ("เ", "า", "ao"), ("เ", "อ", "oe"),
    ("เ", "ิ", "oe"), ("เ", "ะ", "e"), ("แ", "ะ", "ae"), ("โ", "ะ", "o"),
)  # fmt: skip
_THAI_TOGETHER = (("ัว", "ua"), ("ือ", "ue"), ("รร", "an"))
_TONES = re.compile(r"[่-๋็ํ๎ฺ]")
_SILENT = re.compile(r"[ก-ฮ][ิุ]?์")
_FINAL = {
    "ch": "t",
    "s": "t",
    "d": "t",
    "b": "p",
    "r": "n",
    "l": "n",
    "y": "i",
    "kh": "k",
    "th": "t",
    "ph": "p",
    "f": "p",
}
_CLUSTER = "รล"

# Lao letters stand in Unicode where their Thai cousins do, 128 further; these do not.
_LAO_OWN = {"ຫຼ": "ล", "ຼ": "ล", "ຫງ": "ง", "ຫຍ": "ย", "ຫນ": "น", "ຫມ": "ม", "ໜ": "น", "ໝ": "ม", "ຫລ": "ล", "ຫວ": "ว",
            "ຽ": "ีย", "ົວ": "ัว", "ົາ": "า", "ໍ": "อ", "ຢ": "ย", "ຣ": "ร"}  # fmt: skip

_KHMER_CONSONANTS = {
    **dict.fromkeys("កគ", "k"), **dict.fromkeys("ខឃ", "kh"), "ង": "ng", **dict.fromkeys("ចជ", "ch"),
    **dict.fromkeys("ឆឈ", "chh"), "ញ": "nh", **dict.fromkeys("ដឌ", "d"), **dict.fromkeys("ឋឍថធ", "th"),
    **dict.fromkeys("ណន", "n"), **dict.fromkeys("តទ", "t"), "ប": "b", **dict.fromkeys("ផភ", "ph"), "ព": "p", "ម": "m",
    "យ": "y", "រ": "r", **dict.fromkeys("លឡ", "l"), "វ": "v", "ស": "s", "ហ": "h", "អ": "",
}  # fmt: skip
_KHMER_VOWELS = {"ា": "a", "ិ": "i", "ី": "ey", "ឹ": "oe", "ឺ": "eu", "ុ": "o", "ូ": "ou", "ួ": "uo", "ើ": "aeu", "ឿ": "oea",
                 "ៀ": "ie", "េ": "e", "ែ": "ae", "ៃ": "ai", "ោ": "ao", "ៅ": "au", "ំ": "am", "ះ": "ah"}  # fmt: skip


def latin(word: str) -> str:
    """One word in one of the three scripts, in lower-case Latin letters. Signs of other scripts are left out."""
    first = ord(word[0]) if word else 0
    if 0x1780 <= first <= 0x17FF:
        return _khmer(word)
    if 0x0E80 <= first <= 0x0EFF:
        word = _as_thai(word)
    return _thai(word)


def _as_thai(word: str) -> str:
    for own, thai in _LAO_OWN.items():
        word = word.replace(own, thai)
    # The short o has a sign of its own, after the consonant; in Thai it is not written.
    return "".join(
        chr(ord(sign) - 0x80) if "\u0e80" <= sign <= "\u0eff" and sign != "ົ" else sign for sign in word
    )


def _thai(word: str) -> str:
    # What a mark silences is gone; of tones nothing is heard in Latin letters.
    word = _SILENT.sub("", _TONES.sub("", word))
    out: list[str] = []
    at = 0
    while at < len(word):
        sign = word[at]
        if sign in _THAI_BEFORE:
            onset, after = _onset(word, at + 1, ends=sign in "ใไ")
            vowel, after = _around(sign, word, after)
            out += [onset, vowel]
            at = after
            continue
        together = next((pair for pair in _THAI_TOGETHER if word.startswith(pair[0], at)), None)
        if together is not None:
            out.append(together[1])
            at += len(together[0])
            continue
        if sign == "อ":
            # It carries a vowel that begins a word, and is one itself between consonants.
            carries = at + 1 < len(word) and word[at + 1] in _THAI_AFTER
            out.append("" if carries or not at else "o")
        elif sign == "ญ" and (at + 1 == len(word) or word[at + 1] not in _THAI_AFTER):
            out.append("n")
        else:
            out.append(_THAI_CONSONANTS.get(sign, _THAI_AFTER.get(sign, "")))
        at += 1
    return "".join(_last_as_heard([part for part in out if part]))


def _onset(word: str, at: int, *, ends: bool) -> tuple[str, int]:
    """The consonant, or two that are said together, before which a vowel is written. `ends`: nothing follows it."""
    if at >= len(word):
        return "", at
    onset, at = _THAI_CONSONANTS.get(word[at], ""), at + 1
    if at < len(word) - (not ends) and word[at] in _CLUSTER and onset in ("k", "kh", "p", "ph", "t", "th"):
        onset, at = onset + _THAI_CONSONANTS[word[at]], at + 1
    return onset, at


def _around(before: str, word: str, at: int) -> tuple[str, int]:
    for first, after, vowel in _THAI_AROUND:
        if first == before and word.startswith(after, at):
            return vowel, at + len(after)
    return _THAI_BEFORE[before], at


def _last_as_heard(parts: list[str]) -> list[str]:
    """A consonant at the end of a word is heard as one of six."""
    return [*parts[:-1], _FINAL.get(parts[-1], parts[-1])] if len(parts) > 1 else parts


def _khmer(word: str) -> str:
    out: list[str] = []
    for sign in word.replace("ុំ", "ុម"):
        if sign in _KHMER_CONSONANTS:
            out.append(_KHMER_CONSONANTS[sign] or ("" if out else "a"))
        else:
            out.append(_KHMER_VOWELS.get(sign, ""))
    return "".join(out)
