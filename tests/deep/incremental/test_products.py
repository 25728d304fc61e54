"""Products of matrices, by either library, against their definition in double precision."""

import pytest
import torch
from onednn import KNOWN_ORDERS, THERE, second_calls

from visionlab.deep.incremental import products as chosen
from visionlab.deep.incremental.products import LEAST_ROWS, ROWS, product, products

TWICE = """
import torch
from visionlab.deep.incremental.products import ROWS, _many, _one

with torch.inference_mode():
    for inputs, outputs in ((96, 96), (128, 192), (256, 256), (320, 320), (512, 512), (384, 192)):
        many = _many(torch.zeros(4, outputs, inputs))
        one = _one(torch.zeros(outputs, inputs), None, ordered=True)
        for lots in (1, 2, 3, 8):
            for multiply, shape in ((many, (4, inputs)), (one, (inputs,))):
                rows = torch.zeros(lots * ROWS, *shape)
                multiply(rows)
                print("once", flush=True)
                multiply(rows)
                print("twice", flush=True)
"""


def off(found, true):
    """Return the largest difference over the largest value."""
    return float((found - true).abs().max() / true.abs().max())


@pytest.mark.parametrize("sooner", [pytest.param(True, marks=THERE), False])
@pytest.mark.parametrize("ordered", [True, False])
@pytest.mark.parametrize("biased", [True, False])
@pytest.mark.parametrize("count", [1, LEAST_ROWS - 1, LEAST_ROWS, 200])
def test_one_matrix(sooner, ordered, biased, count, monkeypatch):
    monkeypatch.setattr(chosen, "one_is_sooner", lambda: sooner)
    torch.manual_seed(0)
    rows, weight = torch.randn(count, 37), torch.randn(50, 37)
    bias = torch.randn(100)[::2] if biased else None  # part of something larger
    with torch.inference_mode():
        found = product(weight, bias, ordered)(rows)
    true = rows.double() @ weight.double().t()
    if bias is not None:
        true += bias
    assert found.dtype == torch.float32
    assert off(found, true) < 1e-6


@pytest.mark.parametrize("way", [pytest.param(chosen._many, marks=THERE), chosen._usual_many])
@pytest.mark.parametrize(("groups", "outputs", "inputs"), [(36, 20, 12), (4, 96, 128), (3, 1, 1)])
@pytest.mark.parametrize("count", [ROWS, 3 * ROWS])
def test_many_matrices(way, groups, outputs, inputs, count):
    torch.manual_seed(0)
    rows, weights = torch.randn(count, groups, inputs), torch.randn(groups, outputs, inputs)
    with torch.inference_mode():
        found = way(weights)(rows)
    true = torch.einsum("ngc,gkc->ngk", rows.double(), weights.double())
    assert found.shape == true.shape
    assert found.is_contiguous()
    assert off(found, true) < 1e-6


def test_the_library_that_is_called():
    torch.manual_seed(0)
    rows, weights = torch.randn(ROWS, 36, 96), torch.randn(36, 112, 96)
    with torch.inference_mode():
        found = products(weights)(rows)
    assert off(found, torch.einsum("ngc,gkc->ngk", rows.double(), weights.double())) < 1e-6


def test_where_there_are_no_such_functions_pytorch_multiplies():
    def missing():
        raise AttributeError("no such function")

    assert not chosen._sooner(missing, torch.relu, torch.ones(1))


def test_bfloat16_stays_bfloat16():
    rows, weight = torch.randn(40, 8).bfloat16(), torch.randn(5, 8).bfloat16()
    found = product(weight, None)(rows)
    torch.testing.assert_close(found, rows @ weight.t())


@KNOWN_ORDERS
def test_the_weights_are_not_ordered_anew_at_every_call():
    calls = second_calls(TWICE)
    assert len(calls) == 48
    assert all("exec,cpu," in call for call in calls)
    assert not any("exec,cpu,reorder" in call for call in calls)
