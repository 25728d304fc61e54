"""Freed memory that stays with the process, seen by the pages it need not fetch again."""

import ctypes
import os
import subprocess
import sys

import pytest

PROGRAM = """
import resource, sys
import torch
from visionlab.deep.memory import keep_freed

if sys.argv[1] == "kept":
    keep_freed()
torch.set_num_threads(1)

def work():
    pieces = [torch.ones(3 << 20) for _ in range(4)]  # 12 MB each

def faults():
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt

for _ in range(3):
    work()
before = faults()
for _ in range(10):
    work()
print(faults() - before)
"""


@pytest.mark.skipif(
    sys.platform != "linux" or not hasattr(ctypes.CDLL(None), "mallopt"),
    reason="the C library has no such option: it is glibc's",
)
def test_memory_is_fetched_once():
    rounds, piece = 10, 4 * (12 << 20) // os.sysconf("SC_PAGE_SIZE")
    # Without this the C library learns by itself, sometimes, what to keep.
    gives_back = {"GLIBC_TUNABLES": "glibc.malloc.mmap_threshold=131072"}

    def pages(way):
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM, way],
            capture_output=True,
            text=True,
            check=True,
            env=os.environ | gives_back,
        )
        return int(done.stdout)

    assert pages("given back") >= rounds * piece
    assert pages("kept") <= 2 * piece  # another small piece may once lie in the way
