from dataclasses import FrozenInstanceError, replace

import numpy as np
import pytest

from visionlab.core.image import Display
from visionlab.core.result import (
    Curve,
    LazyPlot,
    LazyView,
    Points,
    Reading,
    Result,
    Table,
    View,
)


def test_a_result_is_a_picture_and_what_there_is_beside_it():
    picture = np.zeros((2, 2), np.uint8)
    result = Result(picture)
    assert result.picture is picture
    assert result.display is None
    beside = (result.overlays, result.tables, result.plots, result.views, result.readings)
    assert beside == ((),) * 5
    with pytest.raises(AttributeError):
        result.picture = picture


def test_parts_without_arrays_compare_by_value():
    assert Reading("Threshold", 7) == Reading("Threshold", 7, "")
    assert Table("T", ("a",), ((1,),)) != Table("T", ("a",), ((2,),))


@pytest.mark.parametrize(
    "part", [lambda a: Points("P", a), lambda a: View("V", a), lambda a: Result(a)]
)
def test_parts_with_arrays_compare_by_identity(part):
    array = np.zeros((2, 2), np.uint8)
    one, other = part(array), part(array)
    assert one != other
    assert len({one, other}) == 2


class Counted:
    """Something that makes `value` and counts how often."""

    def __init__(self, value):
        self.value = value
        self.calls = 0

    def __call__(self):
        self.calls += 1
        return self.value


PICTURE = np.eye(3, dtype=np.uint8)


def test_a_lazy_view_is_made_when_it_is_looked_at_and_once():
    make = Counted((PICTURE, Display(0, 1)))
    view = LazyView("Mask", make)
    result = Result(PICTURE, views=(view,))
    assert result.views[0].name == "Mask"
    assert make.calls == 0
    assert result.views[0].picture is PICTURE
    assert view.display == Display(0, 1)
    assert view.picture is PICTURE
    assert make.calls == 1


def test_a_lazy_plot_is_made_when_its_curves_are_looked_at_and_once():
    curves = (Curve("Pixels", np.arange(3), np.arange(3)),)
    make = Counted(curves)
    plot = LazyPlot("Histogram", "Value", "Pixels", make, (("Otsu", 1.0),))
    assert (plot.name, plot.x_label, plot.y_label) == ("Histogram", "Value", "Pixels")
    assert plot.markers == (("Otsu", 1.0),)
    assert make.calls == 0
    assert plot.curves is curves
    assert plot.curves is curves
    assert make.calls == 1


@pytest.mark.parametrize("looked_at_before", [False, True])
def test_a_renamed_lazy_part_is_not_made_again(looked_at_before):
    make = Counted((PICTURE, None))
    view = LazyView("Mask", make)
    if looked_at_before:
        assert view.picture is PICTURE
    renamed = replace(view, name="2 Mask")
    assert renamed.name == "2 Mask"
    assert renamed.picture is PICTURE
    assert view.picture is PICTURE
    assert make.calls == 1
    plot = LazyPlot("Histogram", "Value", "Pixels", Counted(()))
    assert replace(plot, name="2 Histogram").curves == ()


def test_what_fails_to_be_made_fails_when_it_is_looked_at():
    def make():
        raise MemoryError

    view = LazyView("Mask", make)
    for _ in range(2):
        with pytest.raises(MemoryError):
            _ = view.picture


def test_lazy_parts_are_frozen():
    with pytest.raises(FrozenInstanceError):
        LazyView("Mask", Counted((PICTURE, None))).name = "Other"
