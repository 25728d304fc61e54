"""The form: every kind of control, driven as a person drives it."""

import pytest
from form_driver import LEFT, control, field, show, type_number
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QKeySequence, QMouseEvent, QShortcut, QWheelEvent
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QSlider,
)

from visionlab.operations import catalogue
from visionlab.ui.controls.slider import RangeSlider

# Round trips


def operations():
    return [pytest.param(op, id=op.id) for op in catalogue().operations.values()]


@pytest.mark.parametrize("op", operations())
def test_form_of_every_operation_shows_its_defaults(qtbot, empty_form, op):
    form = empty_form
    show(qtbot, form, op)
    shown = {name: row.control.value() for name, row in form._rows.items()}
    assert op.check_params(shown) == op.check_params({})
    assert not form._reset_all.isEnabled()


def test_values_are_shown_and_kept_exactly_without_signals(form, edits):
    values = {
        "ksize": 9,
        "sigma": 1 / 3,
        "exact": True,
        "output": "magnitude",
        "border": "wrap",
        "limits": (10.5, 900.0),
        "bounds": ((170.0, 0.0, 0.0), (10.0, 255.0, 255.0)),
        "element": ((1,),),
        "strength": 0.25,
        "space": "RGB",
    }
    form.set_values(values)
    assert {n: control(form, n).value() for n in values} == values
    assert form.values() == values
    assert edits == []
    assert field(form, "ksize").text() == "9\N{NO-BREAK SPACE}px"
    assert field(form, "sigma").text() == "0.333"
    assert control(form, "exact").findChild(QCheckBox).isChecked()
    assert control(form, "border").findChild(QComboBox).currentText() == "Wrap"


# Whole and real numbers


def test_a_drag_is_live_and_one_edit(qtbot, form, edits):
    slider = control(form, "ksize").findChild(QSlider)
    middle = slider.height() // 2
    track = slider.width() - 16
    qtbot.mousePress(slider, LEFT, pos=QPoint(8 + round(track * 1 / 15), middle))
    for step in (5, 10, 15):
        qtbot.mouseMove(slider, QPoint(8 + round(track * step / 15), middle))
    assert "end" not in edits
    qtbot.mouseRelease(slider, LEFT, pos=QPoint(8 + track, middle))
    assert edits == [("ksize", 11), ("ksize", 21), ("ksize", 31), "end"]
    assert field(form, "ksize").value() == 31


def test_shift_makes_a_drag_ten_times_finer(form, edits, qtbot):
    slider = control(form, "limits").findChild(RangeSlider)
    slider.setFixedWidth(216)  # 200 pixels of track for 0..1000
    QApplication.processEvents()
    start = QPoint(8 + 30, 12)  # on the upper handle, 150
    qtbot.mousePress(slider, LEFT, pos=start)
    move = QPointF(start + QPoint(20, 0))
    shift = Qt.KeyboardModifier.ShiftModifier
    event = QMouseEvent(
        QEvent.Type.MouseMove, move, slider.mapToGlobal(move), Qt.MouseButton.NoButton, LEFT, shift
    )
    QApplication.sendEvent(slider, event)
    qtbot.mouseRelease(slider, LEFT, pos=move.toPoint())
    assert edits == [("limits", (50.0, 160.0)), "end"]


def test_a_typed_number_counts_when_it_is_complete(qtbot, form, edits):
    box = field(form, "sigma")
    box.setFocus()
    box.selectAll()
    qtbot.keyClicks(box, "2.75")
    assert edits == []
    qtbot.keyClick(box, Qt.Key.Key_Return)
    assert edits == [("sigma", 2.75), "end"]


@pytest.mark.parametrize(("typed", "taken"), [("8", 9), ("31", 31), ("2", 3), ("7", 7)])
def test_only_odd_numbers_are_taken(qtbot, form, edits, typed, taken):
    type_number(qtbot, field(form, "ksize"), typed)
    assert control(form, "ksize").value() == taken
    assert field(form, "ksize").value() == taken
    assert edits == ([("ksize", taken), "end"] if taken != 3 else [])


def test_keys_step_and_a_series_of_them_is_one_edit(qtbot, form, edits):
    slider = control(form, "ksize").findChild(QSlider)
    slider.setFocus()
    qtbot.keyClick(slider, Qt.Key.Key_Right)
    qtbot.keyClick(slider, Qt.Key.Key_Right)
    qtbot.keyClick(slider, Qt.Key.Key_Up, Qt.KeyboardModifier.ShiftModifier)
    qtbot.keyClick(slider, Qt.Key.Key_PageDown)
    qtbot.keyClick(slider, Qt.Key.Key_End)
    qtbot.keyClick(slider, Qt.Key.Key_Home)
    assert [value for _, value in edits] == [5, 7, 27, 7, 31, 1]
    qtbot.waitUntil(lambda: edits[-1] == "end")
    assert edits.count("end") == 1


def test_arrows_step_the_typed_number(qtbot, form, edits):
    box = field(form, "sigma")
    box.setFocus()
    qtbot.keyClick(box, Qt.Key.Key_Up)
    qtbot.keyClick(box, Qt.Key.Key_Up, Qt.KeyboardModifier.ShiftModifier)
    assert [value for _, value in edits] == pytest.approx([1.1, 2.1])


def wheel(widget):
    middle = QPointF(widget.rect().center())
    event = QWheelEvent(
        middle,
        widget.mapToGlobal(middle),
        QPoint(),
        QPoint(0, 120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    event.ignore()
    QApplication.sendEvent(widget, event)
    return event.isAccepted()


def test_the_wheel_turns_only_what_has_the_focus(form, edits):
    kinds = (QSlider, QDoubleSpinBox, QComboBox, RangeSlider)
    widgets = [w for kind in kinds for w in form.findChildren(kind) if w.isEnabled()]
    assert len(widgets) > 10
    form.setFocus()
    for widget in widgets:
        assert widget.focusPolicy() == Qt.FocusPolicy.StrongFocus
        wheel(widget)
    assert edits == []
    slider = control(form, "ksize").findChild(QSlider)
    slider.setFocus()
    wheel(slider)
    assert edits == [("ksize", 5)]


def test_undo_in_a_typed_number_reaches_the_window(qtbot, form):
    undone = []
    shortcut = QShortcut(QKeySequence.StandardKey.Undo, form)
    shortcut.activated.connect(lambda: undone.append(True))
    type_number(qtbot, field(form, "sigma"), "2")
    qtbot.keyClick(field(form, "sigma"), Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert undone == [True]


def test_equal_values_do_not_disturb_a_number_being_typed(qtbot, form):
    box = field(form, "sigma")
    box.setFocus()
    box.selectAll()
    qtbot.keyClicks(box, "7.")
    form.set_values(form.values())
    qtbot.keyClicks(box, "5")
    qtbot.keyClick(box, Qt.Key.Key_Return)
    assert control(form, "sigma").value() == 7.5
