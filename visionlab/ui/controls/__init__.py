"""One control for each kind of parameter, all with the protocol of `Control`."""

from collections.abc import Callable

from visionlab.core.params import (
    BoolKind,
    ChoiceKind,
    ColourRangeKind,
    FloatKind,
    IntervalKind,
    IntKind,
    MatrixKind,
    Param,
)
from visionlab.ui.controls.base import Control
from visionlab.ui.controls.choice import choice_control
from visionlab.ui.controls.interval import ColourRangeControl, IntervalControl
from visionlab.ui.controls.matrix import MatrixControl
from visionlab.ui.controls.number import NumberControl
from visionlab.ui.controls.switch import BoolControl

_CONTROLS: dict[type, Callable[[Param], Control]] = {
    IntKind: NumberControl,
    FloatKind: NumberControl,
    BoolKind: BoolControl,
    ChoiceKind: choice_control,
    IntervalKind: IntervalControl,
    ColourRangeKind: ColourRangeControl,
    MatrixKind: MatrixControl,
}


def make_control(param: Param) -> Control:
    """Return the control of `param`'s kind, at its default."""
    return _CONTROLS[type(param.kind)](param)
