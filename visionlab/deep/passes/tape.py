"""What a pass through a network writes down, and what its parts are."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from torch import Tensor

from visionlab.deep.passes.rules import Rule

Pair: TypeAlias = tuple[int, int]


@dataclass
class Tape:
    """What is kept on the way forth and used on the way back.

    Attributes
    ----------
    weights : mapping of Part to Tensor
        Those of the convolutions. They are not the parts' own, since no record of PyTorch's can
        hold them in their order: they are handed in.
    rule : {'', 'guided', 'deconvnet'}
        What rectifiers let back.
    kept : list of Tensor
        What each part needs for its way back: the last that was kept is needed first.
    maps : dict of str to Tensor
        What the parts gave, by their names.
    slopes : dict of str to Tensor
        The score's gradients by these.
    """

    weights: "Mapping[Part, Tensor]"
    rule: Rule = ""
    kept: list[Tensor] = field(default_factory=list)
    maps: dict[str, Tensor] = field(default_factory=dict)
    slopes: dict[str, Tensor] = field(default_factory=dict)


class Part(ABC):
    """A part of a network, which can be gone through both ways."""

    @abstractmethod
    def forward(self, x: Tensor, tape: Tape) -> Tensor:
        """Return what it gives for `x`, and keep on the tape what the way back needs."""

    @abstractmethod
    def back(self, slope: Tensor, tape: Tape) -> Tensor:
        """Return the score's gradient by what came, of that by what it gave."""
