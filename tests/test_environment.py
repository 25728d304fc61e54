"""The settings made before OpenCV is imported, seen from a fresh interpreter."""

import os
import subprocess
import sys

import pytest

SHOW = """
import os, sys
{first}
import visionlab.sources
print(os.environ.get("QT_QPA_PLATFORM_PLUGIN_PATH"), os.environ.get("QT_QPA_FONTDIR"))
print(os.environ["OPENCV_LOG_LEVEL"])
"""


def run(first="", **variables):
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("QT_", "OPENCV_"))}
    done = subprocess.run(
        [sys.executable, "-c", SHOW.format(first=first)],
        env=environment | variables,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return done.stdout.split()


@pytest.mark.parametrize("first", ["", "import cv2"])
def test_qt_is_not_pointed_at_the_plug_ins_of_opencv(first):
    assert run(first)[:2] == ["None", "None"]


def test_what_the_person_has_set_stays():
    words = run(QT_QPA_PLATFORM_PLUGIN_PATH="/my/plugins", OPENCV_LOG_LEVEL="INFO")
    assert words[0] == "/my/plugins"
    assert words[2] == "INFO"
