"""Convolutions with weights ordered once against PyTorch's own."""

import pytest
import torch
from onednn import KNOWN_ORDERS, THERE, second_calls
from torch.nn import functional

from visionlab.deep.incremental import packing, products
from visionlab.deep.incremental.packing import convolution

TWICE = """
import torch
from visionlab.deep.incremental import packing
from visionlab.deep.incremental.packing import convolution

packing.one_is_sooner = lambda: False  # else few columns are a product
with torch.inference_mode():
    for channels in (64, 96, 192, 320, 512):
        for stride in ((1, 1), (2, 2)):
            convolve = convolution(torch.zeros(channels, 8, 3, 3), None, stride, (1, 1), 1)
            for count, columns in ((3, 4), (40, 7), (100, 8), (4, 16), (1, 32)):
                x = torch.zeros(count, 8, 9, (columns - 1) * stride[1] + 3)
                x = x.contiguous(memory_format=torch.channels_last)
                convolve(x, stride, (0, 0))
                print("once", flush=True)
                convolve(x, stride, (0, 0))
                print("twice", flush=True)
"""

CASES = [
    # channels in, out, kernel, stride, padding, dilation, groups, with a bias
    (3, 8, (3, 3), (1, 1), (1, 1), (1, 1), 1, True),
    (8, 6, (5, 3), (2, 1), (2, 0), (1, 1), 2, False),
    (8, 8, (3, 3), (1, 1), (0, 0), (2, 2), 8, True),
    (16, 32, (1, 1), (2, 2), (0, 0), (1, 1), 1, True),
    (6, 9, (1, 1), (1, 2), (2, 1), (1, 1), 1, False),
    (6, 9, (1, 1), (1, 1), (0, 0), (1, 1), 3, True),
    (5, 7, (2, 4), (3, 2), (1, 3), (1, 2), 1, False),
    (4, 8, (3, 3), (2, 2), (1, 1), (1, 1), 1, True),
]


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("shape", [(1, 9, 9), (7, 12, 10)])
@pytest.mark.parametrize("layout", [torch.contiguous_format, torch.channels_last])
@pytest.mark.parametrize("sooner", [pytest.param(True, marks=THERE), False])
def test_as_pytorch_convolves(case, shape, layout, sooner, monkeypatch):
    for module in (packing, products):
        monkeypatch.setattr(module, "one_is_sooner", lambda: sooner)
    inside, outside, kernel, stride, padding, dilation, groups, biased = case
    torch.manual_seed(0)
    weight = torch.randn(outside, inside // groups, *kernel).to(memory_format=layout)
    bias = torch.randn(outside) if biased else None
    x = torch.randn(shape[0], inside, *shape[1:]).to(memory_format=layout)
    with torch.inference_mode():
        ours = convolution(weight, bias, stride, dilation, groups)(x, stride, padding)
        true = functional.conv2d(x, weight, bias, stride, padding, dilation, groups)
    torch.testing.assert_close(ours, true, rtol=1e-5, atol=1e-5)


@THERE
@pytest.mark.parametrize(("columns", "asked"), [(4, 1), (6, 1), (7, 0), (30, 0)])
def test_an_output_of_few_columns_is_a_product(columns, asked, monkeypatch):
    monkeypatch.setattr(packing, "one_is_sooner", lambda: True)
    calls = []
    once = packing._Windows.__call__
    monkeypatch.setattr(
        packing._Windows, "__call__", lambda *args: calls.append(args) or once(*args)
    )
    torch.manual_seed(0)
    weight, x = torch.randn(128, 64, 3, 3), torch.randn(9, 64, 9, 2 * columns + 1)
    with torch.inference_mode():
        found = convolution(weight, None, (2, 2), (1, 1), 1)(x, (2, 2), (0, 0))
    assert found.shape[3] == columns
    assert len(calls) == asked
    true = functional.conv2d(x.double(), weight.double(), stride=2)
    assert float((found - true).abs().max() / true.abs().max()) < 1e-6


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("stride", [(1, 2), (2, 1), (1, 3)])
def test_one_column_by_another_stride_than_down(channels, stride):
    torch.manual_seed(0)
    weight, x = torch.randn(16, channels, 3, 3), torch.randn(5, channels, 7, 3)
    with torch.inference_mode():
        found = convolution(weight, None, stride, (1, 1), 1)(x, stride, (0, 0))
    torch.testing.assert_close(
        found, functional.conv2d(x, weight, stride=stride), rtol=1e-5, atol=1e-5
    )


@pytest.mark.parametrize("kernel", [1, 3])
def test_a_bias_that_is_part_of_something_larger(kernel):
    torch.manual_seed(0)
    weight, x = torch.randn(128, 64, kernel, kernel), torch.randn(9, 64, 8, 8)
    bias = torch.arange(256.0)[::2]
    with torch.inference_mode():
        found = convolution(weight, bias, (1, 1), (1, 1), 1)(x, (1, 1), (0, 0))
    true = functional.conv2d(x, weight, bias)
    assert float((found - true).abs().max() / true.abs().max()) < 1e-5


@pytest.mark.parametrize("kernel", [1, 3])
def test_no_pictures_at_all(kernel):
    weight, x = torch.randn(8, 4, kernel, kernel), torch.empty(0, 4, 9, 9)
    found = convolution(weight, None, (1, 1), (1, 1), 1)(x, (1, 1), (0, 0))
    assert found.shape == (0, 8, 10 - kernel, 10 - kernel)


def test_another_stride_than_the_one_prepared_for():
    torch.manual_seed(0)
    weight, x = torch.randn(4, 4, 1, 1), torch.randn(2, 4, 6, 6)
    with torch.inference_mode():
        convolve = convolution(weight, None, (2, 2), (1, 1), 1)
        torch.testing.assert_close(
            convolve(x, (1, 1), (0, 0)), functional.conv2d(x, weight), rtol=1e-5, atol=1e-5
        )


def test_bfloat16_stays_bfloat16():
    weight, x = (torch.randn(4, 4, 3, 3).bfloat16() for _ in range(2))
    with torch.inference_mode():
        y = convolution(weight, None, (1, 1), (1, 1), 1)(x, (1, 1), (0, 0))
    assert y.dtype == torch.bfloat16
    torch.testing.assert_close(y, functional.conv2d(x, weight))


@KNOWN_ORDERS
def test_the_weights_are_not_ordered_anew_at_every_call():
    calls = second_calls(TWICE)
    assert len(calls) == 50
    assert all("exec,cpu,convolution" in call for call in calls)
    assert not any("exec,cpu,reorder" in call for call in calls)
