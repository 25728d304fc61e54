"""An answer with the record of how it came about, for gradients. Needs no PyTorch."""

from collections.abc import Mapping
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
    maps : mapping of str to Tensor, optional
        What layers gave on the way, (1, C, h, w) each.
    """

    def __init__(
        self,
        values: "Tensor",
        leaf: "Tensor",
        logits: "Tensor",
        maps: "Mapping[str, Tensor] | None" = None,
    ) -> None:
        self.values = values
        self._kept: tuple[dict[str, Tensor], Tensor] | None = ({"": leaf, **(maps or {})}, logits)

    def take(self, values: "Tensor", layer: str = "") -> "tuple[Tensor, Tensor] | None":
        """Return leaf, or a layer's maps, and logits, and let all go.

        None the second time, of other values and of a layer that was not kept.
        """
        if values is not self.values or self._kept is None or layer not in self._kept[0]:
            return None
        begins, logits = self._kept
        self.let_go()
        return begins[layer], logits

    def let_go(self) -> None:
        """Free what the record holds: as much as all maps of the network."""
        self._kept = None
