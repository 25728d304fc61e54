import cv2
import pytest

from visionlab.runtime import threads


@pytest.mark.parametrize(("cores", "given"), [(1, 1), (2, 2), (3, 2), (4, 3), (16, 15)])
def test_one_core_is_left_to_the_window(cores, given, monkeypatch):
    before = cv2.getNumThreads()
    monkeypatch.setattr(threads, "cores", lambda: cores)
    try:
        threads.share_cores()
        assert cv2.getNumThreads() == given
    finally:
        cv2.setNumThreads(before)


def test_there_is_at_least_one_core():
    assert threads.cores() >= 1


@pytest.mark.parametrize(("cores", "given"), [(1, 1), (2, 1), (4, 2), (16, 8)])
def test_the_network_gets_half_the_cores(cores, given, monkeypatch):
    monkeypatch.setattr(threads, "cores", lambda: cores)
    assert threads.network_threads() == given
    assert threads.network_threads(crowded=True) == 1
