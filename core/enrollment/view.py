"""What the enrollment page is shown."""

from dataclasses import dataclass, field

from core.catalog.records import ProductDetails
from core.frames import Pixels
from core.sightings import Box


@dataclass(frozen=True, slots=True, eq=False)
class ShotView:
    """A shot as a thumbnail of at most 112 pixels, with a word and a sentence on why it was left out."""

    key: int
    thumbnail: Pixels = field(repr=False)
    is_kept: bool
    reason: str = ""
    sentence: str = ""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing about the live view: ``text`` in words, ``is_good``: nothing to do."""

    text: str
    is_good: bool


@dataclass(frozen=True, slots=True)
class LooksLike:
    """Another product that the shots resemble: ``closer`` of ``judged`` shots are closer to it than to each other."""

    product_id: int
    name: str
    closer: int
    judged: int


@dataclass(frozen=True, slots=True, eq=False)
class EnrollmentView:
    """The enrollment at one moment. Counts are of shots; ``enough`` says in words how far it is.

    ``target`` is where the next shot is taken; ``is_target_item`` tells an item that was found from the middle of the
    picture. ``recognized`` of ``judged`` kept shots would be recognized from the others alone. ``is_saving``: handed
    over, no more changes.
    """

    is_active: bool
    product_id: int | None
    details: ProductDetails
    target: Box | None
    is_target_item: bool
    target_track: int | None
    is_held: bool
    is_saving: bool
    shots: tuple[ShotView, ...]
    kept: int
    left_out: int
    fewest: int
    most: int
    checks: tuple[Check, ...]
    hints: tuple[str, ...]
    looks_like: LooksLike | None
    recognized: int
    judged: int
    enough: str
    is_enough: bool


@dataclass(frozen=True, slots=True)
class ShotResult:
    """What became of a capture; ``key`` is ``None`` when nothing was taken."""

    key: int | None
    is_kept: bool
    reason: str = ""
    sentence: str = ""
