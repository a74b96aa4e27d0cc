"""The thread that looks at the camera's picture now and then, and tells what is wrong with it."""

import logging
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime

from core.errors import DataFolderError, UserError
from core.frames import Frame, Pixels
from core.paths import DataFolder
from core.station_view import PictureState
from core.status_board import StatusBoard
from core.vision.detectors.counter_store import CounterStore, DamagedCounterError
from core.vision.detectors.working_view import shrink
from core.vision.picture_judge import PictureJudge, check_picture
from core.vision.setup_picture import SetupPicture, SetupPictures

_log = logging.getLogger(__name__)

_INTERVAL = 2.0
"""Seconds between two looks, which take some 50 ms of one core each."""


class PictureWatch(threading.Thread):
    """Compares the newest frame with the counter as it was set up, every couple of seconds, and posts the result.

    A camera that nobody has set up is compared with the first counter that the detector learned by itself.
    ``newest_frame`` and ``tell`` are called on this thread. The other methods may be called from any thread.
    """

    def __init__(
        self,
        newest_frame: Callable[[], Frame | None],
        board: StatusBoard,
        data: DataFolder,
        *,
        tell: Callable[[UserError], None],
        interval: float = _INTERVAL,
    ) -> None:
        super().__init__(name="picture watch", daemon=True)
        self._newest_frame = newest_frame
        self._board = board
        self._tell = tell
        self._interval = interval
        self._pictures = SetupPictures(data)
        self._learned = CounterStore(data)
        self._wake = threading.Condition()
        self._is_stopping = False
        self._orders: list[tuple[str, Frame | None]] = []
        self._camera = ""
        self._begun_at = time.time()
        self._size: tuple[int, int] | None = None
        self._setup: SetupPicture | None = None
        self._judge = PictureJudge()
        self._seen: Frame | None = None

    def begin(self, camera: str) -> None:
        """Another camera, by its address, is looked at from now on."""
        self._order(camera, None)

    def remember(self, frame: Frame) -> None:
        """A person says that this is the empty counter, rightly seen; the next look comes at once."""
        self._order("", frame)

    def stop(self, timeout: float) -> bool:
        """True when the thread has joined."""
        with self._wake:
            self._is_stopping = True
            self._wake.notify_all()
        if self.is_alive():
            self.join(timeout)
        return not self.is_alive()

    def run(self) -> None:
        while True:
            with self._wake:
                self._wake.wait_for(lambda: self._is_stopping or bool(self._orders), self._interval)
                if self._is_stopping:
                    return
                orders, self._orders = self._orders, []
            try:
                for camera, frame in orders:
                    self._obey(camera, frame)
                self._look()
            except Exception:  # noqa: BLE001 - a bug in a look must not end the watch, nor anything else
                _log.exception("a look at the camera's picture failed")

    def _order(self, camera: str, frame: Frame | None) -> None:
        with self._wake:
            self._orders.append((camera, frame))
            self._wake.notify_all()

    def _obey(self, camera: str, frame: Frame | None) -> None:
        if frame is None:
            self._camera, self._begun_at = camera, time.time()
            self._size, self._setup, self._seen = None, None, self._newest_frame()
            self._judge = PictureJudge()
            self._board.post(picture=PictureState())
        else:
            self._size = (frame.width, frame.height)
            self._adopt(shrink(frame.pixels), is_by_person=True)
            self._seen = None

    def _look(self) -> None:
        frame = self._newest_frame()
        if frame is None or frame is self._seen:
            return
        self._seen = frame
        size = (frame.width, frame.height)
        if size != self._size:
            self._size = size
            self._setup = self._pictures.load(self._camera, *size)
            self._judge = PictureJudge()
        if self._setup is None:
            self._guess()
        setup = self._setup
        believed = self._judge.hear(check_picture(frame.pixels, setup.picture if setup is not None else None))
        self._board.post(picture=PictureState(believed, setup))

    def _guess(self) -> None:
        """Take over what the detector learned by itself since this camera was opened."""
        assert self._size is not None
        if (self._learned.kept_at(*self._size) or 0.0) < self._begun_at:
            return
        try:
            stored = self._learned.load(*self._size)
        except DamagedCounterError:
            # The detector itself tells this.
            return
        if stored is not None:
            self._adopt(stored.picture, is_by_person=False)

    def _adopt(self, small: Pixels, *, is_by_person: bool) -> None:
        assert self._size is not None
        self._judge = PictureJudge()
        try:
            self._setup = self._pictures.save(small, self._camera, *self._size, is_by_person=is_by_person)
        except DataFolderError as error:
            self._setup = SetupPicture(small, datetime.now(UTC), is_by_person)
            self._tell(error)
