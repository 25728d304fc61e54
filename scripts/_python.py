"""Find a Python that VisionLab runs on.

Written so that any Python 3.6 or newer can read it, to say in one sentence what is wrong.
"""

import os
import shutil
import subprocess
import sys

FIT = ((3, 13), (3, 12), (3, 11))
CHECK = "import sys; print('%d.%d' % sys.version_info[:2])"


def fits(version: "tuple[int, ...]") -> bool:
    """Whether VisionLab runs on this version of Python."""
    return version[:2] in FIT


def candidates() -> "list[list[str]]":
    """Return the commands that may start a fit Python, newest first."""
    commands = []
    for major, minor in FIT:
        name = "%d.%d" % (major, minor)  # noqa: UP031
        if os.name == "nt" and shutil.which("py"):
            commands.append(["py", "-" + name])
        program = shutil.which("python" + name)
        if program:
            commands.append([program])
    return commands


def answers(command: "list[str]") -> bool:
    """Whether `command` really starts a fit Python; a name on PATH may be an empty shim."""
    try:
        output = subprocess.check_output([*command, "-c", CHECK], stderr=subprocess.DEVNULL)
        return fits(tuple(int(part) for part in output.decode().split(".")))
    except (OSError, ValueError, subprocess.CalledProcessError):
        return False


def refusal(version: "tuple[int, ...]") -> str:
    """Return the sentence for a Python that is too old or too new."""
    return (
        "VisionLab needs Python 3.11, 3.12 or 3.13 and this is Python {}.{}; install one of them "
        "(Debian and Ubuntu: apt-get install python3.11 python3.11-venv; "
        "macOS and Windows: python.org) and start this script again."
    ).format(*version)


def ensure_fit() -> None:
    """Go on if this Python is fit; else run the script with one that is, or stop."""
    version = sys.version_info[:2]
    if fits(version):
        return
    for command in candidates():
        if answers(command):
            this = "{}.{}".format(*version)
            print(f"This Python is {this}; going on with {' '.join(command)}.", flush=True)
            raise SystemExit(subprocess.call(command + sys.argv))
    raise SystemExit(refusal(version))
