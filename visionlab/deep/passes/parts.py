"""The parts of our networks, with the way back through each, and how a network is read."""

from collections.abc import Iterator

import torch
from torch import Tensor, nn
from torch.nn import functional

from visionlab.deep.nets.plain import PlainNet
from visionlab.deep.nets.residual import Block, ResidualNet
from visionlab.deep.passes.convolution import Convolution
from visionlab.deep.passes.tape import Pair, Part, Tape


class UnknownPart(Exception):  # noqa: N818 - no fault: PyTorch's own record serves
    """A network has a part that has no way back here."""


class Nothing(Part):
    """What does nothing in use, such as dropout."""

    def forward(self, x: Tensor, _: Tape) -> Tensor:
        """Return what came."""
        return x

    def back(self, slope: Tensor, _: Tape) -> Tensor:
        """Return what comes back."""
        return slope


class Rectifier(Part):
    """max(0, x)."""

    def forward(self, x: Tensor, tape: Tape) -> Tensor:
        """Return what is positive, 0 elsewhere."""
        y = x.relu()
        tape.kept.append(y)
        return y

    def back(self, slope: Tensor, tape: Tape) -> Tensor:
        """Return what the rule lets back."""
        y = tape.kept.pop()
        if tape.rule:
            slope = slope.relu()
        return slope if tape.rule == "deconvnet" else _where_positive(slope, y)


def _where_positive(slope: Tensor, y: Tensor) -> Tensor:
    passed: Tensor = torch.ops.aten.threshold_backward(slope, y, 0)
    return passed


class MaxPool(Part):
    """The largest value of each window, side by side; what comes back goes to where it was."""

    def __init__(self, side: int) -> None:
        self._side = side

    def forward(self, x: Tensor, tape: Tape) -> Tensor:
        """Return the largest values."""
        y, where = functional.max_pool2d_with_indices(x, [self._side] * 2)
        tape.kept += [x, where]
        return y

    def back(self, slope: Tensor, tape: Tape) -> Tensor:
        """Return the gradient at the places of these."""
        where, x = tape.kept.pop(), tape.kept.pop()
        side = [self._side] * 2
        back: Tensor = torch.ops.aten.max_pool2d_with_indices_backward(
            slope, x, side, side, [0, 0], [1, 1], False, where
        )
        return back


class Average(Part):
    """The mean over all places of maps of one size, as (N, C)."""

    def __init__(self, size: Pair) -> None:
        self._size = size

    def forward(self, x: Tensor, _: Tape) -> Tensor:
        """Return the means (N, C)."""
        return x.mean((2, 3))

    def back(self, slope: Tensor, _: Tape) -> Tensor:
        """Return the gradient spread evenly."""
        height, width = self._size
        same = (slope / (height * width))[:, :, None, None].expand(-1, -1, height, width)
        return same.contiguous(memory_format=torch.channels_last)


class Linear(Part):
    """A linear layer."""

    def __init__(self, linear: nn.Linear) -> None:
        self._weight, self._bias = linear.weight.detach(), linear.bias.detach()

    def forward(self, x: Tensor, _: Tape) -> Tensor:
        """Return the weighted sums."""
        return functional.linear(x, self._weight, self._bias)

    def back(self, slope: Tensor, _: Tape) -> Tensor:
        """Return the sums by the transposed weights."""
        return slope @ self._weight


class Chain(Part):
    """Parts one after the other, each with its name in the network or ''."""

    def __init__(self, parts: list[tuple[str, Part]]) -> None:
        self.parts = parts

    def forward(self, x: Tensor, tape: Tape) -> Tensor:
        """Return what the last gives."""
        for name, part in self.parts:
            x = part.forward(x, tape)
            if name:
                tape.maps[name] = x
        return x

    def back(self, slope: Tensor, tape: Tape) -> Tensor:
        """Return what comes back through the first."""
        for name, part in reversed(self.parts):
            if name:
                tape.slopes[name] = slope
            slope = part.back(slope, tape)
        return slope


class Sum(Part):
    """What two parts give for the same, added."""

    def __init__(self, first: Part, second: Part) -> None:
        self.first, self.second = first, second

    def forward(self, x: Tensor, tape: Tape) -> Tensor:
        """Return the sum."""
        return self.first.forward(x, tape) + self.second.forward(x, tape)

    def back(self, slope: Tensor, tape: Tape) -> Tensor:
        """Return the sum of what comes back through both."""
        second = self.second.back(slope, tape)  # what was kept last is needed first
        return self.first.back(slope, tape) + second


def convolutions(part: Part) -> Iterator[Convolution]:
    """Yield the convolutions among its parts."""
    if isinstance(part, Convolution):
        yield part
    elif isinstance(part, Chain):
        for _, one in part.parts:
            yield from convolutions(one)
    elif isinstance(part, Sum):
        yield from convolutions(part.first)
        yield from convolutions(part.second)


class Reader:
    """Reads one of our networks part by part.

    Parameters
    ----------
    size : tuple of int
        Height and width of the pictures.
    """

    def __init__(self, size: Pair) -> None:
        self.size = size

    def network(self, net: nn.Module) -> Part:
        """Return a network whose batch normalisation is folded into its convolutions.

        Raises
        ------
        UnknownPart
            It is none of ours, or has a part that has no way back here.
        """
        if type(net) is PlainNet:
            stages = ["features", "pool", "dropout", "fc"]
        elif type(net) is ResidualNet:
            stages = ["stem", "stages", "pool", "fc"]
        else:
            raise UnknownPart
        return Chain([(name, self._part(name, net.get_submodule(name))) for name in stages])

    def _part(self, name: str, module: nn.Module) -> Part:
        if isinstance(module, nn.Sequential):
            return self._chain(name, list(module.named_children()))
        if isinstance(module, Block):
            return self._block(name, module)
        if isinstance(module, nn.Conv2d):
            return self._convolution(module)
        if isinstance(module, nn.MaxPool2d):
            return self._max_pool(module)
        if isinstance(module, nn.AdaptiveAvgPool2d) and module.output_size == 1:
            return Average(self.size)
        if isinstance(module, nn.Linear):
            return Linear(module)
        if isinstance(module, nn.ReLU):
            return Rectifier()
        if isinstance(module, nn.Identity | nn.Dropout):
            return Nothing()
        raise UnknownPart

    def _chain(self, name: str, children: list[tuple[str, nn.Module]]) -> Chain:
        """Return children one after the other.

        A convolution has no name: the normalisation after it is folded into its weights, so what
        the network's own convolution gives is not to be had.
        """
        parts = []
        for child, module in children:
            whole = f"{name}.{child}"
            part = self._part(whole, module)
            parts.append(("" if isinstance(part, Convolution) else whole, part))
        return Chain(parts)

    def _block(self, name: str, block: Block) -> Chain:
        begun = self.size
        around = self._part(f"{name}.shortcut", block.shortcut)
        self.size = begun
        first = self._chain(name, [("conv1", block.conv1), ("bn1", block.bn1)])
        second = self._chain(name, [("conv2", block.conv2), ("bn2", block.bn2)])
        through = Chain([("", first), ("", Rectifier()), ("", second)])
        return Chain([("", Sum(through, around)), ("", Rectifier())])

    def _convolution(self, conv: nn.Conv2d) -> Convolution:
        usual = conv.groups == 1 and conv.dilation == (1, 1) and conv.padding_mode == "zeros"
        if not usual or isinstance(conv.padding, str):
            raise UnknownPart
        part = Convolution(conv, self.size)
        self.size = part.size
        return part

    def _max_pool(self, pool: nn.MaxPool2d) -> MaxPool:
        step = pool.stride
        plain = not pool.padding and pool.dilation == 1 and not pool.ceil_mode
        if not isinstance(step, int) or pool.kernel_size != step or not plain:
            raise UnknownPart
        height, width = self.size
        self.size = height // step, width // step
        return MaxPool(step)
