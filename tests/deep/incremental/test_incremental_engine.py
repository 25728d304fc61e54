"""The incremental engine against pictures that were occluded and computed one by one."""

import random

import pytest
import torch
from random_nets import random_net
from torch import Tensor, nn

from visionlab.deep.incremental import (
    Engine,
    boxes,
    grid,
    occluded_logits,
    spread,
    toom_cook,
    trace,
)  # fmt: skip

pytestmark = pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel:UserWarning")


@torch.no_grad()
def one_by_one(
    net: nn.Module, x: Tensor, corners: Tensor, patch: tuple[int, int], fill: Tensor, mask: Tensor
) -> Tensor:
    """Return logits of pictures that are changed pixel by pixel."""
    found = []
    for number, (top, left) in enumerate(corners.tolist()):
        picture = x.clone()
        for i in range(patch[0]):
            for j in range(patch[1]):
                row, col = top + i, left + j
                if mask[i, j] and 0 <= row < x.shape[2] and 0 <= col < x.shape[3]:
                    picture[0, :, row, col] = fill[number, :, i, j]
        found.append(net(picture)[0])
    return torch.stack(found)


def assert_same(found: Tensor, true: Tensor) -> None:
    assert found.shape == true.shape
    assert found.dtype == torch.float32
    assert float((found - true).abs().max() / true.abs().max()) < 1e-5


@pytest.fixture(params=["usual", "changes", "tiles of changes"])
def way(request, monkeypatch):
    """Let convolutions be computed as usual, or from changes wherever they can be."""
    if request.param != "usual":
        monkeypatch.setattr(boxes, "MOVE", 0)
    if request.param == "tiles of changes":
        monkeypatch.setattr(spread, "LEAST_CHANNELS", 1)
        monkeypatch.setattr(toom_cook, "PRODUCT", 0)
        monkeypatch.setattr(toom_cook, "TRANSFORM", 0)


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize("seed", range(60))
def test_random_networks_patches_and_borders(seed):
    dice = random.Random(1000 + seed)
    channels = dice.choice([1, 3])
    size = (dice.choice([17, 24, 32]), dice.choice([16, 23, 32]))
    net = random_net(seed, channels, size)
    x = torch.randn(1, channels, *size)
    patch = (dice.choice([1, 3, 5, 8]), dice.choice([1, 2, 6, 9]))
    corners = torch.tensor(
        [
            (dice.randint(-patch[0], size[0]), dice.randint(-patch[1], size[1]))  # over the border
            for _ in range(24)
        ]
    )
    mask = torch.rand(patch) < 0.8
    fill = torch.randn(len(corners), channels, *patch)
    true = one_by_one(net, x, corners, patch, fill, mask)
    assert_same(Engine(net, x).logits(corners, patch, fill, mask), true)
    assert_same(occluded_logits(net, x, corners, patch, fill, mask), true)


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize("seed", range(100, 112))
def test_a_whole_grid_in_any_order(seed):
    net = random_net(seed, 3, (32, 32))
    x = torch.randn(1, 3, 32, 32)
    corners = grid(32, 32, 7, 4)
    corners = corners[torch.randperm(len(corners))]
    found = Engine(net, x).logits(corners, (7, 7), torch.zeros(1))
    assert_same(found, occluded_logits(net, x, corners, (7, 7), torch.zeros(1), batch=8))


def test_changes_come_to_every_box_even_where_the_border_cuts_some(monkeypatch):
    monkeypatch.setattr(boxes, "MOVE", 0)
    torch.manual_seed(0)
    net = nn.Sequential(
        nn.Conv2d(3, 8, 3, padding=1), nn.ReLU(), nn.Conv2d(8, 8, 3, padding=(0, 2)), nn.Tanh(),
        nn.Conv2d(8, 6, (5, 3), dilation=(1, 2), padding=2), nn.AdaptiveAvgPool2d(1),
        nn.Flatten(), nn.Linear(6, 3),
    ).eval()  # fmt: skip
    x = torch.randn(1, 3, 40, 44)
    plan = trace(net, (3, 40, 44))
    for corners in (grid(40, 44, 4, 4), torch.tensor([[12, 16], [20, 24]])):
        found = Engine(plan, x).logits(corners, (4, 4), torch.zeros(1))
        assert_same(found, occluded_logits(net, x, corners, (4, 4), torch.zeros(1)))
    laid = [box for layout in plan.layouts.values() for batch in layout for box in batch.boxes]
    sums = [box.sums for box in laid if box.sums is not None]
    assert {one.start is None for one in sums} == {True, False}
    assert all((one.start is None) == (one.rows is not None) for one in sums)


@pytest.mark.parametrize("channels", [8, 64, 96])
def test_boxes_that_are_empty(channels):
    torch.manual_seed(0)
    net = nn.Sequential(
        nn.Conv2d(3, channels, 3, stride=4), nn.ReLU(), nn.Conv2d(channels, channels, 3),
        nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(channels, 4),
    ).eval()  # fmt: skip
    x = torch.randn(1, 3, 33, 33)
    for corners in ([[3, 3], [7, 8]], [[0, 0], [50, 50], [3, -30], [10, 10]], [[-1, -1]]):
        places = torch.tensor(corners)
        found = Engine(net, x).logits(places, (1, 1), torch.zeros(1))
        assert_same(found, occluded_logits(net, x, places, (1, 1), torch.zeros(1)))


@pytest.mark.parametrize("channels", [16, 128])
@pytest.mark.parametrize("bright", [1, 1e3, 1e8, 1e30])
@pytest.mark.parametrize("function", [nn.ReLU(), nn.Hardtanh()])
def test_what_a_patch_hides_leaves_no_trace_however_bright_it_was(
    channels, bright, function, monkeypatch
):
    monkeypatch.setattr(boxes, "MOVE", 0)
    torch.manual_seed(0)
    net = nn.Sequential(
        nn.Conv2d(3, channels, 3, padding=1), function,
        nn.Conv2d(channels, channels, 3, padding=1), function,
        nn.MaxPool2d(4), nn.Flatten(), nn.Linear(36 * channels, 5),
    ).eval()  # fmt: skip
    x = torch.randn(1, 3, 24, 24)
    x[0, :, 12, 12] = bright
    corners = torch.tensor([[8, 9], [9, 9], [11, 11], [12, 12]]).repeat(16, 1)
    true = occluded_logits(net, x, corners, (5, 5), torch.zeros(1))
    assert_same(Engine(net, x).logits(corners, (5, 5), torch.zeros(1)), true)


def test_which_pictures_are_uneven():
    torch.manual_seed(0)
    net = nn.Sequential(
        nn.Conv2d(1, 8, 3, padding=1, bias=False), nn.ReLU(),
        nn.Conv2d(8, 8, 3, padding=1, bias=False), nn.Sigmoid(),
        nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(8, 4),
    ).eval()  # fmt: skip
    plan = trace(net, (1, 28, 28))
    line = torch.zeros(1, 1, 28, 28)
    assert Engine(plan, line).plan is plan
    line[..., 5:20, 14] = 1
    assert Engine(plan, line).plan is plan
    for bright in (1e4, 1e30, 3e38):
        line[..., 10, 14] = bright
        assert Engine(plan, line).plan is plan.uneven


def small_net() -> nn.Module:
    torch.manual_seed(0)
    return nn.Sequential(
        nn.Conv2d(3, 6, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(6, 8, 3, padding=1),
        nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(8, 4),
    ).eval()  # fmt: skip


def test_the_unoccluded_picture():
    net, x = small_net(), torch.randn(1, 3, 20, 20)
    engine = Engine(net, x)
    with torch.no_grad():
        assert_same(engine.base, net(x)[0])
    outside = engine.logits(torch.tensor([[-5, 3], [40, 40], [0, 20]]), (5, 5), torch.zeros(1))
    assert_same(outside, engine.base.expand(3, -1))


@pytest.mark.parametrize(
    "shape", [(), (1,), (3, 1, 1), (5, 4), (1, 3, 5, 4), (30, 1, 1, 1), (30, 3, 5, 4)]
)
def test_fills_broadcast(shape):
    net, x = small_net(), torch.randn(1, 3, 20, 20)
    corners = torch.randint(-4, 20, (30, 2))
    fill = torch.randn(shape)
    full = fill.expand(30, 3, 5, 4)
    true = one_by_one(net, x, corners, (5, 4), full, torch.ones(5, 4, dtype=torch.bool))
    assert_same(Engine(net, x).logits(corners, (5, 4), fill), true)
    assert_same(occluded_logits(net, x, corners, (5, 4), fill), true)


def test_a_picture_shows_under_the_patch():
    net, x, baseline = small_net(), torch.randn(1, 3, 20, 20), torch.randn(3, 20, 20)
    corners = torch.tensor([[2, 3], [-2, 17], [18, -3]])
    pictures = x.repeat(3, 1, 1, 1)
    pictures[0, :, 2:6, 3:7] = baseline[:, 2:6, 3:7]
    pictures[1, :, :2, 17:] = baseline[:, :2, 17:]
    pictures[2, :, 18:, :1] = baseline[:, 18:, :1]
    with torch.no_grad():
        true = net(pictures)
    assert_same(Engine(net, x).logits(corners, (4, 4), baseline), true)
    assert_same(occluded_logits(net, x, corners, (4, 4), baseline), true)


def test_a_patch_larger_than_the_picture():
    net, x = small_net(), torch.randn(1, 3, 12, 12)
    found = Engine(net, x).logits(torch.tensor([[-3, -2]]), (20, 30), torch.zeros(1))
    with torch.no_grad():
        assert_same(found, net(torch.zeros(1, 3, 12, 12)))


def test_one_plan_serves_many_pictures():
    net = small_net()
    plan = trace(net, (3, 20, 20))
    corners = grid(20, 20, 4, 3)
    for seed in range(3):
        x = torch.randn(1, 3, 20, 20, generator=torch.Generator().manual_seed(seed))
        found = Engine(plan, x).logits(corners, (4, 4), torch.zeros(1))
        assert_same(found, occluded_logits(net, x, corners, (4, 4), torch.zeros(1)))
    assert len(plan.layouts) == 1


def test_several_patches_in_turn():
    net, x = small_net(), torch.randn(1, 3, 20, 20)
    engine = Engine(net, x)
    for patch in ((3, 3), (9, 2), (1, 1), (20, 20), (3, 3)):
        corners = grid(20, 20, patch, 2)
        found = engine.logits(corners, patch, torch.zeros(1))
        assert_same(found, occluded_logits(net, x, corners, patch, torch.zeros(1)))
    none = torch.empty(0, 2, dtype=torch.long)
    assert engine.logits(none, (3, 3), torch.zeros(1)).shape == (0, 4)


@pytest.mark.parametrize("name", ["BATCH_BYTES", "HEAD_BYTES"])
@pytest.mark.parametrize("channels", [1, 3])
def test_many_small_batches(monkeypatch, name, channels):
    net = nn.Sequential(nn.Flatten(), nn.Linear(channels * 16, 4)).eval()
    x, corners = torch.randn(1, channels, 4, 4), torch.zeros(30, 2, dtype=torch.long)
    fill = torch.randn(len(corners), channels, 4, 4)
    true = occluded_logits(net, x, corners, (4, 4), fill)
    monkeypatch.setattr(f"visionlab.deep.incremental.engine.{name}", 1)
    assert_same(Engine(net, x).logits(corners, (4, 4), fill), true)


def test_nothing_is_left_on_the_network():
    net, x = small_net(), torch.randn(1, 3, 20, 20)
    before = {name: (value.clone(), value.data_ptr()) for name, value in net.state_dict().items()}
    attributes = [set(vars(module)) for module in net.modules()]
    Engine(net, x, bf16=True).logits(grid(20, 20, 4, 4), (4, 4), torch.zeros(1))
    assert [set(vars(module)) for module in net.modules()] == attributes
    for module in net.modules():
        assert not module._forward_hooks
        assert not module._forward_pre_hooks
        assert not module._backward_hooks
        assert not getattr(module, "inplace", False)
    for name, value in net.state_dict().items():
        assert torch.equal(value, before[name][0])
        assert value.data_ptr() == before[name][1]
    assert all(value.grad is None for value in net.parameters())


def test_bfloat16_says_how_far_it_is_off():
    net, x = small_net(), torch.randn(1, 3, 20, 20)
    corners = grid(20, 20, 6, 2)
    exact, rough = Engine(net, x), Engine(net, x, bf16=True)
    true = exact.logits(corners, (6, 6), torch.zeros(1))
    found = rough.logits(corners, (6, 6), torch.zeros(1))
    largest = (true - exact.base).abs().max()
    assert 0 < (found - true).abs().max() / true.abs().max() < 0.05
    error = rough.error(corners, (6, 6), torch.zeros(1))
    change = ((found - rough.base) - (true - exact.base)).abs().max() / largest
    assert 0 < error < 0.5
    assert error <= 3 * change  # 16 of the positions are looked at
    assert exact.error(corners, (6, 6), torch.zeros(1)) == 0


def test_multiplications_by_hand():
    net = nn.Sequential(
        nn.Conv2d(2, 4, 3, padding=1), nn.MaxPool2d(2), nn.Conv2d(4, 5, 3), nn.Flatten(),
        nn.Linear(5 * 2 * 2, 3), nn.ReLU(), nn.Linear(3, 7),
    ).eval()  # fmt: skip
    engine = Engine(net, torch.randn(1, 2, 8, 8))
    corners = torch.tensor([[0, 0], [2, 3]])
    full = 2 * (8 * 8 * 4 * 18 + 2 * 2 * 5 * 36 + 20 * 3 + 21)
    # The patch at (0, 0) changes 3x3 of the first map, 2x2 of the pooled one, 2x2 of the next.
    first = 3 * 3 * 4 * 18 + 2 * 2 * 5 * 36 + 4 * 5 * 3 + 21
    # At (2, 3): rows 1 to 4, columns 2 to 5; pooled rows 0 to 2, columns 1 to 2; all 2x2.
    second = 4 * 4 * 4 * 18 + 2 * 2 * 5 * 36 + 4 * 5 * 3 + 21
    assert engine.multiplications(corners, (2, 2)) == (full, first + second)


def test_what_is_far_away_costs_nothing():
    net = nn.Sequential(
        nn.Conv2d(1, 1, 3), nn.ReLU(), nn.Conv2d(1, 2, 3, stride=2), nn.Flatten(),
        nn.Linear(2 * 5 * 5, 3),
    ).eval()  # fmt: skip
    engine = Engine(net, torch.randn(1, 1, 14, 14))
    # One pixel in the corner: one place of each map, whose 2 values the linear layer reads.
    assert engine.multiplications(torch.tensor([[0, 0]]), (1, 1))[1] == 9 + 18 + 2 * 3
