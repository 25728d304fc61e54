"""Rules for the way back through rectifiers: guided backprop and deconvnet.

Where PyTorch's own record of what was computed is used, it is changed for one way back: no part of
the network is touched, and a rectifier is found whether it is a module, a function or in place.
"""

from typing import Any, Literal, TypeAlias

from torch import Tensor

Rule: TypeAlias = Literal["", "guided", "deconvnet"]
"""What comes back through a rectifier.

'': where the forward value was positive, the gradient; 'guided': of that, what is positive
(Springenberg et al., 2015); 'deconvnet': what is positive, anywhere (Zeiler, Fergus, 2014).
"""
RELU6 = "HardtanhBackward0"


def bend(logits: Tensor, rule: Rule) -> bool:
    """Let PyTorch's record of the logits follow a rule; say whether there was a rectifier."""
    found = rectifiers(logits.grad_fn)
    for step in found:
        if rule == "guided":
            step.register_prehook(_positive)
        else:
            step.register_hook(_only_positive)
    return bool(found)


def _positive(back: tuple[Tensor]) -> tuple[Tensor]:
    """Let only what is positive come back to a rectifier."""
    return (back[0].relu(),)


def _only_positive(_: Any, back: tuple[Tensor]) -> tuple[Tensor]:
    """Hand on what is positive of what came back, instead of what the rectifier would."""
    return (back[0].relu(),)


def rectifiers(last: Any) -> list[Any]:
    """Return the steps of PyTorch's record, up to `last`, that are rectifiers."""
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
