"""How many threads each library may use: set here and nowhere else.

Threads that all want the same cores slow each other down many times over.
"""

import os

import cv2


def cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def share_cores() -> None:
    """Leave one core to the window and give OpenCV the others, two at least where there are."""
    cv2.setNumThreads(max(cores() - 1, min(cores(), 2)))


def network_threads(crowded: bool = False) -> int:
    """Return how many threads PyTorch gets: half the cores, since OpenCV works beside it.

    One where OpenCV is `crowded`, always at work: two that wait for each other, and for a core,
    take more time than one.
    """
    return 1 if crowded else max(cores() // 2, 1)
