"""Small networks whose explanations can be checked, and what is explained of them."""

import torch
from torch import nn
from torch.nn import functional

from visionlab.deep.explain.subject import Subject
from visionlab.deep.nets.plain import PlainNet
from visionlab.deep.nets.residual import ResidualNet

LABELS = ("cat", "dog", "bird")


class Functional(nn.Module):
    """Calls functions, adds, concatenates and multiplies; pools with overlap."""

    def __init__(self, cin=3):
        super().__init__()
        self.a = nn.Conv2d(cin, 6, 3, padding=1)
        self.b = nn.Conv2d(6, 6, 3, padding=1)
        self.gate = nn.Linear(6, 6)
        self.fc = nn.Linear(12, 3)

    def forward(self, x):
        x = functional.relu(self.a(x), inplace=True)
        y = functional.max_pool2d(self.b(x).relu_() + x, 3, 2, 1)
        gate = torch.sigmoid(self.gate(y.mean((2, 3))))
        y = y * gate[:, :, None, None]
        z = torch.cat([y, functional.silu(y)], 1)
        return self.fc(torch.flatten(functional.adaptive_max_pool2d(z, 1), 1))


def settled(net, seed=0):
    """Return the network in evaluation mode, with random weights and statistics."""
    generator = torch.Generator().manual_seed(seed)
    for name, values in net.state_dict().items():
        if values.is_floating_point():
            noise = torch.randn(values.shape, generator=generator)
            if "running_var" in name:
                values.copy_(0.5 + noise.abs())
            elif values.ndim > 1:
                values.copy_(noise / values[0].numel() ** 0.5 * 1.5)
            else:
                values.copy_(noise * 0.3 + ("weight" in name))
    return net.eval().requires_grad_(False)


def nets(channels=3):
    return {
        "plain": settled(PlainNet(channels, 3, widths=(4, 6), convs=1)),
        "residual": settled(ResidualNet(channels, 3, widths=(4, 6), blocks=1)),
        "functional": settled(Functional(channels)),
    }


def subject_of(net, size=12, channels=3, seed=1, **more):
    """Return the network with a random picture, normalised with mean 0.4 and deviation 0.25."""
    levels = torch.randint(0, 256, (1, channels, size, size), generator=_generator(seed))
    values = ((levels / 255 - 0.4) / 0.25).contiguous(memory_format=torch.channels_last)
    return Subject(net, values, (0.4,) * channels, (0.25,) * channels, LABELS, "Net", **more)


def _generator(seed):
    return torch.Generator().manual_seed(seed)


class Recording(nn.Module):
    """Answers with weighted sums over the picture, bent, and keeps what it was asked."""

    def __init__(self, shape, seed=0):
        super().__init__()
        self.weight = nn.Parameter(torch.randn((3, *shape), generator=_generator(seed)) / 5)
        self.asked = []
        self.eval().requires_grad_(False)

    def forward(self, x):
        self.asked.append(x.clone())
        linear = torch.einsum("nchw,kchw->nk", x, self.weight)
        return linear + 0.1 * linear**2 + 0.05 * linear**3
