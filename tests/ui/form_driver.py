"""An operation with every kind of parameter, and hands for its form."""

from typing import Annotated, Literal

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDoubleSpinBox,
)

from visionlab.core.image import Image
from visionlab.core.operation import operation
from visionlab.core.params import (
    Cells,
    Channels,
    ColourRange,
    Interval,
    Matrix,
    Range,
    When,
)
from visionlab.core.result import Result

LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
NAMES = {"RGB": ("R", "G", "B"), "HSV": ("H", "S", "V")}


@operation("Every kind", group="Test", opencv="cv2.everything")
def every_kind(
    image: Image,
    *,
    ksize: Annotated[int, Range(1, 31, step=2, unit="px"), "Kernel size"] = 3,
    sigma: Annotated[float, Range(0, 10, step=0.1)] = 1.0,
    exact: bool = False,
    output: Literal["x", "magnitude"] = "x",
    border: Literal["replicate", "reflect_101", "wrap", "constant"] = "replicate",
    limits: Annotated[Interval, Range(0, 1000)] = (50, 150),
    space: Literal["RGB", "HSV"] = "HSV",
    bounds: Annotated[ColourRange, Channels(255, "Picture", "space", NAMES)] = (
        (0, 80, 60),
        (25, 255, 255),
    ),
    element: Annotated[Matrix, Cells((-1, 0, 1), 7)] = ((0, 1, 0), (-1, 1, 1), (-1, -1, 0)),
    strength: Annotated[float, Range(0, 1), When("exact", True)] = 0.5,
) -> Result:
    """Have every kind of parameter.

    Parameters
    ----------
    ksize : int
        Side of the kernel, odd.
    """
    return Result(image)


def show(qtbot, form, op, values=None):
    """Let the form show an operation, and wait for its controls."""
    form.set_operation(op, values or {})
    qtbot.waitUntil(form.ready)


def control(form, name):
    return form._rows[name].control


def field(form, name, at=0):
    return control(form, name).findChildren(QDoubleSpinBox)[at]


def type_number(qtbot, box, text):
    box.setFocus()
    box.selectAll()
    qtbot.keyClicks(box, text)
    qtbot.keyClick(box, Qt.Key.Key_Return)
