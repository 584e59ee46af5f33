import io
from collections.abc import Callable

import openpyxl
import pytest


@pytest.fixture
def workbook() -> Callable[..., bytes]:
    """Bytes of a workbook: ``workbook(("Sheet", [[cell, ...], ...]), ...)``."""

    def make(*sheets) -> bytes:
        book = openpyxl.Workbook()
        book.remove(book.active)
        for name, rows in sheets:
            sheet = book.create_sheet(name)
            for row in rows:
                sheet.append(row)
        out = io.BytesIO()
        book.save(out)
        return out.getvalue()

    return make
