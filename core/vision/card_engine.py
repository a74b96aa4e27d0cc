"""The TensorRT engine of a model card: built for the sizes and batches that the program will feed it."""

import numpy as np

from core.vision.model_card import AnyCard, EmbedderCard
from core.vision.preprocessing import prepare, tensor_size, unusual_range
from core.vision.runtimes.agreement import sample_inputs
from core.vision.runtimes.runtime import LARGEST_BATCH, Tensor, TensorSpec
from core.vision.runtimes.tensorrt_build import Cancelled, OnProgress, Spans, go_on, tell_nobody
from core.vision.runtimes.tensorrt_engines import BuiltEngine, build_engine
from core.vision.runtimes.tensorrt_store import EngineStore


def build_card_engine(
    card: AnyCard,
    store: EngineStore,
    *,
    package: str,
    precision: str = "fp16",
    batch: int | None = None,
    capabilities: tuple[str, ...] = (),
    on_progress: OnProgress = tell_nobody,
    cancelled: Cancelled = go_on,
    is_forced: bool = False,
) -> BuiltEngine:
    """``build_engine`` with what the card states; raises the same, and ``ModelError`` for missing weights.

    ``batch`` ``None``: 64 for an embedder, which sees all crops of a frame at once, 1 for a detector.
    """
    card.verify()
    usual = LARGEST_BATCH if isinstance(card, EmbedderCard) else 1
    return build_engine(
        card.weights,
        store,
        package=package,
        precision=precision,
        batch=usual if batch is None else batch,
        spans=spans_of(card),
        samples=samples_for(card) if precision == "fp16" else None,
        capabilities=capabilities,
        on_progress=on_progress,
        cancelled=cancelled,
        is_forced=is_forced,
    )


def spans_of(card: AnyCard) -> Spans:
    """The least and most of height and width that the card's input gets; they differ where it is trimmed."""
    form = card.input
    # A trimmed picture that fills the form is padded to the next multiple, which may be more than the form.
    width, height = tensor_size([(form.width, form.height)], form)
    sides = ((form.trim or height, form.trim or width), (height, width))
    if form.layout == "NCHW":
        return {form.name: ((3, *sides[0]), (3, *sides[1]))}
    return {form.name: ((*sides[0], 3), (*sides[1], 3))}


def samples_for(card: AnyCard) -> dict[str, Tensor] | None:
    """A batch in the card's form, for comparing FP16 with FP32; ``None`` where the model itself tells enough.

    That is where it states all sizes but the number of pictures, and is fed numbers of about -1 to 1.
    """
    from onnx.helper import tensor_dtype_to_np_dtype

    from core.vision.model_conversion.graph import read_graph

    form = card.input
    graph = read_graph(card.weights).graph
    # Old files list their weights as inputs too; nobody feeds them.
    stored = {tensor.name for tensor in graph.initializer}
    values = [value for value in graph.input if value.name not in stored]
    if [value.name for value in values] != [form.name]:
        # A card that does not fit its model is told where the two are brought together.
        return None
    types = [value.type.tensor_type for value in values]
    shapes = [kind.shape.dim for kind in types]
    if not unusual_range(form) and all(size.HasField("dim_value") for shape in shapes for size in shape[1:]):
        return None
    count = next((shape[0].dim_value for shape in shapes if shape and shape[0].HasField("dim_value")), None)
    picture = TensorSpec("picture", (count, form.height, form.width, 3), "float32")
    drawn = sample_inputs({"picture": picture})
    assert drawn is not None
    levels = np.rint(127.5 * (drawn["picture"].clip(-1, 1) + 1)).astype(np.uint8)
    batch, _ = prepare(list(levels), form)
    return {form.name: batch.astype(tensor_dtype_to_np_dtype(types[0].elem_type))}
