"""The pipeline as an ordered list of cards."""

from itertools import pairwise

from PySide6.QtCore import (
    QSize,
    Qt,
    QTimer,
    Signal,
    Slot,
)
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QListWidgetItem,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from visionlab.core.operation import Catalogue
from visionlab.core.pipeline import Pipeline, Run
from visionlab.runtime.progress import Working
from visionlab.ui import theme
from visionlab.ui.card_list import CardList
from visionlab.ui.parts import IconButton, fixed_digits
from visionlab.ui.step_card import StepCard, milliseconds

_REFRESH_MS = 200
"""Times that change faster cannot be read."""


class StepsPanel(QWidget):
    """The steps, and what they took.

    Signals
    -------
    selected(int), toggled(int, bool), moved(int, int), duplicated(int), removed(int)
        What the person wants; `moved` names the place and the place after the move.
    mendRequested(int)
        Insert the step that mends the failed one before it.
    addRequested()
        Choose an operation to add.
    operationDropped(str, int)
        Insert an operation before a position.
    viewRequested(int)
        Show the result of a step.
    """

    selected = Signal(int)
    toggled = Signal(int, bool)
    moved = Signal(int, int)
    duplicated = Signal(int)
    removed = Signal(int)
    mendRequested = Signal(int)
    addRequested = Signal()
    operationDropped = Signal(str, int)
    viewRequested = Signal(int)

    def __init__(self, catalogue: Catalogue, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._catalogue = catalogue
        self._pipeline = Pipeline()
        self._run: Run | None = None
        self._cards: list[StepCard] = []
        self._list = CardList(self.tr("No steps yet. Double-click an operation to add it."))
        self._total = QLabel()
        self._total.setProperty("role", "muted")
        self._total.setFont(fixed_digits(self.font()))
        self._total.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._total.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._add = IconButton("plus", self.tr("Add a step (Ctrl+F)"), text=self.tr("Add Step"))
        foot = QHBoxLayout()
        foot.setContentsMargins(theme.GRID, theme.GRID // 2, theme.GRID, theme.GRID // 2)
        foot.addWidget(self._add)
        foot.addWidget(self._total, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._list, 1)
        layout.addLayout(foot)
        self.setFocusProxy(self._list)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_REFRESH_MS)
        self._pause.timeout.connect(self._show_run)
        self._list.currentRowChanged.connect(self._on_row)
        self._list.resized.connect(self._fit_all)
        self._list.command.connect(self._do)
        self._list.stepDropped.connect(self._on_step_dropped)
        self._list.operationDropped.connect(self.operationDropped)
        self._add.clicked.connect(self.addRequested)
        self._write_total()

    def set_pipeline(self, pipeline: Pipeline) -> None:
        """Show the steps of `pipeline`; cards are made or dropped only at the end of the list."""
        self._pipeline = pipeline
        self._list.blockSignals(True)
        while len(self._cards) > len(pipeline):
            self._release_focus(self._cards[-1])
            self._list.takeItem(len(self._cards) - 1)
            self._cards.pop().deleteLater()
        while len(self._cards) < len(pipeline):
            self._append_card()
        for card, step in zip(self._cards, pipeline.steps, strict=True):
            card.set_step(self._catalogue[step.op], step.enabled)
        self._list.blockSignals(False)
        self._mark_selected()
        self._show_run()

    def set_run(self, run: Run | None) -> None:
        """Show times and errors, at most five times a second: call it for every frame."""
        self._run = run
        if not self._pause.isActive():
            self._show_run()
            self._pause.start()

    def set_working(self, working: Working | None) -> None:
        """Show which step is at work, if it is one of those shown."""
        place = (working.index, working.step.op) if working and working.step else None
        for card, step in zip(self._cards, self._pipeline.steps, strict=True):
            here = working if place == (card.index, step.op) else None
            card.set_working(here.seconds if here else None)

    def set_selected(self, index: int) -> None:
        """Select the step at `index` without a signal; -1 selects none."""
        if index != self._list.currentRow():
            self._list.blockSignals(True)
            self._list.setCurrentRow(index)
            self._list.blockSignals(False)
        self._mark_selected()

    def _append_card(self) -> None:
        card = StepCard(len(self._cards))
        card.toggled.connect(self.toggled)
        card.duplicated.connect(self.duplicated)
        card.removed.connect(self.removed)
        card.mendRequested.connect(self.mendRequested)
        card.grown.connect(self._fit)
        before = self._cards[-1].tab_stops()[-1] if self._cards else self._list
        self._cards.append(card)
        item = QListWidgetItem()
        self._list.addItem(item)
        self._list.setItemWidget(item, card)
        for first, second in pairwise((before, *card.tab_stops(), self._add)):
            self.setTabOrder(first, second)
        self._fit(card.index)

    @Slot(int)
    def _fit(self, index: int) -> None:
        """Give a card the height that it needs at the list's width."""
        card, width = self._cards[index], self._list.viewport().width()
        height = card.heightForWidth(width)
        size = QSize(0, height if height > 0 else card.sizeHint().height())
        item = self._list.item(index)
        if item.sizeHint() != size:
            item.setSizeHint(size)

    @Slot()
    def _fit_all(self) -> None:
        for card in self._cards:
            self._fit(card.index)

    @Slot()
    def _show_run(self) -> None:
        """Write the last run's times and errors, as far as they belong to the steps shown."""
        stages = self._run.stages if self._run else ()
        for index, (card, step) in enumerate(zip(self._cards, self._pipeline.steps, strict=True)):
            stage = stages[index] if index < len(stages) else None
            if stage and (stage.step.op, stage.step.enabled) != (step.op, step.enabled):
                stage = None
            mend = stage.error.mend if stage and stage.error else None
            card.set_stage(stage, self._catalogue[mend.op].title if mend else "")
            item, summary = self._list.item(index), card.summary()
            if item.data(Qt.ItemDataRole.AccessibleTextRole) != summary:
                item.setData(Qt.ItemDataRole.AccessibleTextRole, summary)
        self._write_total()

    def _write_total(self) -> None:
        count = len(self._pipeline)
        steps = self.tr("1 step") if count == 1 else self.tr("{0} steps").format(count)
        time = self.tr(", {0} ms").format(milliseconds(self._run.ms)) if self._run else ""
        text = f"{steps}{time}" if count else ""
        if text != self._total.text():
            self._total.setText(text)

    def _mark_selected(self) -> None:
        for card in self._cards:
            selected = card.index == self._list.currentRow()
            if not selected:
                self._release_focus(card)
            card.set_selected(selected)

    def _release_focus(self, card: StepCard) -> None:
        """Give the focus back to the list before it is lost with a card's buttons."""
        focus = self.focusWidget()
        if focus and card.isAncestorOf(focus):
            self._list.setFocus()

    @Slot(int)
    def _on_row(self, row: int) -> None:
        self._mark_selected()
        self.selected.emit(row)

    @Slot(int, int)
    def _on_step_dropped(self, index: int, before: int) -> None:
        to = before - 1 if before > index else before
        if to != index:
            self.moved.emit(index, to)

    @Slot(str, int)
    def _do(self, command: str, index: int) -> None:
        if command == "toggle":
            self.toggled.emit(index, not self._pipeline.steps[index].enabled)
        elif command == "duplicate":
            self.duplicated.emit(index)
        elif command == "remove":
            self.removed.emit(index)
        elif command == "view":
            self.viewRequested.emit(index)
        else:
            to = index + (-1 if command == "up" else 1)
            if 0 <= to < len(self._cards):
                self.moved.emit(index, to)
