"""Building a model's TensorRT engine and keeping it: what a command and a dialog do, in one call."""

import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.errors import ModelError
from core.vision.runtimes.nvidia import nvidia_card
from core.vision.runtimes.runtime import LARGEST_BATCH
from core.vision.runtimes.tensorrt_build import (
    Build,
    BuildStopped,
    Cancelled,
    OnProgress,
    Plan,
    Spans,
    build,
    go_on,
    tell_nobody,
)
from core.vision.runtimes.tensorrt_package import TENSORRT, TENSORRT_RTX, Package, load_package, package_named
from core.vision.runtimes.tensorrt_store import EngineFacts, EngineStore, StoredEngine, model_digest

if TYPE_CHECKING:
    from core.vision.runtimes.cuda import Card
    from core.vision.runtimes.runtime import Tensor

PRECISIONS = ("fp16", "fp32")
_CONVERTING = 0.3
"""The share of the progress that making the FP16 file gets; it takes about so much of the time of a first build."""


@dataclass(frozen=True, slots=True)
class BuiltEngine:
    """An engine that is ready. ``is_new``: it was built now; else the one that was there already still fits.

    ``note``: why it computes in float32 although float16 was asked for; mostly empty.
    """

    stored: StoredEngine
    is_new: bool
    note: str = ""


def build_engine(
    model: Path,
    store: EngineStore,
    *,
    package: str,
    precision: str = "fp16",
    batch: int = LARGEST_BATCH,
    spans: Spans | None = None,
    samples: "dict[str, Tensor] | None" = None,
    capabilities: tuple[str, ...] = (),
    on_progress: OnProgress = tell_nobody,
    cancelled: Cancelled = go_on,
    is_forced: bool = False,
) -> BuiltEngine:
    """The engine of a model for this machine's card: the stored one when it still fits and is whole, else a new one.

    ``package``: "tensorrt" or "tensorrt-rtx". ``precision``: "fp16" (the file is converted first, and compared; a model
    that does not bear it is built in float32, and ``note`` says so) or "fp32". ``batch``: the largest, for models that
    leave it open. ``spans``: sizes for inputs that leave them open, and ``samples``: a batch of inputs for comparing.
    ``capabilities``: compute capabilities such as "8.9" of other cards to build for, with "tensorrt-rtx" only, which
    then needs no card; where there is none, it builds for all cards from Ampere on. ``is_forced``: build even if the
    stored one fits.

    Takes seconds to many minutes; both callbacks are called from whatever thread. Any thread, one build at a time.
    Raises ``ModelError``, ``BuildStopped`` when ``cancelled`` says so, and ``DataFolderError``.
    """
    chosen = package_named(package)
    if precision not in PRECISIONS:
        raise ModelError(
            f"There is no precision named '{precision}'.", remedy=f"Choose one of these: {', '.join(PRECISIONS)}."
        )
    module = load_package(chosen)
    card = _card_for(chosen, capabilities)
    facts = EngineFacts(
        model=model_digest(model),
        package=chosen.name,
        version=str(module.__version__),
        precision=precision,
        batch=batch,
        sizes=_words(spans or {}),
        gpu=card.name if card is not None else "",
        capabilities=(card.capability,) if card is not None else tuple(sorted(capabilities)),
        driver=card.driver if card is not None else "",
    )
    stored = store.with_facts(facts)
    if stored is not None and not is_forced and stored.is_whole():
        on_progress("Found", 1.0)
        return BuiltEngine(stored, is_new=False)
    start = time.perf_counter()
    source, begun = model, 0.0
    if precision == "fp16":
        from core.vision.model_conversion.half import HalfRefused

        begun = _CONVERTING
        try:
            source = _half(model, store.folder, samples, on_progress, cancelled)
        except HalfRefused as error:
            plain = build_engine(
                model,
                store,
                package=package,
                precision="fp32",
                batch=batch,
                spans=spans,
                capabilities=capabilities,
                on_progress=lambda what, share: on_progress(what, begun + (1 - begun) * share),
                cancelled=cancelled,
                is_forced=is_forced,
            )
            return replace(plain, note=error.message)
    timings = store.folder / f"{_file_name(facts.gpu)}-{facts.version}.timings"
    plan = Plan(chosen, batch, spans or {}, facts.capabilities, _read(timings) if chosen is TENSORRT else b"")
    made = _build_on(
        card,
        source,
        plan,
        on_progress=lambda what, share: on_progress(what, begun + (1 - begun) * share),
        cancelled=cancelled,
    )
    if made.timings:
        store.write(timings, made.timings)
    seconds = time.perf_counter() - start
    kept = store.keep(model.stem, facts, made.content, seconds=seconds, inputs=made.inputs, outputs=made.outputs)
    on_progress("Built", 1.0)
    return BuiltEngine(kept, is_new=True)


def _card_for(package: Package, capabilities: tuple[str, ...]) -> "Card | None":
    """The card to build for; ``None`` to build ahead, for cards that are not here."""
    from core.vision.runtimes import cuda

    if capabilities:
        if package is not TENSORRT_RTX:
            raise ModelError(
                f"{package.title} builds for the card in this machine only.",
                remedy="Leave the compute capability away, or use tensorrt-rtx.",
            )
        return None
    try:
        return cuda.open_card()
    except ModelError:
        # Where there is a card, an engine for other cards would only seem to be what was asked for.
        if package is not TENSORRT_RTX or nvidia_card() is not None:
            raise
        return None


def _half(
    model: Path, folder: Path, samples: "dict[str, Tensor] | None", on_progress: OnProgress, cancelled: Cancelled
) -> Path:
    """The model's FP16 file."""
    from core.vision.model_conversion.half import converted

    def tell(done: int, total: int) -> None:
        if cancelled():
            raise BuildStopped
        on_progress("Converting to FP16", _CONVERTING * done / max(1, total))

    return converted(model, folder, samples=samples, on_progress=tell)


def _build_on(card: Any, source: Path, plan: Plan, *, on_progress: OnProgress, cancelled: Cancelled) -> Build:
    """Build with the card's own context current, so that no other is made."""
    if card is None:
        return build(source, plan, on_progress=on_progress, cancelled=cancelled)
    with card.current():
        return build(source, plan, on_progress=on_progress, cancelled=cancelled)


def _words(spans: Spans) -> str:
    """Sizes as a fact: "images 3×32×32 to 3×288×480"."""
    sides = {name: ["×".join(map(str, side)) for side in span] for name, span in sorted(spans.items())}
    return ", ".join(f"{name} {' to '.join(dict.fromkeys(side))}" for name, side in sides.items())


def _file_name(text: str) -> str:
    return "".join(letter if letter.isalnum() else "-" for letter in text)


def _read(file: Path) -> bytes:
    """What earlier builds measured; without it a build takes longer."""
    try:
        return file.read_bytes()
    except OSError:
        return b""
