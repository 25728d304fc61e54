"""Recorded networks answer as those that Python runs, whatever the number and size of pictures."""

import pytest
import torch
from torch import nn

from visionlab.deep.nets.fusing import fused
from visionlab.deep.nets.plain import PlainNet
from visionlab.deep.nets.recorded import by_operations, recorded
from visionlab.deep.nets.residual import ResidualNet
from visionlab.deep.passes.rules import rectifiers


@pytest.mark.parametrize("make", [PlainNet, ResidualNet])
@pytest.mark.parametrize("shape", [(1, 3, 16, 16), (5, 3, 16, 16), (2, 3, 20, 28)])
def test_the_answers_are_the_same(make, shape):
    torch.manual_seed(0)
    net = make(3, 4, widths=(4, 6)).eval()
    record = recorded(fused(net), torch.zeros(1, 3, 16, 16))
    assert isinstance(record, torch.jit.ScriptModule)
    x = torch.randn(shape)
    with torch.inference_mode():
        for _ in range(3):  # the first runs are watched, and later ones made faster by it
            torch.testing.assert_close(record(x), net(x), rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("make", [PlainNet, ResidualNet])
def test_gradients_are_the_same_to_the_last_bit_and_every_rectifier_is_seen(make):
    torch.manual_seed(1)
    net = make(3, 4, widths=(4, 6)).eval().requires_grad_(False)
    record = recorded(net, torch.zeros(1, 3, 16, 16))

    def slopes(which, x):
        leaf = x.clone().requires_grad_()
        score = which(leaf)[:, 1].sum()
        return torch.autograd.grad(score, leaf)[0], len(rectifiers(score.grad_fn))

    with by_operations():
        for x in (torch.randn(1, 3, 16, 16), torch.randn(2, 3, 20, 28)):
            for _ in range(3):
                here, there = slopes(record, x), slopes(net, x)
                assert torch.equal(here[0], there[0])
                assert here[1] == there[1] > 1


def test_other_networks_run_as_they_are():
    class Odd(nn.Module):
        def forward(self, x):
            return x * (2 if x.sum() > 0 else 3)  # a record would know one of the two

    net = Odd()
    assert recorded(net, torch.ones(1, 1, 2, 2)) is net


def test_without_the_recorder_the_network_runs_as_it_is(monkeypatch):
    monkeypatch.delattr(torch.jit, "trace")
    net = PlainNet(3, 4, widths=(4,)).eval()
    assert recorded(net, torch.zeros(1, 3, 8, 8)) is net
