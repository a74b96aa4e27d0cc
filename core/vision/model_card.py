"""Model cards: TOML files that say how to feed a model and how to read what it returns."""

import hashlib
import re
import tomllib
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Annotated, Any, Literal, Self, TypeVar

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    PrivateAttr,
    SerializerFunctionWrapHandler,
    TypeAdapter,
    ValidationError,
    field_validator,
    model_serializer,
    model_validator,
)

from core.errors import ModelError

_NAME = re.compile(r"^[A-Za-z0-9][A-Za-z0-9._-]*$")
_FILE_NAME = r"^([A-Za-z0-9][A-Za-z0-9._-]*)?$"
_PATH = r"^[^\x00]+$"

Triple = tuple[float, float, float]
"""One number for each channel, in the order that the model wants the channels."""


class CardSection(BaseModel):
    """A table of a card; an unknown key is an error, so that a misspelled one is told."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class InputForm(CardSection):
    """How a picture becomes the model's input: ``y = scale[c] * (x - offset[c])`` for ``x`` in 0–255.

    ``scale`` and ``offset`` are in the model's channel order, ``color``. ``fit``: *stretch* fills width and height,
    *letterbox* keeps the proportions and fills the rest with ``pad_value`` (0–255, before the formula), on both sides
    (``padding = "both"``) or at the right and bottom (``"end"``). ``resampling``: *linear* is bilinear always; *area*
    first averages squares of k×k pixels, k the largest whole number by which the picture shrinks.

    ``trim``, for a letterbox and a model that takes any size: width and height are the largest that the input gets, and
    it gets no more of either than the next multiple of ``trim`` above the fitted picture's. 0: always all of it.
    """

    name: str = Field(min_length=1)
    width: int = Field(ge=8, le=4096)
    height: int = Field(ge=8, le=4096)
    layout: Literal["NCHW", "NHWC"] = "NCHW"
    color: Literal["RGB", "BGR"] = "RGB"
    scale: Triple = (1.0, 1.0, 1.0)
    offset: Triple = (0.0, 0.0, 0.0)
    fit: Literal["stretch", "letterbox"] = "stretch"
    padding: Literal["both", "end"] = "end"
    pad_value: int = Field(0, ge=0, le=255)
    resampling: Literal["linear", "area"] = "area"
    trim: int = Field(0, ge=0)

    @field_validator("scale", "offset", mode="before")
    @classmethod
    def _repeat(cls, value: Any) -> Any:
        """One number stands for all three channels."""
        return (value, value, value) if isinstance(value, int | float) else value

    @field_validator("scale", "offset")
    @classmethod
    def _is_finite(cls, value: Triple) -> Triple:
        if not all(abs(number) < 1e6 for number in value):
            raise ValueError("must be finite numbers")
        return value

    @model_validator(mode="after")
    def _can_be_trimmed(self) -> Self:
        if self.trim and self.fit != "letterbox":
            raise ValueError('trim cuts padding, which only fit = "letterbox" has')
        return self

    @model_serializer(mode="wrap")
    def _without_what_is_off(self, write: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Keys of stored embeddings hash a form as it is written: one that trims nothing stays what it was."""
        tree: dict[str, Any] = write(self)
        return {key: value for key, value in tree.items() if key != "trim" or value}


class ModelCard(CardSection):
    """What every card states; made by ``load_card`` or ``card_for_weights``.

    ``outputs`` maps the part that a tensor plays (``embedding``, or what the decoder asks for) to the tensor's name.
    ``provided_by_shop``: the weights do not ship with the program; the shop puts the file there. ``float32_until``
    names the tensor up to which the model must be computed in float32; what follows may be computed in bfloat16 by an
    engine that can. Empty: all in float32.
    """

    kind: str
    name: str = Field(pattern=_NAME.pattern)
    file: str = Field(min_length=1, pattern=_PATH)
    sha256: str = Field("", pattern=r"^([0-9a-f]{64})?$")
    provided_by_shop: bool = False
    float32_until: str = ""
    license: str = Field(min_length=1)
    source: str = Field(min_length=1)
    input: InputForm
    outputs: dict[str, str] = Field(min_length=1)

    _path: Path = PrivateAttr(default=Path())
    _places: tuple[Path, ...] = PrivateAttr(default=())

    @property
    def path(self) -> Path:
        """The card's own file, or the weights' when the card was proposed for bare weights."""
        return self._path

    @property
    def weights(self) -> Path:
        """The model's file, where it is or where it belongs."""
        home = self._places[-1 if self.provided_by_shop else 0]
        return next((place for place in self._places if is_there(place)), home)

    def verify(self) -> str:
        """The SHA-256 of the weights as hexadecimal digits, read once per process while the file stays the same.

        Raises ``ModelError`` when the file is missing, unreadable, or not the one that the card names.
        """
        weights = self.weights
        try:
            state = weights.stat()
            digest = _digest(weights, state.st_size, state.st_mtime_ns)
        except FileNotFoundError as error:
            raise self._missing(weights) from error
        except OSError as error:
            raise ModelError(
                f"The model file {weights} cannot be read ({error.strerror}).", remedy="Check its permissions."
            ) from error
        if self.sha256 and digest != self.sha256:
            raise ModelError(
                f"The model file {weights} is not the one that its card {self.name} names: it is damaged or another.",
                remedy=f"Put the original file back ({self.source}), or correct sha256 in {self.path}.",
            )
        return digest

    def _missing(self, weights: Path) -> ModelError:
        if self.provided_by_shop:
            return ModelError(
                f"The weights of {self.name} do not ship with the program, and {weights} is not there.",
                remedy=f"Get the file ({self.source}) and put it there.",
            )
        return ModelError(
            f"The model file {weights} of the card {self.name} is missing.",
            remedy="Put it there, or install the program again.",
        )


class EmbedderCard(ModelCard):
    """A network that turns a crop into a vector of ``embedding_size`` numbers; its output's part is ``embedding``.

    ``prior`` names a file in the card's folder that says how looks of one product differ in general; it may be empty.
    A network that also knows classes by heart returns one number for each in the part ``probabilities``; their names,
    in the same order, are ``labels``, or stand in ``label_file``, one a line, beside the weights or the card.
    """

    kind: Literal["embedder"] = "embedder"
    embedding_size: int = Field(ge=2, le=65536)
    prior: str = Field("", pattern=_FILE_NAME)
    labels: tuple[str, ...] = ()
    label_file: str = Field("", pattern=_FILE_NAME, validate_default=True)

    @property
    def prior_file(self) -> Path | None:
        """Where the prior is; ``None`` when the card names none."""
        return self.path.parent / self.prior if self.prior else None

    @property
    def label_path(self) -> Path | None:
        """Where the classes' names stand, or belong; ``None`` when the card names no file for them."""
        if not self.label_file:
            return None
        beside = (self.weights.parent / self.label_file, self.path.parent / self.label_file)
        return next((place for place in beside if is_there(place)), beside[0])

    @field_validator("outputs")
    @classmethod
    def _names_embedding(cls, value: dict[str, str]) -> dict[str, str]:
        if "embedding" not in value:
            raise ValueError("must name the tensor of the embedding")
        return value

    @field_validator("input")
    @classmethod
    def _has_one_size(cls, value: InputForm) -> InputForm:
        if value.trim:
            raise ValueError("trim is for detectors; an embedder sees all crops at one size")
        return value

    @field_validator("label_file")
    @classmethod
    def _names_classes_once(cls, value: str, info: Any) -> str:
        labels, outputs = info.data.get("labels", ()), info.data.get("outputs", {})
        if value and labels:
            raise ValueError("the classes are named by labels already")
        if ("probabilities" in outputs) != bool(value or labels):
            raise ValueError("classes need both their tensor, outputs.probabilities, and their names")
        return value


class DetectorCard(ModelCard):
    """A network that finds items. ``decoder`` is a family in ``core/vision/detectors/families.py``.

    ``labels`` are the classes in the order of the model's outputs; ``ignored_labels`` are those that never are items
    (a person, the table). ``score``, for families that tell the two apart: *class* is the belief in the best class,
    *object* the belief that anything is there, which finds goods that the network has no class for. ``threshold`` is
    the score, 0–1, that the card's author recommends. ``box_units`` and ``box_order``, for families whose exports
    differ: pixels of the network's input or fractions of it; two corners as x, y or as y, x.
    """

    kind: Literal["detector"] = "detector"
    decoder: str = Field(min_length=1)
    labels: tuple[str, ...] = ()
    ignored_labels: tuple[str, ...] = ()
    score: Literal["class", "object"] = "class"
    threshold: float = Field(0.35, ge=0.01, le=0.99)
    box_units: Literal["pixels", "fractions"] = "pixels"
    box_order: Literal["xyxy", "yxyx"] = "xyxy"

    @field_validator("ignored_labels")
    @classmethod
    def _are_labels(cls, value: tuple[str, ...], info: Any) -> tuple[str, ...]:
        strangers = set(value) - set(info.data.get("labels", ()))
        if strangers:
            raise ValueError(f"not among the labels: {', '.join(sorted(strangers))}")
        return value

    def at_size(self, width: int, height: int) -> Self:
        """The card as it is for one input of this size, where ``input.trim`` lets it differ."""
        if (width, height) == (self.input.width, self.input.height):
            return self
        return self.model_copy(update={"input": self.input.model_copy(update={"width": width, "height": height})})


AnyCard = EmbedderCard | DetectorCard
C = TypeVar("C", bound=ModelCard)
_CARD: TypeAdapter[AnyCard] = TypeAdapter(Annotated[AnyCard, Field(discriminator="kind")])


def load_card(name_or_path: str | Path, folders: Sequence[Path]) -> AnyCard:
    """Read a card by its name (``folder/NAME/card.toml`` in the first folder that has it) or by its path.

    The weights are looked for beside the card, then in ``folder/NAME`` of the folders before (the shop's own folder
    comes before the program's). Only a card given by an absolute path may name weights outside its own folder.
    Raises ``ModelError``.
    """
    text = str(name_or_path)
    if _is_path(text):
        try:
            given = Path(text).expanduser()
            path = given / "card.toml" if given.is_dir() else given
        except (OSError, RuntimeError) as error:
            # A name that is too long for any file, or a user who is not known.
            raise _no_card(text) from error
        return _read_card(path.absolute(), (path.absolute().parent,), may_point_outside=given.is_absolute())
    if not _NAME.fullmatch(text):
        raise ModelError(f"'{text}' is not the name of a model card.", remedy="Choose a card by its name or its path.")
    for rank, folder in enumerate(folders):
        path = folder / text / "card.toml"
        if is_there(path):
            places = (path.parent, *(before / text for before in folders[:rank]))
            return _read_card(path, places, may_point_outside=False)
    known = ", ".join(sorted({card.parent.name for folder in folders for card in folder.glob("*/card.toml")}))
    raise ModelError(
        f"There is no model card named '{text}'.",
        remedy=f"Choose one of these: {known}." if known else "Install the program again, or give a card's path.",
    )


def card_for_weights(weights: Path, tree: dict[str, Any]) -> DetectorCard:
    """A card for a detector's weights that came without one, from what was recognized of their form.

    Raises ``ModelError`` when no card can say it, as for a picture larger than any card's.
    """
    try:
        card = DetectorCard.model_validate(tree | {"file": weights.name})
    except ValidationError as error:
        raise _not_made(weights, error) from error
    return _place(card, weights, (weights,))


def proposed_card(weights: Path, tree: dict[str, Any]) -> AnyCard:
    """A card of either kind for weights where they are; raises ``ModelError`` when its content makes no card."""
    try:
        card = _CARD.validate_python(tree | {"file": weights.name})
    except ValidationError as error:
        raise _not_made(weights, error) from error
    return _place(card, weights, (weights,))


def is_there(file: Path) -> bool:
    """Whether it is a file; one whose name no file can have is none."""
    try:
        return file.is_file()
    except OSError:
        return False


def _not_made(weights: Path, error: ValidationError) -> ModelError:
    return ModelError(
        f"No card can be made for {weights.name}: {_sentence(error)}", remedy="Write a card for it by hand."
    )


def _no_card(path: Path | str) -> ModelError:
    return ModelError(f"The model card {path} is not there.", remedy="Check its path.")


def _is_path(text: str) -> bool:
    return "/" in text or "\\" in text or text.endswith(".toml")


def _read_card(path: Path, places: tuple[Path, ...], *, may_point_outside: bool) -> AnyCard:
    if "\0" in str(path):
        raise _no_card(path)
    try:
        tree = tomllib.loads(path.read_text(encoding="utf-8"))
        card = _CARD.validate_python(tree)
    except FileNotFoundError as error:
        raise _no_card(path) from error
    except OSError as error:
        raise ModelError(f"The model card {path} cannot be read ({error.strerror}).", remedy="Check it.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, ValidationError) as error:
        raise ModelError(
            f"The model card {path} is damaged: {_sentence(error)}",
            remedy="Correct it; the card of efficientnet-lite2 is an example.",
        ) from error
    if not may_point_outside and not _stays_inside(card.file):
        raise ModelError(
            f"The model card {path} points outside its own folder: {card.file}.",
            remedy="Put the model file beside the card, or give the card by its absolute path.",
        )
    return _place(card, path, tuple(place / card.file for place in places))


def _place(card: C, path: Path, places: tuple[Path, ...]) -> C:
    card._path, card._places = path, places
    return card


def _stays_inside(file: str) -> bool:
    return not any(
        flavor(file).is_absolute() or ".." in flavor(file).parts or flavor(file).drive
        for flavor in (PurePosixPath, PureWindowsPath)
    )


@lru_cache(maxsize=32)
def _digest(path: Path, size: int, mtime_ns: int) -> str:  # noqa: ARG001 -- a changed file is another key
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sentence(error: Exception) -> str:
    if isinstance(error, ValidationError):
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        return f"{place}: {first['msg']}."
    return f"{error}."
