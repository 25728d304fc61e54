"""Recorded passes against PyTorch's own record, in double precision and as they are used."""

import sys
import threading
import time
from dataclasses import replace

import numpy as np
import pytest
import torch
from skimage import data
from torch import nn

from visionlab.core.errors import ModelError
from visionlab.deep import zoo
from visionlab.deep.explain.layers import layers
from visionlab.deep.model import Classifier
from visionlab.deep.nets.fusing import fused
from visionlab.deep.nets.plain import PlainNet
from visionlab.deep.nets.residual import ResidualNet
from visionlab.deep.passes import convolution
from visionlab.deep.passes.parts import UnknownPart
from visionlab.deep.passes.record import Passes
from visionlab.deep.passes.rules import bend

NETS = {
    "plain": lambda: PlainNet(3, 5, widths=(4, 6, 7)),
    "grey, one convolution": lambda: PlainNet(1, 3, widths=(5, 8), convs=1, dropout=0.3),
    "residual": lambda: ResidualNet(3, 5, widths=(4, 6, 8)),
    "stride in the stem, narrow blocks": lambda: ResidualNet(
        3, 4, widths=(6, 8), stem_stride=2, inner=(10, 12)
    ),
}
SIZES = {"even": (16, 24), "odd": (17, 27)}


def lively(net, dtype=torch.float64):
    """Return the network with normalisations that are not the identity."""
    for module in net.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.running_mean.normal_()
            module.running_var.uniform_(0.5, 2)
            nn.init.uniform_(module.weight, -1, 1.5)
            nn.init.normal_(module.bias)
    return net.eval().requires_grad_(False).to(dtype, memory_format=torch.channels_last)


def made(name, size, dtype=torch.float64):
    """Return a network and a picture for it."""
    torch.manual_seed(len(name) + size[0])
    net = lively(NETS[name](), dtype)
    channels = 1 if name.startswith("grey") else 3
    x = torch.randn(1, channels, *size).to(dtype, memory_format=torch.channels_last)
    return net, x


def passes_of(net, blank):
    return Passes(net, fused(net), blank)


def back(traced, x, slope, layer="", rule=""):
    """Return where the way back ends, what comes back of `slope`, and the score it is of."""
    return traced.back(x, lambda logits: (logits * slope).sum(1), layer, rule)


def by_autograd(net, x, slope, names=(), rule=""):
    """Return the gradients by the layers' maps, then by the picture, by PyTorch's own record."""
    maps = {}
    handles = [
        net.get_submodule(name).register_forward_hook(
            lambda _, __, out, name=name: maps.__setitem__(name, out)
        )
        for name in names
    ]
    leaf = x.clone().requires_grad_()
    logits = net(leaf)
    for handle in handles:
        handle.remove()
    if rule:
        assert bend(logits, rule)
    return torch.autograd.grad(logits, [*(maps[name] for name in names), leaf], slope)


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
@pytest.mark.parametrize("name", NETS)
def test_answers_and_gradients_are_those_of_the_network(name, size):
    net, x = made(name, size)
    passes = passes_of(net, torch.zeros_like(x))
    for _ in range(3):  # the first runs are watched, and later ones made faster by it
        torch.testing.assert_close(passes.forward(x), net(x), rtol=1e-9, atol=1e-9)
    for rule in ("", "guided", "deconvnet"):
        slope = torch.randn_like(net(x))
        (expected,) = by_autograd(net, x, slope, rule=rule)
        for _ in range(3):
            logits, traced = passes.traced(x)
            torch.testing.assert_close(logits, net(x), rtol=1e-9, atol=1e-9)
            begun, found, scores = back(traced, x, slope, rule=rule)
            assert begun is x
            assert torch.equal(scores, (logits * slope).sum(1))
            torch.testing.assert_close(found, expected, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("name", NETS)
def test_each_layer_that_can_be_looked_at_has_its_maps_and_gradients(name):
    net, x = made(name, (20, 16))
    names = tuple(layer.name for layer in layers(net, x))
    assert len(names) > 1
    passes, slope = passes_of(net, torch.zeros_like(x)), torch.randn_like(net(x))
    expected = by_autograd(net, x, slope, names)
    for name, gradient in zip(names, expected, strict=False):
        _, traced = passes.traced(x, names)
        maps, found, _ = back(traced, x, slope, name)
        torch.testing.assert_close(found, gradient, rtol=1e-9, atol=1e-9)
        handle = net.get_submodule(name).register_forward_hook(
            lambda _, __, out, maps=maps: torch.testing.assert_close(
                maps, out, rtol=1e-9, atol=1e-9
            )
        )
        net(x)
        handle.remove()


@pytest.mark.parametrize("name", NETS)
def test_single_precision_is_close(name):
    net, x = made(name, (32, 32), torch.float32)
    passes, slope = passes_of(net, torch.zeros_like(x)), torch.randn_like(net(x))
    logits, traced = passes.traced(x)
    torch.testing.assert_close(logits, net(x), rtol=1e-4, atol=1e-4)
    found = back(traced, x, slope).gradient
    (expected,) = by_autograd(net, x, slope)
    assert (found - expected).abs().max() < 1e-4 * expected.abs().max()


def crops(count):
    rng = np.random.default_rng(0)
    for number in range(count):
        picture = (data.chelsea(), data.astronaut(), data.coffee(), data.rocket())[number % 4]
        side = rng.integers(100, min(picture.shape[:2]))
        top, left = (rng.integers(0, length - side + 1) for length in picture.shape[:2])
        yield np.ascontiguousarray(picture[top : top + side, left : left + side])


def test_on_photographs_it_is_as_exact_as_pytorch_in_single_precision():
    classifier = zoo.load("pictures", "cpu")
    errors = []
    for picture in crops(24):
        prediction = classifier.predict(picture, trace=True)
        values, index = prediction.traced.values, int(prediction.logits.argmax())
        slope = torch.zeros(1, len(prediction.logits)).index_fill_(1, torch.tensor([index]), 1)
        found = back(prediction.traced, values, slope).gradient
        (usual,) = by_autograd(classifier.net, values, slope)
        (true,) = by_autograd(classifier.net.double(), values.double(), slope.double())
        classifier.net.float()
        largest = true.abs().max()
        errors.append([float((one - true).abs().max() / largest) for one in (found, usual)])
    passes, usual = np.array(errors).T
    assert np.median(passes) < 3e-6
    assert np.median(usual) < 3e-6
    # Where a rectifier close to 0 turns by rounding, both are off, each at pictures of its own.
    assert (passes > 1e-3).mean() < 0.25
    assert passes.max() < 0.2


def test_what_is_taken_is_gone_and_other_values_are_refused():
    net, x = made("residual", (16, 16))
    _, traced = passes_of(net, torch.zeros_like(x)).traced(x)
    slope = torch.ones(1, 5)
    assert back(traced, x.clone(), slope) is None
    assert back(traced, x, slope, "stages.0") is None  # it was not asked for
    assert back(traced, x, slope) is not None
    assert back(traced, x, slope) is None


def share_without_the_lock(work):
    """Return the part of another thread's work that it does while this one holds Python's lock."""
    took = []

    def run():
        work()
        took.append(time.thread_time())

    thread, interval = threading.Thread(target=run), sys.getswitchinterval()
    sys.setswitchinterval(60)  # the lock is not given up for others that ask
    try:
        thread.start()
        clock = time.pthread_getcpuclockid(thread.ident)
        until = time.perf_counter() + 0.5
        while time.perf_counter() < until:
            pass
        done = time.clock_gettime(clock)
    finally:
        sys.setswitchinterval(interval)
    thread.join()
    return done / took[0]


@pytest.mark.skipif(
    not hasattr(time, "pthread_getcpuclockid"), reason="the system does not tell a thread's time"
)
def test_a_pass_takes_python_s_lock_at_its_ends_alone():
    net = lively(ResidualNet(3, 5, widths=(32, 64), blocks=4), torch.float32)
    x = torch.randn(1, 3, 64, 64).to(memory_format=torch.channels_last)
    passes, slope = passes_of(net, torch.zeros_like(x)), torch.ones(1, 5)
    for _ in range(4):
        _, traced = passes.traced(x)
        passes.back(slope, traced._kept)
    assert share_without_the_lock(lambda: passes.traced(x)) > 0.8
    assert share_without_the_lock(lambda: passes.back(slope, traced._kept)) > 0.8


def test_networks_that_it_does_not_know_are_refused():
    class Twice(PlainNet):
        def forward(self, x):
            return 2 * super().forward(x)

    blank = torch.zeros(1, 3, 16, 16)
    with pytest.raises(UnknownPart):
        passes_of(lively(Twice(3, 4, widths=(4,)), torch.float32), blank)
    with pytest.raises(UnknownPart):
        passes_of(nn.Sequential(nn.Conv2d(3, 4, 1), nn.Flatten()).eval(), blank)
    net = PlainNet(3, 4, widths=(4, 8))
    net.features[0] = nn.Conv2d(3, 6, 3, padding=1, groups=3, bias=False)
    net.features[1] = nn.BatchNorm2d(6)
    net.features[3] = nn.Conv2d(6, 4, 3, padding=1, bias=False)
    with pytest.raises(UnknownPart):
        passes_of(lively(net, torch.float32), blank)


def test_what_answers_otherwise_than_the_network_is_refused():
    net, x = made("plain", (16, 16), torch.float32)
    other, broken = lively(NETS["plain"](), torch.float32), made("plain", (16, 16))[0].float()
    broken.fc.weight[0, 0] = np.nan
    Passes(net, fused(net), torch.zeros_like(x))
    for one, folded in ((net, fused(other)), (broken, fused(broken)), (net, fused(broken))):
        with pytest.raises(UnknownPart):
            Passes(one, folded, torch.zeros_like(x))


def test_a_network_that_cannot_run_is_refused():
    net = ResidualNet(3, 4, widths=(4,), stem_stride=0).eval().requires_grad_(False)
    with pytest.raises(UnknownPart):
        passes_of(net, torch.zeros(1, 3, 16, 16))


def test_what_has_no_passes_is_recorded_as_before():
    classifier = zoo.load("digits", "cpu")
    large_pictures = replace(classifier.card.preprocess, size=512, resize=512)
    card = replace(classifier.card, preprocess=large_pictures)
    large = Classifier(card, classifier.net)
    assert large._passes is None
    assert isinstance(large._fast, torch.jit.ScriptModule)
    prediction = large.predict(data.camera(), trace=True)
    torch.testing.assert_close(
        torch.from_numpy(prediction.logits), large.net(prediction.traced.values)[0],
        rtol=1e-4, atol=1e-4,
    )  # fmt: skip


def test_large_pictures_are_left_to_pytorch():
    net, _ = made("plain", (16, 16), torch.float32)
    with pytest.raises(UnknownPart):
        passes_of(net, torch.zeros(1, 3, 512, 512))


def test_a_failure_on_the_way_is_a_sentence(monkeypatch):
    classifier = zoo.load("digits", "cpu")

    def fails(*_):
        raise RuntimeError(
            "The following operation failed in the TorchScript interpreter.\nTraceback\n"
            "RuntimeError: DefaultCPUAllocator: not enough memory"
        )

    monkeypatch.setattr(Passes, "_record", lambda *_: fails)
    for trace in (False, True):
        with pytest.raises(ModelError, match=r"cannot take pictures.*: DefaultCPU"):
            classifier.predict(data.camera(), trace=trace)


def test_without_the_library_s_functions_pytorch_s_own_serve(monkeypatch):
    monkeypatch.delattr(torch.jit, "script")
    convolution.functions.cache_clear()
    try:
        assert convolution.functions() is convolution.PLAIN
        net, x = made("residual", (16, 16), torch.float32)
        passes = passes_of(net, torch.zeros_like(x))
        torch.testing.assert_close(passes.forward(x), net(x), rtol=1e-4, atol=1e-4)
    finally:
        monkeypatch.undo()
        convolution.functions.cache_clear()


def test_without_the_recorder_there_are_none(monkeypatch):
    net, x = made("plain", (16, 16), torch.float32)
    monkeypatch.delattr(torch.jit, "trace")
    with pytest.raises(UnknownPart):
        passes_of(net, torch.zeros_like(x))
