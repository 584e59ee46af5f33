"""The built assets are those of the sources, light, legible, and no page asks for inline code."""

import hashlib
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
FRONTEND = ROOT / "frontend"
BUILT = ROOT / "src/moei/web/static/moei"
TEMPLATES = sorted((ROOT / "src/moei").rglob("templates/**/*.html"))


def digest(folder: Path, skip: str) -> str:
    """The digest that frontend/build.mjs writes: of the names and the hashes of all files, in order."""
    names = [
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file()
        and not any(part == skip or part.startswith(".") for part in path.relative_to(folder).parts)
    ]
    whole = hashlib.sha256()
    for name in sorted(names):
        whole.update(f"{name}\0{hashlib.sha256((folder / name).read_bytes()).hexdigest()}\n".encode())
    return whole.hexdigest()


def stamped() -> dict[str, str]:
    lines = (BUILT / "SOURCES.sha256").read_text().splitlines()
    return dict(line.split() for line in lines)


def test_the_built_files_are_those_of_the_sources() -> None:
    assert stamped()["sources"] == digest(FRONTEND, "node_modules"), (
        "run `make assets` and commit what it builds"
    )


def test_nobody_edited_a_built_file_by_hand() -> None:
    assert stamped()["built"] == digest(BUILT, "SOURCES.sha256"), "edit frontend/ and run `make assets`"


def test_a_changed_source_is_noticed(tmp_path: Path) -> None:
    (tmp_path / "tokens.scss").write_text("$ink: black")
    before = digest(tmp_path, "node_modules")
    (tmp_path / "tokens.scss").write_text("$ink: navy")
    assert digest(tmp_path, "node_modules") != before


def test_fonts_stay_below_3_megabytes() -> None:
    fonts = list((BUILT / "fonts").glob("*.woff2"))
    assert len(fonts) >= 18
    assert sum(font.stat().st_size for font in fonts) < 3_000_000


def test_every_font_named_in_the_styles_is_there() -> None:
    for sheet in ("moei.css", "moei.rtl.css", "print.css"):
        named = set(re.findall(r"url\((fonts/[^)]+)\)", (BUILT / sheet).read_text()))
        assert len(named) >= 18
        assert [name for name in named if not (BUILT / name).exists()] == []


def test_styles_ask_nothing_of_other_hosts_and_carry_no_foreign_brand() -> None:
    for name in ("moei.css", "moei.rtl.css", "print.css"):
        text = (BUILT / name).read_text()
        assert re.findall(r"url\((?:https?:)?//[^)]*\)", text) == []
        assert "GDS Transport" not in text
        assert "crown" not in text


def luminance(colour: str) -> float:
    """Relative luminance of "#rrggbb" (WCAG 2.2)."""
    shares = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def tokens() -> tuple[dict[str, str], dict[str, list[str]]]:
    text = (FRONTEND / "tokens.scss").read_text()
    colours = dict(re.findall(r"^\$([a-z-]+): (#[0-9a-f]{6});", text, re.M))
    pairs: dict[str, list[str]] = {"text": [], "large": []}
    for kind, listed in re.findall(r"^// (text|large): (.+)$", text, re.M):
        pairs[kind] += listed.split()
    return colours, pairs


def test_contrast_is_measured_as_wcag_does() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize(("kind", "least"), [("text", 7.0), ("large", 4.5)])
def test_text_can_be_read_in_sunlight(kind: str, least: float) -> None:
    colours, pairs = tokens()
    assert len(pairs[kind]) >= 5
    too_weak = {}
    for pair in pairs[kind]:
        front, back = pair.split("/")
        ratio = contrast(colours[front], colours[back])
        if ratio < least:
            too_weak[pair] = round(ratio, 2)
    assert too_weak == {}


def test_colours_are_set_in_one_file() -> None:
    strays = {
        path.name: found
        for path in (FRONTEND / "styles").glob("*.scss")
        if (
            found := [
                c
                for c in re.findall(r"#[0-9a-fA-F]{3,8}\b(?!\{)", path.read_text())
                if c not in ("#fff", "#000")
            ]
        )
    }
    assert strays == {}


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda p: p.relative_to(ROOT / "src/moei").as_posix())
def test_pages_carry_nothing_that_the_content_policy_refuses(path: Path) -> None:
    text = path.read_text()
    assert not re.search(r"\sstyle=", text), "use a class"
    assert not re.search(r"<style\b", text), "put it in frontend/styles"
    assert not re.search(r"\son[a-z]+=|hx-on|javascript:", text), "put it in frontend/scripts"
    assert not re.search(r"hx-trigger=\"[^\"]*\[|hx-vals=[\"']js:", text), "htmx needs eval for this"
    inline = re.findall(r"<script(?![^>]*(?:\bsrc=|type=\"application/json\"))[^>]*>", text)
    assert inline == []


def test_right_to_left_styles_mirror_the_left_to_right_ones() -> None:
    """Radios are the part that breaks when it is forgotten: dot and circle sit on the reading side."""
    circle = r"\.govuk-radios__label::before\{[^}]*?\b(left|right):"
    assert set(re.findall(circle, (BUILT / "moei.css").read_text())) == {"left"}
    assert set(re.findall(circle, (BUILT / "moei.rtl.css").read_text())) == {"right"}
