"""The form: the ends of a slider, shown and changed."""

import pytest
from form_driver import LEFT, control, field, show, type_number
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication

from visionlab.core.params import Range
from visionlab.ui.controls.limits import LimitsBox
from visionlab.ui.controls.scale import Scale
from visionlab.ui.controls.slider import RangeSlider, Slider

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")  # pop-ups, off screen


def ends(form, name):
    return control(form, name).limits()


def box_of(qtbot, form, name, *, at_high=False):
    """Double-click on the ends and return the box that opens."""
    limits = ends(form, name)
    x = limits.width() - 3 if at_high else 3
    qtbot.mouseDClick(limits, LEFT, pos=QPoint(x, limits.height() // 2))
    box = limits.findChildren(LimitsBox)[-1]  # the former may be on its way out
    qtbot.waitUntil(box.isVisible)
    return box


def test_the_ends_of_every_slider_are_shown(form):
    shown = {name: limits.text() for name in form._rows if (limits := control(form, name).limits())}
    assert shown == {
        "ksize": "1 to 31", "sigma": "0 to 10", "limits": "0 to 1000", "strength": "0 to 1",
    }  # fmt: skip


def test_a_slider_between_nearer_ends_is_finer(qtbot, form, edits):
    box = box_of(qtbot, form, "limits", at_high=True)
    assert box.high.hasFocus()
    type_number(qtbot, box.high, "200")
    qtbot.waitUntil(lambda: form.findChild(LimitsBox) is None)  # Enter closes it
    assert ends(form, "limits").text() == "0 to 200"
    assert edits == []  # the values, 50 and 150, are what they were
    slider = control(form, "limits").findChild(RangeSlider)
    assert slider.places() == (50, 150)
    assert slider._last == 200
    qtbot.mouseClick(slider, LEFT, pos=QPoint(slider.width(), slider.height() // 2))
    assert form.values()["limits"] == (50, 200)


def test_what_lies_beyond_the_ends_can_still_be_typed(qtbot, form):
    box = box_of(qtbot, form, "sigma")
    assert box.low.hasFocus()
    type_number(qtbot, box.low, "0.5")
    box = box_of(qtbot, form, "sigma", at_high=True)
    type_number(qtbot, box.high, "2")
    assert ends(form, "sigma").text() == "0.5 to 2"
    slider = control(form, "sigma").findChild(Slider)
    type_number(qtbot, field(form, "sigma"), "7")
    assert form.values()["sigma"] == 7
    assert slider.value() == slider.maximum()
    type_number(qtbot, field(form, "sigma"), "0.1")
    assert form.values()["sigma"] == pytest.approx(0.1)
    assert slider.value() == 0


def test_odd_numbers_stay_odd(qtbot, form):
    box = box_of(qtbot, form, "ksize", at_high=True)
    type_number(qtbot, box.high, "10")
    assert ends(form, "ksize").text() == "1 to 11"
    slider = control(form, "ksize").findChild(Slider)
    slider.setValue(2)
    assert form.values()["ksize"] == 5


def test_all_of_it_again(qtbot, form):
    type_number(qtbot, box_of(qtbot, form, "limits", at_high=True).high, "200")
    box = box_of(qtbot, form, "limits")
    assert "0 to 1000" in box.whole.text()
    qtbot.mouseClick(box.whole, LEFT)
    assert ends(form, "limits").text() == "0 to 1000"


def test_ends_that_meet_and_escape_change_nothing(qtbot, form):
    box = box_of(qtbot, form, "limits", at_high=True)
    type_number(qtbot, box.high, "0")
    assert ends(form, "limits").text() == "0 to 1000"
    box = box_of(qtbot, form, "limits", at_high=True)
    qtbot.keyClick(QApplication.focusWidget() or box.high, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: form.findChild(LimitsBox) is None)
    assert ends(form, "limits").text() == "0 to 1000"


def test_a_part_of_a_scale():
    scale = Scale.of(Range(3, 31, step=2), whole=True).between(5, 9)
    assert [scale.value(p) for p in range(scale.positions + 1)] == [5, 7, 9]
    fine = Scale.of(Range(0, 1000)).between(10, 11)  # finer than the steps of the whole
    assert fine.value(30) == pytest.approx(10.3)
    assert Scale.of(Range(-4, 4), whole=True).between(-1, 2).origin == 1
    assert Scale.of(Range(-4, 4), whole=True).between(1, 2).origin == 0


def test_the_ends_stay_while_another_step_is_looked_at(qtbot, form):
    box = box_of(qtbot, form, "limits", at_high=True)
    type_number(qtbot, box.high, "200")
    shown = form.operation
    show(qtbot, form, None)
    show(qtbot, form, shown, {"limits": (20.0, 60.0)})
    assert ends(form, "limits").text() == "0 to 200"
    assert ends(form, "sigma").text() == "0 to 10"
    assert control(form, "limits").findChild(RangeSlider).places() == (20, 60)
