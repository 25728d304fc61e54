"""A list of things to choose from, by value."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QStandardItemModel
from PySide6.QtWidgets import QComboBox, QStyle, QStyleOptionComboBox


class ChoiceBox(QComboBox):
    """A list with a name that a screen reader reads; the wheel turns it only when focused."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(10)
        self.installEventFilter(self)

    def fill(self, items: Sequence[tuple[str, object]]) -> None:
        """Offer other items, the chosen one still chosen; emits no signal."""
        chosen = self.currentData()
        self.blockSignals(True)
        self.clear()
        for text, value in items:
            self.addItem(text, value)
        self.blockSignals(False)
        self.select(chosen)

    def select(self, value: object) -> None:
        """Choose an item by its value; emits no signal."""
        index = self.index_of(value)
        if index >= 0:
            self.blockSignals(True)
            self.setCurrentIndex(index)
            self.blockSignals(False)

    def index_of(self, value: object) -> int:
        """Return an item's place; -1 where there is none of this value."""
        return next((i for i in range(self.count()) if self.itemData(i) == value), -1)

    def set_enabled(self, value: object, enabled: bool, reason: str = "") -> None:
        """Offer an item, or show it grey with the reason as its tip."""
        index, model = self.index_of(value), self.model()
        assert isinstance(model, QStandardItemModel)
        item = model.item(index)
        item.setEnabled(enabled)
        item.setToolTip(reason)

    def initStyleOption(self, option: QStyleOptionComboBox) -> None:
        """Shorten a text that does not fit, with "…"."""
        super().initStyleOption(option)
        complex_, part = QStyle.ComplexControl.CC_ComboBox, QStyle.SubControl.SC_ComboBoxEditField
        room = self.style().subControlRect(complex_, option, part, self).width() - 4
        text = self.fontMetrics().elidedText(self.currentText(), Qt.TextElideMode.ElideRight, room)
        option.currentText = text

    def showPopup(self) -> None:
        """Show the items' whole texts."""
        view = self.view()
        bar = view.verticalScrollBar().sizeHint().width()
        view.setMinimumWidth(view.sizeHintForColumn(0) + bar)
        super().showPopup()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: ARG002
        """Leave the wheel to the panel's scroll area."""
        return event.type() == QEvent.Type.Wheel and not self.hasFocus()
