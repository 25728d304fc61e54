"""The step cards, driven by mouse and keys."""

import pytest
from PySide6.QtCore import QEvent, QPointF, Qt, QTimer
from PySide6.QtGui import QContextMenuEvent, QDrag, QEnterEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QToolButton
from step_cards import THREE, card_list, cards, dropped

from visionlab.core.pipeline import Pipeline
from visionlab.ui.card_list import OPERATION_MIME, STEP_MIME

LEFT = Qt.MouseButton.LeftButton
ALT, CTRL = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ControlModifier


# Keys


@pytest.mark.parametrize(
    ("key", "modifier", "wish"),
    [
        (Qt.Key.Key_Delete, None, ("removed", 1)),
        (Qt.Key.Key_Backspace, None, ("removed", 1)),
        (Qt.Key.Key_Space, None, ("toggled", 1, False)),
        (Qt.Key.Key_D, CTRL, ("duplicated", 1)),
        (Qt.Key.Key_Up, ALT, ("moved", 1, 0)),
        (Qt.Key.Key_Down, ALT, ("moved", 1, 2)),
        (Qt.Key.Key_Up, None, ("selected", 0)),
        (Qt.Key.Key_Down, None, ("selected", 2)),
    ],
)
def test_keys(steps_panel, wishes, qtbot, key, modifier, wish):
    steps_panel.setFocus()
    qtbot.keyClick(card_list(steps_panel), key, modifier or Qt.KeyboardModifier.NoModifier)
    assert wishes == [wish]


def test_steps_do_not_move_past_the_ends(steps_panel, wishes, qtbot):
    steps_panel.set_selected(0)
    qtbot.keyClick(card_list(steps_panel), Qt.Key.Key_Up, ALT)
    steps_panel.set_selected(2)
    qtbot.keyClick(card_list(steps_panel), Qt.Key.Key_Down, ALT)
    assert wishes == []


def test_tab_reaches_the_selected_cards_buttons(steps_panel, wishes, qtbot):
    steps_panel.setFocus()
    reached = []
    for _ in range(3):
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        reached.append(QApplication.focusWidget())
    card = cards(steps_panel)[1]
    assert reached == [card.findChild(QCheckBox), *card.findChildren(QToolButton)]
    qtbot.keyClick(reached[1], Qt.Key.Key_Space)
    assert wishes == [("duplicated", 1)]


def test_focus_stays_in_the_list_when_its_card_goes(steps_panel, qtbot):
    for count in (1, 0):
        steps_panel.set_selected(count)
        cards(steps_panel)[count].findChild(QToolButton).setFocus()
        steps_panel.set_pipeline(Pipeline(THREE.steps[:count]))
        assert QApplication.focusWidget() is card_list(steps_panel)


# Mouse


def test_clicks(steps_panel, wishes, qtbot):
    card = cards(steps_panel)[2]
    qtbot.mouseClick(card.findChild(QCheckBox), LEFT)
    assert wishes == [("toggled", 2, False)]
    rect = card_list(steps_panel).visualItemRect(card_list(steps_panel).item(0))
    qtbot.mouseClick(card_list(steps_panel).viewport(), LEFT, pos=rect.center())
    assert wishes[1:] == [("selected", 0)]
    duplicate, remove = cards(steps_panel)[0].findChildren(QToolButton)
    qtbot.mouseClick(duplicate, LEFT)
    qtbot.mouseClick(remove, LEFT)
    assert wishes[2:] == [("duplicated", 0), ("removed", 0)]


def test_buttons_appear_on_hover_and_selection(steps_panel):
    def shown():
        return [card.findChild(QToolButton).isVisible() for card in cards(steps_panel)]

    for card in cards(steps_panel):
        QApplication.sendEvent(card, QEvent(QEvent.Type.Leave))
    assert shown() == [False, True, False]
    at = QPointF(5, 5)
    QApplication.sendEvent(cards(steps_panel)[2], QEnterEvent(at, at, at))
    assert shown() == [False, True, True]


def test_selecting_from_outside_tells_nothing(steps_panel, wishes):
    steps_panel.set_selected(2)
    steps_panel.set_selected(-1)
    steps_panel.set_pipeline(Pipeline(THREE.steps[:1]))
    assert wishes == []


def test_menu_commands(steps_panel, wishes):
    menu = card_list(steps_panel).menu()
    names = [action.data() for action in menu.actions() if not action.isSeparator()]
    for name in names:
        card_list(steps_panel).command.emit(name, 1)
    assert wishes == [
        ("viewRequested", 1),
        ("toggled", 1, False),
        ("moved", 1, 0),
        ("moved", 1, 2),
        ("duplicated", 1),
        ("removed", 1),
    ]


@pytest.mark.qt_log_ignore("This plugin does not support")
def test_right_click_opens_the_menu_for_the_step_under_the_mouse(steps_panel, wishes, qtbot):
    def choose_view():
        menu = QApplication.activePopupWidget()
        menu.setActiveAction(menu.actions()[0])
        qtbot.keyClick(menu, Qt.Key.Key_Return)

    at = card_list(steps_panel).visualItemRect(card_list(steps_panel).item(2)).center()
    place = card_list(steps_panel).viewport().mapToGlobal(at)
    QTimer.singleShot(0, choose_view)
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, place)
    QApplication.sendEvent(card_list(steps_panel).viewport(), event)
    assert wishes == [("selected", 2), ("viewRequested", 2)]


@pytest.mark.parametrize(
    ("row", "before", "wish"),
    [(0, 3, [("moved", 0, 2)]), (2, 0, [("moved", 2, 0)]), (0, 2, [("moved", 0, 1)]), (1, 2, [])],
)
def test_a_dropped_card_moves_its_step(steps_panel, wishes, monkeypatch, row, before, wish):
    """The way of the mouse is the platform's; here is what the drop at its end means."""
    steps = card_list(steps_panel)
    rects = [steps.visualItemRect(steps.item(i)) for i in range(3)]
    y = rects[before].top() + 2 if before < 3 else rects[2].bottom() - 2
    taken = []
    monkeypatch.setattr(
        QDrag, "exec", lambda *_: taken.append(dropped(steps_panel, STEP_MIME, b"", y))
    )
    steps_panel.set_selected(row)
    steps.startDrag(Qt.DropAction.MoveAction)
    assert taken == [True]
    assert wishes == wish


def test_a_card_of_another_window_is_refused(steps_panel, wishes):
    assert not dropped(steps_panel, STEP_MIME, b"", 10)
    assert wishes == []


@pytest.mark.parametrize(("y", "row"), [(2, 0), (60, 1), (390, 3)])
def test_a_dropped_operation_goes_where_it_is_dropped(steps_panel, wishes, y, row):
    assert dropped(steps_panel, OPERATION_MIME, b"nothing", y)
    assert wishes == [("operationDropped", "nothing", row)]


def test_foreign_drops_are_refused(steps_panel, wishes):
    assert not dropped(steps_panel, "text/plain", b"words", 20)
    assert wishes == []
