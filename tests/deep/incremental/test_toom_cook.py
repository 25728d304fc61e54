"""The transforms of convolutions against products of polynomials, and what tiles cost."""

import numpy as np
import pytest
import torch

from visionlab.deep.incremental import spread, winograd
from visionlab.deep.incremental.toom_cook import (
    padded,
    rules,
    tiled_cost,
    together,
    transformed_kernels,
    turned,
)  # fmt: skip


@pytest.mark.parametrize(
    "points", [(0.0,), (0.0, 1.0), winograd.POINTS, spread.POINTS, (3.0, -0.5, 2.0)]
)
def test_products_at_points_are_the_product_of_polynomials(points):
    rule = rules(points) if len(points) > 1 else rules((*points, -1.0))
    size = rule.values.shape[1]
    dice = np.random.default_rng(size)
    values, kernel = dice.normal(size=size), dice.normal(size=3)
    at_points = (rule.values @ torch.from_numpy(values)) * (rule.kernels @ torch.from_numpy(kernel))
    found = (rule.between @ at_points).numpy()
    np.testing.assert_allclose(found, np.convolve(values, kernel), rtol=1e-12, atol=1e-12)


def test_transposed_they_are_a_convolution():
    rule = rules(winograd.POINTS)
    dice = np.random.default_rng(0)
    seen, kernel = dice.normal(size=6), dice.normal(size=3)
    at_points = (rule.between.t() @ torch.from_numpy(seen)) * (
        rule.kernels @ torch.from_numpy(kernel)
    )
    found = (rule.values.t() @ at_points).numpy()
    np.testing.assert_allclose(found, np.correlate(seen, kernel), rtol=1e-12, atol=1e-12)


def test_turned_rules_take_the_same_kernels_turned():
    rule = turned(rules(winograd.POINTS))
    dice = np.random.default_rng(0)
    values, kernel = dice.normal(size=4), dice.normal(size=3)
    transformed = rules(winograd.POINTS).kernels @ torch.from_numpy(kernel)
    found = (rule.between @ ((rule.values @ torch.from_numpy(values)) * transformed)).numpy()
    np.testing.assert_allclose(found, np.convolve(values, kernel[::-1]), rtol=1e-12, atol=1e-12)


def test_kernels_are_transformed_along_both_axes():
    kernel = torch.tensor([[1.0, 2, 3], [4, 5, 6], [7, 8, 9]])
    rule = torch.tensor([[1.0, 0, 0], [1, 1, 1]]).double()
    found = transformed_kernels(kernel.expand(40, 2, 3, 3), rule)  # more than are done at once
    assert found.shape == (4, 40, 2)
    assert found[:, 39, 1].tolist() == [1, 6, 12, 45]  # corner, first row, first column, all


@pytest.mark.parametrize(("tiled", "most"), [(1, 64), (4, 16), (9, 7), (36, 7), (49, 5), (3136, 1)])
def test_pictures_are_put_together_so_that_they_fill_the_lots(tiled, most):
    assert together(tiled, 256, 256, 6) == most


def test_the_cost_of_a_call_counts_the_tiles_that_fill_up():
    weight = torch.zeros(256, 256, 3, 3)  # seven pictures of 36 tiles fill 4 lots
    for pictures, multiplied in ((1, 64), (3, 128), (7, 256), (10, 256 + 128)):
        assert padded(36) == 64
        products = 1.2 * multiplied * 256 * 256
        transforms = 140 * pictures * 36 * 512
        assert tiled_cost(weight, pictures, 36, 6) == int(36 * (products + transforms))
