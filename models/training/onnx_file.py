"""What every exported network goes through before it ships: a plain graph, its weights stored as float16."""

import os
from pathlib import Path

# ONNX Runtime would report its use over the network; it asks when it is imported (core/__init__.py).
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

_SMALLEST_HALVED = 64
"""Weights with fewer numbers stay as they are: nothing is won."""


def simplified(path: Path) -> onnx.ModelProto:
    """The graph with constants computed and the zero padding merged into the convolutions, in standard operators."""
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
    options.optimized_model_filepath = str(path)
    onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    model = onnx.load(path)
    _merge_padding(model)
    strange = {node.op_type for node in model.graph.node if node.domain not in {"", "ai.onnx"}}
    left = {node.op_type for node in model.graph.node} & {"Pad", "BatchNormalization"}
    if strange or left:
        raise RuntimeError(f"the graph was not simplified: {strange | left}")
    standard = [entry for entry in model.opset_import if entry.domain in {"", "ai.onnx"}]
    del model.opset_import[:]
    model.opset_import.extend(standard)
    return model


def _merge_padding(model: onnx.ModelProto) -> None:
    """Let each convolution add the zeros that a node before it has added."""
    stored = {tensor.name: numpy_helper.to_array(tensor) for tensor in model.graph.initializer}
    padded = {node.output[0]: node for node in model.graph.node if node.op_type == "Pad"}
    for node in model.graph.node:
        before = padded.get(node.input[0]) if node.op_type == "Conv" else None
        if before is None:
            continue
        _, _, top, left, _, _, bottom, right = stored[before.input[1]].tolist()
        own = next(attribute for attribute in node.attribute if attribute.name == "pads")
        own.CopyFrom(helper.make_attribute("pads", [int(n) for n in (top, left, bottom, right)]))
        node.input[0] = before.input[0]
        model.graph.node.remove(before)
    used = {name for node in model.graph.node for name in node.input}
    kept = [tensor for tensor in model.graph.initializer if tensor.name in used]
    del model.graph.initializer[:]
    model.graph.initializer.extend(kept)


def halve_weights(model: onnx.ModelProto) -> None:
    """Store float weights as float16 and cast them back at the graph's start."""
    casts = []
    for tensor in model.graph.initializer:
        array = numpy_helper.to_array(tensor)
        if array.dtype != np.float32 or array.size < _SMALLEST_HALVED:
            continue
        half = array.astype(np.float16)
        if not np.isfinite(half).all():
            raise RuntimeError(f"{tensor.name} does not fit float16")
        wide, narrow = tensor.name, f"{tensor.name}.half"
        tensor.CopyFrom(numpy_helper.from_array(half, narrow))
        casts.append(helper.make_node("Cast", [narrow], [wide], name=f"{wide}.cast", to=TensorProto.FLOAT))
    nodes = [*casts, *model.graph.node]
    del model.graph.node[:]
    model.graph.node.extend(nodes)
