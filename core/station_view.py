"""The frozen states in which the running station shows itself to a window."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from core.cameras.camera_controls import ControlState
from core.cameras.capture import CaptureState
from core.checkout.basket_view import BasketView, ProductChoice, Question
from core.frames import Frame
from core.sightings import Detections, Sighting
from core.vision.picture_checks import CheckResult
from core.vision.setup_picture import SetupPicture

if TYPE_CHECKING:
    from core.enrollment.session import EnrollmentView

__all__ = [
    "BasketView",
    "Mode",
    "Phase",
    "PictureState",
    "Problem",
    "ProductChoice",
    "Question",
    "Severity",
    "StationStatus",
    "StationView",
]


class Mode(StrEnum):
    """What the picture is used for. ``PAUSED``: it is shown, but nothing is sold or enrolled."""

    SELLING = "selling"
    ENROLLING = "enrolling"
    PAUSED = "paused"


class Phase(StrEnum):
    """How far the station has come."""

    STARTING = "starting"
    READY = "ready"
    FAILED = "failed"


class Severity(StrEnum):
    INFORM = "inform"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Problem:
    """Something to tell the person. Problems with the same ``key`` are one message; ``is_over`` takes it back."""

    key: str
    message: str
    remedy: str = ""
    severity: Severity = Severity.WARN
    is_over: bool = False


@dataclass(frozen=True, slots=True)
class PictureState:
    """What is believed of the camera's picture, check by check; nothing before the first look.

    ``setup`` is the empty counter that place and light are compared with.
    """

    checks: tuple[CheckResult, ...] = ()
    setup: SetupPicture | None = None

    @property
    def warnings(self) -> tuple[CheckResult, ...]:
        return tuple(check for check in self.checks if check.is_warning)


@dataclass(frozen=True, slots=True)
class StationStatus:
    """One line about the running whole.

    ``progress`` in 0–1 while starting or while the index is rebuilt, else ``None``; ``activity`` says in words what is
    going on then. ``label_ms``: milliseconds from the frame's capture to its finished sightings, averaged over the last
    frames. ``queue_round`` grows when the open review queue was judged again. ``controls`` is ``None`` for a camera
    whose exposure and focus cannot be set from here.
    """

    phase: Phase
    activity: str = ""
    progress: float | None = None
    camera: CaptureState = CaptureState.OPENING
    camera_label: str = ""
    camera_message: str = ""
    camera_remedy: str = ""
    camera_width: int = 0
    camera_height: int = 0
    is_demo: bool = False
    controls: ControlState | None = None
    picture: PictureState = PictureState()
    capture_fps: float = 0.0
    label_ms: float = 0.0
    runtime: str = ""
    detector: str = ""
    is_empty_counter_learned: bool = True
    products: int = 0
    references: int = 0
    to_review: int = 0
    queue_round: int = 0
    drops: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class StationView:
    """Everything that a window paints, of one moment. ``number`` grows with every view.

    ``detections`` are what the detector found in this very frame, before tracking; ``None`` when it was not asked.
    """

    number: int
    mode: Mode
    frame: Frame | None
    sightings: tuple[Sighting, ...]
    basket: BasketView | None
    questions: tuple[Question, ...]
    enrollment: "EnrollmentView | None"
    status: StationStatus
    detections: Detections | None = None
