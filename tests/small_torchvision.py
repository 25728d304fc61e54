"""A torchvision of one small network, whose weights lie on a web server on loopback."""

import hashlib
import io
import sys
from importlib.machinery import ModuleSpec
from types import ModuleType, SimpleNamespace

import torch
from torch import nn

LABELS = tuple(f"kind {number}" for number in range(1000))


class Net(nn.Sequential):
    """Has the name of the layers by which a ResNet-18 is known."""

    def __init__(self, num_classes):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 4, 3)
        self.layer4 = nn.ModuleList([nn.ModuleDict({"conv1": nn.Conv2d(4, 4, 1)})])
        self.fc = nn.Linear(4, num_classes)

    def forward(self, x):
        return self.fc(self.layer4[0]["conv1"](self.conv1(x)).mean((2, 3)))


class Entries(list):
    """What torchvision offers for a network."""

    @property
    def DEFAULT(self):
        return self[0]


def install(monkeypatch, server):
    """Let torchvision be there; return the bytes of its weights, which `server` gives."""
    torch.manual_seed(5)
    stream = io.BytesIO()
    torch.save(Net(len(LABELS)).state_dict(), stream)
    server.content = stream.getvalue()
    digest = hashlib.sha256(server.content).hexdigest()
    entry = SimpleNamespace(
        name="IMAGENET1K_V1",
        url=f"{server.url}small-{digest[:8]}.pth",
        meta={
            "categories": list(LABELS),
            "_metrics": {"ImageNet-1K": {"acc@1": 69.758, "acc@5": 89.078}},
        },
        transforms=lambda: SimpleNamespace(
            crop_size=[32], resize_size=[40], mean=[0.5] * 3, std=[0.25] * 3
        ),
    )
    models = ModuleType("torchvision.models")
    models.get_model = lambda name, weights=None, num_classes=3: Net(num_classes)
    models.get_model_weights = lambda name: Entries([entry])
    package = ModuleType("torchvision")
    package.__spec__ = ModuleSpec("torchvision", None)
    package.models = models
    monkeypatch.setitem(sys.modules, "torchvision", package)
    monkeypatch.setitem(sys.modules, "torchvision.models", models)
    monkeypatch.setenv("no_proxy", "*")
    return server.content
