"""Fits the shop out: opens it, equips its counter, refits that when the settings change, and closes it in order."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import ExitStack
from dataclasses import replace

from core.checkout.receipts import ReceiptLanguage
from core.equipment import Equipment, equip
from core.errors import UserError
from core.paths import DataFolder
from core.recognition.recognizer import Recognizer
from core.settings import DetectionSettings, RecognitionSettings, Settings, save_settings
from core.shop import Tell, open_shop
from core.shop_embedder import ShopEmbedder, open_embedder_of
from core.shop_engines import renew_engines
from core.status_board import StatusBoard
from core.vision.detector import Detector, open_detector
from core.vision_loop import VisionLoop
from core.worker import Worker


class ShopFitter:
    """Holds the settings in effect and what the counter works with by them.

    Methods belong to the records thread; any thread may read ``settings`` and ``equipment``. ``tell`` is given what
    does not stop the work.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        own: Settings,
        data: DataFolder,
        loop: VisionLoop,
        board: StatusBoard,
        records: Worker,
        tell: Tell,
    ) -> None:
        """``own`` settings are those that are saved in ``data``; ``settings`` take their place in this run."""
        self._settings = settings
        self._own = own
        self._data = data
        self._loop = loop
        self._board = board
        self._records = records
        self._tell = tell
        self._opened = ExitStack()
        self._equipment: Equipment | None = None

    @property
    def settings(self) -> Settings:
        return self._settings

    @property
    def equipment(self) -> Equipment:
        """What the counter works with now; raises ``UserError`` before ``open`` is done."""
        if self._equipment is None:
            raise not_ready()
        return self._equipment

    def open(
        self,
        *,
        receipt_language: Callable[[], ReceiptLanguage],
        on_answer: Callable[[int, int | None], None],
        on_item: Callable[[], None],
        cancelled: Callable[[], bool],
    ) -> None:
        """Open the shop and hand its counter to the vision thread; raises ``UserError``.

        ``cancelled`` may stop the building of engines, which takes long.
        """
        renew_engines(self._settings, self._data, on_progress=self._tell_of_engine, cancelled=cancelled)
        shop = self._opened.enter_context(open_shop(self._data, self._settings, tell=self._tell, narrate=self._narrate))
        self._narrate("Getting ready to find items")
        with ExitStack() as on_failure:
            detector = self._open_detector(self._settings)
            on_failure.callback(detector.close)
            self._equipment = equip(
                shop,
                detector,
                self._loop,
                self._records,
                settings=lambda: self._settings,
                receipt_language=receipt_language,
                on_answer=on_answer,
                on_item=on_item,
                tell=self._tell,
            )
            on_failure.pop_all()
        self._opened.callback(self._close_detector)

    def refit(self, settings: Settings) -> None:
        """Save the settings and use what they choose from the next frame on; on failure the former ones stay."""
        former, ready = self._settings, self.equipment
        former_embedder = embedder = ready.shop.embedder
        detector = ready.detector
        with ExitStack() as on_failure:
            if _engine(settings) != _engine(former):
                embedder = open_embedder_of(settings.recognition, self._data)
                on_failure.callback(embedder.close)
            if _finding(settings) != _finding(former):
                detector = self._open_detector(settings)
                on_failure.callback(detector.close)
            on_failure.callback(self._use, former_embedder, former.recognition)
            recognizer = self._use(embedder, settings.recognition)
            self.keep(settings)
            on_failure.pop_all()
        self._equipment = replace(ready, detector=detector)
        refitted = self._equipment.refit(self._loop, recognizer, settings)
        pairs = ((former_embedder, embedder), (ready.detector, detector))
        replaced = [one.close for one, now in pairs if one is not now]
        refitted.add_done_callback(lambda done: _free(replaced, done))
        self._equipment.shop.index.save()

    def keep(self, settings: Settings) -> None:
        """Save the settings and let them be in effect; the equipment stays. On failure the former ones stay.

        What was meant for this run alone is in effect and not saved.
        """
        own = settings.kept(once=self._settings, own=self._own)
        save_settings(own, self._data.settings)
        self._settings, self._own = settings, own

    def close(self) -> None:
        """Save the index, sweep what is kept no longer, and close everything, however far it was opened."""
        with self._opened:
            if self._equipment is not None:
                shop = self._equipment.shop
                shop.index.save()
                shop.catalog.recognitions.purge(days=self._settings.checkout.keep_crops_days)
                shop.catalog.sweep_todays_photographs()

    def _use(self, embedder: ShopEmbedder, recognition: RecognitionSettings) -> Recognizer:
        try:
            return self.equipment.shop.index.use(
                embedder,
                false_name_rate=recognition.false_name_rate,
                class_weight=recognition.class_weight,
                on_progress=self._tell_of_learning,
            )
        finally:
            self._board.post(activity="", progress=None)

    def _open_detector(self, settings: Settings) -> Detector:
        return open_detector(settings.detection, data=self._data, runtime=settings.recognition.runtime, threads=0)

    def _close_detector(self) -> None:
        self.equipment.detector.close()

    def _tell_of_learning(self, done: int, total: int) -> None:
        self._narrate("Learning the references again", done, total)
        # It may take an hour, and the counter sells meanwhile.
        self._records.let_pass()

    def _tell_of_engine(self, model: str, _doing: str, share: float) -> None:
        self._narrate(f"Building the engine of {model}", round(100 * share), 100)

    def _narrate(self, activity: str, done: int = 0, total: int = 0) -> None:
        self._board.post(activity=activity, progress=done / total if total else None)


def not_ready() -> UserError:
    """What is told of everything that needs the equipment before it is there."""
    return UserError("Tillsight is still starting.", remedy="Wait until it says that it is ready.")


def _engine(settings: Settings) -> tuple[str, str, int]:
    recognition = settings.recognition
    return recognition.embedder, recognition.runtime, recognition.threads


def _finding(settings: Settings) -> tuple[DetectionSettings, str]:
    """What a detector must be opened anew for."""
    detection = settings.detection
    return detection, "" if detection.method == "change" else settings.recognition.runtime


def _free(closings: Sequence[Callable[[], None]], refitted: "Future[None]") -> None:
    """Close what was replaced, unless the vision thread has ended and may never have let it go."""
    if refitted.exception() is None:
        for close in closings:
            close()
