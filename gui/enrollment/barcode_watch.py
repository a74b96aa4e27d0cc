"""Looks for a barcode on the item that is being shown, now and then, beside everything else."""

import time

from PySide6.QtCore import QObject, Signal

from core.frames import Frame, Pixels
from core.geometry import crop_slices
from core.sightings import Box
from core.vision.barcodes import read_barcode
from gui import background

_PAUSE_SECONDS = 0.7
_MARGIN = 0.1


class BarcodeWatch(QObject):
    """``found`` tells a barcode that two looks in a row have read. GUI thread; reading runs in the background."""

    found = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._is_reading = False
        self._next_at = 0.0
        self._former: str | None = None
        self._round = 0

    def forget(self) -> None:
        """Another item or product: what was read before does not count."""
        self._former = None
        self._round += 1

    def look(self, frame: Frame, box: Box) -> None:
        """Read the box of a frame, if the last look is long enough ago and done; returns at once."""
        now = time.monotonic()
        if self._is_reading or now < self._next_at:
            return
        slices = crop_slices(box, width=frame.width, height=frame.height, margin=_MARGIN)
        if slices is None:
            return
        self._is_reading = True
        self._next_at = now + _PAUSE_SECONDS
        crop: Pixels = frame.pixels[slices]
        current = self._round
        background.run(
            lambda: read_barcode(crop),
            on_success=lambda barcode: self._take(barcode, current),
            on_failure=self._fail,
            owner=self,
        )

    def _take(self, barcode: str | None, asked_in: int) -> None:
        self._is_reading = False
        if asked_in != self._round:
            return
        if barcode is not None and barcode == self._former:
            self.found.emit(barcode)
        self._former = barcode

    def _fail(self, error: Exception) -> None:
        self._is_reading = False
        raise error
