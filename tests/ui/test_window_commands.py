"""Commands, keys, looks and what is remembered: the rest of the whole window."""

import re

import numpy as np
import pyqtgraph as pg
import pytest
from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtGui import QGuiApplication, QPalette
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QDialog,
    QLineEdit,
    QMenu,
    QTableWidget,
    QToolButton,
    QTreeWidget,
)

from visionlab.core.result import Polygons
from visionlab.runtime.settings import Settings, load_settings, pack_bytes, unpack_bytes
from visionlab.ui import theme
from visionlab.ui.dialogs import KeysDialog, PaletteDialog, command_name

CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
ALT = Qt.KeyboardModifier.AltModifier
LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton


def every_action(window):
    """Return the actions of the table and of the window itself."""
    return {*window.commands.all(), *window.actions()}


# Commands and keys


def test_every_command_has_somebody_who_carries_it_out(window):
    for action in window.commands.all():
        heard = action.receivers("2triggered(bool)") + action.receivers("2toggled(bool)")
        # A group listens to its members, and a menu to none.
        assert heard > (1 if action.actionGroup() else 0), action.objectName()


def test_no_two_commands_share_a_key(window):
    keys = [key.toString() for action in every_action(window) for key in action.shortcuts()]
    keys += [dock.toggleViewAction().shortcut().toString() for dock in window.docks.docks.values()]
    keys = [key for key in keys if key]
    assert len(keys) == len(set(keys)) > 40


def test_every_command_has_a_text_and_stands_in_one_menu(window):
    menus = window.menuBar().findChildren(QMenu)
    for action in window.commands.all():
        assert command_name(action).strip()
        assert sum(action in menu.actions() for menu in menus) == 1, action.objectName()


def test_every_control_has_a_name_for_screen_readers(contours):
    window = contours.window
    contours.editor.add("range_mask")
    kinds = (QToolButton, QLineEdit, QAbstractSlider, QAbstractSpinBox, QAbstractItemView)
    qts_own = re.compile("QLineEditIconButton|QHeaderView|QComboBoxListView|QScrollBar")
    for kind in kinds:
        for widget in window.findChildren(kind):
            part = qts_own.match(widget.metaObject().className())
            if not part and not widget.objectName().startswith("qt_"):
                assert widget.accessibleName().strip(), widget


def test_the_menus_letters_differ(window):
    for menu in (window.menuBar(), *window.menuBar().findChildren(QMenu)):
        texts = [action.text() for action in menu.actions()]
        letters = [t[t.index("&") + 1].lower() for t in texts if "&" in t.replace("&&", "")]
        assert len(letters) == len(set(letters))


def in_dialog(kind, work):
    """Do `work` on the dialog of a kind as soon as it is open."""

    def at_once():
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, kind)
        try:
            work(dialog)
        finally:
            dialog.close()

    QTimer.singleShot(0, at_once)


def test_the_palette_finds_and_does_a_command(lab, grey):
    lab.open(grey[0])

    def type_and_enter(dialog):
        search = dialog.findChild(QLineEdit)
        lab.qtbot.keyClicks(search, "only result")
        assert dialog.findChild(QTreeWidget).topLevelItemCount() == 1
        lab.qtbot.keyClick(search, Qt.Key.Key_Return)

    in_dialog(PaletteDialog, type_and_enter)
    lab.key(Qt.Key.Key_P, CTRL | SHIFT)
    assert lab.docks.compare.mode == "result only"


def test_the_palette_leads_by_arrow_keys_and_escape_does_nothing(lab):
    def down_and_escape(dialog):
        search, rows = dialog.findChild(QLineEdit), dialog.findChild(QTreeWidget)
        lab.qtbot.keyClick(search, Qt.Key.Key_Down)
        assert rows.currentIndex().row() == 1
        lab.qtbot.keyClick(search, Qt.Key.Key_Escape)

    in_dialog(PaletteDialog, down_and_escape)
    lab.do("palette")
    assert lab.window.isVisible()


def test_the_keys_dialog_lists_all_keys(lab):
    def read(dialog):
        table = dialog.findChild(QTableWidget)
        rows = {table.item(r, 0).text(): table.item(r, 1).text() for r in range(table.rowCount())}
        for action in lab.window.commands.all():
            for key in action.shortcuts():
                assert key.toString() in rows[command_name(action)]

    for key in (Qt.Key.Key_F1, Qt.Key.Key_H):
        lab.window.activateWindow()
        lab.docks.compare.result.setFocus()
        lab.until(lambda: QApplication.focusWidget() is lab.docks.compare.result)
        in_dialog(KeysDialog, read)
        lab.key(key)


def test_letters_are_typed_where_there_is_text(lab, grey):
    lab.open(grey[0])
    lab.do("find_operation")
    search = lab.docks.operations.findChild(QLineEdit)
    lab.qtbot.keyClicks(search, "hflctom0+-1")
    assert search.text() == "hflctom0+-1"
    assert lab.session.source.title == "grey.png"
    assert lab.docks.compare.linked


def test_boxes_that_were_closed_are_gone(lab):
    for command in ("log", "about", "keys", "palette"):
        in_dialog(QDialog, lambda _: None)
        lab.do(command)
    lab.until(lambda: lab.window.findChildren(QDialog) == [])


# The menu of the picture

popups = pytest.mark.qt_log_ignore("This plugin does not support")


def right_click(lab, canvas, x, y):
    """Click on a pixel with the right button, as the desktop reports it; return the menu."""
    place = canvas.view.place(canvas.frame_of(canvas))
    return right_click_at(lab, canvas, place.to_widget(x + 0.5, y + 0.5).toPoint())


def right_click_at(lab, canvas, at):
    plain = Qt.KeyboardModifier.NoModifier
    QTest.mouseClick(lab.window.windowHandle(), RIGHT, plain, canvas.mapTo(lab.window, at))
    lab.until(lambda: isinstance(QApplication.activePopupWidget(), QMenu))
    return QApplication.activePopupWidget()


def choose(lab, menu, text):
    (action,) = [a for a in menu.actions() if command_name(a).startswith(text)]
    lab.qtbot.mouseClick(menu, LEFT, pos=menu.actionGeometry(action).center())
    assert not menu.isVisible()


@popups
@pytest.mark.parametrize("which", ["original", "result"])
def test_a_right_click_on_a_picture_offers_what_can_be_done_with_it(lab, colour, which):
    lab.open(colour[0])
    canvas = getattr(lab.docks.compare, which)
    lab.until(lab.window.commands["fit"].isEnabled)
    menu = right_click(lab, canvas, 40, 30)
    names = ("fit", "one_to_one", "zoom_in", "zoom_out", "copy_view", "save_result", "overlays")
    assert {lab.window.commands[name] for name in names} < set(menu.actions())
    choose(lab, menu, "Actual Pixels")
    assert canvas.scale == 1.0
    choose(lab, right_click(lab, canvas, 60, 60), "Zoom In")
    assert canvas.scale == 1.25
    choose(lab, right_click(lab, canvas, 60, 60), "Fit")
    assert canvas.view.fitted


@popups
def test_the_value_that_was_clicked_is_copied(lab, colour):
    lab.open(colour[0])
    lab.add("invert")
    compare, clipboard = lab.docks.compare, QGuiApplication.clipboard()
    values = ", ".join(str(v) for v in colour[1][30, 40])
    choose(lab, right_click(lab, compare.original, 40, 30), f"Copy Pixel Value ({values})")
    assert clipboard.text() == values
    choose(lab, right_click(lab, compare.result, 40, 30), "Copy Pixel Value")
    assert clipboard.text() == ", ".join(str(255 - v) for v in colour[1][30, 40])


@popups
def test_a_real_value_is_copied_whole(lab, grey):
    lab.open(grey[0])
    lab.add("scharr")
    assert lab.result.dtype == np.float32
    choose(lab, right_click(lab, lab.docks.compare.result, 41, 30), "Copy Pixel Value")
    assert np.float32(QGuiApplication.clipboard().text()) == lab.result[30, 41]


@popups
def test_the_menu_knows_both_pictures_of_a_wipe(lab, grey):
    lab.open(grey[0])
    lab.add("invert")
    lab.key(Qt.Key.Key_F5)
    for x, value in ((5, grey[1][60, 5]), (155, 255 - grey[1][60, 155])):
        menu = right_click(lab, lab.docks.compare.result, x, 60)
        choose(lab, menu, f"Copy Pixel Value ({value})")


@popups
def test_beside_the_picture_there_is_no_value_and_without_one_nothing_to_move(lab, grey):
    result = lab.docks.compare.result
    menu = right_click_at(lab, result, QPoint(3, 3))
    assert not any(a.isEnabled() for a in menu.actions() if a.text() and not a.isCheckable())
    menu.close()
    lab.open(grey[0])
    lab.until(lab.window.commands["fit"].isEnabled)
    menu = right_click_at(lab, result, QPoint(30, 3))  # no double click
    off = [a.text() for a in menu.actions() if a.text() and not a.isEnabled()]
    assert off == ["Copy Pixel Value"]
    menu.close()


@popups
def test_a_right_click_ends_a_drag(lab, grey):
    lab.open(grey[0])
    result = lab.docks.compare.result
    lab.until(lab.window.commands["fit"].isEnabled)
    lab.qtbot.mousePress(result, LEFT, pos=result.rect().center())
    right_click(lab, result, 40, 30).close()  # which the release goes to
    lab.qtbot.mouseMove(result, result.rect().center() + QPoint(60, 40))
    assert result.view.fitted


# Looks


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


def test_the_height_that_a_person_gave_the_panels_is_kept(make_window):
    window = make_window()
    bottom = window.docks.docks["histogram"]
    window.resizeDocks([bottom], [300], Qt.Orientation.Vertical)
    QApplication.processEvents()
    height = bottom.height()
    assert window.close()
    again = make_window(load_settings())
    QApplication.processEvents()
    assert again.docks.docks["histogram"].height() == height


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


@pytest.fixture
def contours(lab):
    """The outlines of the sample shapes, the table in front."""
    lab.open("sample:shapes")
    for words in ("convert colour", "otsu", "invert", "contours"):
        lab.add(words)
    lab.docks.docks["table"].raise_()
    lab.until(lambda: lab.docks.table.table() is lab.shown.tables[0])
    return lab


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


# What is remembered


def test_the_window_is_as_it_was_left(make_window, qtbot):
    window = make_window()
    window.docks.docks["source"].close()
    window.resize(1100, 700)
    window.commands["wipe"].trigger()
    window.commands["linked"].trigger()
    assert window.close()
    again = make_window(load_settings())
    assert again.docks.docks["source"].isHidden()
    assert again.height() == 700
    assert again.docks.compare.mode == "wipe"
    assert again.commands["wipe"].isChecked()
    assert not again.docks.compare.linked
    assert not again.commands["linked"].isChecked()


def test_a_window_left_in_full_screen_comes_back_in_it(make_window):
    window = make_window()
    window.commands["full_screen"].trigger()
    assert window.close()
    again = make_window(load_settings())
    assert again.isFullScreen() == again.commands["full_screen"].isChecked()


@pytest.mark.parametrize(
    "settings",
    [
        Settings(geometry="rubbish", docks="\0\0"),
        Settings(geometry=pack_bytes(b"no geometry"), docks=pack_bytes(b"no docks")),
        Settings(compare_mode="upside down", scheme="purple"),
        Settings(recent=["", "/nowhere/at/all.png"]),
    ],
    ids=["no checksum", "wrong bytes", "unknown words", "odd recent files"],
)
def test_damaged_settings_are_ignored(make_window, settings):
    window = make_window(settings)
    assert window.docks.compare.mode == "side by side"
    assert window.width() >= 1024
    assert not any(dock.isHidden() for dock in window.docks.docks.values())


def test_one_wrong_byte_in_the_window_state_is_noticed(make_window):
    window = make_window()
    assert window.close()
    packed = load_settings().docks
    assert unpack_bytes(packed)
    for place in (3, 20, len(packed) // 2):
        wrong = "A" if packed[place] != "A" else "B"
        assert unpack_bytes(packed[:place] + wrong + packed[place + 1 :]) == b""
