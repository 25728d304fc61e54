"""The form: what each kind of parameter offers, and the form around it."""

from dataclasses import replace

import pytest
from form_driver import LEFT, RIGHT, control, every_kind, field, show, type_number
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QTextDocument
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QLabel,
    QScrollArea,
    QSlider,
    QTableWidget,
    QToolButton,
)

from visionlab.core.params import (
    Range,
)
from visionlab.operations import catalogue
from visionlab.ui.controls.matrix import resized
from visionlab.ui.controls.scale import Scale
from visionlab.ui.controls.slider import RangeSlider
from visionlab.ui.help_text import help_html


def operations():
    return [pytest.param(op, id=op.id) for op in catalogue().operations.values()]


# Scales


def test_wide_ranges_lie_by_decades():
    scale = Scale.of(Range(0.001, 1))
    # Half way from 10^-3 to 10^0 is 10^-1.5.
    assert scale.value(500) == pytest.approx(10**-1.5, rel=0.02)
    assert (scale.value(0), scale.value(1000)) == (0.001, 1.0)
    assert scale.position(0.01) == round(1000 / 3)
    area = Scale.of(Range(0, 1_000_000), whole=True)
    assert (area.value(0), area.value(1000)) == (0, 1_000_000)
    assert area.value(500) == pytest.approx(1000, rel=0.02)


def test_ordinary_ranges_lie_in_equal_steps():
    scale = Scale.of(Range(0, 1000), whole=True)
    assert (scale.positions, scale.value(1), scale.position(999)) == (1000, 1, 999)
    fine = Scale.of(Range(0, 1))  # a step of 1 would leave nothing between
    assert (fine.step, fine.positions, fine.decimals) == (0.01, 100, 2)
    assert fine.value(30) == 0.3
    odd = Scale.of(Range(3, 8, step=2), whole=True)
    assert [odd.value(p) for p in range(odd.positions + 1)] == [3, 5, 7]
    assert odd.snap(8) == 7


# Switches and choices


def test_switch_turns_by_its_label_too(qtbot, form, edits):
    row = form._rows["exact"]
    qtbot.mouseClick(row._label, LEFT)
    qtbot.keyClick(row.control.findChild(QCheckBox), Qt.Key.Key_Space)
    assert edits == [("exact", True), "end", ("exact", False), "end"]


def test_few_short_choices_are_buttons_and_others_a_list(qtbot, form, edits):
    buttons = control(form, "output").findChildren(QToolButton)
    assert [b.text() for b in buttons] == ["x", "Magnitude"]
    qtbot.mouseClick(buttons[1], LEFT)
    combo = control(form, "border").findChild(QComboBox)
    assert [combo.itemText(i) for i in range(2)] == ["Replicate", "Reflect 101"]
    combo.setFocus()
    qtbot.keyClick(combo, Qt.Key.Key_Down)
    assert edits[:3] == [("output", "magnitude"), "end", ("border", "reflect_101")]


def test_what_does_not_matter_is_greyed_live(qtbot, form):
    assert not control(form, "strength").isEnabled()
    qtbot.mouseClick(control(form, "exact").findChild(QCheckBox), LEFT)
    assert control(form, "strength").isEnabled()
    form.set_values({"exact": False})
    assert not control(form, "strength").isEnabled()


# Intervals and colour ranges


def test_one_end_of_an_interval_pushes_the_other_when_typed(qtbot, form, edits):
    type_number(qtbot, field(form, "limits", 0), "400")
    assert edits == [("limits", (400.0, 400.0)), "end"]
    type_number(qtbot, field(form, "limits", 1), "300")
    assert control(form, "limits").value() == (300.0, 300.0)


def test_a_dragged_end_stops_at_the_other(qtbot, form, edits):
    slider = control(form, "limits").findChild(RangeSlider)
    track = slider.width() - 16
    qtbot.mousePress(slider, LEFT, pos=QPoint(8 + round(track * 0.05), 12))
    qtbot.mouseMove(slider, QPoint(8 + track, 12))
    qtbot.mouseRelease(slider, LEFT, pos=QPoint(8 + track, 12))
    assert edits[-2:] == [("limits", (150.0, 150.0)), "end"]


def test_space_takes_the_other_handle(qtbot, form, edits):
    slider = control(form, "limits").findChild(RangeSlider)
    slider.setFocus()
    qtbot.keyClick(slider, Qt.Key.Key_Right)
    qtbot.keyClick(slider, Qt.Key.Key_Space)
    qtbot.keyClick(slider, Qt.Key.Key_PageDown)
    assert edits == [("limits", (51.0, 150.0)), ("limits", (51.0, 140.0))]


def test_only_a_hue_wraps(qtbot, form, edits):
    low_h, low_s = field(form, "bounds", 0), field(form, "bounds", 2)
    type_number(qtbot, low_h, "170")
    assert edits[-2] == ("bounds", ((170.0, 80.0, 60.0), (25.0, 255.0, 255.0)))
    type_number(qtbot, field(form, "bounds", 3), "40")
    assert control(form, "bounds").value() == ((170.0, 40.0, 60.0), (25.0, 40.0, 255.0))
    assert low_s.value() == 40
    form.set_values({"space": "RGB"})
    names = [label.text() for label in control(form, "bounds").findChildren(QLabel)]
    assert names == ["R", "G", "B"]
    type_number(qtbot, low_h, "200")
    assert control(form, "bounds").value()[1][0] == 200


def test_eyedropper_asks_for_the_named_view(qtbot, form):
    pick = control(form, "bounds").findChild(QToolButton)
    with qtbot.waitSignal(form.pickRequested) as asked:
        qtbot.mouseClick(pick, LEFT)
    assert asked.args == ["bounds", "Picture"]


# Matrices


def cell(grid, row, column):
    return grid.visualRect(grid.model().index(row, column)).center()


def test_cells_cycle_by_clicks_and_are_painted_by_drags(qtbot, form, edits):
    grid = control(form, "element").findChild(QTableWidget)
    view = grid.viewport()
    qtbot.mouseClick(view, LEFT, pos=cell(grid, 0, 0))
    assert edits == [("element", ((1, 1, 0), (-1, 1, 1), (-1, -1, 0))), "end"]
    qtbot.mouseClick(view, RIGHT, pos=cell(grid, 0, 0))
    qtbot.mousePress(view, LEFT, pos=cell(grid, 2, 2))
    qtbot.mouseMove(view, cell(grid, 2, 1))
    qtbot.mouseMove(view, cell(grid, 2, 0))
    qtbot.mouseRelease(view, LEFT, pos=cell(grid, 2, 0))
    assert control(form, "element").value() == ((0, 1, 0), (-1, 1, 1), (1, 1, 1))
    assert edits.count("end") == 3


def test_cells_are_reached_by_keys(qtbot, form):
    grid = control(form, "element").findChild(QTableWidget)
    grid.setFocus()
    qtbot.keyClick(grid, Qt.Key.Key_Down)
    qtbot.keyClick(grid, Qt.Key.Key_Space)
    assert control(form, "element").value()[1][0] == 0
    assert grid.item(1, 0).data(Qt.ItemDataRole.AccessibleTextRole) == "0"


def test_matrix_is_resized_about_its_centre(qtbot, form):
    type_number(qtbot, field(form, "element", 0), "5")
    expected = ((0, 0, 0), (0, 1, 0), (-1, 1, 1), (-1, -1, 0), (0, 0, 0))
    assert control(form, "element").value() == expected
    type_number(qtbot, field(form, "element", 1), "1")
    assert control(form, "element").value() == ((0,), (1,), (1,), (-1,), (0,))
    assert resized(expected, 1, 3, 0) == ((-1, 1, 1),)


# Reset, rebuild, size, texts


def test_reset_is_offered_only_where_a_value_differs(qtbot, form, edits):
    row = form._rows["ksize"]
    assert row._reset is None
    type_number(qtbot, field(form, "ksize"), "9")
    assert row._reset.isVisible()
    edits.clear()
    qtbot.mouseClick(row._reset, LEFT)
    assert edits == [("ksize", 3), "end"]
    assert not row._reset.isVisible()
    assert field(form, "ksize").value() == 3


def test_reset_all_is_one_wish(qtbot, form, edits):
    form.set_values({"ksize": 9, "limits": (0.0, 10.0)})
    with qtbot.waitSignal(form.resetRequested):
        qtbot.mouseClick(form._reset_all, LEFT)
    assert edits == []
    form.set_values({})
    assert not form._reset_all.isEnabled()


def test_a_change_may_bring_another_form(qtbot, form):
    """A control outlives the signal by which it asked for its own removal."""
    form.valueChanged.connect(lambda *_: form.set_operation(None, {}))
    qtbot.mouseClick(control(form, "exact").findChild(QCheckBox), LEFT)
    qtbot.waitUntil(form.ready)
    assert form.operation is None
    assert "Select a step to see its controls." in [w.text() for w in form.findChildren(QLabel)]


def test_leaving_a_form_ends_the_edit(qtbot, form, edits):
    slider = control(form, "ksize").findChild(QSlider)
    slider.setFocus()
    qtbot.keyClick(slider, Qt.Key.Key_Right)
    form.set_operation(None, {})
    assert edits == [("ksize", 5), "end"]


def test_old_controls_are_freed(qtbot, form):
    other = replace(every_kind, params=every_kind.params[:1])
    for _ in range(3):
        show(qtbot, form, other)
        form.set_operation(other, {})
        form.set_operation(None, {})  # before any of the other's controls is on view
        show(qtbot, form, every_kind)
    qtbot.waitUntil(lambda: len(form.findChildren(RangeSlider)) == 4)


@pytest.mark.parametrize("op", [*operations(), pytest.param(every_kind, id="every_kind")])
def test_form_fits_in_a_narrow_dock(qtbot, empty_form, op):
    show(qtbot, empty_form, op)
    QApplication.processEvents()
    area = empty_form.findChild(QScrollArea)
    assert area.widget().width() <= area.viewport().width()
    assert area.widget().minimumSizeHint().width() <= area.viewport().width()


def test_controls_have_names_for_screen_readers(form):
    kinds = (QSlider, QDoubleSpinBox, QComboBox, QCheckBox, RangeSlider, QToolButton, QTableWidget)
    widgets = [w for kind in kinds for w in form.findChildren(kind)]
    assert all(w.accessibleName() for w in widgets)
    box = field(form, "ksize")
    assert (box.accessibleName(), box.accessibleDescription()) == (
        "Kernel size",
        "Side of the kernel, odd.",
    )
    assert "Side of the kernel, odd." in box.toolTip()


def test_title_stands_beside_the_opencv_name(form):
    document = QTextDocument()
    document.setHtml(form._title.text())
    assert document.toPlainText().split() == ["Every", "kind", "cv2.everything"]


def test_help_is_rich_text_with_the_names_on_screen():
    doc = """Edges & lines of ``f``.

    g = a < b

- one
- two *three*

Parameters
----------
ksize : int
    Side of the
    kernel.

References
----------
J. Canny, 1986.
"""
    html = help_html(doc, {"ksize": "Kernel size"}, "#777777")
    document = QTextDocument()
    document.setHtml(html)
    assert document.toPlainText().split("\n") == [
        "Edges & lines of f.",
        "g = a < b",
        "one",
        "two three",
        "Parameters",
        "Kernel size ksize",
        "Side of the kernel.",
        "References",
        "J. Canny, 1986.",
    ]
    assert "<i>three</i>" in html
