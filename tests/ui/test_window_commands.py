"""Commands, their keys and menus, and the dialogs that list them, in the whole window."""

import re

from PySide6.QtCore import Qt, QTimer
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

from visionlab.ui.dialogs import KeysDialog, PaletteDialog, command_name

CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


def every_action(window):
    """Return the actions of the table and of the window itself."""
    return {*window.commands.all(), *window.actions()}


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
