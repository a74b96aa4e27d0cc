"""A model as a configuration file states it, and the card that follows once its ONNX file has been looked at."""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from core.errors import ModelError
from core.vision.detectors.detr import BACKGROUND
from core.vision.detectors.family import Specs, layout_of, shape_words
from core.vision.detectors.ssd import list_parts
from core.vision.model_import.embedder_forms import take_classes
from core.vision.model_import.onnx_file import open_graph
from core.vision.model_import.proposal import ModelImportError, Proposal
from core.vision.runtimes.runtime import TensorSpec

_DEFAULT_THRESHOLD = 0.2
"""What nvinfer's parser takes without a word; its documentation says 0.4."""
_EMBEDDING = re.compile(r"embed|feature|fc_pred|^outputs?$", re.IGNORECASE)
_KNOWN_SIZES = {"outputs": 2048, "embeddings": 448}
_INPUT_NAMES = {"efficientdet": "input", "dino": "inputs", "outputs": "inputs"}
"""What NVIDIA calls the picture, by decoder or by the embedding's name; otherwise ``input``."""
_LISTS = ("num_detections", "detection_boxes", "detection_scores", "detection_classes")


@dataclass(slots=True)
class StatedModel:
    """What a file says; ``None`` and empty stand for what it leaves open. Colors are in the model's order."""

    proposal: Proposal
    kind: str = "detector"
    decoder: str = ""
    width: int | None = None
    height: int | None = None
    layout: str = "NCHW"
    color: str = "RGB"
    scale: float = 1.0
    offset: tuple[float, ...] = (0.0, 0.0, 0.0)
    fit: str = "stretch"
    padding: str = "end"
    threshold: float | None = None
    labels: tuple[str, ...] = ()
    class_count: int | None = None
    output_names: tuple[str, ...] = ()
    inputs: dict[str, TensorSpec] = field(default_factory=dict)
    outputs: dict[str, TensorSpec] = field(default_factory=dict)

    def look_at_weights(self) -> None:
        """Take inputs and outputs from the ONNX file, where it is and can be read."""
        weights = self.proposal.weights
        if not weights.is_file():
            self.proposal.find(
                "model-missing",
                f"The model {weights} is not there: put it beside the card before it is used. What it returns was not "
                "compared with the file.",
            )
            return
        try:
            graph = open_graph(weights)
        except ModelError as error:
            self.proposal.find("model-not-tried", f"{error.message} What it returns was not compared with the file.")
            return
        self.inputs, self.outputs = dict(graph.inputs), dict(graph.outputs)
        graph.close()
        self.proposal.is_run = True
        self._check_outputs()

    def _check_outputs(self) -> None:
        missing = [name for name in self.output_names if name not in self.outputs]
        if missing:
            self.proposal.find(
                "outputs-differ",
                f"The file names the outputs {', '.join(missing)}, and the model returns {', '.join(self.outputs)}.",
            )

    def tree(self, source: str) -> dict[str, Any]:
        """The card's content; raises ``ModelImportError`` when the essential is missing."""
        outputs, parts = self._parts()
        image = self._image(parts)
        form: dict[str, Any] = {
            "name": image.name,
            "width": self.width,
            "height": self.height,
            "layout": self.layout,
            "color": self.color,
            "scale": self.scale,
            "offset": list(self.offset),
            "fit": self.fit,
            "padding": self.padding,
            "pad_value": 0,
            "resampling": "linear",
        }
        tree: dict[str, Any] = {"kind": self.kind, "license": "unknown", "source": source}
        if self.kind == "embedder":
            tree["embedding_size"] = self._embedding_size(outputs, parts["embedding"])
        else:
            tree |= {"decoder": self.decoder, "threshold": self._threshold()} | self._labels()
        tree |= {"input": form, "outputs": parts}
        if self.kind == "embedder":
            take_classes(self.proposal, tree, outputs, self.labels)
        return tree

    def _image(self, parts: dict[str, str]) -> TensorSpec:
        """The picture's tensor; its size wins over the file's, because the model takes no other."""
        if not self.inputs:
            name = _INPUT_NAMES.get(self.decoder or parts["embedding"], "input")
            self.proposal.find(
                "input-name-guessed", f"The file does not name the input; NVIDIA calls it '{name}' in this model."
            )
            image = TensorSpec(name, (None, None, None, None), "float32")
        else:
            image = next(iter(self.inputs.values()))
            self._take_size(image)
        if self.width is None or self.height is None:
            raise ModelImportError(
                f"Neither the file nor the model {self.proposal.weights.name} says how large its input is.",
                remedy="Put the model where the file says, or write infer-dims into nvinfer's file, such as 3;544;960.",
            )
        return image

    def _take_size(self, image: TensorSpec) -> None:
        if len(image.shape) != 4 or len(self.inputs) != 1:
            raise ModelImportError(
                f"The model {self.proposal.weights.name} takes {shape_words(image.shape)}, which is no single picture.",
                remedy="Give a model with one picture as its input.",
            )
        layout = layout_of(image)
        height, width = image.shape[1:3] if layout == "NHWC" else image.shape[2:4]
        if layout != self.layout and 3 in image.shape[1::2]:
            self.proposal.find(
                "layout-differs", f"The file says {self.layout}, and the model takes {layout}: {layout} is used."
            )
            self.layout = layout
        stated = (self.width, self.height)
        if None not in (*stated, width, height) and stated != (width, height):
            self.proposal.find(
                "input-size-differs",
                f"The file says {stated[0]}×{stated[1]}, and the model takes {width}×{height}: that is used.",
            )
        self.width, self.height = width or self.width, height or self.height

    def _parts(self) -> tuple[Specs, dict[str, str]]:
        """The outputs that are known and the part that each plays."""
        known: dict[str, TensorSpec] = self.outputs or {
            name: TensorSpec(name, (), "float32") for name in self.output_names or self._usual_outputs()
        }
        if self.kind == "embedder":
            named = [name for name in known if _EMBEDDING.search(name)] or (list(known) if len(known) == 1 else [])
            if len(named) != 1:
                raise ModelImportError(
                    f"Of the outputs {', '.join(known)}, none alone is an embedding.",
                    remedy="Import the model's ONNX file, or name its output 'embeddings'.",
                )
            return known, {"embedding": named[0]}
        if self.decoder == "dino":
            parts = {"logits": _like(known, "logit|score|class"), "boxes": _like(known, "box")}
        elif self.decoder == "efficientdet":
            lists = {name: TensorSpec(name, (1, 1, 4) if "box" in name else (1, 1), "float32") for name in known}
            parts = list_parts(lists) or {}
        else:
            parts = {"predictions": next(iter(known))}
        if not parts or not all(parts.values()):
            raise ModelImportError(
                f"The outputs {', '.join(known)} are not those of the decoder {self.decoder}.",
                remedy="Name them in output-blob-names as the model does.",
            )
        return known, parts

    def _usual_outputs(self) -> tuple[str, ...]:
        usual = {"dino": ("pred_logits", "pred_boxes"), "efficientdet": _LISTS}.get(self.decoder, ("outputs",))
        self.proposal.find(
            "outputs-guessed", f"The file names no outputs; NVIDIA calls them {', '.join(usual)} in this model."
        )
        return usual

    def _embedding_size(self, outputs: Specs, name: str) -> int:
        shape = outputs[name].shape
        size = next((size for size in reversed(shape) if size not in (None, 1)), None) or _KNOWN_SIZES.get(name)
        if size is None:
            raise ModelImportError(
                f"How many numbers '{name}' has is known only when the model is there.",
                remedy=f"Put {self.proposal.weights.name} where the file says, and import again.",
            )
        return size

    def _threshold(self) -> float:
        if self.threshold is None:
            self.proposal.find(
                "threshold-default",
                f"The file sets no pre-cluster-threshold: {_DEFAULT_THRESHOLD} is used, as nvinfer's parser does; "
                "its documentation says 0.4.",
            )
            return _DEFAULT_THRESHOLD
        return min(0.99, max(0.01, self.threshold))

    def _labels(self) -> dict[str, Any]:
        labels, count = list(self.labels), self.class_count
        if not labels and count is not None and self.decoder == "dino":
            labels = [BACKGROUND, *(["item"] if count == 2 else [f"class {number}" for number in range(1, count)])]
        elif not labels and count == 1:
            labels = ["item"]
        if not labels:
            self.proposal.find("labels-missing", "No classes are known by name: none can be ignored.")
            return {}
        if self.decoder != "dino":
            return {"labels": labels}
        if labels[0].strip().lower() != BACKGROUND:
            if count == len(labels) + 1:
                labels = [BACKGROUND, *labels]
            else:
                self.proposal.find(
                    "background-named", f"Class 0 is the background for the decoder dino, though named '{labels[0]}'."
                )
        return {"labels": labels, "ignored_labels": [labels[0]]}


def _like(names: Specs, pattern: str) -> str:
    return next((name for name in names if re.search(pattern, name, re.IGNORECASE)), "")


def resolve(path: str, config: Path) -> Path:
    """A path in a configuration file: beside the file unless it is absolute.

    Raises ``ModelImportError`` for one that no file can have.
    """
    try:
        whole = Path(path) if Path(path).is_absolute() else (config.parent / path).resolve()
        whole.stat()
    except (FileNotFoundError, NotADirectoryError):
        return whole
    except (OSError, ValueError) as error:
        raise ModelImportError(
            f"{config.name} names a file that cannot be read: {path[:60]!r}.", remedy="Check the path in it."
        ) from error
    return whole
