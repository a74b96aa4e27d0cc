"""Triton's and nvinferserver's configuration files: the text form of protocol buffers, read into cards."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.errors import ModelError
from core.vision.model_card import AnyCard, DetectorCard, EmbedderCard, proposed_card
from core.vision.model_import.config_text import read_protobuf
from core.vision.model_import.importers import propose_card
from core.vision.model_import.proposal import ImportRequest, Proposal
from core.vision.model_import.trial import try_detector
from tests.core.vision.foreign_graphs import floats, save_graph

FOLDER = Path(__file__).parent / "triton"
FILES = sorted([*FOLDER.glob("*.*"), *FOLDER.glob("models/*/config.pbtxt")])
PICTURE = np.full((64, 64, 3), 120, np.uint8)


def propose(path: Path, **request: Any) -> Proposal:
    return propose_card(path, ImportRequest(PICTURE, **request))


def card_of(proposal: Proposal) -> AnyCard:
    return proposed_card(proposal.weights, proposal.tree | {"name": "x"})


def names(proposal: Proposal) -> list[str]:
    return [finding.name for finding in proposal.findings]


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}-{file.name}")
def test_every_value_is_told_with_its_file_and_line(file: Path) -> None:
    proposal = propose(file)
    reasons = {ignored.key for ignored in proposal.ignored}
    assert proposal.values
    for value in proposal.values:
        assert value.line is not None
        line = Path(value.file).read_text(encoding="utf-8").splitlines()[value.line - 1]
        assert value.value.split(";")[0] in line
        assert value.key.rsplit(".", 1)[-1] in line
        assert value.used_as or value.key in reasons
    assert "unknown-key" not in names(proposal)


@pytest.mark.parametrize(
    ("file", "decoder", "size", "layout", "labels"),
    [
        ("server_binary_dino.yml", "dino", (960, 544), "NCHW", 2),
        ("server_100.txt", "efficientdet", (416, 416), "NHWC", 0),
        ("models/detection_binary_dino/config.pbtxt", "dino", (960, 544), "NCHW", 2),
        ("models/detection_100/config.pbtxt", "efficientdet", (416, 416), "NHWC", 0),
    ],
)
def test_detectors(file: str, decoder: str, size: tuple[int, int], layout: str, labels: int) -> None:
    card = card_of(propose(FOLDER / file))
    assert isinstance(card, DetectorCard)
    assert (card.decoder, (card.input.width, card.input.height), card.input.layout) == (decoder, size, layout)
    assert (card.input.color, card.input.fit, card.input.padding) == ("RGB", "letterbox", "end")
    assert len(card.labels) == labels
    if decoder == "dino":
        assert card.input.scale == pytest.approx((1 / (255 * 0.226),) * 3)
        assert card.outputs == {"logits": "pred_logits", "boxes": "pred_boxes"}


@pytest.mark.parametrize(
    ("file", "output", "size", "scale"),
    [
        ("server_recognition.yml", "embeddings", 448, 0.0146017),
        ("models/recognition_v1/config.pbtxt", "outputs", 2048, 1 / 255),
        ("models/recognition_v2/config.pbtxt", "embeddings", 448, 0.0146017),
    ],
)
def test_embedders(file: str, output: str, size: int, scale: float) -> None:
    card = card_of(propose(FOLDER / file))
    assert isinstance(card, EmbedderCard)
    assert (card.outputs, card.embedding_size, card.input.fit) == ({"embedding": output}, size, "stretch")
    assert card.input.scale[0] == pytest.approx(scale, rel=1e-5)


def test_the_engines_name_leads_to_the_onnx_file() -> None:
    weights = {file.parent.name: propose(file).weights for file in FILES if file.name == "config.pbtxt"}
    assert weights["detection_100"] == FOLDER / "models" / "detection_100" / "retail_detector_100.onnx"
    assert weights["recognition_v2"].name == "FANDualHead_Base_NVIN_op16.onnx"


MODEL = """
name: 'mine'  # a remark
backend: "onnxruntime"
max_batch_size: 0
input { name: "images" data_type: TYPE_FP32 dims: [1, 3, 64, 64] }
output: { name: "boxes", data_type: TYPE_FP32, dims: [1, -1, 4] }
output { name: "scores" data_type: TYPE_FP32 dims: [1, -1] }
output < name: "classes" data_type: TYPE_INT64 dims: [1, -1] label_filename: "names.txt" >
"""


def test_a_repository_with_its_model_is_tried(tmp_path: Path) -> None:
    outputs: dict[str, Any] = {
        "boxes": floats((0.25, 0.25, 0.5, 0.75))[None],
        "scores": np.array([[0.9]], np.float32),
        "classes": np.array([[1]], np.int64),
    }
    save_graph(tmp_path / "2" / "model.onnx", outputs)
    (tmp_path / "names.txt").write_text("bag\nbox\n", encoding="utf-8")
    config = tmp_path / "config.pbtxt"
    config.write_text(MODEL, encoding="utf-8")
    proposal = propose(config)
    assert proposal.weights == tmp_path / "2" / "model.onnx"
    assert proposal.is_run
    card = card_of(proposal)
    assert isinstance(card, DetectorCard)
    assert card.labels == ("bag", "box")
    (seen,) = try_detector(card, PICTURE, threshold=0.5)
    np.testing.assert_allclose(seen.box, (16, 16, 32, 48), atol=1e-3)
    assert seen.label == "box"


def test_a_file_with_brackets_in_its_name_is_found_in_a_versions_folder(tmp_path: Path) -> None:
    save_graph(tmp_path / "1" / "mine [2].onnx", {"boxes": floats((0, 0, 1, 1))[None]})
    config = tmp_path / "config.pbtxt"
    config.write_text(f'default_model_filename: "mine [2].onnx"\n{MODEL}', encoding="utf-8")
    assert propose(config).weights == tmp_path / "1" / "mine [2].onnx"


def test_a_server_without_its_model_takes_the_usual_names(tmp_path: Path) -> None:
    text = (FOLDER / "server_recognition.yml").read_text(encoding="utf-8").replace('root: "models"', 'root: "away"')
    file = tmp_path / "server.yml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ModelError, match="how large its input is"):
        propose(file)


def test_a_classifiers_raw_outputs_are_an_embedders_where_they_leave_it(tmp_path: Path) -> None:
    (tmp_path / "m").mkdir()
    config = 'input { name: "x" data_type: TYPE_FP32 dims: [3, 64, 64] }\n'
    config += 'output { name: "features" data_type: TYPE_FP32 dims: [32] }\nmax_batch_size: 4\n'
    (tmp_path / "m" / "config.pbtxt").write_text(config, encoding="utf-8")
    server = tmp_path / "server.txt"
    text = 'infer_config { backend { triton { model_name: "m" } } postprocess { classification { threshold: 0.5 } } }'
    server.write_text(text, encoding="utf-8")
    with pytest.raises(ModelError, match="a classifier"):
        propose(server)
    server.write_text(f"{text}\noutput_control {{ output_tensor_meta: true }}\n", encoding="utf-8")
    card = card_of(propose(server))
    assert isinstance(card, EmbedderCard)
    assert card.embedding_size == 32


def test_unknown_keys_are_findings(tmp_path: Path) -> None:
    config = tmp_path / "config.pbtxt"
    config.write_text(MODEL + 'shape: "round"\n', encoding="utf-8")
    (found,) = [finding for finding in propose(config).findings if finding.name == "unknown-key"]
    assert "config.pbtxt, line 9: shape" in found.message


def server_text(detection: str) -> str:
    function = 'custom_parse_bbox_func: "NvDsInferParseCustomDDETRTAO"'
    return (
        'infer_config { backend { triton { model_name: "m" } } '
        f"postprocess {{ detection {{ {detection} {function} }} }} }}"
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('input { name: "x" dims: [3, 8, 8]', "line 1 is not understood: the end of the file inside a message"),
        ('input { name: "x" dims: [3, 8, 8', "line 1 is not understood: the end of the file inside a value"),
        ('input [\n { name: "x }\n]', "line 2 is not understood"),
        ("input { 7: 3 }", "line 1 is not understood: 7"),
        ("input { name: } }", "line 1 is not understood: }"),
        ('input { name: "x" }', "An input in config.pbtxt has no name or no dims"),
        ('input { name: "x" dims: [3, a] }', "dims is 3;a, which are no sizes"),
        ('input { name: "x" dims: [3, 8, 8] }', "names no inputs or no outputs"),
        ('input { name: "x" dims: [3, 8, 8] }\noutput { name: "y" dims: [7] }', "of no form that is known here"),
        ("infer_config { unique_id: 1 }", "names no model"),
        (
            'infer_config { backend { triton { model_name: "m" } } postprocess { segmentation { threshold: 0.1 } } }',
            "names no custom_parse_bbox_func",
        ),
        (
            'infer_config { backend { triton { model_name: "m" } } preprocess { network_format: IMAGE_FORMAT_GRAY } }',
            "network_format is IMAGE_FORMAT_GRAY, and only RGB and BGR",
        ),
        (
            'infer_config { backend { triton { model_name: "m" } } preprocess { normalize { scale_factor: x } } }',
            "scale_factor is x, which is no number",
        ),
        (
            'infer_config { backend { triton { model_name: "m" } } postprocess { classification { threshold: 0.5 } } }',
            "a classifier whose outputs do not leave it",
        ),
        (
            'infer_config { backend { triton { model_name: "m" } } preprocess { normalize { scale_factor: inf } } }',
            "scale_factor is inf, which is no number",
        ),
        (server_text("num_detected_classes: inf"), "num_detected_classes is inf, which is no number"),
        (server_text("num_detected_classes: 0"), "num_detected_classes is 0, which is no number of classes"),
        ("infer_config { " * 3000, "line 1 is not understood: messages within messages without end"),
        (f'infer_config {{ backend {{ triton {{ model_name: "{"m" * 300}" }} }} }}', "a file that cannot be read"),
        (
            'infer_config { backend { triton { model_name: "m" } } preprocess { normalize { channel_offsets: [1] } } }',
            "channel_offsets is 1, not one number",
        ),
        (
            'infer_config { backend { triton { model_name: "m" } } postprocess { detection { custom_parse_bbox_func: '
            '"Mine" } } }',
            "custom_parse_bbox_func is Mine, and no decoder here reads that",
        ),
    ],
)
def test_what_cannot_be_read_is_told(tmp_path: Path, text: str, words: str) -> None:
    config = tmp_path / "config.pbtxt"
    config.write_text(text, encoding="utf-8")
    with pytest.raises(ModelError, match=words) as caught:
        propose(config)
    assert caught.value.remedy


def test_lists_and_messages_keep_their_order_and_lines(tmp_path: Path) -> None:
    text = "a: 1\nb {\n  c: [1, 2,\n 3]\n}\nb { c: 'x' }\nd [ { e: -1.5e-3 }, { e: TRUE } ]\n"
    entries = read_protobuf(text, tmp_path / "x.pbtxt")
    assert [(entry.section, entry.key, entry.value, entry.line) for entry in entries] == [
        ("", "a", "1", 1),
        ("b[0]", "c", "1;2;3", 3),
        ("b[1]", "c", "x", 6),
        ("d[0]", "e", "-1.5e-3", 7),
        ("d[1]", "e", "TRUE", 7),
    ]
    assert entries[1].path == "b.c"
