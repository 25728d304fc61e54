"""Networks made at random from every layer that the incremental engine follows."""

import random

import torch
from torch import Tensor, nn


class Residual(nn.Module):
    """An inner path added to what came in, written in place as the well-known networks do."""

    def __init__(self, path: nn.Module, shortcut: nn.Module) -> None:
        super().__init__()
        self.path, self.shortcut, self.relu = path, shortcut, nn.ReLU(inplace=True)

    def forward(self, x: Tensor) -> Tensor:
        y = self.path(x)
        y += self.shortcut(x)
        return self.relu(y)


class Concat(nn.Module):
    def __init__(self, *paths: nn.Module) -> None:
        super().__init__()
        self.paths = nn.ModuleList(paths)

    def forward(self, x: Tensor) -> Tensor:
        return torch.cat([path(x) for path in self.paths], dim=1)


class SqueezeExcite(nn.Module):
    def __init__(self, channels: int) -> None:
        super().__init__()
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.down, self.up = nn.Conv2d(channels, 2, 1), nn.Conv2d(2, channels, 1)

    def forward(self, x: Tensor) -> Tensor:
        gate = self.up(torch.relu(self.down(self.pool(x))))
        return x * torch.sigmoid(gate)


class MeanHead(nn.Module):
    def __init__(self, channels: int, classes: int) -> None:
        super().__init__()
        self.fc = nn.Linear(channels, classes)

    def forward(self, x: Tensor) -> Tensor:
        return self.fc(x.mean([2, 3]))


class ViewHead(nn.Module):
    def __init__(self, features: int, classes: int) -> None:
        super().__init__()
        self.fc = nn.Linear(features, classes)

    def forward(self, x: Tensor) -> Tensor:
        return self.fc(x.view(x.size(0), -1))


ACTIVATIONS = (
    nn.ReLU, nn.ReLU6, nn.Hardswish, nn.Hardsigmoid, nn.Sigmoid, nn.Tanh, nn.GELU, nn.SiLU,
    nn.LeakyReLU, nn.ELU, nn.Identity, nn.Dropout, lambda: nn.ReLU(inplace=True),
)  # fmt: skip


def conv(dice: random.Random, cin: int) -> tuple[list[nn.Module], int]:
    groups = dice.choice([g for g in (1, 2, cin) if cin % g == 0])
    cout = groups * dice.choice([1, 2, 3])
    kernel, dilation = (dice.choice([1, 2, 3, 4]), dice.choice([1, 3, 5])), dice.choice([1, 1, 2])
    stride: int | tuple[int, int] = dice.choice([1, 1, 1, 2, 3, (2, 1)])
    padding: str | tuple[int, int] = (dice.choice([0, 1, 2]), dice.choice([0, 1, 2]))
    if stride == 1 and dice.random() < 0.3:
        padding = "same"  # not symmetric for an even kernel
    bias = dice.random() < 0.5
    layer = nn.Conv2d(cin, cout, kernel, stride, padding, dilation, groups, bias)
    return [layer], cout


def pool(dice: random.Random) -> nn.Module:
    kernel, stride = dice.choice([2, 3]), dice.choice([1, 2, 3])
    padding, ceil = dice.choice([0, 1]), dice.random() < 0.5
    if dice.random() < 0.5:
        return nn.MaxPool2d(kernel, stride, padding, 1, False, ceil)
    include, divisor = dice.random() < 0.5, dice.choice([None, None, 3])
    return nn.AvgPool2d(kernel, stride, padding, ceil, include, divisor)


def same_size(dice: random.Random, cin: int) -> nn.Module:
    return nn.Sequential(
        nn.Conv2d(cin, cin, 3, padding=1, bias=False), nn.BatchNorm2d(cin), nn.ReLU(),
        nn.Conv2d(cin, cin, 3, padding="same", dilation=dice.choice([1, 2])),
    )  # fmt: skip


def block(dice: random.Random, cin: int) -> tuple[list[nn.Module], int]:
    """Return some layers for maps of `cin` channels, and how many come out."""
    kind = dice.choice(["conv", "conv", "pool", "residual", "down", "concat", "se", "pad", "norm"])
    act = dice.choice(ACTIVATIONS)
    if kind == "conv":
        layers, cout = conv(dice, cin)
        norm = [nn.BatchNorm2d(cout)] if dice.random() < 0.5 else []
        return [*layers, *norm, act()], cout
    if kind == "pool":
        return [pool(dice)], cin
    if kind == "residual":
        return [Residual(same_size(dice, cin), nn.Identity())], cin
    if kind == "down":
        path = nn.Sequential(nn.Conv2d(cin, 4, 3, 2, 1), act(), nn.Conv2d(4, 4, 1))
        shortcut = nn.Sequential(nn.Conv2d(cin, 4, 1, 2, bias=False), nn.BatchNorm2d(4))
        return [Residual(path, shortcut)], 4
    if kind == "concat":
        paths = (nn.MaxPool2d(3, 1, 1), same_size(dice, cin), nn.Conv2d(cin, 2, 1))
        return [Concat(*paths)], 2 * cin + 2
    if kind == "se":
        return [SqueezeExcite(cin)], cin
    if kind == "pad":
        return [nn.ZeroPad2d((0, 1, 2, 0)), nn.Conv2d(cin, 3, 3)], 3
    return [nn.BatchNorm2d(cin), act()], cin


def head(dice: random.Random, shape: tuple[int, ...], classes: int) -> list[nn.Module]:
    channels, height, width = shape
    kind = dice.choice(["mean", "pool", "flatten", "uneven", "even", "view", "most"])
    if kind == "mean":
        return [MeanHead(channels, classes)]
    if kind == "view":
        return [ViewHead(channels * height * width, classes)]
    first: list[nn.Module] = {
        "pool": [nn.AdaptiveAvgPool2d((1, 1))],
        "flatten": [],
        "uneven": [nn.AdaptiveAvgPool2d((2, 3))],
        "even": [nn.AdaptiveAvgPool2d((height, 1))],
        "most": [nn.AdaptiveMaxPool2d((1, 1))],
    }[kind]
    with torch.no_grad():
        features = nn.Sequential(*first, nn.Flatten())(torch.zeros(1, *shape)).shape[1]
    return [
        *first, nn.Flatten(), nn.Linear(features, 8), nn.ReLU(inplace=True), nn.Dropout(),
        nn.Linear(8, classes),
    ]  # fmt: skip


def random_net(seed: int, channels: int, size: tuple[int, int], classes: int = 5) -> nn.Module:
    """Return a network in evaluation mode with random weights and statistics."""
    dice = random.Random(seed)
    torch.manual_seed(seed)
    layers: list[nn.Module] = []
    shape: tuple[int, ...] = (channels, *size)
    while len(layers) < dice.choice([6, 9, 12]):
        more, _ = block(dice, shape[0])
        try:
            with torch.no_grad():
                after = nn.Sequential(*more).eval()(torch.zeros(2, *shape)).shape[1:]
        except RuntimeError:  # the map became too small for this one
            continue
        if after[0] > 24 or min(after[1:]) < 2:
            if dice.random() < 0.3:
                break
            continue
        layers += more
        shape = tuple(after)
    net = nn.Sequential(*layers, *head(dice, shape, classes)).eval()
    for module in net.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.running_mean.normal_(0, 0.3)
            module.running_var.uniform_(0.5, 2)
            nn.init.uniform_(module.weight, 0.5, 1.5)
            nn.init.normal_(module.bias, 0, 0.3)
    return net.requires_grad_(False)
