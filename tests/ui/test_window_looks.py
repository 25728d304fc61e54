"""Panels, views, overlays and colours: what the whole window shows, and how."""

import numpy as np
import pyqtgraph as pg
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QApplication, QLineEdit

from visionlab.core.result import Polygons
from visionlab.ui import theme

CTRL = Qt.KeyboardModifier.ControlModifier


def test_every_dock_closes_and_comes_back_from_the_menu(window):
    menu = window._panels_menu
    assert [a.text() for a in menu.actions()][: len(window.docks.docks)] == [
        dock.windowTitle() for dock in window.docks.docks.values()
    ]
    for dock in window.docks.docks.values():
        dock.close()
    assert not any(dock.isVisible() for dock in window.docks.docks.values())
    for action in menu.actions()[: len(window.docks.docks)]:
        action.trigger()
    assert not any(dock.isHidden() for dock in window.docks.docks.values())


def test_find_operation_brings_its_dock_back(lab):
    lab.docks.docks["operations"].close()
    lab.key(Qt.Key.Key_F, CTRL)
    assert lab.docks.operations.isVisible()
    lab.qtbot.waitUntil(lambda: isinstance(QApplication.focusWidget(), QLineEdit))


def test_the_panels_can_be_put_back(lab):
    window, docks = lab.window, lab.docks.docks
    areas = {name: window.dockWidgetArea(dock) for name, dock in docks.items()}
    docks["source"].close()
    window.addDockWidget(Qt.DockWidgetArea.TopDockWidgetArea, docks["steps"])
    lab.do("reset_layout")
    assert {name: window.dockWidgetArea(dock) for name, dock in docks.items()} == areas
    assert not any(dock.isHidden() for dock in docks.values())
    lab.until(lambda: docks["source"].width() == 272)
    assert docks["steps"].geometry().bottom() < docks["form"].geometry().top()


def test_a_low_window_gives_the_picture_most_of_its_height(lab):
    bottom, heights = lab.docks.docks["histogram"], []
    for size in ((1440, 900), (1024, 680)):
        lab.window.resize(*size)
        lab.do("reset_layout")
        lab.until(lambda: bottom.isVisible())
        QApplication.processEvents()
        heights.append(bottom.height())
        assert lab.docks.compare.height() > 2 * bottom.height()
    assert heights[1] < heights[0]


@pytest.mark.parametrize(
    ("key", "mode"),
    [
        (Qt.Key.Key_F2, "side by side"),
        (Qt.Key.Key_F3, "original only"),
        (Qt.Key.Key_F4, "result only"),
        (Qt.Key.Key_F5, "wipe"),
    ],
)
def test_compare_modes_by_key(lab, grey, key, mode):
    lab.open(grey[0])
    lab.add("invert")
    lab.key(key)
    assert lab.docks.compare.mode == mode
    assert lab.docks.compare.original.isVisible() == (mode == "side by side")
    lab.editor.remove(0)
    lab.settle()  # painted in every mode


def test_zoom_is_linked_until_that_is_switched_off(lab, grey):
    lab.open(grey[0])
    original, result = lab.docks.compare.original, lab.docks.compare.result
    result.setFocus()
    lab.key(Qt.Key.Key_1)
    assert original.scale == result.scale == 1.0
    lab.key(Qt.Key.Key_L)
    lab.key(Qt.Key.Key_Plus)
    assert result.scale > original.scale == 1.0
    lab.docks.steps.setFocus()  # neither has the keyboard: both are meant
    lab.key(Qt.Key.Key_0, CTRL)
    assert original.view.fitted
    assert result.view.fitted


def pixels(widget):
    image = widget.grab().toImage()
    return np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), -1, 4).copy()


def test_overlays_are_shown_and_hidden(contours):
    lab = contours
    result = lab.docks.compare.result
    shown = pixels(result)
    result.setFocus()
    lab.key(Qt.Key.Key_O)
    assert (pixels(result) != shown).any()
    lab.key(Qt.Key.Key_O)
    assert (pixels(result) == shown).all()


def test_a_row_of_the_table_is_emphasised_on_the_picture(contours):
    lab = contours
    result, view = lab.docks.compare.result, lab.docks.table.view
    plain = pixels(result)
    overlay = next(o for o in lab.shown.overlays if isinstance(o, Polygons))
    row = 1
    view.selectRow(row)
    changed = np.argwhere((pixels(result) != plain).any(axis=2))
    assert len(changed)
    # What changed lies about the polygon that the row describes.
    ring = overlay.rings[view.selected_originals()[0]]
    place = result.view.place(result.frame_of(result))
    (left, top), (right, bottom) = ring.min(0), ring.max(0)
    low = place.to_widget(left + 0.5, top + 0.5)
    high = place.to_widget(right + 0.5, bottom + 0.5)
    assert abs(changed[:, 1].min() - low.x()) < 8
    assert abs(changed[:, 1].max() - high.x()) < 8
    assert abs(changed[:, 0].min() - low.y()) < 8
    assert abs(changed[:, 0].max() - high.y()) < 8
    view.clearSelection()
    assert (pixels(result) == plain).all()


def test_a_plot_appears_when_its_panel_is_opened(lab, colour):
    docks = lab.docks.docks
    docks["histogram"].close()
    docks["views"].close()
    docks["table"].raise_()
    lab.open(colour[0])
    lab.add("range mask")
    docks["plot"].raise_()

    lab.until(lambda: lab.docks.plot.findChild(pg.PlotWidget) is not None)
    (drawn,) = lab.docks.plot.findChild(pg.PlotWidget).getPlotItem().listDataItems()
    (curve,) = lab.shown.plots[0].curves
    np.testing.assert_array_equal(drawn.getData()[1], curve.y)


def test_the_value_under_a_still_cursor_follows_the_picture(lab, grey):
    lab.open(grey[0])
    result = lab.docks.compare.result
    lab.qtbot.mouseMove(result, result.rect().center())
    x, y = map(int, lab.status.position.text().replace("x ", "").replace("y ", "").split(","))
    assert lab.status.value.text() == str(grey[1][y, x])
    lab.add("invert")
    assert lab.status.value.text() == str(255 - grey[1][y, x])


def test_the_scheme_repaints_icons_and_colours(lab):
    action = lab.window.commands["undo"]
    lab.editor.add("invert")

    def darkness():
        image = action.icon().pixmap(32, 32).toImage()
        opaque = [
            image.pixelColor(x, y).lightness()
            for x in range(32)
            for y in range(32)
            if image.pixelColor(x, y).alpha() > 200
        ]
        return np.median(opaque)

    try:
        for name, dark in (("dark", True), ("light", False)):
            lab.do(f"scheme_{name}")
            window = lab.window.palette().color(QPalette.ColorRole.Window)
            assert (window.lightness() < 128) == dark
            assert (darkness() > 128) == dark
            assert lab.window.settings.scheme == name
            assert theme.is_dark() == dark
    finally:
        theme.set_scheme("light")


def test_full_screen_and_back(lab):
    lab.window.showMaximized()
    lab.key(Qt.Key.Key_F11)
    assert lab.window.isFullScreen()
    lab.key(Qt.Key.Key_Escape)
    assert not lab.window.isFullScreen()
    assert lab.window.isMaximized()
    assert not lab.window.commands["full_screen"].isChecked()
