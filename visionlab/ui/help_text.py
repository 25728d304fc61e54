"""An operation's docstring (numpydoc) as rich text for a person."""

import re
from collections.abc import Mapping
from html import escape

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QTextBrowser, QWidget

_HEADING = re.compile(r"^(\w[\w ]*)\n-{3,}\n", re.M)
_ITEMS = ("Parameters", "Returns", "Raises", "Yields")


class HelpView(QTextBrowser):
    """Rich text as high as it needs to be; its links lead nowhere.

    A QLabel lays such a text out at several widths each time, which took longer than all the
    controls of a form.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setOpenLinks(False)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.viewport().setAutoFillBackground(False)
        self.document().setDocumentMargin(0)

    def show_html(self, html: str) -> None:
        """Show `html`."""
        self.setHtml(html)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Take the height that the new width needs."""
        super().resizeEvent(event)
        self._fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave the page keys to the panel around it, which scrolls."""
        if event.key() in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
            event.ignore()
        else:
            super().keyPressEvent(event)

    def _fit(self) -> None:
        self.setFixedHeight(round(self.document().size().height()) + 1)


def help_html(doc: str, labels: Mapping[str, str], muted: str) -> str:
    """Return `doc` as HTML.

    Parameters
    ----------
    doc : str
        A docstring with its indentation removed.
    labels : mapping
        What each parameter is called on screen.
    muted : str
        The colour of what matters less, such as ``#5f5f5f``.
    """
    body, *rest = _HEADING.split(doc.strip())
    html = [_blocks(body)]
    for title, text in zip(rest[::2], rest[1::2], strict=True):
        html.append(f"<p style='color:{muted}; margin-bottom:2px'><b>{escape(title)}</b></p>")
        if title in _ITEMS:
            html += [_item(head, lines, labels, muted) for head, lines in _items(text)]
        else:
            html.append(_blocks(text))
    return "".join(html)


def _items(text: str) -> list[tuple[str, str]]:
    """Split a section into its unindented lines, each with the indented text below it."""
    found = re.findall(r"^(\S.*)\n?((?:(?:[ \t]+.*|[ \t]*)(?:\n|\Z))*)", text.strip("\n"), re.M)
    return [(head, lines) for head, lines in found]


def _item(head: str, lines: str, labels: Mapping[str, str], muted: str) -> str:
    name, _, kind = (part.strip() for part in head.partition(" : "))
    if name in labels:
        shown, aside = labels[name], name
    else:
        shown, aside = name, kind
    note = f" <span style='color:{muted}'>{escape(aside)}</span>" if aside else ""
    if shown.casefold().replace(" ", "_") == aside:
        note = ""
    return f"<p style='margin:4px 0'><b>{escape(shown)}</b>{note}<br>{_inline(lines)}</p>"


def _blocks(text: str) -> str:
    """Return paragraphs; indented ones are set apart as formulas, dashes become lists."""
    html = []
    for block in re.split(r"\n\s*\n", text.strip("\n")):
        if re.match(r"[-*] ", block):
            entries = re.split(r"^[-*] ", block, flags=re.M)[1:]
            html.append("<ul>" + "".join(f"<li>{_inline(e)}</li>" for e in entries) + "</ul>")
        elif block.startswith((" ", "\t")):
            lines = "<br>".join(_inline(line) for line in block.splitlines())
            html.append(f"<p style='margin-left:16px'>{lines}</p>")
        elif block.strip():
            html.append(f"<p>{_inline(block)}</p>")
    return "".join(html)


def _inline(text: str) -> str:
    """Return one run of text with its marks for code, names and stress."""
    html = escape(" ".join(text.split()), quote=False)
    html = re.sub(r"``(.+?)``", r"<code>\1</code>", html)
    html = re.sub(r"(?<!`)`([^`]+)`(?:_)?", r"<i>\1</i>", html)
    html = re.sub(r"\*\*(\S.*?)\*\*", r"<b>\1</b>", html)
    return re.sub(r"(?<![\w*])\*(\w[^*]*?)\*(?![\w*])", r"<i>\1</i>", html)
