"""What a right click offers on panels, and how closed panels come back."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtGui import QContextMenuEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QMenu, QMessageBox, QTreeWidget

from visionlab.ui.operation_tree import OperationTree
from visionlab.ui.parts import IconButton

CTRL = Qt.KeyboardModifier.ControlModifier
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")  # pop-ups, off screen


def choose(widget, at, text):
    """Right-click and choose an entry of the menu that opens."""

    def act():
        menu = QApplication.activePopupWidget()
        assert isinstance(menu, QMenu)
        menu.setActiveAction(next(a for a in menu.actions() if a.text() == text))
        QTest.keyClick(menu, Qt.Key.Key_Return)

    QTimer.singleShot(50, act)
    mouse = QContextMenuEvent.Reason.Mouse
    QApplication.sendEvent(widget, QContextMenuEvent(mouse, at, widget.mapToGlobal(at)))


def test_an_operation_is_added_from_its_menu(lab, grey):
    lab.open(grey[0])
    tree = lab.docks.operations.findChild(OperationTree)
    item = tree.headings()[0].child(1)
    at = tree.visualItemRect(item).center()
    choose(tree.viewport(), at, "Add Step")
    assert lab.ops == [item.data(0, Qt.ItemDataRole.UserRole)]


def test_rows_and_views_are_copied_from_their_menus(lab, grey):
    lab.open(grey[0])
    lab.add("threshold")
    lab.add("contours")
    lab.docks.docks["table"].raise_()
    lab.until(lambda: lab.docks.table.table() is not None)
    rows = lab.docks.table.view
    next(a for a in rows.actions() if a.text() == "Copy Rows").trigger()
    assert "\t" in QGuiApplication.clipboard().text()

    lab.add("frequency filter")
    lab.docks.docks["views"].raise_()
    lab.until(lambda: lab.docks.views.view() is not None)
    names = [a.text() for a in lab.docks.views.canvas.actions()]
    shown, name = lab.docks.views.view().shown, lab.docks.views.view().name
    by_menu = lab.docks.views.canvas.actions()[names.index("Copy View")].trigger
    for copy in (by_menu, lambda: lab.key(Qt.Key.Key_C, CTRL)):
        QGuiApplication.clipboard().clear()
        lab.docks.views.canvas.setFocus()
        copy()
        copied = QGuiApplication.clipboard().image()
        assert (copied.height(), copied.width()) == np.shape(shown)[:2]
    lab.docks.views.canvas.actions()[names.index("Open as Picture")].trigger()
    lab.until(lambda: lab.session.source.title == name)


def test_a_panel_that_comes_back_from_the_menu_is_before_the_others(lab):
    for name in ("table", "plot", "network"):
        dock = lab.docks.docks[name]
        dock.close()
        lab.until(lambda name=name: not lab.docks.is_open(name))
        dock.toggleViewAction().trigger()
        lab.until(lambda name=name: lab.docks.is_open(name))


def test_the_palette_shows_what_cannot_be_done_now_and_says_so_where_nothing_is(lab, grey):
    lab.open(grey[0])
    search_for = iter(("undo", "no such command", "zoom"))

    def look():
        dialog = QApplication.activeModalWidget()
        search, rows = dialog.findChild(QLineEdit), dialog.findChild(QTreeWidget)
        seen = []
        for words in search_for:
            search.setText(words)
            items = [rows.topLevelItem(i) for i in range(rows.topLevelItemCount())]
            seen.append([(item.text(0), item.isDisabled()) for item in items])
            if words != "zoom":
                lab.qtbot.keyClick(search, Qt.Key.Key_Return)
                assert dialog.isVisible()  # nothing to do
        dialog.close()
        seen_in_all.extend(seen)

    seen_in_all = []
    QTimer.singleShot(0, look)
    lab.do("palette")
    assert seen_in_all[0] == [("Undo", True)]
    assert seen_in_all[1] == [("No command has these words.", True)]
    assert ("Zoom In", False) in seen_in_all[2]


def test_buttons_of_dialogs_have_no_icons_of_another_style(window):
    buttons = QMessageBox.StandardButton
    box = QMessageBox(window)
    box.setStandardButtons(buttons.Save | buttons.Discard | buttons.Cancel)
    assert all(button.icon().isNull() for button in box.buttons())


def test_the_menu_opens_at_the_place_of_a_heading_too(lab):
    tree = lab.docks.operations.findChild(OperationTree)
    at = tree.visualItemRect(tree.headings()[0]).center()
    mouse = QContextMenuEvent.Reason.Mouse
    QApplication.sendEvent(
        tree.viewport(), QContextMenuEvent(mouse, QPoint(at), tree.viewport().mapToGlobal(at))
    )
    assert QApplication.activePopupWidget() is None  # there is nothing to do with a group


def test_add_step_brings_the_list_of_operations_back(lab):
    dock = lab.docks.docks["operations"]
    add = next(b for b in lab.docks.steps.findChildren(IconButton) if b.text() == "Add Step")
    dock.close()
    lab.qtbot.mouseClick(add, Qt.MouseButton.LeftButton)
    lab.until(lambda: isinstance(QApplication.focusWidget(), QLineEdit))
    assert dock.isVisible()
    lab.window.tabifyDockWidget(dock, lab.docks.docks["source"])
    lab.docks.docks["source"].raise_()
    lab.until(lambda: not lab.docks.is_open("operations"))
    lab.qtbot.mouseClick(add, Qt.MouseButton.LeftButton)
    lab.until(lambda: lab.docks.is_open("operations"))
