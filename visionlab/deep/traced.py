"""An answer with the record of how it came about, for gradients. Importing it loads no PyTorch."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from torch import Tensor

    from visionlab.deep.passes.rules import Rule


Score: TypeAlias = "Callable[[Tensor], Tensor]"
"""Returns the scores (N,) of logits (N, classes)."""


class Slopes(NamedTuple):
    """Where a way back ended, (N, C, h, w), the score's gradient by that, and the scores (N,)."""

    begun: "Tensor"
    gradient: "Tensor"
    scores: "Tensor"


class Traced(ABC):
    """What went in and what came out, with a record between; good for one way back.

    Parameters
    ----------
    values : Tensor
        (1, C, H, W): what went in.
    """

    def __init__(self, values: "Tensor") -> None:
        self.values = values

    @abstractmethod
    def back(
        self, values: "Tensor", score: Score, layer: str = "", rule: "Rule" = ""
    ) -> Slopes | None:
        """Return the gradient of a score of the logits, and let the record go.

        None the second time, of other values, and of what was not recorded.

        Parameters
        ----------
        values : Tensor
            Of which the record is asked.
        score : callable
            Returns the scores (N,) of logits (N, classes).
        layer : str
            By this layer's maps; '': by the values.
        rule : {'', 'guided', 'deconvnet'}
            What rectifiers let back.
        """

    @abstractmethod
    def let_go(self) -> None:
        """Free what the record holds: as much as all maps of the network."""


class Recorded(Traced):
    """By PyTorch's own record.

    Parameters
    ----------
    values : Tensor
        (1, C, H, W): what went in.
    leaf : Tensor
        The same, of which gradients can be had.
    logits : Tensor
        (1, classes)
    """

    def __init__(self, values: "Tensor", leaf: "Tensor", logits: "Tensor") -> None:
        super().__init__(values)
        self._kept: tuple[Tensor, Tensor] | None = (leaf, logits)

    def back(
        self, values: "Tensor", score: Score, layer: str = "", rule: "Rule" = ""
    ) -> Slopes | None:
        """Return the gradient by the values; no layers' maps are kept."""
        from visionlab.deep.passes.rules import bend

        if values is not self.values or self._kept is None or layer:
            return None
        leaf, logits = self._kept
        self.let_go()
        return None if rule and not bend(logits, rule) else slopes(leaf, score(logits))

    def let_go(self) -> None:
        """Free PyTorch's record."""
        self._kept = None


def slopes(leaf: "Tensor", scores: "Tensor") -> Slopes:
    """Return what PyTorch's own record says of scores (N,)."""
    from torch.autograd import grad

    # A single score is not summed: each call takes Python's lock.
    (gradient,) = grad(scores if len(scores) == 1 else scores.sum(), leaf)
    return Slopes(leaf.detach(), gradient, scores.detach())
