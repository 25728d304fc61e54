"""The mapping between picture, widget and device pixels, against values derived on paper."""

from math import floor

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from PySide6.QtCore import QPointF, QSize

from visionlab.ui.view_transform import MAX_SCALE, MIN_SCALE, Pane, ViewTransform

PANE = Pane(QSize(400, 200), QSize(800, 600))


def _centre(x, y):
    return QPointF(x + 0.5, y + 0.5)


positions = st.builds(_centre, st.integers(0, 799), st.integers(100, 499))


def test_fit_shows_the_whole_picture_in_the_middle():
    place = ViewTransform().place(PANE)
    assert place.scale == 2  # 800 / 400, since 600 / 200 would be larger
    assert (place.x, place.y) == (0, 100)  # 600 - 2 x 200 = 200 left, half above
    assert place.to_widget(400, 200) == QPointF(800, 500)


def test_fit_follows_the_widget_until_zoomed():
    view = ViewTransform()
    small = Pane(PANE.picture, QSize(200, 300))
    assert view.place(small).scale == 0.5
    view.zoom(PANE, 1.5)
    assert not view.fitted
    assert view.place(small).scale == view.place(PANE).scale == 3
    view.fit()
    assert view.place(small).scale == 0.5


def same_pixel(a, b):
    return [floor(v) for v in a] == [floor(v) for v in b]


@given(at=positions, factors=st.lists(st.floats(0.3, 3), min_size=1, max_size=8))
@example(at=_centre(0, 130), factors=[2.05647120493733, 2.0])  # its edge on half a pixel
def test_what_is_under_the_cursor_stays_there(at, factors):
    view = ViewTransform()
    view.zoom(PANE, 0.3, at)
    fixed = view.place(PANE).to_picture(at)
    for factor in factors:
        view.zoom(PANE, factor, at)
        place = view.place(PANE)
        if place.scale >= 1:  # aligned to the screen's pixels
            assert same_pixel(place.to_picture(at), fixed)
        assert place.to_picture(at) == pytest.approx(fixed, abs=1)


@given(at=positions)
def test_the_smallest_steps_do_not_slip(at):
    view = ViewTransform()
    fixed = view.place(PANE).to_picture(at)
    for _ in range(200):
        view.zoom(PANE, 1.01, at)
        assert same_pixel(view.place(PANE).to_picture(at), fixed)
    assert view.place(PANE).to_picture(at) == pytest.approx(fixed, abs=0.5)


@given(at=positions)
def test_zooming_out_undoes_zooming_in(at):
    view = ViewTransform()
    before = view.place(PANE)
    view.zoom(PANE, 4, at)
    view.zoom(PANE, 0.25, at)
    after = view.place(PANE)
    assert after.scale == pytest.approx(before.scale)
    assert (after.x, after.y) == pytest.approx((before.x, before.y), abs=1)


@pytest.mark.parametrize("ratio", [1.0, 2.0])
def test_limits(ratio):
    pane = Pane(QSize(400, 200), QSize(800, 600), ratio)
    view = ViewTransform()
    view.zoom(pane, 1e9)
    assert view.place(pane).scale == MAX_SCALE
    view.zoom(pane, 1e-9)
    assert view.place(pane).scale * ratio == MIN_SCALE


def test_a_huge_picture_can_be_fitted_below_the_limit():
    pane = Pane(QSize(10_000, 10_000), QSize(100, 100))
    view = ViewTransform()
    assert view.place(pane).scale == 0.01
    view.zoom(pane, 0.1)
    assert view.place(pane).scale == pytest.approx(0.01)


@pytest.mark.parametrize("ratio", [1.0, 1.5, 2.0])
@pytest.mark.parametrize("widget", [QSize(800, 600), QSize(801, 599)])
@pytest.mark.parametrize("scale", [1.0, 3.7])
def test_magnified_pictures_lie_on_device_pixels(ratio, widget, scale):
    pane = Pane(QSize(333, 201), widget, ratio)
    view = ViewTransform()
    view.set_scale(pane, scale, QPointF(300.3, 211.7))
    place = view.place(pane)
    assert place.scale * ratio == pytest.approx(scale)
    assert place.x * ratio == pytest.approx(round(place.x * ratio), abs=1e-6)
    assert place.y * ratio == pytest.approx(round(place.y * ratio), abs=1e-6)


def test_panning_moves_by_widget_pixels_and_keeps_the_picture_in_reach():
    view = ViewTransform()
    view.zoom(PANE, 4)
    before = view.place(PANE)
    view.pan(PANE, 30, -20)
    after = view.place(PANE)
    assert (after.x, after.y) == pytest.approx((before.x + 30, before.y - 20))
    view.pan(PANE, -1e6, 1e6)
    place = view.place(PANE)
    corner = place.to_picture(PANE.middle)
    assert corner == pytest.approx((400, 0), abs=1e-6)


def test_pictures_of_other_size_show_the_same_part():
    view = ViewTransform()
    view.set_scale(PANE, 8, QPointF(500, 200))
    half = Pane(QSize(200, 100), PANE.widget)
    assert view.place(half).scale == pytest.approx(16)
    x, y = view.place(PANE).to_picture(QPointF(123, 456))
    got = view.place(half).to_picture(QPointF(123, 456))
    assert got == pytest.approx((x / 2, y / 2), abs=0.5 / 8)  # half a device pixel


def test_a_copy_is_independent():
    view = ViewTransform()
    view.zoom(PANE, 2)
    other = view.copy()
    assert other.place(PANE) == view.place(PANE)
    other.fit()
    assert not view.fitted


def test_changes_are_told(qtbot):
    view = ViewTransform()
    for change in (lambda: view.zoom(PANE, 2), lambda: view.pan(PANE, 1, 1), view.fit):
        with qtbot.waitSignal(view.changed):
            change()
