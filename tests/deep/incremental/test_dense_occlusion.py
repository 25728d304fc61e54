"""The plain loop, the patches on a picture, and bad input to both ways."""

from dataclasses import replace

import pytest
import torch
from torch import Tensor, nn

from visionlab.core.errors import ModelError, ParamError
from visionlab.deep.incremental import Engine, grid, occluded_logits, trace


def net() -> nn.Module:
    torch.manual_seed(0)
    return nn.Sequential(nn.Conv2d(3, 4, 3), nn.ReLU(), nn.Flatten(), nn.Linear(4 * 64, 2)).eval()


def summed(batch: Tensor) -> Tensor:
    """Tell where a white patch lies: the sum of pixels, of rows and of columns."""
    rows = torch.arange(batch.shape[2]).view(-1, 1)
    cols = torch.arange(batch.shape[3])
    weighted = (batch, batch * rows, batch * cols)
    return torch.stack([part.sum((1, 2, 3)) for part in weighted], 1)


def test_grid_sizes():
    assert len(grid(224, 224, 16, 8)) == 27 * 27
    assert len(grid(64, 64, 8, 4)) == 15 * 15
    assert grid(10, 4, (4, 4), 4).tolist() == [[0, 0], [4, 0], [6, 0]]  # the last row too
    assert grid(5, 5, 9, 3).tolist() == [[0, 0]]


@pytest.mark.parametrize(("patch", "stride"), [(0, 4), (4, 0), ((3, -1), 2)])
def test_a_grid_of_nothing_is_refused(patch, stride):
    with pytest.raises(ParamError, match="at least 1 pixel"):
        grid(20, 20, patch, stride)


def test_patches_lie_where_they_should():
    x = torch.zeros(1, 1, 6, 7)
    corners = torch.tensor([[1, 2], [-1, 5], [9, 9]])
    found = occluded_logits(summed, x, corners, (2, 3), torch.ones(1))
    by_hand = [
        [6, 3 * (1 + 2), 2 * (2 + 3 + 4)],
        [2, 0, 5 + 6],
        [0, 0, 0],
    ]
    assert found.tolist() == by_hand


def test_a_mask_hides_only_part():
    mask = torch.tensor([[True, False], [False, True]])
    found = occluded_logits(
        summed, torch.zeros(1, 1, 5, 5), torch.tensor([[1, 2]]), (2, 2), torch.ones(1), mask
    )
    assert found.tolist() == [[2, 1 + 2, 2 + 3]]


class Small(nn.Module):
    """A network for which the memory ends above so many pictures, as on a small machine."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self.most, self.seen = most, []

    def forward(self, batch: Tensor) -> Tensor:
        if len(batch) > self.most:
            raise torch.OutOfMemoryError("out of memory")
        self.seen.append(len(batch))
        return summed(batch)


def test_the_batch_is_halved_when_memory_runs_out():
    x, corners = torch.randn(1, 3, 8, 8), grid(8, 8, 2, 1)
    small = Small(7)
    found = occluded_logits(small, x, corners, (2, 2), torch.zeros(1), batch=32)
    assert torch.equal(found, occluded_logits(summed, x, corners, (2, 2), torch.zeros(1), batch=4))
    assert max(small.seen) == 4
    assert sum(small.seen) == len(corners)
    with pytest.raises(torch.OutOfMemoryError):
        occluded_logits(Small(0), x, corners, (2, 2), torch.zeros(1))


def test_the_engine_too_goes_on_with_smaller_batches():
    seen = []

    def scarce(y: Tensor) -> Tensor:
        if len(y) > 3:
            raise torch.OutOfMemoryError("out of memory")
        seen.append(len(y))
        return y

    plan = trace(net(), (3, 10, 10))
    first = replace(plan.steps[1], then=(*plan.steps[1].then, scarce))
    plan = replace(plan, steps=(plan.steps[0], first, *plan.steps[2:]))
    x, corners = torch.randn(1, 3, 10, 10), grid(10, 10, 3, 1)
    found = Engine(plan, x).logits(corners, (3, 3), torch.zeros(1))
    true = occluded_logits(net(), x, corners, (3, 3), torch.zeros(1))
    assert torch.allclose(found, true, rtol=1e-5, atol=1e-6)
    assert sum(seen) >= len(corners)


def test_a_network_that_flattens_by_view():
    class Views(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.conv, self.fc = nn.Conv2d(3, 4, 3), nn.Linear(4 * 64, 2)

        def forward(self, x: Tensor) -> Tensor:
            y = self.conv(x)
            return self.fc(y.view(y.size(0), -1))

    views, x, corners = Views().eval(), torch.randn(1, 3, 10, 10), grid(10, 10, 3, 2)
    found = occluded_logits(views, x, corners, (3, 3), torch.zeros(1))
    exact = Engine(views, x).logits(corners, (3, 3), torch.zeros(1))
    assert torch.allclose(found, exact, rtol=1e-5, atol=1e-6)


def test_numbers_that_are_not_finite_are_said():
    broken, x = net(), torch.zeros(1, 3, 10, 10)
    corners = torch.tensor([[0, 0]])
    with pytest.raises(ModelError, match="not finite"):
        Engine(broken, x).logits(corners, (2, 2), torch.tensor([torch.nan]))
    with torch.no_grad():
        broken[0].weight.fill_(torch.nan)
    with pytest.raises(ModelError, match="not finite"):
        Engine(broken, x)
    with pytest.raises(ModelError, match="not finite"):
        occluded_logits(broken, x, corners, (2, 2), torch.zeros(1))


@pytest.mark.parametrize(
    ("corners", "patch", "fill", "mask", "sentence"),
    [
        (torch.zeros(2, 2), (2, 2), torch.zeros(1), None, "whole numbers"),
        (torch.zeros(2, 3, dtype=torch.long), (2, 2), torch.zeros(1), None, "whole numbers"),
        (torch.zeros(2, 2, dtype=torch.long), (0, 2), torch.zeros(1), None, "at least 1 pixel"),
        (torch.zeros(2, 2, dtype=torch.long), (2, 2), torch.zeros(3, 12, 10), None, "3x12x10"),
        (torch.zeros(2, 2, dtype=torch.long), (2, 2), torch.zeros(5, 3, 2, 2), None, "5x3x2x2"),
        (torch.zeros(2, 2, dtype=torch.long), (2, 2), torch.zeros(1), torch.ones(3, 3), "mask"),
    ],
    ids=["decimal", "three", "empty", "baseline", "fills", "mask"],
)
def test_what_does_not_fit_is_refused(corners, patch, fill, mask, sentence):
    x = torch.zeros(1, 3, 10, 10)
    with pytest.raises(ParamError, match=sentence):
        occluded_logits(net(), x, corners, patch, fill, mask)
    with pytest.raises(ParamError, match=sentence):
        Engine(net(), x).logits(corners, patch, fill, mask)
