"""A person at the window, with hands and eyes, for the tests of the whole window."""

import re

from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QLineEdit

from visionlab.ui.controls.field import Field
from visionlab.ui.controls.slider import RangeSlider, Slider


class Lab:
    """A person at the window: opens, clicks, types, and looks at what was painted."""

    def __init__(self, window, qtbot):
        self.window, self.qtbot = window, qtbot
        self.session, self.editor = window.session, window.session.editor
        self.docks, self.status = window.docks, window.docks.status
        self.painted = []
        window.pictures.painted.connect(self.painted.append)

    # What is seen

    @property
    def shown(self):
        """What was painted last."""
        return self.painted[-1]

    @property
    def result(self):
        """The true values of the result on the screen."""
        return self.shown.result.values

    @property
    def ops(self):
        return [step.op for step in self.editor.pipeline.steps]

    def settle(self):
        """Wait until everything asked for is on the screen."""
        self.qtbot.waitUntil(
            lambda: (
                self.session.idle()
                and bool(self.painted)
                and self.shown is self.session.last
                and self.shown.run.pipeline == self.editor.pipeline
                and self.docks.form.ready()
            )
        )

    def until(self, condition):
        self.qtbot.waitUntil(condition)

    def refusal(self):
        """Wait for an error in the status bar and return it; it is one sentence."""
        self.qtbot.waitUntil(self.status.message.is_error)
        text = self.status.message.text()
        assert re.fullmatch(r"\S.*\.", text), text
        assert not re.search(r"Traceback|Error|None", text), text
        return text

    # What a person does

    def open(self, path):
        """Open a file, folder, sample or address, and wait for its picture."""
        before = self.session.source
        self.window.sources.open(str(path))
        self.qtbot.waitUntil(lambda: self.session.source is not before, timeout=8000)
        self.settle_live() if self.session.moving else self.settle()

    def settle_live(self):
        seen = len(self.painted)
        self.qtbot.waitUntil(lambda: len(self.painted) > seen)

    def do(self, command):
        """Choose a command from its menu."""
        action = self.window.commands[command]
        assert action.isEnabled(), f"{command} cannot be chosen"
        action.trigger()

    def key(self, *arguments):
        """Press a key where the keyboard is."""
        self.qtbot.keyClick(QApplication.focusWidget() or self.window, *arguments)

    def add(self, words):
        """Find an operation by typing, add it with Enter, and wait for the result."""
        self.add_unseen(words)
        self.settle()

    def add_unseen(self, words):
        """Find an operation by typing, and add it with Enter."""
        steps = len(self.editor.pipeline)
        self.do("find_operation")
        search = self.docks.operations.findChild(QLineEdit)
        search.clear()
        self.qtbot.keyClicks(search, words)
        self.qtbot.keyClick(search, Qt.Key.Key_Return)
        assert len(self.editor.pipeline) == steps + 1, f"{words} was not added"

    def row(self, name):
        """Return the form's row of a parameter."""
        self.until(self.docks.form.ready)
        return self.docks.form._rows[name]

    def drag(self, name, *places):
        """Drag the slider of a parameter through places from 0 to 1, pictures painted between."""
        control = self.row(name).control
        self.drag_on(control.findChild(Slider) or control.findChild(RangeSlider), *places)

    def drag_on(self, widget, *places):
        left = Qt.MouseButton.LeftButton

        def at(place):
            return QPoint(round(8 + place * (widget.width() - 16)), widget.height() // 2)

        self.qtbot.mousePress(widget, left, pos=at(places[0]))
        for place in places[1:]:
            self.qtbot.mouseMove(widget, at(place))
            self.settle()
        self.qtbot.mouseRelease(widget, left, pos=at(places[-1]))

    def type_value(self, name, text):
        """Type a value into a parameter's field."""
        field = self.row(name).control.findChild(Field)
        field.setFocus()
        field.selectAll()
        self.qtbot.keyClicks(field, text)
        self.qtbot.keyClick(field, Qt.Key.Key_Return)
        self.settle()

    def saved(self):
        """Wait until all pictures are written."""
        self.qtbot.waitUntil(lambda: not self.window.recipes.saver.busy)

    def drop(self, *things, on=None):
        """Drop files or a picture on a widget, by default the picture; say whether it was taken."""
        widget = on or self.docks.compare.result
        data = mime(*things)
        at = widget.rect().center()
        copy, left, none = (
            Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier,
        )  # fmt: skip
        enter = QDragEnterEvent(at, copy, data, left, none)
        QApplication.sendEvent(widget, enter)
        if enter.isAccepted():
            QApplication.sendEvent(widget, QDropEvent(QPointF(at), copy, data, left, none))
        return enter.isAccepted()


def escape(lab):
    lab.key(Qt.Key.Key_Escape)


def button(lab):
    lab.qtbot.mouseClick(lab.status.stop, Qt.MouseButton.LeftButton)


def command(lab):
    lab.do("stop_work")


WAYS_TO_STOP = (escape, button, command)
"""How a person stops what takes long."""


def mime(*things):
    """Return what a file manager or a browser puts into a drag or on the clipboard."""
    data = QMimeData()
    urls = [t if isinstance(t, QUrl) else QUrl.fromLocalFile(str(t)) for t in things]
    data.setUrls(urls)
    return data
