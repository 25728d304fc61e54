"""An answer with the record of how it came about, for gradients. Needs no PyTorch."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor


class Traced:
    """What went in and what came out, with PyTorch's record between; good for one way back.

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
        self.values = values
        self._kept: tuple[Tensor, Tensor] | None = (leaf, logits)

    def take(self, values: "Tensor") -> "tuple[Tensor, Tensor] | None":
        """Return leaf and logits, and let them go; None the second time, and of others."""
        if values is not self.values:
            return None
        kept = self._kept
        self.let_go()
        return kept

    def let_go(self) -> None:
        """Free what the record holds: as much as all maps of the network."""
        self._kept = None
