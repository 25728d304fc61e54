"""CutMix: where each pixel comes from, the share kept counted pixel by pixel, the loss by hand."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor, nn

from visionlab.deep.augment import Augment
from visionlab.deep.cutmix import cutmix
from visionlab.deep.data.dataset import Dataset
from visionlab.deep.train import Cycle, Recipe, Trainer


def generator(seed: int) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


@given(
    n=st.integers(1, 6),
    height=st.integers(1, 12),
    width=st.integers(1, 12),
    seed=st.integers(0, 10**6),
)
def test_each_pixel_is_the_pictures_own_or_its_partners(n, height, width, seed):
    numbers = torch.arange(n, dtype=torch.float32)  # each picture is filled with its own number
    x = numbers[:, None, None, None].expand(n, 2, height, width)
    mixed, partner, kept = cutmix(x, generator(seed))
    pasted = mixed != x
    assert torch.equal(mixed[pasted], partner.float()[:, None, None, None].expand_as(x)[pasted])
    for i in range(n):
        if partner[i] != i:
            assert float((mixed[i] == i).float().mean()) == pytest.approx(kept, abs=1e-6)
    assert sorted(partner.tolist()) == list(range(n))


def test_the_pasted_part_is_one_box():
    x = torch.stack([torch.zeros(1, 20, 30), torch.ones(1, 20, 30)])
    seeds = (s for s in range(50) if cutmix(x, generator(s))[1].tolist() == [1, 0])
    mixed, _, kept = cutmix(x, generator(next(seeds)))
    rows, columns = mixed[0, 0].amax(1), mixed[0, 0].amax(0)
    assert torch.equal(mixed[0, 0], rows[:, None] * columns[None])
    assert rows.sum() * columns.sum() == pytest.approx((1 - kept) * 600)


def test_the_mean_share_is_that_of_boxes_cut_off_at_the_borders():
    """A box whose area is even over 0..1 covers less where it hangs over the border.

    One side of part s, its centre even over 0..1, keeps on average s - s^2 / 4 within. With
    s = sqrt(area): the mean of (s - s^2/4)^2 over area 0..1 is 1/2 - 1/5 + 1/48 = 0.3208.
    """
    x = torch.zeros(1, 1, 64, 64)
    draw = generator(0)
    kept = [cutmix(x, draw)[2] for _ in range(4000)]
    assert 1 - sum(kept) / len(kept) == pytest.approx(0.3208, abs=0.012)


class Brightness(nn.Module):
    """Two logits that tell how bright a picture is: its mean, and nought."""

    def __init__(self) -> None:
        super().__init__()
        self.gain = nn.Parameter(torch.ones(1))

    def forward(self, x: Tensor) -> Tensor:
        mean = self.gain * x.mean((1, 2, 3))
        return torch.stack([mean, torch.zeros_like(mean)], 1)


def test_the_loss_is_shared_between_both_targets_in_the_cycle_that_asks():
    images = torch.zeros(2, 1, 16, 16, dtype=torch.uint8)
    images[1] = 255  # a black picture and a white one
    targets = torch.tensor([0, 1])
    recipe = Recipe(
        cycles=(Cycle((16,), 0.1), Cycle((16,), 0.1, cutmix=1.0)),
        mean=(0.0,), std=(1.0,), eval_size=16, augment=Augment(), batch_size=2,
        label_smoothing=0.0,
    )  # fmt: skip
    trainer = Trainer(Brightness(), recipe, Dataset(images, targets, ("black", "white")))
    _, logits = trainer.losses(images, targets, 0)
    assert logits[:, 0].tolist() == pytest.approx([0.0, 1.0])  # not mixed in the first cycle
    trainer.epoch = 1
    swapped = 0
    for step in range(20):
        loss, logits = trainer.losses(images, targets, step)
        black, white = logits[:, 0].tolist()
        assert black == pytest.approx(1 - white, abs=1e-5)
        kept = white  # of the white picture, as much as is still white
        swapped += kept < 1
        own = math.log(1 + math.exp(-black)) + math.log(1 + math.exp(white))
        other = math.log(1 + math.exp(black)) + math.log(1 + math.exp(-white))
        assert loss.item() == pytest.approx((kept * own + (1 - kept) * other) / 2, abs=1e-5)
    assert 0 < swapped < 20  # half of the draws leave each picture its own partner
