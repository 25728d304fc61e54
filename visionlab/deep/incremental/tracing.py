"""From a network to a plan: torch.fx shows its operations, each becomes a step."""

import operator
from collections.abc import Callable
from functools import partial
from typing import Any

import torch
from torch import Tensor, fx, nn
from torch.fx.passes.shape_prop import ShapeProp

from visionlab.deep.incremental import layers
from visionlab.deep.incremental.folding import folded
from visionlab.deep.incremental.functions import FUNCTIONS
from visionlab.deep.incremental.ops import Copy, Flatten, Join, Mean, Op, Pointwise
from visionlab.deep.incremental.plan import CannotTrace, Plan, Step

JOINS: dict[Any, Callable[..., Tensor]] = {
    name: getattr(torch, word)
    for word in ("add", "sub", "mul", "div")
    for name in (word, word + "_", getattr(torch, word))
} | {
    operator.add: torch.add, operator.iadd: torch.add, operator.sub: torch.sub,
    operator.isub: torch.sub, operator.mul: torch.mul, operator.imul: torch.mul,
    operator.truediv: torch.div, operator.itruediv: torch.div,
}  # fmt: skip
IN_PLACE = {operator.iadd, operator.isub, operator.imul, operator.itruediv}


def trace(net: nn.Module, shape: tuple[int, int, int]) -> Plan:
    """Return the steps of a network for pictures of one shape.

    The network is only read: no hook, and nothing of it changed.

    Parameters
    ----------
    net : Module
        In evaluation mode; takes (N, C, H, W), returns logits (N, classes).
    shape : tuple of int
        C, H, W.

    Raises
    ------
    CannotTrace
        Changes cannot be followed through it; the sentence says why.
    """
    if any(module.training for module in net.modules()):
        raise CannotTrace("The network is in training mode; call eval() first.")
    try:
        seen = fx.symbolic_trace(net)
    except Exception as error:  # torch.fx raises what the network's own code raises
        raise CannotTrace(f"The network's code cannot be followed: {_first(error)}.") from error
    like = next(net.parameters(), torch.empty(0))
    try:
        with torch.inference_mode():
            ShapeProp(seen).propagate(like.new_zeros(2, *shape))
    except RuntimeError as error:
        size = "x".join(map(str, shape))
        raise CannotTrace(f"The network takes no pictures of {size}: {_first(error)}.") from error
    plan = folded(_Reader(seen).read())
    _compare(plan, net, like.new_empty(1, *shape))
    return plan


@torch.inference_mode()
def _compare(plan: Plan, net: nn.Module, x: Tensor) -> None:
    """Refuse a plan that answers otherwise: torch.fx does not see what shares memory."""
    x.uniform_(-1, 1, generator=torch.Generator(x.device).manual_seed(0))
    found, true = plan.maps(x)[-1], net(x.clone())
    off = found.shape != true.shape or (found - true).abs().max() > 1e-3 * true.abs().max()
    if off:
        raise CannotTrace("Followed step by step, the network answers otherwise than as a whole.")


def _first(error: Exception) -> str:
    """Return the first line of an error, without its full stop."""
    return (str(error).strip() or type(error).__name__).splitlines()[0].rstrip(".")


class _Reader:
    """Reads the nodes of a traced network one after the other."""

    def __init__(self, seen: fx.GraphModule) -> None:
        self.seen = seen
        self.modules = dict(seen.named_modules())
        self.steps: list[Step] = []
        self.made: dict[fx.Node, int] = {}
        self.constants: dict[fx.Node, Tensor] = {}

    def read(self) -> list[Step]:
        """Return the steps; the last gives the logits."""
        for node in self.seen.graph.nodes:
            if node.op == "output":
                return self._ended(node.args[0])
            if node.op == "get_attr":
                self.constants[node] = operator.attrgetter(node.target)(self.seen).detach()
            elif node.op == "placeholder":
                self._picture(node)
            elif "tensor_meta" in node.meta:  # the rest are sizes, which `view` asks for
                self._call(node)
        raise AssertionError("a graph ends with its output")

    def _picture(self, node: fx.Node) -> None:
        """Begin with the picture."""
        if self.steps:
            raise CannotTrace("The network takes more than one input.")
        _, channels, height, width = self._shape(node)
        self.steps.append(Step(node.name, None, (), channels, height, width))
        self.made[node] = 0

    def _ended(self, answer: Any) -> list[Step]:
        """Return the steps up to the one that answers."""
        number = self.made.get(answer) if isinstance(answer, fx.Node) else None
        if number is None:
            raise CannotTrace("The network's answer is not one tensor.")
        if not self.steps[number].flat:
            raise CannotTrace("The network's answer is not one vector of logits for each picture.")
        return self.steps[: number + 1]

    def _call(self, node: fx.Node) -> None:
        """Read one operation."""
        if node.op == "call_module":
            self._layer(node, self.modules[str(node.target)])
        elif node.target in JOINS:
            self._join(node, JOINS[node.target])
        elif node.target is torch.cat or node.target is getattr(torch, "concat", None):
            self._cat(node)
        elif node.target in ("view", "reshape", "flatten", torch.flatten, torch.reshape):
            self._flatten(node)
        elif node.target in ("mean", torch.mean):
            self._mean(node)
        elif node.target in FUNCTIONS:
            self._layer(node, self._as_layer(node))
        elif getattr(node.target, "__name__", "") == "stochastic_depth":
            self._same(node)  # at rest, since the network is in evaluation mode
        else:
            name = getattr(node.target, "__name__", node.target)
            raise CannotTrace(f'Changes cannot be followed through "{name}".')

    def _as_layer(self, node: fx.Node) -> nn.Module:
        """Return a function's call as the layer that does the same."""
        build = FUNCTIONS[node.target]
        try:
            return build(*self._plain(node.args[1:]), **self._plain(dict(node.kwargs)))
        except (TypeError, ValueError) as error:
            raise CannotTrace(
                f'Changes cannot be followed through "{node.name}": {_first(error)}.'
            ) from error

    def _plain(self, arguments: Any) -> Any:
        """Return arguments with constants in place of nodes."""
        return fx.node.map_arg(arguments, lambda node: self.constants[node])

    def _layer(self, node: fx.Node, layer: nn.Module) -> None:
        """Read a layer of torch.nn."""
        source = self._source(node)
        kind = type(layer)
        if kind in layers.NOTHING:
            self._same(node)
        elif kind in layers.POINTWISE:
            self._add(node, Copy(), (source,), layers.pointwise(layer))
        elif kind is nn.Flatten and self.steps[source].flat:
            self._same(node)
        else:
            before = self.steps[source]
            if before.flat and kind not in (nn.Linear, nn.BatchNorm1d):
                raise CannotTrace(f"{kind.__name__} after the maps were flattened is unknown.")
            if not before.flat and kind in (nn.Linear, nn.BatchNorm1d):
                raise CannotTrace(f"{kind.__name__} on maps is unknown; flatten them first.")
            op = layers.operation(layer, (before.height, before.width))
            self._add(node, op, (source,))
        if getattr(layer, "inplace", False):
            self._overwrite(source, self.made[node])

    def _join(self, node: fx.Node, function: Callable[..., Tensor]) -> None:
        """Read a sum, difference, product or quotient."""
        sides = list(node.args)
        if node.kwargs or len(sides) != 2:
            raise CannotTrace(f'Changes cannot be followed through "{node.name}" with options.')
        numbers = tuple(self.made[s] for s in sides if isinstance(s, fx.Node) and s in self.made)
        if len(numbers) == 2:
            self._add(node, Join(function=function), numbers)
        else:
            values = [self.constants.get(s, s) if isinstance(s, fx.Node) else s for s in sides]
            left = isinstance(sides[0], fx.Node) and sides[0] in self.made
            self._constant(node, values[left], numbers[0])
            then = partial(_with_constant, function, values[left], left)
            self._add(node, Copy(), numbers, then)
        in_place = node.target in IN_PLACE or str(node.target).endswith("_")
        if in_place and isinstance(sides[0], fx.Node) and sides[0] in self.made:
            self._overwrite(self.made[sides[0]], self.made[node])

    def _constant(self, node: fx.Node, value: Any, source: int) -> None:
        """Refuse a constant that differs from place to place."""
        if isinstance(value, Tensor):
            rank = 2 if self.steps[source].flat else 4
            shape = (1,) * (rank - value.dim()) + tuple(value.shape)
            if len(shape) > rank or shape[0] != 1 or any(length != 1 for length in shape[2:]):
                raise CannotTrace(f'The constant in "{node.name}" differs from place to place.')
        elif not isinstance(value, int | float):
            raise CannotTrace(f'Changes cannot be followed through "{node.name}".')

    def _cat(self, node: fx.Node) -> None:
        """Read a concatenation along the channels."""
        parts = node.args[0] if node.args else node.kwargs["tensors"]
        dim = node.args[1] if len(node.args) > 1 else node.kwargs.get("dim", 0)
        if not isinstance(parts, list | tuple) or not all(part in self.made for part in parts):
            raise CannotTrace("Changes cannot be followed through a concatenation with constants.")
        numbers = tuple(self.made[part] for part in parts)
        rank = 2 if self.steps[numbers[0]].flat else 4
        if dim not in (1, 1 - rank):
            raise CannotTrace("Changes can be followed only through concatenated channels.")
        self._add(node, Join(function=_concatenated), numbers)

    def _flatten(self, node: fx.Node) -> None:
        """Read what makes a vector of a map."""
        source = self._source(node)
        before = self.steps[source]
        if len(node.meta["tensor_meta"].shape) != 2:
            raise CannotTrace(f'Changes cannot be followed through "{node.name}" to a new shape.')
        vector = self._shape(node)
        if before.flat:
            self._same(node)
        elif vector[1] == before.channels * before.height * before.width:
            self._add(node, Flatten(), (source,))
        else:
            raise CannotTrace(f'"{node.name}" mixes the pictures of a batch.')

    def _mean(self, node: fx.Node) -> None:
        """Read a mean over height and width."""
        source = self._source(node)
        dims = node.args[1] if len(node.args) > 1 else node.kwargs.get("dim")
        keep = node.args[2] if len(node.args) > 2 else node.kwargs.get("keepdim", False)
        over = {dim % 4 for dim in dims} if isinstance(dims, list | tuple) else set()
        if over != {2, 3} or self.steps[source].flat:
            raise CannotTrace("Changes can be followed only through a mean over the whole map.")
        self._add(node, Mean(keep=bool(keep)), (source,))

    def _source(self, node: fx.Node) -> int:
        """Return the number of the step that a node reads."""
        source = node.args[0] if node.args else node.kwargs.get("input")
        if not isinstance(source, fx.Node) or source not in self.made:
            raise CannotTrace(f'"{node.name}" does not read the picture.')
        return self.made[source]

    def _same(self, node: fx.Node) -> None:
        """Read what changes nothing."""
        self.made[node] = self._source(node)

    def _overwrite(self, old: int, new: int) -> None:
        """Let everything that read an overwritten value read the new one from here on."""
        for node, number in self.made.items():
            if number == old:
                self.made[node] = new

    def _add(self, node: fx.Node, op: Op, inputs: tuple[int, ...], *then: Pointwise) -> None:
        """Add a step."""
        shape = self._shape(node)
        height, width = shape[2:] if len(shape) == 4 else (1, 1)
        name = str(node.target) if node.op == "call_module" else node.name
        flat = len(shape) == 2
        self.steps.append(Step(name, op, inputs, shape[1], height, width, flat, then))
        self.made[node] = len(self.steps) - 1

    def _shape(self, node: fx.Node) -> tuple[int, ...]:
        """Return the shape of a node's value; two pictures went in."""
        meta = node.meta.get("tensor_meta")
        shape = tuple(getattr(meta, "shape", ()))
        if len(shape) not in (2, 4) or shape[0] != 2:
            raise CannotTrace(f'"{node.name}" gives neither maps nor vectors for each picture.')
        return shape


def _with_constant(
    function: Callable[..., Tensor], constant: Any, on_the_right: bool, x: Tensor
) -> Tensor:
    """Apply a function of two to a value and a constant."""
    if isinstance(constant, Tensor):
        constant = constant.to(x.dtype)
    return function(x, constant) if on_the_right else function(constant, x)


def _concatenated(*parts: Tensor) -> Tensor:
    """Join along the channels."""
    return torch.cat(parts, 1)
