"""The built assets are those of the sources, light, legible, and no page asks for inline code."""

import hashlib
import re
import time
from pathlib import Path

import pytest
from django.template.loader import render_to_string
from django.utils import translation
from playwright.sync_api import Page, Route

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


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, object]:
    return {
        "executable_path": "/usr/bin/chromium",
        "args": ["--no-sandbox", "--disable-gpu", "--disable-quic"],
    }


POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'"


LAYOUT = {
    "demo": True,
    "staff": {"pk": 7, "name": "Anong Srisuk", "agency": "Tak Provincial Social Development"},
    "release": "Release of 12 February",
    "nav": [
        {"label": label, "url": "/", "current": label == "Lists"} for label in ("Board", "Lists", "Cases")
    ],
}


def show(page: Page, language: str, width: int, late: float = 0) -> list[str]:
    """Puts the style guide before the browser as the server would; returns what the console complains of.

    Fonts and scripts come `late` seconds after they are asked for.
    """
    with translation.override(language):
        html = render_to_string("web/style_guide.html", LAYOUT)

    def answer(route: Route) -> None:
        path = route.request.url.partition("/static/")[2]
        if not path:
            route.fulfill(body=html, content_type="text/html", headers={"Content-Security-Policy": POLICY})
        elif (BUILT.parent / path).is_file():
            if late and path.endswith((".woff2", "moei.js")):
                time.sleep(late)
            route.fulfill(path=BUILT.parent / path)
        else:
            route.fulfill(status=404)

    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.route("**/*", answer)
    page.set_viewport_size({"width": width, "height": 900})
    page.goto("http://localhost:8000/style/")
    return complaints


@pytest.mark.browser
@pytest.mark.urls("django.conf.urls.i18n")
@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize(("language", "side"), [("en", "left"), ("ar", "right")])
def test_radios_stand_on_the_reading_side_of_their_words(
    page: Page, language: str, side: str, width: int
) -> None:
    complaints = show(page, language, width)
    assert page.locator("html").get_attribute("dir") == ("rtl" if language == "ar" else "ltr")
    places = page.evaluate(
        """() => [...document.querySelectorAll(".govuk-radios__item, .govuk-checkboxes__item")].map((item) => {
            const box = item.getBoundingClientRect()
            const label = item.querySelector("label")
            const drawn = getComputedStyle(label, "::before")
            const start = box.left + parseFloat(drawn.left)
            const range = document.createRange()
            range.selectNodeContents(label)
            const words = range.getBoundingClientRect()
            const input = item.querySelector("input").getBoundingClientRect()
            return {
                what: label.textContent,
                drawn: [start, start + parseFloat(drawn.width)],
                input: [input.left, input.right],
                words: [words.left, words.right],
            }
        })"""
    )
    assert len(places) >= 8
    for place in places:
        # The circle that is seen lies where the thumb presses, and beside the words, not on them.
        assert place["input"][0] - 4 <= place["drawn"][0] < place["drawn"][1] <= place["input"][1] + 4, place
        if side == "left":
            assert place["drawn"][1] <= place["words"][0], place
        else:
            assert place["drawn"][0] >= place["words"][1], place
    assert complaints == []


@pytest.mark.browser
@pytest.mark.urls("django.conf.urls.i18n")
@pytest.mark.parametrize("language", ["en", "th", "ar"])
def test_nothing_runs_out_of_a_narrow_page(page: Page, language: str) -> None:
    show(page, language, 390)
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    too_small = page.evaluate(
        """() => [...document.querySelectorAll("button, .govuk-button, .govuk-input, .govuk-select, .govuk-back-link")]
            .filter((e) => e.getBoundingClientRect().width > 0 && e.getBoundingClientRect().height < 44)
            .map((e) => e.className)"""
    )
    assert too_small == []


@pytest.mark.browser
@pytest.mark.urls("django.conf.urls.i18n")
def test_a_machine_readable_zone_is_laid_out_while_it_is_typed(page: Page) -> None:
    show(page, "en", 1280)
    field = page.locator("textarea[data-mrz]")
    field.click()
    # The specimen of ICAO 9303 part 4, typed in small letters and with the scanner's Enter in between.
    page.keyboard.type("p<utoeriksson<<anna<maria<<<<<<<<<<<<<<<<<<<")
    page.keyboard.press("Enter")
    page.keyboard.type("l898902c36uto7408122f1204159ze184226b<<<<<10")
    assert field.input_value().split("\n") == [
        "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<",
        "L898902C36UTO7408122F1204159ZE184226B<<<<<10",
    ]


@pytest.mark.browser
@pytest.mark.urls("django.conf.urls.i18n")
@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_jumps_when_fonts_and_scripts_come_late(page: Page, width: int) -> None:
    show(page, "en", width, late=0.15)
    page.wait_for_load_state("networkidle")
    shift = page.evaluate(
        """() => new Promise((done) => {
            let sum = 0
            new PerformanceObserver((list) => list.getEntries().forEach((entry) => { sum += entry.value }))
                .observe({ type: "layout-shift", buffered: true })
            setTimeout(() => done(sum), 300)
        })"""
    )
    # Below 0.1 counts as good (web.dev/articles/cls); a menu that folds late or a wider fallback is 0.05.
    assert shift < 0.03


@pytest.mark.urls("django.conf.urls.i18n")
@pytest.mark.parametrize("name", ["400", "403", "403_csrf", "404", "500"])
def test_error_pages_need_nothing_from_the_program_that_failed(name: str) -> None:
    html = render_to_string(f"{name}.html")
    assert html.count("<h1") == 1
    assert 'href="/"' in html
