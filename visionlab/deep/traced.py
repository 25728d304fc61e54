"""An answer with the record of how it came about, for gradients. Importing it loads no PyTorch."""

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor

    from visionlab.deep.passes.rules import Rule


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
    def take(
        self, values: "Tensor", layer: str = "", rule: "Rule" = ""
    ) -> "tuple[Tensor, Tensor] | None":
        """Return what the logits are a function of for PyTorch, and the logits; let all go.

        None the second time, of other values, and of what was not recorded.

        Parameters
        ----------
        values : Tensor
            Of which the record is asked.
        layer : str
            Begin with this layer's maps; '': with the values.
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

    def take(
        self, values: "Tensor", layer: str = "", rule: "Rule" = ""
    ) -> "tuple[Tensor, Tensor] | None":
        """Return leaf and logits; no layers' maps are kept."""
        from visionlab.deep.passes.rules import bend

        if values is not self.values or self._kept is None or layer:
            return None
        kept = self._kept
        self.let_go()
        return kept if not rule or bend(kept[1], rule) else None

    def let_go(self) -> None:
        """Free PyTorch's record."""
        self._kept = None
