"""A trained network that teaches a smaller one: its probabilities are part of the targets.

Hinton, Vinyals, Dean: Distilling the Knowledge in a Neural Network, arXiv:1503.02531.
Both see the same cut of a picture: Beyer et al.: Knowledge distillation: A good teacher is patient
and consistent, CVPR 2022.
"""

from collections.abc import Iterable
from copy import deepcopy

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.optim.swa_utils import update_bn

from visionlab.deep.nets.fusing import fused


class Teacher:
    """Makes targets for a pupil.

    Parameters
    ----------
    net : Module
        Trained on the same classes.
    """

    def __init__(self, net: nn.Module) -> None:
        self.net = net
        self._ready = net.eval()

    def to(self, device: torch.device) -> "Teacher":
        """Return the teacher, on this device."""
        return Teacher(self.net.to(device))

    @torch.no_grad()
    def prepare(self, batches: Iterable[Tensor]) -> None:
        """Take the normalisation's statistics from such pictures as the pupil is about to see.

        Those a trained network comes with are of whole pictures, and do not fit cuts of them.

        Parameters
        ----------
        batches : iterable of Tensor, (N, C, H, W)
            Normalised pictures.
        """
        copy = deepcopy(self.net)
        update_bn(batches, copy)
        self._ready = fused(copy.eval()).to(memory_format=torch.channels_last)  # type: ignore[call-overload]

    @torch.no_grad()
    def targets(self, x: Tensor, classes: Tensor, share: float) -> Tensor:
        """Return the probabilities that the pupil shall give.

        Parameters
        ----------
        x : Tensor, (N, C, H, W)
            Normalised pictures.
        classes : Tensor, (N,)
            What they show.
        share : float
            Part of the target, 0..1, that the teacher's answer is; the rest is the true class.

        Returns
        -------
        Tensor
            (N, classes), rows that sum to 1.
        """
        taught: Tensor = self._ready(x).float().softmax(1)
        return share * taught + (1 - share) * functional.one_hot(classes, taught.shape[1])


@torch.no_grad()
def take_over(net: nn.Module, teacher: nn.Module) -> None:
    """Let `net` begin with the teacher's weights wherever names and kinds of layers are the same.

    Of a layer of other width as many channels as both have are taken. A 1x1 convolution takes the
    sum of a larger kernel, which does the same to an even area.
    """
    known = teacher.state_dict()
    for name, weight in net.state_dict().items():
        given = known.get(name)
        if given is None or given.dim() != weight.dim():
            continue
        if weight.dim() == 4 and given.shape[2:] != weight.shape[2:]:
            given = given.sum((2, 3), keepdim=True)
        both = zip(weight.shape, given.shape, strict=True)
        part = tuple(slice(min(own, other)) for own, other in both)
        weight[part] = given[part]
