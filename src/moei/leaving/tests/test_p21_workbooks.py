"""P21: no cell of a spreadsheet that leaves is a formula, whatever signs were taken out of it on the way."""

from __future__ import annotations

from moei.leaving.workbooks import add_head, add_row, add_sheet, empty_workbook


def test_p21_signs_are_taken_out_before_it_is_seen_what_would_be_a_formula():
    sheet = add_sheet(empty_workbook(), "People", invented=True, said=("=1+1",))
    add_head(sheet, ("=A1", "Name"), (10, 20))
    add_row(sheet, ["\x01=1+1", "\ue000=1+1\x02", "=\x001+1", "\x0b\x0c@SUM(1)", None, 3])
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert [cell.value for cell in cells if cell.data_type == "f"] == []
    assert sheet.cell(4, 1).value == "'=1+1"
    assert sheet.cell(4, 5).value is None and sheet.cell(4, 6).value == 3
    assert "invented" in sheet.cell(1, 1).value
    assert sheet.column_dimensions["B"].width == 20
