"""What tests of oneDNN's functions share: where they can run, and what oneDNN says that it did."""

import os
import subprocess
import sys

import pytest
import torch

THERE = pytest.mark.skipif(
    not all(
        hasattr(torch.ops.mkldnn, name) for name in ("_linear_pointwise", "_convolution_pointwise")
    ),
    reason="this PyTorch has no products by oneDNN",
)
KNOWN_ORDERS = pytest.mark.skipif(
    torch.backends.cpu.get_cpu_capability() != "AVX512",
    reason="which order of weights serves which calls was found on processors with AVX-512",
)


def second_calls(script):
    """Run a script; return oneDNN's lines between each "once" and "twice" that it prints."""
    told = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=100, check=True,
        env={**os.environ, "ONEDNN_VERBOSE": "1"},
    ).stdout  # fmt: skip
    return [part.split("twice")[0] for part in told.split("once")[1:]]
