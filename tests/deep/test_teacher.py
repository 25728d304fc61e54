"""A teacher's part in training: its targets by hand, its statistics, and weights taken over."""

from dataclasses import replace

import pytest
import torch
from test_train import RECIPE, net, stripes, weights
from torch import nn

from visionlab.deep.nets.residual import ResidualNet
from visionlab.deep.teacher import Teacher, take_over
from visionlab.deep.train import Trainer, accuracy, predict


class Says(nn.Module):
    """Gives the same logits to every picture."""

    def __init__(self, *logits):
        super().__init__()
        self.logits = torch.tensor(logits)

    def forward(self, x):
        return self.logits.expand(len(x), -1)


def test_targets_are_the_teachers_answer_and_the_true_class_by_their_shares():
    teacher = Teacher(Says(0.0, 0.0, torch.log(torch.tensor(2.0))))  # 1/4, 1/4, 1/2
    found = teacher.targets(torch.zeros(2, 3, 8, 8), torch.tensor([0, 2]), share=0.6)
    # 0.6 (1/4, 1/4, 1/2) + 0.4 of the true class
    torch.testing.assert_close(found, torch.tensor([[0.55, 0.15, 0.3], [0.15, 0.15, 0.7]]))


@pytest.mark.parametrize(("share", "right"), [(0.9, 0.0), (0.1, 1.0)])
def test_a_pupil_learns_from_whom_the_share_says(share, right):
    class Contrary(nn.Module):
        """Takes stripes across for stripes down: rows that differ are class 1, here 0."""

        def forward(self, x):
            across = x.mean(3).var(2) > x.mean(2).var(2)
            return torch.cat([across, ~across], 1).float().flip(1) * 9

    recipe = replace(RECIPE, teacher_share=share, label_smoothing=0.0)
    trainer = Trainer(net(), recipe, stripes(640), teacher=Teacher(Contrary()))
    for _ in trainer.epochs():
        pass
    held_out = stripes(100, seed=5)
    found = predict(trainer.result(), held_out, recipe)
    assert accuracy(found, held_out.targets) == pytest.approx(right, abs=0.1)


def test_the_teacher_takes_the_statistics_of_what_the_pupil_sees_and_stays_as_it_was():
    class Compared(nn.Module):
        """Logits: the normalised value, and zero."""

        def __init__(self):
            super().__init__()
            self.norm = nn.BatchNorm2d(1, eps=1e-9)

        def forward(self, x):
            value = self.norm(x).flatten(1)
            return torch.cat([value, torch.zeros_like(value)], 1)

    own = Compared()
    teacher = Teacher(own)
    seen = torch.tensor([[2.0], [6.0]])[:, :, None, None]  # mean 4, variance 8 (of a sample)
    before = teacher.targets(seen, torch.tensor([0, 0]), share=1.0)
    torch.testing.assert_close(before[:, 0], torch.sigmoid(torch.tensor([2.0, 6.0])))
    teacher.prepare([seen])
    after = teacher.targets(seen, torch.tensor([0, 0]), share=1.0)
    half = 2 / 8**0.5
    torch.testing.assert_close(after[:, 0], torch.sigmoid(torch.tensor([-half, half])))
    assert (own.norm.running_mean.item(), own.norm.running_var.item()) == (0.0, 1.0)
    assert not own.training


def test_weights_are_taken_over_as_far_as_they_fit():
    torch.manual_seed(0)
    teacher = ResidualNet(3, 5, widths=(4, 6), blocks=1)
    pupil = ResidualNet(3, 5, widths=(4, 6), blocks=1, inner=(7, 6))
    own = pupil.stages[0][0].conv1.weight.clone()
    take_over(pupil, teacher)
    first, taught = pupil.stages[0][0], teacher.stages[0][0]
    assert torch.equal(pupil.stem[0].weight, teacher.stem[0].weight)
    assert torch.equal(pupil.fc.weight, teacher.fc.weight)
    assert torch.equal(first.conv1.weight[:4], taught.conv1.weight)
    assert torch.equal(first.conv1.weight[4:], own[4:])  # the teacher has no such channels
    torch.testing.assert_close(
        first.conv2.weight[:, :4, 0, 0], taught.conv2.weight.sum((2, 3)), rtol=1e-6, atol=1e-6
    )
    assert first.conv2.weight.shape == (4, 7, 1, 1)


def test_a_pupil_of_the_same_shape_is_the_teacher():
    taught, pupil = net(seed=1), net(seed=2)
    assert not torch.equal(weights(taught), weights(pupil))
    take_over(pupil, taught)
    assert torch.equal(weights(taught), weights(pupil))
