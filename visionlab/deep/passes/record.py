"""Passes of one picture through one of our networks, recorded: one call forth and one back.

Each call from Python into PyTorch takes Python's lock anew, and PyTorch's own way back through
guided rectifiers asks Python at each; beside a busy picture lane that takes longer than the work.

So does, in the middle of a recorded pass, each tensor that only a Python object holds besides: its
last use in the pass takes the lock to say so. All that goes into a pass therefore lies in PyTorch's
own lists, `torch.ScriptList`, and what is kept for the way back never comes to Python.
"""

import warnings
from collections.abc import Callable, Iterable
from typing import Any, TypeAlias

import torch
from torch import Tensor, nn

from visionlab.deep.passes.parts import Reader, UnknownPart, convolutions
from visionlab.deep.passes.rules import Rule
from visionlab.deep.passes.tape import Tape
from visionlab.deep.traced import Score, Slopes, Traced, slopes

CLOSE, CLOSE_BACK = 1e-3, 1e-2
MOST_RECORDS = 16
MOST_VALUES = 3 * 256 * 256
"""Of a picture: the comparison holds all maps of the network, as a step of training does."""

Listed: TypeAlias = "torch.ScriptList[Tensor]"


def _listed(tensors: Iterable[Tensor]) -> Listed:
    """Return a list of PyTorch's own."""
    return torch.ScriptList(list(tensors))


def _keeping(way: Any) -> Any:
    """Return a recorded way that puts what its way back needs into a given list."""

    def kept_too(x: list[Tensor], weights: list[Tensor], kept: list[Tensor]) -> list[Tensor]:
        found, needed = way(x, weights)
        kept.extend(needed)
        return found  # type: ignore[no-any-return]

    return torch.jit.script(kept_too)


class Passes:
    """The passes of pictures of one shape.

    Parameters
    ----------
    net : Module
        On the CPU, in evaluation mode, without gradients of its own.
    folded : Module
        The same with batch normalisation folded, see `fusing.fused`.
    blank : Tensor
        (1, C, H, W): a picture's shape and memory format.

    Raises
    ------
    UnknownPart
        The network has a part that has no way back here, or PyTorch cannot record it, or its
        answers and gradients are others than those of `net`; or the pictures are large.

    Notes
    -----
    Batch normalisation is folded into the weights, so answers and gradients are those of `net` up
    to rounding. There a rectifier close to 0 may turn, and another of a window's equal values count
    as the largest, as in `net` itself against the same network in double precision.
    """

    def __init__(self, net: nn.Module, folded: nn.Module, blank: Tensor) -> None:
        if blank.numel() > MOST_VALUES:
            raise UnknownPart
        self._records: dict[Any, Callable[..., Any]] = {}
        try:
            self._whole = Reader((blank.shape[2], blank.shape[3])).network(folded)
            self._convolutions = list(convolutions(self._whole))
            self._weights = _listed(part.forward_weight for part in self._convolutions)
            self._back_weights = _listed(part.back_weight for part in self._convolutions)
            self._names = self._compared(net, blank)
            self.forward(blank)
        except (AttributeError, RuntimeError, ArithmeticError, OSError) as error:
            raise UnknownPart from error

    def forward(self, x: Tensor) -> Tensor:
        """Return the logits (1, classes) of a picture (1, C, H, W)."""

        def way(x: list[Tensor], weights: list[Tensor]) -> Tensor:
            return self._whole.forward(x[0], Tape(self._by_part(weights)))

        given = (_listed([x]), self._weights)
        logits: Tensor = self._record("forward", way, given)(*given)
        return logits

    @torch.inference_mode(False)
    @torch.no_grad()
    def traced(self, x: Tensor, layers: tuple[str, ...] = ()) -> "tuple[Tensor, Taped]":
        """Return the logits (1, classes) of a picture, and how they came about.

        Parameters
        ----------
        x : Tensor
            (1, C, H, W)
        layers : tuple of str
            Whose maps are kept; those that cannot be had are left out.
        """
        layers = tuple(name for name in layers if name in self._names)

        def way(x: list[Tensor], weights: list[Tensor]) -> tuple[list[Tensor], list[Tensor]]:
            tape = Tape(self._by_part(weights))
            logits = self._whole.forward(x[0], tape)
            return [logits, *(tape.maps[name] for name in layers)], tape.kept

        given, kept = (_listed([x]), self._weights), _listed(())
        logits, *maps = self._record(("traced", layers), way, given, _keeping)(*given, kept)
        return logits, Taped(self, x, logits, dict(zip(layers, maps, strict=True)), kept)

    def back(self, slope: Tensor, kept: Listed, layer: str = "", rule: Rule = "") -> Tensor:
        """Return the gradient by the picture, or by a layer's maps, of that by the logits."""

        def way(slope: list[Tensor], kept: list[Tensor], weights: list[Tensor]) -> Tensor:
            tape = Tape(self._by_part(weights), rule, list(kept))
            begun = self._whole.back(slope[0], tape)
            return tape.slopes[layer] if layer else begun

        given = (_listed([slope]), kept, self._back_weights)
        found: Tensor = self._record(("back", layer, rule), way, given)(*given)
        return found

    def _by_part(self, weights: Iterable[Tensor]) -> dict[Any, Tensor]:
        return dict(zip(self._convolutions, weights, strict=True))

    def _record(
        self, name: Any, way: Callable[..., Any], given: tuple[Listed, ...],
        finish: Callable[[Any], Any] = lambda record: record,
    ) -> Callable[..., Any]:  # fmt: skip
        """Return a way as one call."""
        if name not in self._records:
            if len(self._records) == MOST_RECORDS:
                del self._records[next(iter(self._records))]
            example = tuple(list(tensors) for tensors in given)
            with warnings.catch_warnings(), torch.inference_mode(False), torch.no_grad():
                warnings.simplefilter("ignore", DeprecationWarning)
                record = torch.jit.trace(way, example, check_trace=False, strict=False)  # type: ignore[no-untyped-call]
                self._records[name] = finish(record)
        return self._records[name]

    @torch.inference_mode(False)
    @torch.enable_grad()
    def _compared(self, net: nn.Module, blank: Tensor) -> frozenset[str]:
        """Return the names of the layers; refuse where the network says otherwise."""
        x = torch.empty_like(blank).uniform_(-1, 1, generator=torch.Generator().manual_seed(0))
        tape = Tape(self._by_part(self._weights))
        with torch.no_grad():
            logits = self._whole.forward(x, tape)
            names = frozenset(tape.maps)
            tape.maps.clear()
            slope = torch.ones_like(logits)
            found = self._whole.back(slope, Tape(self._by_part(self._back_weights), "", tape.kept))
        leaf = x.clone().requires_grad_()
        true = net(leaf)
        (gradient,) = torch.autograd.grad(true.sum(), leaf)
        close = (logits - true).abs().max() <= CLOSE * true.abs().max()
        if not (close and (found - gradient).norm() <= CLOSE_BACK * gradient.norm()):
            raise UnknownPart  # not a number counts as far
        return names


class Taped(Traced):
    """An answer with what its way back needs.

    Parameters
    ----------
    passes : Passes
        Of the network that answered.
    values : Tensor
        (1, C, H, W): what went in.
    logits : Tensor
        (1, classes)
    maps : dict of str to Tensor
        What layers gave, (1, C, h, w) each.
    kept : ScriptList of Tensor
        What the way back needs.
    """

    def __init__(
        self, passes: Passes, values: Tensor, logits: Tensor, maps: dict[str, Tensor],
        kept: Listed,
    ) -> None:  # fmt: skip
        super().__init__(values)
        self._passes, self._logits = passes, logits
        self._maps = {"": values, **maps}
        self._kept = kept

    @torch.inference_mode(False)
    @torch.enable_grad()
    def back(self, values: Tensor, score: Score, layer: str = "", rule: Rule = "") -> Slopes | None:
        """Return the gradient by values or maps: PyTorch's by the logits, then all the way."""
        if values is not self.values or layer not in self._maps:
            return None
        begun, kept = self._maps[layer], self._kept
        self.let_go()
        leaf = self._logits.detach().requires_grad_()
        _, slope, scores = slopes(leaf, score(leaf))
        return Slopes(begun, self._passes.back(slope, kept, layer, rule), scores)

    def let_go(self) -> None:
        """Free the maps."""
        self._maps, self._kept = {}, _listed(())
