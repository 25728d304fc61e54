"""Accuracy, confusion and calibration, by hand."""

import numpy as np
import pytest
import torch

from visionlab.core.errors import Cancelled
from visionlab.deep.card import ModelCard, Preprocess
from visionlab.deep.data.dataset import Dataset
from visionlab.deep.evaluate import evaluation, fit_temperature, logits_of
from visionlab.deep.model import Classifier
from visionlab.deep.nets.plain import PlainNet

THREE = ("a", "b", "c")


def scores(*rows):
    return np.log(np.array(rows, np.float32))


def test_accuracy_and_confusion_by_hand():
    logits = scores([0.7, 0.2, 0.1], [0.1, 0.8, 0.1], [0.4, 0.35, 0.25], [0.2, 0.2, 0.6])
    found = evaluation(logits, np.array([0, 1, 1, 0]), THREE)
    assert found.top1 == 0.5
    assert found.top5 == 1.0
    assert found.confusion.tolist() == [[1, 0, 1], [1, 1, 0], [0, 0, 0]]
    assert found.per_class[:2].tolist() == [0.5, 0.5]
    assert np.isnan(found.per_class[2])


def test_top5_looks_at_five():
    logits = np.arange(7, dtype=np.float32)[None].repeat(2, axis=0)
    assert evaluation(logits, np.array([2, 1]), tuple("abcdefg")).top5 == 0.5


def test_the_calibration_error_by_hand():
    # Bins are 1/15 wide: 0.9 and 0.92 share bin 13, 0.5 lies in bin 7.
    logits = scores([0.9, 0.1], [0.92, 0.08], [0.5, 0.5], [0.5, 0.5])
    found = evaluation(logits, np.array([0, 1, 0, 1]), ("a", "b"))
    high = abs((0.9 + 0.92) / 2 - 0.5)  # one of two right
    assert found.calibration_error == pytest.approx((2 * high + 2 * 0) / 4, abs=1e-6)
    assert found.reliability[13].tolist() == pytest.approx([0.91, 0.5, 2], abs=1e-6)
    assert found.reliability[7, 2] == 2
    assert found.reliability[:, 2].sum() == 4


def test_certainty_lies_in_the_last_bin():
    found = evaluation(np.array([[100.0, 0.0]], np.float32), np.array([0]), ("a", "b"))
    assert found.reliability[14].tolist() == [1, 1, 1]
    assert found.calibration_error == 0


def test_the_temperature_brings_confidence_down_to_accuracy():
    # Two classes, logit difference 4, right in 80 %: softmax(4 / T) = 0.8 at T = 4 / ln 4.
    logits = np.tile(np.array([[4.0, 0.0]], np.float32), (100, 1))
    targets = (np.arange(100) >= 80).astype(np.int64)
    temperature = fit_temperature(logits, targets)
    assert temperature == pytest.approx(4 / np.log(4), rel=1e-3)
    assert evaluation(logits, targets, ("a", "b"), temperature).calibration_error < 1e-3


def classifier(size=12, channels=1):
    torch.manual_seed(0)
    how = Preprocess(size, channels, (0.4,) * channels, (0.2,) * channels, resize=size)
    card = ModelCard("t", "Test", "plain", "t.safetensors", THREE, how)
    return Classifier(card, PlainNet(channels, 3, widths=(4,), convs=1))


def data(n=7, size=12, channels=1):
    draw = torch.Generator().manual_seed(1)
    images = torch.randint(0, 256, (n, channels, size, size), dtype=torch.uint8, generator=draw)
    return Dataset(images, torch.zeros(n, dtype=torch.int64), THREE)


@pytest.mark.parametrize(("size", "channels"), [(12, 1), (12, 3), (20, 1), (20, 3)])
def test_a_batch_gives_what_single_pictures_give(size, channels):
    model, pictures = classifier(channels=1), data(size=size, channels=channels)
    found = logits_of(model, pictures)
    for image, row in zip(pictures.images, found, strict=True):
        array = image.permute(1, 2, 0).numpy().squeeze()
        single = model.predict(np.ascontiguousarray(array))
        np.testing.assert_allclose(row, single.logits, atol=1e-4)


def test_progress_and_cancelling():
    model, pictures = classifier(), data(n=600)
    told = []
    logits_of(model, pictures, lambda done, total: told.append((done, total)))
    assert told == [(250, 600), (500, 600), (600, 600)]
    with pytest.raises(Cancelled):
        logits_of(model, pictures, cancelled=lambda: True)


def test_nothing_to_evaluate_is_refused():
    with pytest.raises(ValueError, match="no picture"):
        evaluation(np.empty((0, 3), np.float32), np.empty(0, np.int64), THREE)
