"""``visionlab doctor``: what is installed, what the machine offers, and what is amiss."""

import json
import os
import platform
import re
import subprocess
import sys
from collections.abc import Iterator
from importlib import metadata
from typing import Any

from visionlab import __version__, system
from visionlab.core.errors import VisionLabError

TORCH_SECONDS = 20
"""How long PyTorch may take to name its devices."""

ASK_TORCH = """
import json, torch
devices = ["CPU"]
devices += [torch.cuda.get_device_name(i) for i in range(torch.cuda.device_count())]
devices += ["Apple GPU (MPS)"] if torch.backends.mps.is_available() else []
print(json.dumps(devices))
"""

OPENCV_WHEELS = (
    "opencv-python",
    "opencv-python-headless",
    "opencv-contrib-python",
    "opencv-contrib-python-headless",
)


def report() -> dict[str, Any]:
    """Return the findings as plain data; takes a few seconds at most.

    Nothing that is missing or broken raises: it is named under "problems".
    """
    problems = list(_library_problems()) + list(_package_problems())
    torch = _ask_torch()
    packages, extras = _packages()
    findings = {
        "visionlab": __version__,
        "python": f"{platform.python_version()} ({sys.executable})",
        "platform": platform.platform(),
        "processors": os.cpu_count(),
        "display": system.display() or "none: windows are drawn off screen",
        "packages": packages,
        "extras": extras,
        "qt": _qt(problems),
        "video": _video(problems),
        "cameras": _cameras(problems),
        "files": _files(),
        "devices": _devices(torch, problems),
        "problems": problems,
    }
    return findings


def as_json() -> str:
    """Return the findings as JSON."""
    return json.dumps(report(), indent=2)


def as_text() -> str:
    """Return the findings for a person to read."""
    return "\n".join(_lines(report()))


def _lines(findings: dict[str, Any]) -> Iterator[str]:
    for name, value in findings.items():
        if name == "problems":
            continue
        if isinstance(value, dict):
            yield f"{name}:"
            yield from (f"  {key:<24} {item or 'not installed'}" for key, item in value.items())
        elif isinstance(value, list):
            yield f"{name + ':':<12} {', '.join(value) or 'none'}"
        else:
            yield f"{name + ':':<12} {value}"
    problems = findings["problems"]
    yield ""
    yield "Problems:" if problems else "No problem found."
    yield from (f"  - {problem}" for problem in problems)


def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def _packages() -> tuple[dict[str, str | None], dict[str, str | None]]:
    """Return the versions of VisionLab's requirements, and of its optional extras."""
    needed: dict[str, str | None] = {}
    optional: dict[str, str | None] = {}
    try:
        requirements = metadata.requires("visionlab") or []
    except metadata.PackageNotFoundError:  # the sources on their own, not installed
        requirements = []
    for requirement in requirements:
        name = re.split(r"[^\w.-]", requirement)[0]
        extra = re.search(r"extra == ['\"](.+?)['\"]", requirement)
        if extra:
            optional[f"{name} [{extra[1]}]"] = _version(name)
        else:
            needed[name] = _version(name)
    return needed, optional


def _library_problems() -> Iterator[str]:
    for need in system.missing(window=system.display().startswith("X ")):
        yield f"{need.what} is missing; Debian and Ubuntu: apt-get install {need.package}"


def _package_problems() -> Iterator[str]:
    wheels = [name for name in OPENCV_WHEELS if _version(name)]
    if len(wheels) > 1:
        yield (
            f"{' and '.join(wheels)} overwrite each other; uninstall them all and install "
            f"opencv-python again"
        )
    qt = _version("PySide6-Essentials")
    if qt and qt.startswith("6.12.") and sys.version_info < (3, 12):
        yield f"PySide6 {qt} ends the program on Python 3.11; install PySide6-Essentials<6.12"


def _ask_torch() -> subprocess.Popen[str] | None:
    """Start a process that names PyTorch's devices, so that this one stays free of it."""
    if not _version("torch"):
        return None
    command = [sys.executable, "-c", ASK_TORCH]
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8"
    )


def _devices(torch: subprocess.Popen[str] | None, problems: list[str]) -> list[str]:
    if torch is None:
        problems.append("PyTorch is not installed; networks cannot run")
        return []
    try:
        output, errors = torch.communicate(timeout=TORCH_SECONDS)
    except subprocess.TimeoutExpired:
        torch.kill()
        torch.communicate()
        problems.append(f"PyTorch did not name its devices within {TORCH_SECONDS} s")
        return []
    if torch.returncode != 0:
        last = errors.strip().rpartition("\n")[2]
        problems.append(f"PyTorch cannot be loaded: {last}")
        return []
    devices: list[str] = json.loads(output)
    return devices


def _qt(problems: list[str]) -> str | None:
    try:
        from PySide6.QtCore import qVersion
        from PySide6.QtWidgets import QApplication  # noqa: F401  loads the system's libraries
    except ImportError as error:
        problems.append(f"Qt cannot be loaded: {error}")
        return None
    return qVersion()


def _video(problems: list[str]) -> list[str]:
    """Return OpenCV's ways to read video and cameras."""
    try:
        from visionlab import environment  # noqa: F401  before cv2

        import cv2  # isort: skip
    except ImportError as error:
        problems.append(f"OpenCV cannot be loaded: {error}")
        return []
    registry = cv2.videoio_registry
    names = map(registry.getBackendName, registry.getBackends())
    return list(dict.fromkeys(names))


def _cameras(problems: list[str]) -> list[str]:
    try:
        from visionlab.sources.camera import cameras

        return [f"camera:{camera.index} {camera.name}" for camera in cameras()]
    except (ImportError, VisionLabError) as error:
        problems.append(f"Cameras cannot be listed: {error}")
        return []


def _files() -> dict[str, str]:
    from visionlab.runtime.paths import config_folder, log_file

    return {"settings": str(config_folder()), "log": str(log_file())}
