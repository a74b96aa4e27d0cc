"""A model for engines that compute in float16: made once from the float32 file, checked against it, and kept."""

from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from core.errors import DataFolderError, ModelError
from core.vision.model_conversion.onnx_package import require_onnx
from core.vision.runtimes.agreement import AGREEMENT
from core.whole_file import write_whole

if TYPE_CHECKING:
    from onnx import ModelProto

    from core.vision.model_conversion.judging import Judge, Samples

_METHOD = "1"
"""Part of every key; another number when other nodes are kept or files are made in another way."""
_STEPS = 4
_ROUNDS = 6
"""How often the nodes that multiply errors are looked for: with them exact, others stand out."""
_THE_SAME = 0.99
"""A made file computes what it was made of when it comes this near on a processor, some of which add up in float16 as
well; how much is lost on a card, which adds up in float32, the rounded graph tells."""

_REFUSED = ".refused"


class HalfRefused(ModelError):  # noqa: N818 - reads as what happened
    """A model that is to stay in float32; the message says why."""

    def __init__(self, message: str) -> None:
        super().__init__(message, remedy="Choose an engine that computes it in FP32.")


Progress = Callable[[int, int], None]
"""Called with how much is done, and of how much."""


def converted(
    model: Path, folder: Path, *, samples: "Samples | None" = None, on_progress: Progress | None = None
) -> Path:
    """The model's twin in float16, in ``folder``: made now, or the one that was made before from the same file.

    Its inputs and outputs are those of the model. Nodes that lose too much in float16 stay in float32: first those
    that do by their nature, then more, until the smallest cosine to the model is ``AGREEMENT`` or better over
    ``samples`` (a batch for every input; drawn patterns when not given). Models whose weights are stored in float16,
    and models that keep numbers in other files, are taken alike; the twin is a single file.

    Takes seconds to a minute, and memory for about eight times the model. Raises ``ModelError`` when the package
    ``onnx`` is missing or when the file is no usable model, ``HalfRefused`` when it does not bear float16 or has
    nothing to compute in it (which is remembered in the folder), and ``DataFolderError`` when the folder cannot be
    written. Any thread; two processes may convert the same model at once.
    """
    require_onnx("Models cannot be converted to FP16 here")
    target = twin_of(model, folder, samples)
    if target.is_file():
        return target
    refused = target.with_suffix(_REFUSED)
    if refused.is_file():
        raise HalfRefused(refused.read_text(encoding="utf-8").strip())
    try:
        content = _convert(model, samples, on_progress or _tell_nobody)
    except HalfRefused as error:
        _write(f"{error.message}\n".encode(), refused)
        raise
    _write(content, target)
    return target


def twin_of(model: Path, folder: Path, samples: "Samples | None" = None) -> Path:
    """Where ``converted`` puts the twin, whether it is there or not. Needs the package ``onnx``."""
    from core.vision.model_conversion.graph import digest_of

    return folder / f"{model.stem}-{_key(digest_of(model), samples)}.fp16.onnx"


def _convert(path: Path, samples: "Samples | None", tell: Progress) -> bytes:
    from core.vision.model_conversion.graph import HEAVY, read_graph, settled
    from core.vision.model_conversion.half_graph import halved, rounded, share_in_half
    from core.vision.model_conversion.judging import Judge, drawn_samples, measure_ranges, serialized
    from core.vision.model_conversion.keeping import always_kept, kept_for_range

    tell(0, _STEPS)
    model = settled(read_graph(path), path.name)
    samples = samples or drawn_samples(model, path.name)
    judge = Judge(model, samples)
    tell(1, _STEPS)
    least = always_kept(model) | kept_for_range(model, measure_ranges(model, samples))
    tell(2, _STEPS)
    best: float | None = None
    for kept in _choices(model, least, judge):
        if share_in_half(model, kept, HEAVY) == 0:
            continue
        cosine = judge.cosine(rounded(model, kept))
        best = cosine if best is None else max(best, cosine)
        if cosine >= AGREEMENT:
            tell(3, _STEPS)
            half = halved(model, kept)
            _check(path, judge.check_twin(half))
            _note(half, float32_nodes=str(len(kept)), cosine=f"{cosine:.6f}")
            tell(_STEPS, _STEPS)
            return serialized(half)
    if not any(node.op_type in HEAVY for node in model.graph.node):
        raise HalfRefused(f"The model {path.name} has no convolution or matrix product to compute in FP16.")
    if best is None:
        raise HalfRefused(
            f"The model {path.name} does not bear FP16: none of its convolutions and matrix products can be computed "
            "in it."
        )
    if best == -1.0:
        raise HalfRefused(f"The model {path.name} does not bear FP16: its numbers leave FP16's range.")
    raise HalfRefused(
        f"The model {path.name} does not bear FP16: the smallest cosine to its results in FP32 is {best:.4f}, "
        f"and {AGREEMENT} is asked for."
    )


def _choices(model: "ModelProto", least: set[str], judge: "Judge") -> Iterator[set[str]]:
    """Nodes to keep, from ``least`` on: those that are measured to multiply errors, then by kind and place."""
    from core.vision.model_conversion.half_graph import rounded
    from core.vision.model_conversion.keeping import growing_choices
    from core.vision.model_conversion.sensitivity import kept_for_losses

    yield least
    kept = least
    for _ in range(_ROUNDS):
        more = kept_for_losses(model, kept, judge.losses(rounded(model, kept)))
        if more == kept:
            break
        yield more
        kept = more
    yield from growing_choices(model, kept)


def _check(path: Path, cosine: float) -> None:
    """Whether the made graph computes what it was chosen for; it has gone through an engine for that."""
    if cosine < _THE_SAME:
        raise HalfRefused(f"The FP16 file that was made of {path.name} computes something else (cosine {cosine:.4f}).")


def _note(model: "ModelProto", **facts: str) -> None:
    """Put facts about the conversion into the file's own notes, beside those of its exporter."""
    for name, value in facts.items():
        entry = model.metadata_props.add()
        entry.key, entry.value = f"tillsight.{name}", value


def _key(digest: str, samples: "Samples | None") -> str:
    from core.vision.model_conversion.half_graph import converter_versions

    facts = [_METHOD, digest, converter_versions()]
    for name, value in sorted((samples or {}).items()):
        facts += [name, str(value.shape), sha256(value.tobytes()).hexdigest()]
    return sha256("\n".join(facts).encode()).hexdigest()[:16]


def _write(content: bytes, target: Path) -> None:
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        write_whole(target, content)
    except OSError as error:
        raise DataFolderError(
            f"The FP16 file {target} cannot be written ({error.strerror or error}).",
            remedy="Free some space, or give yourself the right to write there.",
        ) from error


def _tell_nobody(done: int, total: int) -> None:
    """Progress that no one asked for."""
