"""Training: one loop for all networks, on a CPU, CUDA or MPS device.

Averaged weights: Polyak, Juditsky: Acceleration of Stochastic Approximation by Averaging, 1992.
One-cycle schedule: Smith, Topin: Super-Convergence, arXiv:1708.07120.
More than one cycle: Loshchilov, Hutter: SGDR: Stochastic Gradient Descent with Warm Restarts,
ICLR 2017.
Smaller pictures first: Howard et al., progressive resizing.
Statistics of whole pictures in the end: Touvron et al.: Fixing the train-test resolution
discrepancy, NeurIPS 2019.
"""

import csv
import math
import sys
import time
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeAlias

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.optim.swa_utils import AveragedModel, update_bn

from visionlab.deep.augment import Augment
from visionlab.deep.data.dataset import Dataset
from visionlab.deep.teacher import Teacher

Tensors: TypeAlias = tuple[Tensor, ...] | list[Tensor]

TEACHER_STEPS = 40  # of an epoch, whose pictures set the teacher's statistics


@dataclass(frozen=True)
class Cycle:
    """Epochs in which the learning rate rises once and falls to zero.

    Attributes
    ----------
    sizes : tuple of int
        Height and width of the training pictures, one entry for each epoch.
    max_lr : float
        Peak of the learning rate.
    """

    sizes: tuple[int, ...]
    max_lr: float


@dataclass(frozen=True)
class Recipe:
    """How to train.

    Attributes
    ----------
    cycles : tuple of Cycle
        One, or more to train on from where the former cycle ended.
    batch_size : int
        Pictures a step.
    warmup : float
        Part of a cycle's steps in which the learning rate rises.
    weight_decay : float
        For weights of convolutions and linear layers; biases and normalisation go without.
    label_smoothing : float
        Part of the target's probability that is spread over all classes.
    average_every, average_decay : int, float
        Every so many steps the averaged weights keep `average_decay` of themselves; less while
        there are few.
    mean, std : tuple of float
        Of each channel, for values 0..1.
    eval_size : int
        Height and width of pictures when the network is evaluated.
    augment : Augment
        Random variations.
    teacher_share : float
        Part of the target, 0..1, that a teacher's probabilities are, where there is a teacher; the
        rest is the true class.
    bfloat16 : bool
        Whether to compute in bfloat16 where precision allows; pays only on chips that have it.
    seed : int
        Of weights, order and variations.
    """

    cycles: tuple[Cycle, ...]
    mean: tuple[float, ...]
    std: tuple[float, ...]
    eval_size: int
    augment: Augment
    batch_size: int = 128
    warmup: float = 0.2
    weight_decay: float = 5e-4
    label_smoothing: float = 0.1
    average_every: int = 8
    average_decay: float = 0.99
    teacher_share: float = 0.7
    bfloat16: bool = False
    seed: int = 0

    @property
    def sizes(self) -> tuple[int, ...]:
        """Height and width of the training pictures in every epoch of all cycles."""
        return tuple(size for cycle in self.cycles for size in cycle.sizes)

    def lr(self, epochs: float) -> float:
        """Return the learning rate once so many epochs are through."""
        for cycle in self.cycles:
            if epochs <= len(cycle.sizes):
                return one_cycle(epochs / len(cycle.sizes), cycle.max_lr, self.warmup)
            epochs -= len(cycle.sizes)
        return 0.0


class Trainer:
    """Trains `net` and keeps a running average of its weights, which is what is used in the end.

    Parameters
    ----------
    net : Module
        Takes (N, C, H, W), returns logits (N, classes).
    recipe : Recipe
        How to train.
    data : Dataset
        Training pictures.
    device : str
        'cpu', 'cuda' or 'mps'.
    teacher : Teacher, optional
        Its answers are part of the targets.
    """

    def __init__(
        self,
        net: nn.Module,
        recipe: Recipe,
        data: Dataset,
        device: str = "cpu",
        teacher: Teacher | None = None,
    ) -> None:
        self.recipe, self.data, self.device = recipe, data, torch.device(device)
        self.teacher = teacher.to(self.device) if teacher else None
        self.net = net.to(self.device)
        self.net.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.averaged = AveragedModel(self.net, multi_avg_fn=self._average, use_buffers=True)
        self.optimizer = torch.optim.SGD(
            _parameter_groups(self.net, recipe.weight_decay), lr=0.1, momentum=0.9, nesterov=True
        )
        self.epoch = 0
        self.steps_per_epoch = len(data) // recipe.batch_size

    def epochs(self) -> Iterator[dict[str, float]]:
        """Train, one epoch at a time; yield what the epoch came to."""
        while self.epoch < len(self.recipe.sizes):
            started = time.perf_counter()
            loss, top1 = self._train_epoch()
            seconds = time.perf_counter() - started
            self.epoch += 1
            yield {
                "epoch": self.epoch,
                "size": self.recipe.sizes[self.epoch - 1],
                "lr": self.optimizer.param_groups[0]["lr"],
                "loss": loss,
                "top1": top1,
                "seconds": seconds,
            }

    def result(self) -> nn.Module:
        """Return a network to be used, with the averaged weights; training may go on."""
        return settled(self.averaged.module, self.data, self.recipe)

    def losses(self, images: Tensor, targets: Tensor, step: int) -> tuple[Tensor, Tensor]:
        """Return loss and logits of one batch of uint8 pictures at `step` of the present epoch."""
        recipe = self.recipe
        x, wanted = self._varied(images, step), targets.to(self.device)
        with torch.autocast(self.device.type, torch.bfloat16, enabled=recipe.bfloat16):
            logits = self.net(x)
            if self.teacher:
                wanted = self.teacher.targets(x, wanted, recipe.teacher_share)
        loss = functional.cross_entropy(
            logits.float(), wanted, label_smoothing=recipe.label_smoothing
        )
        return loss, logits

    def _varied(self, images: Tensor, step: int) -> Tensor:
        """Return a batch as the network sees it at `step` of the present epoch."""
        recipe = self.recipe
        draw = torch.Generator().manual_seed(_seed(recipe.seed, self.epoch, step))
        x = recipe.augment(images.to(self.device), recipe.sizes[self.epoch], draw)
        return normalise(x, recipe.mean, recipe.std).to(memory_format=torch.channels_last)

    def _train_epoch(self) -> tuple[float, float]:
        """Return mean loss and top-1 accuracy on the varied training pictures."""
        self.net.train()
        order = torch.randperm(
            len(self.data),
            generator=torch.Generator().manual_seed(_seed(self.recipe.seed, self.epoch)),
        )
        total_loss = torch.zeros((), device=self.device)
        correct = torch.zeros((), device=self.device)
        batch = self.recipe.batch_size
        if self.teacher:
            parts = torch.split(order[: TEACHER_STEPS * batch], batch)
            self.teacher.prepare(
                self._varied(self.data.images[part], step) for step, part in enumerate(parts)
            )
        started = time.perf_counter()
        for step in range(self.steps_per_epoch):
            chosen = order[step * batch : (step + 1) * batch]
            targets = self.data.targets[chosen]
            loss, logits = self.losses(self.data.images[chosen], targets, step)
            self._update(loss, step)
            total_loss += loss.detach()
            correct += (logits.argmax(1) == targets.to(self.device)).sum()
            if step % 20 == 19 or step + 1 == self.steps_per_epoch:
                rate = batch * (step + 1) / (time.perf_counter() - started)
                self._report(step + 1, float(total_loss) / (step + 1), rate)
        return (
            float(total_loss) / self.steps_per_epoch,
            float(correct) / (self.steps_per_epoch * batch),
        )

    def _update(self, loss: Tensor, step: int) -> None:
        lr = self.recipe.lr(self.epoch + (step + 1) / self.steps_per_epoch)
        for group in self.optimizer.param_groups:
            group["lr"] = lr
        self.optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        self.optimizer.step()
        if step % self.recipe.average_every == 0:
            self.averaged.update_parameters(self.net)

    @torch.no_grad()
    def _average(self, averaged: Tensors, current: Tensors, times: Tensor | int) -> None:
        """Move the averages a little towards the weights; far at first, while they are poor."""
        kept = min(self.recipe.average_decay, int(times) / (int(times) + 9))
        for average, weight in zip(averaged, current, strict=True):
            if average.is_floating_point():
                average.lerp_(weight, 1 - kept)
            else:
                average.copy_(weight)

    def _report(self, step: int, loss: float, rate: float) -> None:
        part = step / self.steps_per_epoch
        bar = ("=" * round(30 * part)).ljust(30)
        end = "\n" if step == self.steps_per_epoch else ""
        text = f"epoch {self.epoch + 1:3}/{len(self.recipe.sizes)} [{bar}] loss {loss:.3f}"
        print(f"\r{text}  {rate:.0f} pictures/s ", end=end, file=sys.stderr, flush=True)

    # Checkpoints

    def save(self, path: Path) -> None:
        """Write everything that a later `load` needs to go on as if never stopped."""
        state = {
            "net": self.net.state_dict(),
            "averaged": self.averaged.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "epoch": self.epoch,
        }
        part = path.with_suffix(".part")
        torch.save(state, part)
        part.replace(path)

    def load(self, path: Path) -> None:
        """Go on from a checkpoint."""
        state = torch.load(path, map_location=self.device, weights_only=True)
        self.net.load_state_dict(state["net"])
        self.averaged.load_state_dict(state["averaged"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.epoch = state["epoch"]


def normalise(x: Tensor, mean: tuple[float, ...], std: tuple[float, ...]) -> Tensor:
    """Return (x - mean) / std for each channel of (N, C, H, W)."""
    shape = (1, len(mean), 1, 1)
    offset = torch.tensor(mean, device=x.device).view(shape)
    return (x - offset) / torch.tensor(std, device=x.device).view(shape)


def one_cycle(done: float, max_lr: float, warmup: float) -> float:
    """Return the learning rate once the part `done` (0..1) of a cycle is through.

    It rises in a line from a twentieth of the peak, then falls to zero along half a cosine.
    """
    if done < warmup:
        return max_lr * (0.05 + 0.95 * done / warmup)
    return max_lr * 0.5 * (1 + math.cos(math.pi * (done - warmup) / (1 - warmup)))


@torch.inference_mode()
def predict(net: nn.Module, data: Dataset, recipe: Recipe, batch_size: int = 250) -> Tensor:
    """Return the logits (N, classes) of all pictures, on the CPU."""
    device = next(net.parameters()).device
    net.eval()
    parts = []
    for start in range(0, len(data), batch_size):
        x = as_evaluated(data.images[start : start + batch_size].to(device), recipe)
        parts.append(net(x).float().cpu())
    return torch.cat(parts)


def as_evaluated(images: Tensor, recipe: Recipe) -> Tensor:
    """Return whole uint8 pictures as the network gets them once it is trained."""
    x = images.float() / 255
    if x.shape[-1] != recipe.eval_size:
        x = functional.interpolate(
            x, (recipe.eval_size,) * 2, mode="bilinear", antialias=True, align_corners=False
        )
    return normalise(x, recipe.mean, recipe.std).to(memory_format=torch.channels_last)


def settled(net: nn.Module, data: Dataset, recipe: Recipe, pictures: int = 5000) -> nn.Module:
    """Return a copy whose batch normalisation has the statistics of whole training pictures.

    Those gathered in training are of crops, of another size and of other weights than the averaged
    ones: with those of whole pictures the picture network names 59 in a hundred rightly, not 55.

    Parameters
    ----------
    net : Module
        Trained.
    data : Dataset
        What it was trained on.
    recipe : Recipe
        How it was trained.
    pictures : int
        So many are looked at.
    """
    device = next(net.parameters()).device
    copy = deepcopy(net)
    parts = torch.split(data.sample(pictures, recipe.seed).images, recipe.batch_size)
    update_bn((as_evaluated(part.to(device), recipe) for part in parts), copy)
    return copy.eval()


def accuracy(logits: Tensor, targets: Tensor, k: int = 1) -> float:
    """Return the part of rows whose target is among the `k` largest logits."""
    best = logits.topk(k, dim=1).indices
    return float((best == targets[:, None]).any(1).float().mean())


def run(trainer: Trainer, test: Dataset, folder: Path, resume: bool = False) -> nn.Module:
    """Train to the end; write `log.csv` and `checkpoint.pt` after every epoch.

    Returns
    -------
    Module
        What the trainer has come to.
    """
    folder.mkdir(parents=True, exist_ok=True)
    checkpoint, log = folder / "checkpoint.pt", folder / "log.csv"
    if resume and checkpoint.exists():
        trainer.load(checkpoint)
    elif log.exists():
        log.unlink()
    for row in trainer.epochs():
        logits = predict(trainer.result(), test, trainer.recipe)
        row["test_top1"] = accuracy(logits, test.targets)
        row["test_top5"] = accuracy(logits, test.targets, min(5, logits.shape[1]))
        print("  ".join(f"{key} {value:.4g}" for key, value in row.items()), file=sys.stderr)
        with log.open("a", newline="") as file:
            writer = csv.DictWriter(file, list(row))
            if row["epoch"] == 1:
                writer.writeheader()
            writer.writerow(row)
        trainer.save(checkpoint)
    return trainer.result()


def with_epochs(recipe: Recipe, epochs: int) -> Recipe:
    """Return `recipe` with one cycle of so many `epochs`, its sizes in the same proportion."""
    old = recipe.sizes
    sizes = tuple(old[i * len(old) // epochs] for i in range(epochs))
    return replace(recipe, cycles=(Cycle(sizes, recipe.cycles[0].max_lr),))


def _parameter_groups(net: nn.Module, weight_decay: float) -> list[dict[str, object]]:
    weights = [p for p in net.parameters() if p.ndim > 1]
    others = [p for p in net.parameters() if p.ndim <= 1]
    return [
        {"params": weights, "weight_decay": weight_decay},
        {"params": others, "weight_decay": 0.0},
    ]


def _seed(*numbers: int) -> int:
    """One seed from several numbers, different for each combination that occurs."""
    seed = 0
    for number in numbers:
        seed = (seed * 1_000_003 + number + 1) % (2**63)
    return seed
