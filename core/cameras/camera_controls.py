"""Exposure and focus of a camera: held at a value, or left to the camera, as far as the device allows it.

Values are the device's own (V4L2: exposure in units of 0.1 ms, focus in steps without a unit). What the device really
does is read back after every change, because drivers round, limit or ignore what they are told.
"""

import threading
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import cv2

from core.cameras.source import FrameSource
from core.errors import UserError
from core.settings import CameraSettings

AS_IT_IS = -1
"""Instead of a value: hold what the camera has at that moment."""

AUTOMATIC = -2
"""Instead of a value: let the camera choose by itself."""


class ControlError(UserError):
    """The camera cannot be told what was wished."""


@dataclass(frozen=True, slots=True)
class Lock:
    """One quality of the picture: whether the device lets it be held, whether it is held, and at which value.

    ``value`` is ``None`` when the device does not say it.
    """

    can_hold: bool = False
    is_held: bool = False
    value: int | None = None


@dataclass(frozen=True, slots=True)
class ControlState:
    """What the device has now."""

    exposure: Lock = Lock()
    focus: Lock = Lock()


@dataclass(frozen=True, slots=True)
class ControlWish:
    """What to hold: a value, ``AS_IT_IS`` or ``AUTOMATIC``; ``None`` leaves the device as somebody else set it."""

    exposure: int | None = None
    focus: int | None = None

    @classmethod
    def of(cls, settings: CameraSettings, *, former: CameraSettings | None = None) -> "ControlWish":
        """What the settings want held; what only the ``former`` ones held becomes automatic again."""
        was_exposure, was_focus = (former.hold_exposure, former.hold_focus) if former is not None else (False, False)
        return cls(
            exposure=settings.exposure if settings.hold_exposure else AUTOMATIC if was_exposure else None,
            focus=settings.focus if settings.hold_focus else AUTOMATIC if was_focus else None,
        )


@runtime_checkable
class SteerableSource(FrameSource, Protocol):
    """A ``FrameSource`` whose device has controls. Any thread may call; the device is told between two frames."""

    @property
    def controls(self) -> ControlState | None:
        """What the device had when it was last asked; ``None`` before its first frame, or without controls."""
        ...

    def steer(self, wish: ControlWish | None) -> "Future[ControlState]":
        """Tell the device (``None``: only ask) and give what it has then.

        The future's exception is a ``ControlError`` when the camera has no controls or is gone.
        """
        ...


class ControlDevice(Protocol):
    """The part of ``cv2.VideoCapture`` that controls need: −1 for what the device does not have."""

    def get(self, propId: int, /) -> float: ...
    def set(self, propId: int, value: float, /) -> bool: ...


@dataclass(frozen=True, slots=True)
class _Control:
    """``held`` are the values of ``mode`` that mean held, the first is the one to set; ``free`` those to try."""

    value: int
    mode: int
    held: tuple[int, ...]
    free: tuple[int, ...]


# V4L2_CID_EXPOSURE_AUTO is a menu: 0 automatic, 1 manual, 2 time held and iris automatic, 3 time automatic and iris
# held; a webcam has 1 and 3. OpenCV passes the numbers on unless OPENCV_VIDEOIO_V4L_RANGE_NORMALIZED is set.
_EXPOSURE = _Control(cv2.CAP_PROP_EXPOSURE, cv2.CAP_PROP_AUTO_EXPOSURE, held=(1, 2), free=(3, 0))
_FOCUS = _Control(cv2.CAP_PROP_FOCUS, cv2.CAP_PROP_AUTOFOCUS, held=(0,), free=(1,))


class V4l2Controls:
    """The controls of one open V4L2 device behind OpenCV; only the thread that reads the device may call."""

    def __init__(self, device: ControlDevice) -> None:
        self._device = device

    def read(self) -> ControlState:
        """Ask the device."""
        return ControlState(exposure=self._read(_EXPOSURE), focus=self._read(_FOCUS))

    def apply(self, wish: ControlWish) -> ControlState:
        """Tell the device what is wished, as far as it goes; what it has then."""
        self._follow(_EXPOSURE, wish.exposure)
        self._follow(_FOCUS, wish.focus)
        return self.read()

    def _read(self, control: _Control) -> Lock:
        value, mode = self._device.get(control.value), self._device.get(control.mode)
        if value < 0:
            return Lock()
        # Without an automatic mode the value always stays what it is.
        return Lock(can_hold=True, is_held=mode < 0 or round(mode) in control.held, value=round(value))

    def _follow(self, control: _Control, wanted: int | None) -> None:
        now = self._read(control)
        if not now.can_hold or wanted is None:
            return
        if wanted == AUTOMATIC:
            self._free(control)
            return
        if not now.is_held:
            self._device.set(control.mode, control.held[0])
        # Set even when it is the same: a camera may leave its automatic value behind with its automatic mode.
        self._device.set(control.value, now.value if wanted == AS_IT_IS and now.value is not None else wanted)

    def _free(self, control: _Control) -> None:
        for mode in control.free:
            if self._device.set(control.mode, mode) and not self._read(control).is_held:
                return


class ControlDesk:
    """Where other threads leave wishes for a device; the thread that reads the device serves it between two frames."""

    def __init__(self, controls: V4l2Controls | None, first: ControlWish, *, camera: str) -> None:
        """``controls`` are ``None`` for a source without any; ``first`` is told when the desk is first served."""
        self.state: ControlState | None = None
        self._controls = controls
        self._camera = camera
        self._guard = threading.Lock()
        self._is_closed = False
        self._waiting: list[tuple[ControlWish | None, Future[ControlState]]] = [(first, Future())]

    def ask(self, wish: ControlWish | None) -> "Future[ControlState]":
        """See ``SteerableSource.steer``. Any thread."""
        answer: Future[ControlState] = Future()
        with self._guard:
            if self._controls is None:
                answer.set_exception(_refused(self._camera))
            elif self._is_closed:
                answer.set_exception(_gone())
            else:
                self._waiting.append((wish, answer))
        return answer

    def serve(self) -> None:
        """Tell the device what waits; on the reading thread, after a frame was read: some reset with the first."""
        if self._controls is None:
            return
        with self._guard:
            waiting, self._waiting = self._waiting, []
        for wish, answer in waiting:
            if answer.set_running_or_notify_cancel():
                self.state = self._controls.read() if wish is None else self._controls.apply(wish)
                answer.set_result(self.state)

    def close(self) -> None:
        """The device is let go: whoever still waits hears of it."""
        with self._guard:
            self._is_closed = True
            waiting, self._waiting = self._waiting, []
        for _, answer in waiting:
            if answer.set_running_or_notify_cancel():
                answer.set_exception(_gone())


def no_controls(camera: str) -> "Future[ControlState]":
    """The answer of a source without controls."""
    answer: Future[ControlState] = Future()
    answer.set_exception(_refused(camera))
    return answer


def _refused(camera: str) -> ControlError:
    return ControlError(
        f"The exposure and focus of {camera} cannot be set from here.",
        remedy="Set them on the camera itself, or use a USB camera.",
    )


def _gone() -> ControlError:
    return ControlError(
        "The camera went away before it could be told.", remedy="It is told as soon as the camera is back."
    )
