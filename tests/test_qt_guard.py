"""The installed Qt survives what the program does all day.

PySide6 6.12.0 on Python 3.11 drops a reference to None at each call that returns nothing, and
ends the process after some five thousand of them.
"""

import subprocess
import sys

CODE = """
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication, QWidget

class Sender(QObject):
    sent = Signal(object)

application = QApplication([])
widget, sender, received = QWidget(), Sender(), []
sender.sent.connect(received.append)
for _ in range(10_000):
    widget.update()
for number in range(2_000):
    sender.sent.emit({number: number})
print(received[-1], len(received))
"""


def test_many_calls_that_return_nothing():
    done = subprocess.run(
        [sys.executable, "-c", CODE], capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stdout.strip()) == (0, "{1999: 1999} 2000"), done.stderr
