import time

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QLabel

from visionlab.core.result import Reading, Table
from visionlab.ui.readings_bar import ReadingsBar
from visionlab.ui.table_model import TableModel
from visionlab.ui.table_panel import TablePanel

ROWS = ((9.0, "b"), (10.0, "a"), (-2.0, "C"))
TABLE = Table("Contours", ("Area (px²)", "Kind"), ROWS, overlay="outlines")


@pytest.fixture
def panel(qtbot):
    panel = TablePanel()
    qtbot.addWidget(panel)
    panel.resize(600, 240)
    panel.show()
    panel.set_tables((TABLE,))
    return panel


def column(panel, index=0):
    model = panel.view.model()
    return [model.index(row, index).data() for row in range(model.rowCount())]


def click_header(qtbot, panel, section):
    header = panel.view.horizontalHeader()
    at = header.sectionViewportPosition(section) + header.sectionSize(section) // 2
    qtbot.mouseClick(
        header.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(at, header.height() // 2)
    )


def test_empty_state(qtbot):
    panel = TablePanel()
    qtbot.addWidget(panel)
    panel.show()
    assert not panel.view.isVisible()
    assert not panel.export.isVisible()


def test_sorts_by_value_and_back(qtbot, panel):
    assert column(panel) == ["9.0", "10.0", "-2.0"]
    click_header(qtbot, panel, 0)
    assert column(panel) == ["-2.0", "9.0", "10.0"]
    click_header(qtbot, panel, 0)
    assert column(panel) == ["10.0", "9.0", "-2.0"]
    click_header(qtbot, panel, 0)
    assert column(panel) == ["9.0", "10.0", "-2.0"]
    click_header(qtbot, panel, 1)
    assert column(panel, 1) == ["a", "b", "C"]


def test_selecting_names_the_original_row(qtbot, panel):
    panel.view.sortByColumn(0, Qt.SortOrder.AscendingOrder)
    at = panel.view.visualRect(panel.view.model().index(0, 0)).center()
    with qtbot.waitSignal(panel.rowSelected) as caught:
        qtbot.mouseClick(panel.view.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert caught.args == ["outlines", 2]
    with qtbot.waitSignal(panel.rowSelected) as caught:
        panel.view.clearSelection()
    assert caught.args == ["outlines", -1]


def test_highlight_selects_without_an_echo(qtbot, panel):
    panel.view.sortByColumn(0, Qt.SortOrder.AscendingOrder)
    with qtbot.assertNotEmitted(panel.rowSelected):
        panel.set_highlight("outlines", 1)
        panel.set_highlight("other overlay", 0)
    assert panel.view.selected_originals() == [1]
    panel.set_highlight("outlines", -1)
    assert panel.view.selected_originals() == []


def test_live_update_keeps_selection_and_order(qtbot, panel):
    panel.view.sortByColumn(0, Qt.SortOrder.AscendingOrder)
    panel.set_highlight("outlines", 2)
    with qtbot.assertNotEmitted(panel.rowSelected):
        panel.set_tables((Table("Contours", TABLE.columns, ((1.0, "b"), (0.0, "a"), (5.0, "C")),
                                "outlines"),))  # fmt: skip
    assert column(panel) == ["0.00", "1.00", "5.00"]
    assert panel.view.selected_originals() == [2]
    assert panel.view.selectionModel().selectedRows()[0].row() == 2


def test_fewer_rows_end_the_selection(qtbot, panel):
    panel.set_highlight("outlines", 2)
    with qtbot.waitSignal(panel.rowSelected) as caught:
        panel.set_tables((Table("Contours", TABLE.columns, ROWS[:1], "outlines"),))
    assert caught.args == ["outlines", -1]


def test_scroll_stays(qtbot, panel):
    def many(count):
        return (Table("n", ("i",), tuple((i,) for i in range(count))),)

    panel.set_tables(many(1000))
    panel.view.verticalScrollBar().setValue(500)
    panel.set_tables(many(1000))
    assert panel.view.verticalScrollBar().value() == 500
    panel.set_tables(many(900))
    assert panel.view.verticalScrollBar().value() == 500


def test_copy_as_text(qtbot, panel):
    panel.view.sortByColumn(0, Qt.SortOrder.AscendingOrder)
    panel.view.selectRow(0)
    qtbot.keyClick(panel.view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QApplication.clipboard().text() == "-2.0\tC\n"
    panel.view.clearSelection()
    qtbot.mouseClick(panel.copy, Qt.MouseButton.LeftButton)
    assert QApplication.clipboard().text() == "-2.0\tC\n9.0\tb\n10.0\ta\n"


def test_export_asks_with_the_table_on_view(qtbot, panel):
    other = Table("Circles", ("r",), ((1,),))
    panel.set_tables((TABLE, other))
    assert panel.chooser.isVisible()
    panel.chooser.setCurrentIndex(1)
    with qtbot.waitSignal(panel.exportRequested) as caught:
        qtbot.mouseClick(panel.export, Qt.MouseButton.LeftButton)
    assert caught.args[0] is other


def test_chosen_table_stays_while_its_name_does(qtbot, panel):
    other = Table("Circles", ("r",), ((1,),))
    panel.set_tables((TABLE, other))
    panel.chooser.setCurrentIndex(1)
    panel.set_tables((Table("Lines", ("a",), ()), TABLE, other))
    assert panel.table() is other
    panel.set_tables((TABLE,))
    assert panel.table() is TABLE
    assert not panel.chooser.isVisible()


def test_numbers_stand_right_and_words_left(panel):
    model = panel.view.model()
    role = Qt.ItemDataRole.TextAlignmentRole
    assert model.index(0, 0).data(role) & Qt.AlignmentFlag.AlignRight.value
    assert model.index(0, 1).data(role) & Qt.AlignmentFlag.AlignLeft.value


def test_mixed_column_puts_numbers_first(qtmodeltester):
    model = TableModel()
    model.set_table(Table("t", ("a",), (("x",), (3,), ("B",), (1.5,))))
    model.sort(0)
    assert [model.index(i, 0).data() for i in range(4)] == ["1.50", "3.00", "B", "x"]
    qtmodeltester.check(model)


def test_hundred_thousand_rows_are_quick(panel):
    def big():
        return (Table("big", ("x", "i"), tuple((i * 7919 % 1000 / 3, i) for i in range(100_000))),)

    tables = [big() for _ in range(3)]
    panel.set_tables(tables[0])
    panel.view.sortByColumn(0, Qt.SortOrder.DescendingOrder)
    start = time.perf_counter()
    for table in tables[1:]:
        panel.set_tables(table)
        QApplication.processEvents()
    assert (time.perf_counter() - start) / 2 < 0.5  # about 20 ms; generous for a busy machine
    assert column(panel)[0] == "333.0"


def test_readings_as_chips(qtbot):
    bar = ReadingsBar()
    qtbot.addWidget(bar)
    bar.set_readings((Reading("Otsu threshold", 117), Reading("Length", 34.5678, "px")))
    assert bar.isVisible()
    assert bar.texts() == ("Otsu threshold 117", "Length 34.57 px")
    chips = bar.findChildren(QLabel)
    bar.set_readings((Reading("Otsu threshold", 9), Reading("Length", 1.0, "px")))
    assert bar.texts() == ("Otsu threshold 9", "Length 1 px")
    assert bar.findChildren(QLabel) == chips
    bar.set_readings(())
    assert not bar.isVisible()


def test_chips_wrap(qtbot):
    bar = ReadingsBar()
    qtbot.addWidget(bar)
    bar.set_readings(tuple(Reading(f"Reading {i}", i) for i in range(6)))
    assert bar.heightForWidth(200) >= 2 * bar.heightForWidth(2000) - 8
