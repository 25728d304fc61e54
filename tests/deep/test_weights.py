"""Loading and saving weights: what fits comes in exactly, all else is one sentence."""

import hashlib

import numpy as np
import pytest
import safetensors.torch
import torch
from state_dicts import ARGUMENTS, empty, refused, trained

from visionlab.core.errors import ModelError
from visionlab.deep.nets.architectures import build
from visionlab.deep.weights import load_weights, save_weights


def same(one, other):
    for key, value in one.state_dict().items():
        if not key.endswith("num_batches_tracked"):
            assert torch.equal(other.state_dict()[key], value), key


# What is accepted


@pytest.mark.parametrize("fresh", [empty, lambda: trained(1)])
@pytest.mark.parametrize("kind", ["safetensors", "pt", "legacy"])
def test_weights_come_in_exactly(tmp_path, kind, fresh):
    net, path = trained(), tmp_path / "weights"  # told by content, not by name
    if kind == "safetensors":
        safetensors.torch.save_file(net.state_dict(), path)
    else:
        torch.save(net.state_dict(), path, _use_new_zipfile_serialization=kind == "pt")
    loaded = fresh()
    load_weights(loaded, path)
    same(net, loaded)
    assert {value.device.type for value in loaded.state_dict().values()} == {"cpu"}
    path.write_bytes(b"gone")  # nothing is read from the file later
    same(net, loaded)


@pytest.mark.parametrize("key", ["state_dict", "model", "model_state_dict"])
def test_wrappers_and_prefixes_of_training_scripts_are_taken_away(tmp_path, key):
    net, path = trained(), tmp_path / "checkpoint.pth"
    state = {f"module.{name}": value for name, value in net.state_dict().items()}
    torch.save({"epoch": 3, key: state, "optimizer": {"lr": 0.1}}, path)
    loaded = empty()
    load_weights(loaded, path)
    same(net, loaded)


def test_parameters_saved_as_such_and_views_are_weights_too(tmp_path):
    net, path = trained(), tmp_path / "weights.pt"
    state = {key: torch.nn.Parameter(value.flip(0), requires_grad=False).flip(0)
             if value.ndim > 1 else value for key, value in net.state_dict().items()}  # fmt: skip
    state["fc.weight"] = torch.nn.Parameter(net.fc.weight.detach().t().contiguous().t())
    torch.save(state, path)
    loaded = empty()
    load_weights(loaded, path)
    same(net, loaded)
    assert loaded.fc.weight.is_contiguous()


@pytest.mark.parametrize("kind", [torch.float16, torch.bfloat16])
def test_half_precision_becomes_float32(tmp_path, kind):
    net, path = trained(), tmp_path / "weights.safetensors"
    safetensors.torch.save_file(
        {k: v.to(kind) if v.is_floating_point() else v for k, v in net.state_dict().items()}, path
    )
    loaded = empty()
    load_weights(loaded, path)
    for key, value in loaded.state_dict().items():
        if value.is_floating_point():
            assert value.dtype == torch.float32
            assert torch.equal(value, net.state_dict()[key].to(kind).float())


def test_files_without_the_counters_of_normalisation_fit(tmp_path):
    net, path = trained(), tmp_path / "weights.pt"
    state = {k: v for k, v in net.state_dict().items() if not k.endswith("num_batches_tracked")}
    torch.save(state, path)
    loaded = empty()
    load_weights(loaded, path)
    same(net, loaded)


def test_saved_weights_give_almost_the_same_logits_at_half_the_size(tmp_path):
    torch.manual_seed(0)
    net = build("residual", {**ARGUMENTS, "widths": [32, 64]})
    x = torch.randn(16, 3, 16, 16)
    for _ in range(20):
        net(x + 0.1 * torch.randn_like(x))  # running means and variances as training leaves them
    net.eval()
    digest = save_weights(net, path := tmp_path / "weights.safetensors")
    assert digest == hashlib.sha256(path.read_bytes()).hexdigest()
    numbers = sum(value.numel() for value in net.state_dict().values())
    assert path.stat().st_size < 2.2 * numbers
    loaded = build("residual", {**ARGUMENTS, "widths": [32, 64]}).eval()
    load_weights(loaded, path, digest)
    with torch.inference_mode():
        before, after = net(x), loaded(x)
    # float16 keeps 11 bits: each weight is off by at most 2**-11 of itself.
    assert (before - after).abs().max() < 2**-11 * before.abs().max() * 4


def test_weights_that_float16_cannot_hold_are_not_saved(tmp_path):
    net = trained()
    net.fc.weight.data[0, 0] = 1e6
    with pytest.raises(ModelError, match=r'"fc\.weight" cannot be stored'):
        save_weights(net, tmp_path / "weights.safetensors")
    assert not list(tmp_path.iterdir())


# What does not fit


def changed(tmp_path, **values):
    state = trained().state_dict()
    for key, value in values.items():
        key = key.replace("__", ".")
        if value is None:
            del state[key]
        else:
            state[key] = value
    path = tmp_path / "weights.safetensors"
    safetensors.torch.save_file(state, path)
    return path


def test_the_first_difference_is_named(tmp_path):
    path = changed(tmp_path, fc__weight=torch.zeros(10, 512))
    assert refused(path) == "The file's \"fc.weight\" is 10x512; the network's is 5x8."
    path = changed(tmp_path, fc__weight=None)
    assert refused(path).startswith('The file has no "fc.weight", which the network needs (5x8)')
    path = changed(tmp_path, head__bias=torch.zeros(3))
    assert refused(path).startswith('The file\'s "head.bias" is not in the network')
    path = changed(tmp_path, fc__bias=torch.zeros(5, dtype=torch.float64))
    assert refused(path) == (
        'The file\'s "fc.bias" is float64; expected is float16, bfloat16, float32.'
    )
    path = changed(tmp_path, fc__bias=torch.zeros(5, dtype=torch.int64))
    assert 'The file\'s "fc.bias" is int64' in refused(path)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_weights_must_be_finite(tmp_path, value):
    path = changed(tmp_path, fc__bias=torch.tensor([0, 0, value, 0, 0], dtype=torch.float32))
    assert refused(path) == 'The file\'s "fc.bias" has values that are not finite.'


def test_a_refused_file_leaves_the_network_as_it_was(tmp_path):
    net = trained()
    bad = changed(tmp_path, fc__bias=torch.full((5,), torch.nan), stem__0__weight=torch.zeros(
        4, 3, 3, 3))  # fmt: skip
    with pytest.raises(ModelError):
        load_weights(net, bad)
    same(trained(), net)


def test_another_checksum_is_refused_before_the_file_is_looked_at(tmp_path):
    path = changed(tmp_path)
    load_weights(empty(), path, hashlib.sha256(path.read_bytes()).hexdigest())
    sentence = refused(path, "0" * 64)
    assert "weights.safetensors is damaged or was changed" in sentence
