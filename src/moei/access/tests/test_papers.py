"""Papers are set from the program's own files, quickly, and say when people are invented."""

from __future__ import annotations

import io
import time

import pypdf
import pytest
from django.core.exceptions import SuspiciousFileOperation
from django.template import engines

from moei.access import papers, typesetting
from moei.access.models import Release

RELEASE = Release(code="invented", name="A release", invented=True)


@pytest.fixture
def draw(monkeypatch):
    """`draw(html)`: that HTML as a paper."""

    def paper(html: str) -> str:
        template = engines["django"].from_string(html)
        monkeypatch.setattr(papers, "render_to_string", lambda name, context: template.render(context))
        pdf = papers.paper_pdf("unused.html", RELEASE, {"word": "printed"})
        return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)

    return paper


def test_a_paper_knows_its_context_and_whether_people_are_invented(draw) -> None:
    text = draw("<p>{{ word }}: {{ release.code }} {% if demo %}stamped{% endif %}</p>")
    assert "printed: invented stamped" in " ".join(text.split())


@pytest.mark.parametrize(
    "url", ["https://example.org/x.css", "file:///etc/hostname", "/etc/hostname", "/static/../settings.py"]
)
def test_p21_a_paper_asks_the_network_and_the_disk_for_nothing(url: str) -> None:
    address = f"http://moei.invalid{url}" if url.startswith("/") else url
    with pytest.raises((ValueError, SuspiciousFileOperation), match=r"own files|located outside"):
        typesetting._OwnFiles().fetch(address)


def test_fonts_are_unpacked_once(draw) -> None:
    html = '<link rel="stylesheet" href="/static/moei/print.css"><p>{{ word }} ใบ</p>'
    draw(html)
    fonts, began = typesetting._fonts(), time.perf_counter()
    assert "printed" in draw(html)
    assert typesetting._fonts() is fonts
    assert time.perf_counter() - began < 2, "unpacking them anew takes longer than setting the page"
