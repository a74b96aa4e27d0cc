"""From a trained network to the ONNX file that ships: weights in float16, arithmetic in float32."""

import hashlib
import os
from pathlib import Path

# ONNX Runtime would report its use over the network; it asks when it is imported (core/__init__.py).
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")

import numpy as np
import numpy.typing as npt
import onnx
import onnxruntime
import torch
from onnx import helper

from models.training.embedder.network import Trunk
from models.training.onnx_file import halve_weights, simplified

_OPSET = 17


def export(trunk: Trunk, path: Path, *, source: str) -> None:
    """Write ``path`` with the input ``images`` N×3×side×side RGB in −1…1 and the output ``embeddings`` N×d, float32."""
    side = trunk.side
    torch.onnx.export(
        trunk.eval(),
        (torch.zeros(1, 3, side, side),),
        str(path),
        input_names=["images"],
        output_names=["embeddings"],
        dynamic_axes={"images": {0: "batch"}, "embeddings": {0: "batch"}},
        opset_version=_OPSET,
        dynamo=False,
    )
    model = simplified(path)
    halve_weights(model)
    model.producer_name, model.producer_version, model.doc_string = "tillsight models.training.embedder", "1", ""
    facts = {
        "source": source,
        "license": "Apache-2.0",
        "preprocessing": f"RGB, NCHW, {side}x{side}, (x - 127) / 128",
    }
    del model.metadata_props[:]
    helper.set_model_props(model, facts)
    onnx.checker.check_model(model, full_check=True)
    onnx.save(model, path)


def compare(trunk: Trunk, path: Path, images: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
    """Cosines between the network's and the file's embeddings of N×3×side×side pictures."""
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    cosines = []
    for batch in np.array_split(images, max(1, len(images) // 8)):
        with torch.inference_mode():
            ours = trunk(torch.from_numpy(batch)).numpy().astype(np.float64)
        (theirs,) = session.run(["embeddings"], {"images": batch})
        cosines.append((ours * theirs).sum(1) / np.linalg.norm(ours, axis=1) / np.linalg.norm(theirs, axis=1))
    return np.concatenate(cosines)


def digest(path: Path) -> str:
    """The file's SHA-256 in hexadecimal digits."""
    return hashlib.sha256(path.read_bytes()).hexdigest()
