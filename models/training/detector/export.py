"""Writes the trained detector as ONNX, weights stored as float16, and compares its boxes with PyTorch's.

Run from the repository's root:
``python -m models.training.detector.export --checkpoint RUN/checkpoint.pt --stock STOCK``.
"""

import argparse
import copy
import hashlib
import math
import os
from collections.abc import Sequence
from pathlib import Path

# ONNX Runtime would report its use over the network; it asks when it is imported (core/__init__.py).
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")

import numpy as np
import onnx
import onnxruntime
import torch
from onnx import helper

from models.training.detector.halving import HalvedBlock
from models.training.detector.network import SIDE, CenterNetwork, Exported, load_network
from models.training.detector.scoring import Finder, Numbers, boxes_of, network_finder, overlaps, validation_sets
from models.training.onnx_file import halve_weights, simplified
from models.training.scenes.raster import Picture

OPSET = 17
USUAL = 0.35
"""The program's threshold when nobody sets another."""

_WIDEST = 1
"""The block with 96 channels at 160×160."""

_TENSORS = ("images", "centers", "sides")

OUTPUT = Path(__file__).resolve().parents[2] / "tillsight-detector" / "tillsight-detector.onnx"


def shift_scores(network: CenterNetwork, threshold: float) -> None:
    """Let what scored ``threshold`` score the program's usual threshold; the order of scores stays."""
    with torch.no_grad():
        network.center.bias += math.log(USUAL / (1 - USUAL)) - math.log(threshold / (1 - threshold))


def export(network: CenterNetwork, path: Path) -> None:
    """The network as ONNX, batch and sides open, batch normalization folded into the convolutions."""
    exported = copy.deepcopy(network)
    exported.fold()
    exported.blocks[_WIDEST] = HalvedBlock(exported.blocks[_WIDEST])
    torch.onnx.export(
        Exported(exported).eval(),
        (torch.zeros(1, 3, SIDE, SIDE),),
        path,
        input_names=["images"],
        output_names=list(_TENSORS[1:]),
        dynamic_axes={name: {0: "batch", 2: f"{name}_height", 3: f"{name}_width"} for name in _TENSORS},
        opset_version=OPSET,
        dynamo=False,
    )


def describe(model: onnx.ModelProto) -> None:
    """State origin and license inside the file."""
    model.producer_name, model.producer_version, model.doc_string = "tillsight detector.export", "1", ""
    del model.metadata_props[:]
    facts = {
        "source": "models/training/detector",
        "license": "Apache-2.0",
        "preprocessing": f"RGB, NCHW, longer side {SIDE}, filled up with 127 to multiples of 32, (x - 127) / 128",
    }
    helper.set_model_props(model, facts)


def file_finder(path: Path) -> Finder:
    """The ONNX file as a finder."""
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])

    def find(pictures: Sequence[Picture]) -> list[tuple[Numbers, Numbers]]:
        stacked = np.stack([p[..., ::-1].transpose(2, 0, 1) for p in pictures]).astype(np.float32)
        centers, sides = session.run(["centers", "sides"], {"images": (stacked - 127) / 128})
        return [boxes_of(heat[0], side) for heat, side in zip(centers, sides, strict=True)]

    return find


def compare(first: Finder, second: Finder, pictures: Sequence[Picture], *, least: float = 0.3) -> tuple[float, float]:
    """The lowest IoU of a box with the other's nearest, and the largest difference of their scores."""
    lowest, largest = 1.0, 0.0
    for picture in pictures:
        (boxes, scores), (others, their) = first([picture])[0], second([picture])[0]
        for index in np.flatnonzero(scores >= least):
            shared = overlaps(boxes[index : index + 1], others)[0] if len(others) else np.zeros(1)
            lowest = min(lowest, float(shared.max()))
            if len(others):
                largest = max(largest, abs(float(scores[index] - their[int(shared.argmax())])))
    return lowest, largest


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--checkpoint", type=Path, required=True)
    parser.add_argument("--stock", type=Path, required=True, help="its session C is what boxes are compared on")
    parser.add_argument("--judge-stock", type=Path, required=True)
    parser.add_argument("--threshold", type=float, default=USUAL, help="the score that becomes the usual threshold")
    parser.add_argument("--output", type=Path, default=OUTPUT)
    given = parser.parse_args()
    given.output.parent.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(1)
    network = load_network(given.checkpoint)
    shift_scores(network, given.threshold)
    export(network, given.output)
    model = simplified(given.output)
    halve_weights(model)
    describe(model)
    onnx.checker.check_model(model, full_check=True)
    onnx.save(model, given.output)
    content = given.output.read_bytes()
    print(f"{given.output.name}: {len(content) / 1e6:.2f} MB, sha256 {hashlib.sha256(content).hexdigest()}")
    pictures = [entry.picture for entry in validation_sets(given.stock, given.judge_stock, 10)["counter"]]
    lowest, largest = compare(network_finder(network), file_finder(given.output), pictures)
    print(f"boxes on {len(pictures)} pictures: lowest IoU {lowest:.5f}, largest difference of scores {largest:.5f}")


if __name__ == "__main__":
    main()
