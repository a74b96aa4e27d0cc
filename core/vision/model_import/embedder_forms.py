"""Cards for embedders that came without one: a picture in, one row of numbers out.

Source of the known forms: the tensors of NVIDIA's Retail Object Recognition 1.0 and 2.0 and of TAO's metric learning.
"""

import re
from collections.abc import Sequence
from typing import Any

from core.vision.detectors.family import Guess, Specs, layout_of, only_picture
from core.vision.model_import.proposal import Proposal
from core.vision.runtimes.runtime import TensorSpec

_IMAGENET_OFFSET = [123.675, 116.28, 103.53]
_LEAST, _MOST = 16, 65536

_PLAIN = ({"scale": 1 / 255}, "NVIDIA's first retail embedder is fed RGB from 0 to 1.")
_CLIP = (
    {"scale": 1 / (255 * 0.26857), "offset": [122.7709383, 116.7460125, 104.09373615]},
    "NVIDIA's second retail embedder is fed RGB less CLIP's means.",
)
_TAO = (
    {"scale": 1 / (255 * 0.226), "offset": _IMAGENET_OFFSET},
    "TAO's own exports are fed RGB less ImageNet's means.",
)
_IMAGENET = (
    {"scale": [1 / (255 * 0.229), 1 / (255 * 0.224), 1 / (255 * 0.225)], "offset": _IMAGENET_OFFSET},
    "Most embedders are fed RGB less ImageNet's means.",
)
_CLASSES = re.compile(r"^prob|logit|class", re.IGNORECASE)
_KNOWN: dict[tuple[str, str], tuple[dict[str, Any], str]] = {
    ("inputs", "outputs"): _PLAIN,
    ("input", "embeddings"): _CLIP,
    ("input", "fc_pred"): _TAO,
}


def propose_embedder(inputs: Specs, outputs: Specs) -> Guess | None:
    """A card for a model with one output 1×D, or one of several that is named for what it is."""
    image = only_picture(inputs)
    rows = [spec for spec in outputs.values() if _is_row(spec)]
    if len(rows) > 1:
        rows = [spec for spec in rows if re.search("embed|feature|fc_pred", spec.name, re.IGNORECASE)]
    if image is None or len(rows) != 1 or image.dtype == "uint8":
        return None
    (vector,) = rows
    colors, because = _KNOWN.get((image.name, vector.name), _IMAGENET)
    layout = layout_of(image)
    height, width = image.shape[1:3] if layout == "NHWC" else image.shape[2:4]
    form = {"name": image.name, "width": width, "height": height, "layout": layout, "color": "RGB", "fit": "stretch"}
    tree = {
        "kind": "embedder",
        "name": "embedder",
        "license": "unknown",
        "source": "a file without a card",
        "embedding_size": vector.shape[1],
        "outputs": {"embedding": vector.name},
        "input": form | colors,
    }
    return Guess(tree, because)


def take_classes(proposal: Proposal, tree: dict[str, Any], outputs: Specs, labels: Sequence[str]) -> None:
    """Add the classes that the network also tells apart to an embedder's ``tree``, where their names are known."""
    named = [name for name in outputs if _CLASSES.search(name)]
    if not labels or len(named) != 1:
        return
    size = outputs[named[0]].shape[-1] if outputs[named[0]].shape else None
    if size not in (None, len(labels)):
        message = f"The model tells {size} classes apart, and {len(labels)} are named: none has a say."
        proposal.find("class-count", message)
        return
    tree["labels"] = list(labels)
    tree["outputs"] = tree["outputs"] | {"probabilities": named[0]}


def _is_row(spec: TensorSpec) -> bool:
    size = spec.shape[1] if len(spec.shape) > 1 else None
    return (
        len(spec.shape) in (2, 4)
        and size is not None
        and _LEAST <= size <= _MOST
        and all(rest == 1 for rest in spec.shape[2:])
        and spec.shape[0] in (1, None)
    )
