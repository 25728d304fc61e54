"""Steps for the panel of cards, and eyes and hands for its cards."""

import numpy as np
from PySide6.QtCore import QMimeData, QPointF, Qt
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QLabel

from visionlab.core.image import Frame, Grey8, Image, Need
from visionlab.core.operation import Catalogue, operation
from visionlab.core.pipeline import Pipeline, Run, Stage, Step
from visionlab.core.result import Result
from visionlab.ui.card_list import CardList
from visionlab.ui.parts import ElidedLabel

LEFT = Qt.MouseButton.LeftButton


@operation("To grey", group="Test", opencv="cv2.cvtColor", mends={Need.GREY: {}})
def to_grey(image: Image) -> Result:
    """Take the first channel."""
    return Result(np.ascontiguousarray(image[..., 0]))


@operation("Needs grey", group="Test")
def needs_grey(image: Grey8) -> Result:
    """Do nothing."""
    return Result(image)


@operation("Nothing", group="Test")
def nothing(image: Image) -> Result:
    """Do nothing."""
    return Result(image)


CATALOGUE = Catalogue({op.id: op for op in (to_grey, needs_grey, nothing)})
FRAME = Frame(np.zeros((4, 4, 3), np.uint8))
THREE = Pipeline((Step.of(nothing), Step.of(to_grey), Step.of(needs_grey)))


def card_list(panel):
    return panel.findChild(CardList)


def cards(panel):
    steps = card_list(panel)
    return [steps.itemWidget(steps.item(i)) for i in range(steps.count())]


def texts(card):
    return [label.text() for label in card.findChildren(QLabel) if label.isVisible()]


def names(card):
    """Return title and OpenCV name."""
    return [label.text() for label in card.findChildren(ElidedLabel)]


def time_label(card):
    return card.findChildren(QLabel)[0]


def total(panel):
    (label,) = [label for label in panel.findChildren(QLabel) if label.parent() is panel]
    return label.text()


def timed(pipeline, *times):
    stages = [
        Stage(s, Result(FRAME.image), ms) for s, ms in zip(pipeline.steps, times, strict=True)
    ]
    return Run(FRAME, pipeline, tuple(stages))


def dropped(panel, mime_type, content, y):
    mime = QMimeData()
    mime.setData(mime_type, content)
    copy = Qt.DropAction.CopyAction
    event = QDropEvent(QPointF(50, y), copy, mime, LEFT, Qt.KeyboardModifier.NoModifier)
    event.ignore()
    card_list(panel).dropEvent(event)
    return event.isAccepted()
