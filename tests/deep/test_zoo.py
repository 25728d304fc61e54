"""From a card to a classifier, on the device that is there."""

import pytest
import safetensors.torch
import torch
from state_dicts import ARGUMENTS

from visionlab.core.errors import ModelError
from visionlab.deep.card import ModelCard, Preprocess, write_card
from visionlab.deep.model import Classifier
from visionlab.deep.nets.architectures import build
from visionlab.deep.shelf import shelf
from visionlab.deep.zoo import available_devices, load

RGB = Preprocess(16, 3, (0.5,) * 3, (0.5,) * 3, resize=16)
CARD = ModelCard("own", "Own", "residual", "own.safetensors", tuple("abcde"), RGB,
                 arguments=ARGUMENTS)  # fmt: skip
VALUES = torch.rand(2, 3, 16, 16, generator=torch.Generator().manual_seed(0))


@pytest.fixture
def net():
    torch.manual_seed(0)
    return build("residual", ARGUMENTS).eval()


@pytest.fixture
def own(tmp_path, net):
    safetensors.torch.save_file(net.state_dict(), tmp_path / "own.safetensors")
    write_card(CARD, tmp_path / "own.json")
    return tmp_path


def logits(net):
    with torch.inference_mode():
        return net(VALUES)


def test_all_that_ships_loads_and_answers():
    for model in (found := shelf()).models:
        classifier = load(model.card.id, "cpu")
        how = model.card.preprocess
        classifier.logits(torch.zeros(1, how.channels, how.size, how.size))
        assert classifier.differentiable
        assert classifier.notice == ""
    assert found.broken == ()


def test_a_model_is_loaded_by_id_and_by_path(own, net):
    for which in ("own", own / "own.json", str(own / "own.safetensors")):
        loaded = load(which, "cpu", own=own)
        torch.testing.assert_close(loaded.logits(VALUES), logits(net))
        assert str(loaded.device) == "cpu"


def test_threads_are_set(own):
    before = torch.get_num_threads()
    try:
        load("own", "cpu", own=own, threads=2)
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(before)


def test_auto_takes_the_last_of_the_devices_that_are_there(own):
    devices = available_devices()
    assert devices[0] == "cpu"
    assert load("own", own=own).device.type == devices[-1]


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a CUDA device")
def test_a_device_that_is_not_there_becomes_the_cpu_and_is_said(own):
    loaded = load("own", "cuda", own=own)
    assert str(loaded.device) == "cpu"
    assert loaded.notice == "There is no CUDA device; Own runs on the CPU."


def test_devices_that_do_not_exist_are_a_sentence(own):
    with pytest.raises(ModelError, match='"tpu" is no device; there are auto, cpu, mps, cuda'):
        load("own", "tpu", own=own)


def test_a_device_that_gives_nothing_back_is_left_for_the_cpu(net):
    # 'meta' takes the network and the pictures, and fails when the answer is fetched.
    classifier = Classifier(CARD, net, "meta")
    assert str(classifier.device) == "meta"
    torch.testing.assert_close(classifier.logits(VALUES), logits(net))
    assert str(classifier.device) == "cpu"
    assert classifier.notice == "The META device failed; the CPU goes on."
    torch.testing.assert_close(classifier.logits(VALUES), logits(net))


def test_a_device_without_enough_memory_is_left_for_the_cpu(net):
    class Greedy(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.net = net

        def forward(self, x):
            if x.is_meta:
                raise torch.OutOfMemoryError("no memory")
            return self.net(x)

    classifier = Classifier(CARD, Greedy(), "meta")
    torch.testing.assert_close(classifier.logits(VALUES), logits(net))
    assert classifier.notice == "The META device has too little memory; the CPU goes on."


def test_a_device_that_does_not_take_the_network_is_left_for_the_cpu(net):
    classifier = Classifier(CARD, net, "xla")
    assert str(classifier.device) == "cpu"
    assert classifier.notice == "The XLA device failed; the CPU goes on."


@pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no CUDA device")
def test_a_cuda_device_answers_alike_and_gives_way_when_it_is_full(own, net):
    classifier = load("own", "cuda", own=own)
    torch.testing.assert_close(classifier.logits(VALUES), logits(net), rtol=1e-2, atol=1e-2)
    torch.cuda.empty_cache()
    torch.cuda.set_per_process_memory_fraction(1e-6)
    try:
        big = VALUES.repeat(200, 1, 1, 1)
        assert len(classifier.logits(big)) == 400
        assert str(classifier.device) == "cpu"
        assert "has too little memory" in classifier.notice
    finally:
        torch.cuda.set_per_process_memory_fraction(1.0)


def test_inputs_the_network_cannot_take_are_a_sentence(net):
    with pytest.raises(ModelError, match="Own cannot take pictures of 1x16x16"):
        Classifier(CARD, net).logits(VALUES[:, :1])
