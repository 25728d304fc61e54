"""Training: the schedule by hand, the same curve for the same seed, going on after a stop."""

import csv
from dataclasses import replace

import pytest
import torch

from visionlab.deep.augment import Augment
from visionlab.deep.data.dataset import Dataset
from visionlab.deep.nets.plain import PlainNet
from visionlab.deep.train import (
    Cycle,
    Recipe,
    Trainer,
    accuracy,
    one_cycle,
    predict,
    run,
    settled,
    with_epochs,
)

RECIPE = Recipe(
    cycles=(Cycle((8, 12), max_lr=0.05),),
    mean=(0.5,),
    std=(0.25,),
    eval_size=12,
    augment=Augment(area=(0.6, 1.0), flip=True),
    batch_size=16,
)


def stripes(n: int = 320, seed: int = 0) -> Dataset:
    """Pictures of horizontal (class 0) or vertical (class 1) stripes in noise."""
    draw = torch.Generator().manual_seed(seed)
    targets = torch.randint(0, 2, (n,), generator=draw)
    wave = ((torch.arange(12) // 3 % 2) * 150).float()
    rows, columns = wave[:, None].expand(12, 12), wave[None].expand(12, 12)
    images = torch.where(targets[:, None, None] == 0, rows, columns)
    noisy = images + 50 * torch.rand(n, 12, 12, generator=draw)
    return Dataset(noisy.to(torch.uint8)[:, None], targets, ("across", "down"))


def net(seed: int = 0) -> PlainNet:
    torch.manual_seed(seed)
    return PlainNet(1, 2, widths=(8, 16), convs=1)


def weights(module: torch.nn.Module) -> torch.Tensor:
    return torch.cat([p.flatten() for p in module.parameters()])


def test_the_learning_rate_rises_in_a_line_and_falls_along_a_cosine():
    assert one_cycle(0.0, 0.4, 0.2) == pytest.approx(0.02)  # a twentieth
    assert one_cycle(0.1, 0.4, 0.2) == pytest.approx(0.21)  # half way: 0.4 (0.05 + 0.475)
    assert one_cycle(0.2, 0.4, 0.2) == pytest.approx(0.4)
    assert one_cycle(0.6, 0.4, 0.2) == pytest.approx(0.2)  # half a cosine's middle
    assert one_cycle(1.0, 0.4, 0.2) == pytest.approx(0.0)


def test_accuracy_counts_targets_among_the_largest():
    logits = torch.tensor([[0.1, 0.9, 0.5], [0.8, 0.1, 0.7], [0.2, 0.3, 0.1]])
    targets = torch.tensor([1, 2, 2])
    assert accuracy(logits, targets) == pytest.approx(1 / 3)
    assert accuracy(logits, targets, 2) == pytest.approx(2 / 3)
    assert accuracy(logits, targets, 3) == 1


def test_it_learns_what_can_be_learned(tmp_path):
    recipe = with_epochs(RECIPE, 6)
    trained = run(Trainer(net(), recipe, stripes()), stripes(100, seed=9), tmp_path)
    held_out = stripes(200, seed=5)
    assert accuracy(predict(trained, held_out, recipe), held_out.targets) > 0.95
    rows = list(csv.DictReader((tmp_path / "log.csv").read_text().splitlines()))
    assert [row["epoch"] for row in rows] == ["1", "2", "3", "4", "5", "6"]
    assert float(rows[-1]["loss"]) < float(rows[0]["loss"])
    assert float(rows[-1]["test_top1"]) > 0.9


def test_the_same_seed_gives_the_same_losses_for_a_hundred_steps():
    def curve(seed: int) -> list[float]:
        trainer = Trainer(net(), RECIPE, stripes(1600))
        trainer.recipe = with_epochs(RECIPE, 1)
        found = []
        original = trainer.losses

        def noting(images, targets, step):
            loss, logits = original(images, targets, step)
            found.append(loss.item())
            return loss, logits

        trainer.losses = noting
        torch.manual_seed(seed)  # nothing may hang on the global generator
        next(trainer.epochs())
        return found

    first = curve(seed=1)
    assert len(first) == 100
    assert first == curve(seed=2)
    assert first[-1] < first[0]


def test_after_a_stop_it_goes_on_as_if_never_stopped(tmp_path):
    whole = Trainer(net(), RECIPE, stripes())
    for _ in whole.epochs():
        pass
    before = Trainer(net(), RECIPE, stripes())
    next(before.epochs())
    before.save(tmp_path / "checkpoint.pt")
    after = Trainer(net(seed=7), RECIPE, stripes())  # other weights, to be overwritten
    after.load(tmp_path / "checkpoint.pt")
    assert after.epoch == 1
    for _ in after.epochs():
        pass
    assert torch.equal(weights(after.net), weights(whole.net))
    assert torch.equal(weights(after.averaged), weights(whole.averaged))


def test_run_resumes_and_goes_on_with_the_log(tmp_path):
    run(Trainer(net(), with_epochs(RECIPE, 1), stripes()), stripes(50), tmp_path)
    run(Trainer(net(seed=3), RECIPE, stripes()), stripes(50), tmp_path, resume=True)
    rows = list(csv.DictReader((tmp_path / "log.csv").read_text().splitlines()))
    assert [row["epoch"] for row in rows] == ["1", "2"]


def test_averaged_weights_are_the_running_mean_of_the_weights():
    trainer = Trainer(net(), RECIPE, stripes(16))
    trainer.averaged.update_parameters(trainer.net)  # the first is taken as it is
    start = weights(trainer.net).clone()
    with torch.no_grad():
        for p in trainer.net.parameters():
            p.add_(1.0)
    trainer.averaged.update_parameters(trainer.net)
    torch.testing.assert_close(weights(trainer.averaged), start + 0.9)  # 1 of 1 + 9 is kept
    for _ in range(2000):
        trainer.averaged.update_parameters(trainer.net)
    torch.testing.assert_close(weights(trainer.averaged), start + 1)
    with torch.no_grad():
        for p in trainer.net.parameters():
            p.add_(1.0)
    trainer.averaged.update_parameters(trainer.net)
    torch.testing.assert_close(weights(trainer.averaged), start + 1.01)  # decay 0.99


def test_stretching_a_recipe_keeps_the_proportion_of_its_sizes():
    recipe = with_epochs(RECIPE, 5)
    assert recipe.sizes == (8, 8, 8, 12, 12)
    assert with_epochs(RECIPE, 1).sizes == (8,)


def test_weight_decay_spares_biases_and_normalisation():
    trainer = Trainer(net(), RECIPE, stripes(16))
    decayed, spared = trainer.optimizer.param_groups
    assert decayed["weight_decay"] == RECIPE.weight_decay
    assert spared["weight_decay"] == 0
    assert {p.ndim for p in decayed["params"]} == {2, 4}
    assert {p.ndim for p in spared["params"]} == {1}


def test_cycles_follow_one_another_and_a_finished_run_goes_on_with_the_next(tmp_path):
    one = Cycle((8, 12), max_lr=0.05)
    two = replace(RECIPE, cycles=(one, Cycle((8,), max_lr=0.02)))
    assert two.sizes == (8, 12, 8)
    assert two.lr(0.4) == pytest.approx(0.05)  # the first cycle's peak, at a fifth of it
    assert two.lr(2.0) == pytest.approx(0.0)
    assert two.lr(2.2) == pytest.approx(0.02)
    assert two.lr(3.0) == pytest.approx(0.0)
    run(Trainer(net(), RECIPE, stripes()), stripes(50), tmp_path)
    longer = Trainer(net(1), two, stripes())
    run(longer, stripes(50), tmp_path, resume=True)
    at_once = Trainer(net(), two, stripes())
    for _ in at_once.epochs():
        pass
    assert torch.equal(weights(longer.net), weights(at_once.net))


def test_a_settled_copy_has_the_statistics_of_whole_pictures():
    data = stripes(64)
    trained = torch.nn.Sequential(torch.nn.BatchNorm2d(1), torch.nn.Flatten())
    trained[0].running_mean.fill_(9.0)
    copy = settled(trained.train(), data, replace(RECIPE, batch_size=32))
    x = (data.images.float() / 255 - 0.5) / 0.25
    assert copy[0].running_mean.item() == pytest.approx(x.mean().item(), abs=1e-5)
    by_batch = [part.var().item() for part in torch.split(x[order_of(data)], 32)]
    assert copy[0].running_var.item() == pytest.approx(sum(by_batch) / 2, abs=1e-4)
    assert not copy.training
    assert trained.training
    assert trained[0].running_mean.item() == 9.0


def order_of(data):
    """Where the pictures lie among those drawn with the recipe's seed."""
    drawn = data.sample(len(data), RECIPE.seed).images
    return [
        next(i for i, one in enumerate(data.images) if torch.equal(one, other)) for other in drawn
    ]


def test_the_result_is_what_was_evaluated(tmp_path):
    test = stripes(50, seed=3)
    found = run(Trainer(net(), RECIPE, stripes()), test, tmp_path)
    with (tmp_path / "log.csv").open() as file:
        *_, last = csv.DictReader(file)
    assert accuracy(predict(found, test, RECIPE), test.targets) == float(last["test_top1"])
