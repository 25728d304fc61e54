"""Every command of the window, once: its text, keys and icon.

Menus, the command palette and the key map are all made from this table; the rooms that carry a
command out connect to its `triggered`.
"""

from dataclasses import dataclass

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication, QObject
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu

from visionlab.ui.theme import icon


@dataclass(frozen=True)
class Command:
    """One command; `text` is English and translated when shown."""

    id: str
    text: str
    keys: tuple[str, ...] = ()
    icon: str = ""
    checkable: bool = False
    group: str = ""
    """Commands of one group are alternatives: one is checked."""


def _t(text: str) -> str:
    return str(QT_TRANSLATE_NOOP("commands", text))


SEPARATOR = Command("", "")

MENUS: tuple[tuple[str, tuple[Command, ...]], ...] = (
    (_t("&File"), (
        Command("new_recipe", _t("New Recipe"), ("Ctrl+N",), "file-plus"),
        Command("open_recipe", _t("Open Recipe…"), ("Ctrl+Shift+O",), "folder-open"),
        Command("save_recipe", _t("Save Recipe"), ("Ctrl+S",), "floppy-disk"),
        Command("save_recipe_as", _t("Save Recipe As…"), ("Ctrl+Shift+S",)),
        SEPARATOR,
        Command("save_result", _t("Save Result Picture…"), ("Ctrl+E",), "image-square"),
        Command("save_table", _t("Save Table…")),
        SEPARATOR,
        Command("close_source", _t("Close Source"), ("Ctrl+W",)),
        Command("quit", _t("Quit"), ("Ctrl+Q",), "sign-out"),
    )),
    (_t("&Edit"), (
        Command("undo", _t("Undo"), ("Ctrl+Z",), "arrow-u-up-left"),
        Command("redo", _t("Redo"), ("Ctrl+Y", "Ctrl+Shift+Z"), "arrow-u-up-right"),
        SEPARATOR,
        Command("copy_view", _t("Copy View"), ("Ctrl+C",), "copy"),
        Command("paste", _t("Paste Picture"), ("Ctrl+V",), "clipboard"),
    )),
    (_t("&View"), (
        Command("fit", _t("Fit to Window"), ("0", "Ctrl+0"), "corners-out"),
        Command("one_to_one", _t("Actual Pixels (1:1)"), ("1",), "number-square-one"),
        Command("zoom_in", _t("Zoom In"), ("+", "Ctrl++", "="), "magnifying-glass-plus"),
        Command("zoom_out", _t("Zoom Out"), ("-", "Ctrl+-"), "magnifying-glass-minus"),
        Command("linked", _t("Link Zoom and Position"), ("L",), "link", True),
        SEPARATOR,
        Command("side_by_side", _t("Original and Result"), ("F2",), "columns", True, "compare"),
        Command("original_only", _t("Original Only"), ("F3",), "image", True, "compare"),
        Command("result_only", _t("Result Only"), ("F4",), "image-square", True, "compare"),
        Command("wipe", _t("Wipe"), ("F5",), "square-half", True, "compare"),
        SEPARATOR,
        Command("show_selected", _t("Show Selected Step's Result"), ("T",), "eye", True),
        Command("overlays", _t("Show Overlays"), ("O",), "polygon", True),
        SEPARATOR,
        Command("scheme_system", _t("Colours of the Desktop"), (), "desktop", True, "scheme"),
        Command("scheme_light", _t("Light"), (), "sun", True, "scheme"),
        Command("scheme_dark", _t("Dark"), (), "moon", True, "scheme"),
        SEPARATOR,
        Command("reset_layout", _t("Put Panels Back")),
        Command("full_screen", _t("Full Screen"), ("F11",), "arrows-out", True),
    )),
    (_t("S&ource"), (
        Command("open_files", _t("Open Pictures or Video…"), ("Ctrl+O",), "image"),
        Command("open_folder", _t("Open Folder…"), (), "folder"),
        Command("open_address", _t("Open Address…"), (), "globe"),
        Command("open_pad", _t("Drawing Pad"), ("D",), "pencil-simple"),
        SEPARATOR,
        Command("previous", _t("Previous Picture"), ("PgUp",), "caret-left"),
        Command("next", _t("Next Picture"), ("PgDown",), "caret-right"),
        SEPARATOR,
        Command("camera", _t("Start First Camera"), ("C",), "camera"),
        Command("play", _t("Play or Pause"), ("Ctrl+Space",), "play"),
        Command("freeze", _t("Freeze"), ("F",), "snowflake", True),
        Command("mirror", _t("Mirror"), ("M",), "arrows-left-right", True),
    )),
    (_t("S&teps"), (
        Command("find_operation", _t("Find Operation"), ("Ctrl+F",), "magnifying-glass"),
        SEPARATOR,
        Command("toggle_step", _t("Switch Step On or Off"), ("Ctrl+T",), "power"),
        Command("duplicate_step", _t("Duplicate Step"), ("Ctrl+D",), "copy-simple"),
        Command("remove_step", _t("Delete Step"), ("Del", "Backspace"), "trash"),
        Command("step_up", _t("Move Step Up"), ("Alt+Up",), "arrow-up"),
        Command("step_down", _t("Move Step Down"), ("Alt+Down",), "arrow-down"),
        Command("remove_all", _t("Delete All Steps")),
        SEPARATOR,
        Command("stop_work", _t("Stop Working"), (), "stop"),
        Command("run_again", _t("Run Again"), ("Ctrl+R",), "arrow-clockwise"),
    )),
    (_t("&Network"), (
        Command("show_network", _t("What Is on the Picture?"), ("N",), "brain"),
        Command("explain", _t("Explain: Show Why"), ("E",), "fire", True),
        SEPARATOR,
        Command("keep_answer", _t("Keep Picture and Answer"), ("K",), "bookmark-simple"),
        Command("kept_answers", _t("Kept Answers…"), (), "bookmarks-simple"),
        SEPARATOR,
        Command("add_model", _t("Add Model…"), (), "plus"),
        Command("about_model", _t("About This Model…"), (), "info"),
        Command("data_sets", _t("Data Sets…"), (), "database"),
    )),
    (_t("&Help"), (
        Command("palette", _t("All Commands…"), ("Ctrl+Shift+P",), "command"),
        Command("keys", _t("Keys and Help"), ("F1", "H"), "keyboard"),
        Command("log", _t("Show Log File"), (), "file-text"),
        Command("about", _t("About VisionLab"), (), "info"),
    )),
)  # fmt: skip


def translated(text: str) -> str:
    """Return a command's or menu's text in the person's language."""
    return QCoreApplication.translate("commands", text)


class Actions(QObject):
    """All commands as QActions: ``actions["undo"]``."""

    def __init__(self, window: QMainWindow) -> None:
        super().__init__(window)
        self.menus: dict[str, QMenu] = {}
        self._actions: dict[str, QAction] = {}
        self._icons: dict[str, str] = {}
        groups: dict[str, QActionGroup] = {}
        for title, commands in MENUS:
            menu = window.menuBar().addMenu(translated(title))
            self.menus[title.replace("&", "")] = menu
            for command in commands:
                if command is SEPARATOR:
                    menu.addSeparator()
                    continue
                action = self._make(command)
                menu.addAction(action)
                window.addAction(action)
                if command.group:
                    group = groups.setdefault(command.group, QActionGroup(self))
                    group.addAction(action)

    def __getitem__(self, command_id: str) -> QAction:
        return self._actions[command_id]

    def all(self) -> list[QAction]:
        """Return every action in menu order."""
        return list(self._actions.values())

    def refresh_icons(self) -> None:
        """Draw the icons again, in the colours of the present scheme."""
        for command_id, name in self._icons.items():
            self._actions[command_id].setIcon(icon(name))

    def _make(self, command: Command) -> QAction:
        action = QAction(translated(command.text), self)
        action.setObjectName(command.id)
        action.setShortcuts([QKeySequence(keys) for keys in command.keys])
        action.setCheckable(command.checkable)
        if command.icon:
            self._icons[command.id] = command.icon
        self._actions[command.id] = action
        return action
