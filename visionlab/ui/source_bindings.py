"""Wires the source panel and the transport bar to the session."""

import logging
import threading

from PySide6.QtCore import QCoreApplication, QObject, Qt, QTimer, Signal, Slot

from visionlab.runtime.session import Session
from visionlab.runtime.shown import Shown
from visionlab.sources import CameraInfo, TestCamera, cameras, device_of, samples, with_size
from visionlab.ui.actions import Actions
from visionlab.ui.docks import Docks
from visionlab.ui.source_controller import SourceController

log = logging.getLogger(__name__)

TEST_CAMERA = "camera:test"

PAUSE_MS = 33
"""Milliseconds between two updates of the frame's number: more could not be read."""


class SourceBindings(QObject):
    """Everything that chooses and plays a source."""

    _camerasFound = Signal(object)

    def __init__(
        self, parent: QObject, session: Session, docks: Docks, actions: Actions,
        controller: SourceController,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self._session = session
        self._docks = docks
        self._actions = actions
        self._controller = controller
        self._looking = self._first_wanted = False
        self._due: Shown | None = None
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(self._show_due)
        self._camerasFound.connect(self._on_cameras, Qt.ConnectionType.QueuedConnection)
        self._connect_panel()
        self._connect_transport()
        self._connect_commands()
        session.sourceOpening.connect(self._on_opening)
        session.openingStopped.connect(self._on_opening_stopped)
        session.sourceChanged.connect(self._on_source)
        session.playbackChanged.connect(self._on_playback)
        session.shown.connect(self._on_shown)
        self._on_source()

    def _connect_panel(self) -> None:
        panel, controller = self._docks.source, self._controller
        panel.set_samples([(s.title, f"sample:{s.name}") for s in samples()])
        panel.openPictureRequested.connect(controller.choose_files)
        panel.openFolderRequested.connect(controller.choose_folder)
        panel.openAddressRequested.connect(controller.ask_address)
        panel.sampleRequested.connect(controller.open)
        panel.cameraRequested.connect(controller.open)
        panel.stepRequested.connect(controller.go)
        panel.cameraMenuAboutToShow.connect(self._look_for_cameras)

    def _connect_transport(self) -> None:
        bar, playback = self._docks.transport, self._session.playback
        bar.playToggled.connect(playback.play)
        bar.seekRequested.connect(playback.seek)
        bar.stepRequested.connect(playback.step)
        bar.loopToggled.connect(playback.set_loop)
        bar.speedChanged.connect(playback.set_speed)
        bar.mirrorToggled.connect(playback.set_mirror)
        bar.freezeToggled.connect(playback.set_frozen)
        bar.sizeRequested.connect(self._resize_camera)
        bar.rateRequested.connect(self._change_rate)

    def _connect_commands(self) -> None:
        actions, controller = self._actions, self._controller
        actions["open_files"].triggered.connect(controller.choose_files)
        actions["open_folder"].triggered.connect(controller.choose_folder)
        actions["open_address"].triggered.connect(controller.ask_address)
        actions["paste"].triggered.connect(controller.paste)
        actions["close_source"].triggered.connect(self._session.close_source)
        actions["next"].triggered.connect(controller.next)
        actions["previous"].triggered.connect(controller.previous)
        actions["camera"].triggered.connect(self._open_first_camera)
        actions["play"].triggered.connect(self._toggle_play)
        actions["freeze"].triggered.connect(self._session.playback.set_frozen)
        actions["mirror"].triggered.connect(self._session.playback.set_mirror)

    @Slot(str)
    def _on_opening(self, title: str) -> None:
        self._docks.status.show_message(self.tr("Opening {0} …").format(title))

    @Slot(str)
    def _on_opening_stopped(self, title: str) -> None:
        self._docks.status.show_message(self.tr("Stopped opening {0}").format(title))

    @Slot()
    def _on_source(self) -> None:
        source = self._session.source
        self._actions["close_source"].setEnabled(source is not None)
        if source is None:
            self._docks.transport.set_source("still", 1, 0.0, "", False)
            self._docks.source.clear()
        else:
            self._docks.transport.set_source(
                source.kind, source.count, source.fps, source.title, source.mirror
            )
            self._docks.transport.size_menu.setVisible(bool(device_of(source.spec)))
            self._docks.transport.rate_menu.setVisible(isinstance(source, TestCamera))
            self._docks.transport.set_rate(source.fps)
            self._docks.source.set_title(source.title)
            self._controller.remember()
        self._size = (0, 0)
        self._due = None
        self._pause.stop()
        self._docks.status.clear_message()
        self._on_playback()

    @Slot()
    def _on_playback(self) -> None:
        feed, source = self._session.feed, self._session.source
        live = source is not None and source.kind == "live"
        playlist = self._session.playlist
        several = len(playlist.specs) > 1
        self._docks.source.set_place(playlist.place, len(playlist.specs))
        for name in ("freeze", "mirror"):
            self._actions[name].setEnabled(live)
        for name in ("next", "previous"):
            self._actions[name].setEnabled(several)
        self._actions["play"].setEnabled(source is not None and source.kind != "still")
        if feed is not None and source is not None:
            self._docks.transport.set_playing(feed.playing)
            self._docks.transport.set_frozen(feed.frozen)
            self._docks.transport.set_loop(feed.loop)
            self._docks.transport.set_mirror(feed.mirror)
            self._actions["freeze"].setChecked(live and feed.frozen)
            self._actions["mirror"].setChecked(live and feed.mirror)

    @Slot(object)
    def _on_shown(self, shown: Shown) -> None:
        self._due = shown
        if not (self._session.moving and self._pause.isActive()):
            self._show_due()

    @Slot()
    def _show_due(self) -> None:
        shown, self._due = self._due, None
        if shown is None:
            return
        self._pause.start()
        frame = shown.run.frame
        transport = self._docks.transport
        transport.set_position(frame.index)
        size = (frame.image.shape[1], frame.image.shape[0])
        if size != self._size and transport.size_menu.isVisibleTo(transport):
            transport.set_size(*size)
            self._size = size
        self._docks.source.set_thumbnail(shown.original.shown)

    # Cameras: the list is made beside the window, since some systems have to try each one

    @Slot()
    def _look_for_cameras(self) -> None:
        if not self._looking:
            self._looking = True
            threading.Thread(target=self._list_cameras, name="cameras", daemon=True).start()

    @Slot()
    def _open_first_camera(self) -> None:
        self._first_wanted = True
        self._look_for_cameras()

    def _list_cameras(self) -> None:
        """Make the list, in a thread of its own."""
        try:
            found = cameras()
        except Exception:
            log.exception("the cameras could not be listed")
            found = ()
        self._camerasFound.emit(found)

    @Slot(object)
    def _on_cameras(self, found: tuple[CameraInfo, ...]) -> None:
        self._looking = False
        test = QCoreApplication.translate("SourceBindings", "Test camera")
        listed = [(camera.name, camera.spec) for camera in found]
        self._docks.source.set_cameras([*listed, (test, TEST_CAMERA)])
        if self._first_wanted:
            self._first_wanted = False
            self._controller.open(found[0].spec if found else TEST_CAMERA)

    @Slot()
    def _toggle_play(self) -> None:
        session = self._session
        if session.feed and session.source:
            if session.source.kind == "live":
                session.playback.set_frozen(not session.feed.frozen)
            else:
                session.playback.play(not session.feed.playing)

    @Slot(object)
    def _resize_camera(self, size: tuple[int, int]) -> None:
        source = self._session.source
        if source is not None and device_of(source.spec):
            self._controller.open(with_size(source.spec, size))

    @Slot(float)
    def _change_rate(self, fps: float) -> None:
        source = self._session.source
        if isinstance(source, TestCamera):
            self._controller.open(TestCamera.name(source.size, fps))
