"""Is a heatmap true? Measured on the network itself.

Curves: pixels are taken away (deletion) or put in (insertion), the most important first; if the
map is right, the first make the probability fall, or rise, soon (Petsiuk, Das, Saenko: RISE,
BMVC 2018). Randomised weights: a method that shows the same for a network that knows nothing shows
the picture, not the network (Adebayo et al.: Sanity Checks for Saliency Maps, NeurIPS 2018).
Sensitivity: noise that nobody sees should not change the map (Yeh et al.: On the (In)fidelity and
Sensitivity of Explanations, NeurIPS 2019).
"""

from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from visionlab.core.errors import ModelError
from visionlab.deep.explain.asking import scores_in_batches
from visionlab.deep.explain.baselines import Baseline, baseline
from visionlab.deep.explain.explainer import Explainer
from visionlab.deep.explain.heatmap import Heatmap
from visionlab.deep.explain.similarity import rank_correlation, structural_similarity
from visionlab.deep.explain.subject import Subject, Target

Map = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Curves:
    """The target's probability while pixels go or come, the most important first.

    Attributes
    ----------
    part : ndarray
        (N,) part of the pixels, 0..1.
    deletion, insertion : ndarray
        (N,) probability when this part is taken from the picture, or put into a blurred one.
    """

    part: NDArray[np.float64]
    deletion: NDArray[np.float64]
    insertion: NDArray[np.float64]

    @property
    def deletion_area(self) -> float:
        """Area below the deletion curve; small is good."""
        return float(np.trapezoid(self.deletion, self.part))

    @property
    def insertion_area(self) -> float:
        """Area below the insertion curve; large is good."""
        return float(np.trapezoid(self.insertion, self.part))

    @property
    def gain(self) -> float:
        """Insertion area less deletion area: one number, large is good."""
        return self.insertion_area - self.deletion_area


@dataclass(frozen=True, eq=False)
class Comparison:
    """A map's curves beside those of maps that know nothing; None while not measured yet.

    Attributes
    ----------
    ours : Curves
        Of the map.
    random : tuple of Curves
        Of maps of noise.
    centre : Curves or None
        Of a spot in the middle, where photographers put things.
    """

    ours: Curves
    random: tuple[Curves, ...] = ()
    centre: Curves | None = None


@dataclass(frozen=True, eq=False)
class Randomised:
    """The same method on a network whose upper layers know nothing any more.

    Attributes
    ----------
    layer : str
        The lowest layer that has random weights; all above have, too.
    part : float
        Part of the layers that are random, 0..1.
    heatmap : Heatmap
        What the method shows.
    similarity : float
        SSIM to the map of the true network, both as they are shown, up to 1.
    correlation : float
        Spearman's rank correlation with it, -1..1.
    """

    layer: str
    part: float
    heatmap: Heatmap
    similarity: float
    correlation: float


def curves(
    subject: Subject,
    target: Target,
    importance: Map,
    *,
    steps: int = 32,
    take_to: Baseline = "mean",
    put_into: Baseline = "blur",
    watch: Callable[[], None] = lambda: None,
) -> Curves:
    """Return the deletion and insertion curves of a map.

    Parameters
    ----------
    subject, target
        The network, and what the map explains; probabilities are measured.
    importance : ndarray
        (h, w) over the input, such as `Heatmap.importance`; equal values go in random order.
    steps : int
        Points of the curves besides the first.
    take_to, put_into
        What stands where pixels are missing: for deletion, for insertion.
    watch : callable
        Is called before each batch; what it raises ends the work.

    Raises
    ------
    ModelError
        The map is not of the input's size.
    """
    if importance.shape != subject.size:
        raise ModelError(
            f"The map must have the input's size {subject.size}; it has {importance.shape}."
        )
    ties = np.random.default_rng(0).random(importance.size)
    order = np.lexsort((ties, -importance.ravel()))
    rank = np.empty(importance.size, np.float32)
    rank[order] = np.arange(importance.size, dtype=np.float32)
    part = np.linspace(0, 1, steps + 1)
    ranks = torch.from_numpy(rank.reshape(importance.shape)).to(subject.values.device)
    counts = torch.from_numpy(np.round(part * importance.size)).to(ranks)
    target = replace(target, score="probability")

    def measured(first: Tensor, others: Tensor) -> NDArray[np.float64]:
        def make(which: slice) -> Tensor:
            watch()
            chosen = ranks < counts[which, None, None]
            return torch.where(chosen[:, None], first, others)

        answers = scores_in_batches(subject, target, steps + 1, make)
        return np.concatenate([found for _, found in answers]).astype(float)

    gone = measured(baseline(subject, take_to), subject.values)
    come = measured(subject.values, baseline(subject, put_into))
    return Curves(part, gone, come)


def compare(
    subject: Subject,
    target: Target,
    importance: Map,
    *,
    steps: int = 32,
    draws: int = 3,
    watch: Callable[[], None] = lambda: None,
) -> Iterator[Comparison]:
    """Yield the map's curves, then also those of random maps, then also a spot in the middle's."""

    def of(values: Map) -> Curves:
        return curves(subject, target, values, steps=steps, watch=watch)

    found = Comparison(of(importance))
    yield found
    for seed in range(draws):
        found = replace(found, random=(*found.random, of(random_map(subject.size, seed))))
        yield found
    yield replace(found, centre=of(centre_map(subject.size)))


def random_map(size: tuple[int, int], seed: int = 0) -> Map:
    """Return (h, w) of noise, uniform in 0..1."""
    return np.random.default_rng(seed).random(size, np.float32)


def centre_map(size: tuple[int, int]) -> Map:
    """Return (h, w) that falls from 1 in the middle, with the distance relative to the sides."""
    y, x = (np.linspace(-1, 1, n, dtype=np.float32) for n in size)
    spot: Map = np.exp(-2 * (y[:, None] ** 2 + x[None] ** 2))
    return spot


def randomised(
    subject: Subject,
    target: Target,
    explainer: Explainer,
    layer: str = "",
    params: Mapping[str, Any] | None = None,
    *,
    most: int = 6,
    seed: int = 0,
) -> Iterator[Randomised]:
    """Yield what a method shows while layers lose what they learned, from the top down.

    The first is the true network, with the layer ''. Weights are replaced by normal ones of the
    same mean and spread, in a copy.

    Parameters
    ----------
    subject, target, explainer, layer, params
        What to explain, and how.
    most : int
        At how many points, spread evenly over the layers, the method is run.
    seed : int
        Of the random weights.

    Raises
    ------
    ModelError
        The network shows no weights.
    """
    values = params or {}
    truth = finest(explainer(subject, target, layer, **values))
    yield Randomised("", 0.0, truth, 1.0, 1.0)
    if not _learned(subject.net):
        raise ModelError("Networks from ONNX files show no weights that could be randomised.")
    net = deepcopy(subject.net)  # the copy whose weights are lost, one layer after the other
    learned = _learned(net)
    points = set(np.linspace(0, len(learned), most + 1).round().astype(int)[1:].tolist())
    generator = torch.Generator().manual_seed(seed)
    for done, (name, weight) in enumerate(reversed(learned), 1):
        noise = torch.randn(weight.shape, generator=generator).to(weight)
        weight.data = weight.mean() + noise * weight.std(correction=0)
        if done not in points:
            continue
        # Methods remember networks by identity, and this one goes on changing.
        other = replace(subject, net=deepcopy(net), record=None, traced=None)
        now = finest(explainer(other, target, layer, **values))
        alike = structural_similarity(_shown(truth), _shown(now))
        related = rank_correlation(truth.values, now.values)
        yield Randomised(name, done / len(learned), now, alike, related)


def _learned(net: nn.Module) -> list[tuple[str, Tensor]]:
    """Return the weights of convolutions and linear layers, by layer, from the bottom."""
    return [
        (name.rpartition(".")[0], weight)
        for name, weight in net.named_parameters()
        if weight.ndim > 1
    ]


def finest(heatmaps: Iterator[Heatmap]) -> Heatmap:
    """Return the last of a method's heatmaps."""
    *_, last = heatmaps
    return last


def _shown(heatmap: Heatmap) -> Map:
    """Return its values as they are shown, 0..1."""
    shown = heatmap.display
    span = shown.high - shown.low
    return (heatmap.values - np.float32(shown.low)) / np.float32(span or 1)


def sensitivity(
    subject: Subject,
    target: Target,
    explainer: Explainer,
    layer: str = "",
    params: Mapping[str, Any] | None = None,
    *,
    radius: float = 0.02,
    samples: int = 4,
    seed: int = 0,
) -> float:
    """Return the largest change of the map under small noise, relative to the map; 0 is steady.

    Parameters
    ----------
    subject, target, explainer, layer, params
        What to explain, and how.
    radius : float
        Largest noise, for values 0..1 of the picture; 0.02 is hardly seen.
    samples : int
        How many noisy pictures.
    seed : int
        Of the noise.
    """
    values = params or {}
    truth = finest(explainer(subject, target, layer, **values)).values
    scale = max(float(np.linalg.norm(truth)), 1e-30)
    generator = torch.Generator().manual_seed(seed)
    std = torch.tensor(subject.std).view(1, -1, 1, 1)
    worst = 0.0
    for _ in range(samples):
        noise = (2 * torch.rand(subject.values.shape, generator=generator) - 1) * radius / std
        noisy = replace(subject, values=subject.values + noise.to(subject.values), traced=None)
        found = finest(explainer(noisy, target, layer, **values)).values
        worst = max(worst, float(np.linalg.norm(found - truth)) / scale)
    return worst
