"""Rules for the way back through rectifiers: guided backprop and deconvnet.

PyTorch's own record of what was computed is changed, for one way back: no part of the network is
touched, and a rectifier is found whether it is a module, a function or works in place.
"""

from typing import Any, Literal, TypeAlias

from torch import Tensor

from visionlab.core.errors import ModelError
from visionlab.deep.explain.asking import gradients
from visionlab.deep.explain.subject import Subject, Target

Rule: TypeAlias = Literal["guided", "deconvnet"]
RELU6 = "HardtanhBackward0"


def rectified_gradients(subject: Subject, target: Target, inputs: Tensor, rule: Rule) -> Tensor:
    """Return gradients (N, C, H, W) by the inputs, where rectifiers let back what is positive.

    Parameters
    ----------
    subject, target
        The network and the score.
    inputs : Tensor
        (N, C, H, W), normalised.
    rule : {'guided', 'deconvnet'}
        'guided': what is positive, where the forward value was (Springenberg et al., 2015);
        'deconvnet': what is positive, anywhere (Zeiler, Fergus, 2014).

    Raises
    ------
    ModelError
        No rectifier (ReLU, ReLU6) was met.
    """

    def bend(scores: Tensor) -> None:
        found = _rectifiers(scores.grad_fn)
        if not found:
            raise ModelError(
                f"{subject.name} has no rectifiers (ReLU), for which this rule is made."
            )
        for step in found:
            if rule == "guided":
                step.register_prehook(_positive)
            else:
                step.register_hook(_only_positive)

    return gradients(subject, target, inputs, before_back=bend)[0]


def _positive(back: tuple[Tensor]) -> tuple[Tensor]:
    """Let only what is positive come back to a rectifier."""
    return (back[0].relu(),)


def _only_positive(_: Any, back: tuple[Tensor]) -> tuple[Tensor]:
    """Hand on what is positive of what came back, instead of what the rectifier would."""
    return (back[0].relu(),)


def _rectifiers(last: Any) -> list[Any]:
    """Return the steps of the record that are rectifiers."""
    found, seen, waiting = [], {last}, [last]
    while waiting:
        step = waiting.pop()
        if _rectifies(step):
            found.append(step)
        for before, _ in step.next_functions:
            if before is not None and before not in seen:
                seen.add(before)
                waiting.append(before)
    return found


def _rectifies(step: Any) -> bool:
    name: str = step.name()
    return name == "ReluBackward0" or bool(name == RELU6 and step._saved_min_val == 0)
