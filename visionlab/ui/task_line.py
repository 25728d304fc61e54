"""What works and how far it is, or why it failed: the foot of a dialog."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QLabel, QProgressBar, QSizePolicy, QVBoxLayout, QWidget

from visionlab.runtime.task import Task, Work
from visionlab.ui import theme

MB = 1e6
_PARTS = 1000


class TaskLine(QWidget):
    """Runs one `Task` after the other, shows its progress and the sentence where it fails.

    Signals
    -------
    ended
        The task has succeeded, failed or was stopped.
    """

    ended = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.task: Task | None = None
        self.text = QLabel()
        self.text.setWordWrap(True)
        self.text.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(theme.GRID)
        self.bar.setAccessibleName(self.tr("Progress"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.GRID // 2)
        column.addWidget(self.text)
        column.addWidget(self.bar)
        self._rest("")

    @property
    def running(self) -> bool:
        """Whether a task runs."""
        return self.task is not None and self.task.running

    def start(self, name: str, work: Work, receive: Callable[[Any], None]) -> None:
        """Begin a task; `receive` is given its result where it succeeds."""
        self._receive = receive
        self.task = Task(name, work)
        self.task.progressed.connect(self._show)
        self.task.done.connect(self._on_done)
        self.task.failed.connect(self.refuse)
        self.task.failed.connect(self.ended)
        self.task.cancelled.connect(self._on_cancelled)
        self.bar.show()
        self._show("", 0, 0)
        self.task.start()

    @Slot()
    def cancel(self) -> None:
        """Ask the task to stop."""
        if self.task is not None and self.running:
            self.task.cancel()
            self._say(self.tr("Stopping…"), "muted")
            self.bar.setRange(0, 0)

    @Slot(str)
    def refuse(self, sentence: str) -> None:
        """Say why something cannot be done."""
        self._rest(sentence, "error")

    def tell(self, sentence: str) -> None:
        """Say something."""
        self._rest(sentence)

    def _say(self, text: str, role: str) -> None:
        self.text.setText(text)
        self.text.setVisible(bool(text))
        self.text.setProperty("role", role)
        self.text.style().polish(self.text)

    def _rest(self, text: str, role: str = "muted") -> None:
        self._say(text, role)
        self.bar.hide()

    @Slot(str, object, object)
    def _show(self, what: str, done: int, total: int) -> None:
        if total:
            self.bar.setRange(0, _PARTS)
            self.bar.setValue(round(_PARTS * done / total))
            self._say(
                self.tr("{0}: {1} of {2} MB").format(
                    what, f"{done / MB:,.1f}", f"{total / MB:,.1f}"
                ),
                "muted",
            )
        else:
            self.bar.setRange(0, 0)
            self._say(f"{what}…" if what else "", "muted")

    @Slot(object)
    def _on_done(self, result: object) -> None:
        self._rest("")
        self._receive(result)
        self.ended.emit()

    @Slot()
    def _on_cancelled(self) -> None:
        self._rest(self.tr("Stopped."))
        self.ended.emit()
