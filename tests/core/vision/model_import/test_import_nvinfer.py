"""nvinfer's configuration files as anybody may write them: what becomes of each key, and what is told."""

from pathlib import Path

import numpy as np
import pytest

from core.errors import ModelError
from core.vision.model_card import DetectorCard
from core.vision.model_import.nvinfer_keys import IGNORED, IGNORED_ATTRIBUTES, USED, USED_ATTRIBUTES
from core.vision.model_import.trial import try_detector
from core.vision.preprocessing import prepare
from tests.core.vision.foreign_graphs import floats, save_graph
from tests.core.vision.model_import.proposing import PICTURE, card_of, message, names, propose, write

PROPERTY_KEYS = """
parse-func gie-unique-id process-mode interval labelfile-path gpu-id secondary-reinfer-interval output-tensor-meta
enable-dla use-dla-core batch-size tensor-meta-pool-size network-mode model-engine-file int8-calib-file workspace-size
output-blob-names is-classifier network-type force-implicit-batch-dim infer-dims output-io-formats
layer-device-precision model-color-format net-scale-factor offsets mean-file maintain-aspect-ratio symmetric-padding
scaling-filter scaling-compute-hw network-input-order input-tensor-from-meta custom-lib-path parse-bbox-func-name
parse-bbox-instance-mask-func-name engine-create-func-name parse-classifier-func-name custom-network-config model-file
proto-file uff-file uff-input-order input-dims uff-input-dims uff-input-blob-name tlt-encoded-model tlt-model-key
onnx-file num-detected-classes enable-dbscan cluster-mode classifier-type classifier-threshold
classifier-async-mode segmentation-threshold segmentation-output-order output-instance-mask input-object-min-width
input-object-min-height input-object-max-width input-object-max-height operate-on-gie-id operate-on-class-ids
filter-out-class-ids
"""
ATTRIBUTE_KEYS = """
threshold pre-cluster-threshold post-cluster-threshold eps group-threshold minBoxes dbscan-min-score roi-top-offset
roi-bottom-offset detected-min-w detected-min-h detected-max-w detected-max-h border-color bg-color nms-iou-threshold
topk
"""


def detector_text(*, parser: str = "NvDsInferParseCustomDDETRTAO", **changes: object) -> str:
    values: dict[str, object] = {
        "net-scale-factor": 0.5,
        "offsets": "3;2;1",
        "onnx-file": "model.onnx",
        "infer-dims": "3;64;64",
        "num-detected-classes": 2,
        "parse-bbox-func-name": parser,
    }
    values |= {key.replace("_", "-"): value for key, value in changes.items()}
    lines = [f"{key}={value}" for key, value in values.items() if value is not None]
    return "\n".join(["[property]", *lines, "[class-attrs-all]", "pre-cluster-threshold=0.6", ""])


def test_every_key_that_the_parser_accepts_has_a_meaning_or_a_reason() -> None:
    assert set(PROPERTY_KEYS.split()) == set(USED) | set(IGNORED)
    assert set(ATTRIBUTE_KEYS.split()) == set(USED_ATTRIBUTES) | set(IGNORED_ATTRIBUTES)
    assert not set(USED) & set(IGNORED)


def test_more_traps(tmp_path: Path) -> None:
    embedder = "[property]\nnetwork-type=100\ninfer-dims=3;224;224\nnet-scale-factor={}\n"
    embedder += "output-blob-names={}\nonnx-file=m.onnx\n"
    save_graph(tmp_path / "m.onnx", {"fc_pred": np.ones((1, 64), np.float32)}, image=("input", (1, 3, 224, 224)))
    own = propose(write(tmp_path, embedder.format(1 / 255, "fc_pred")))
    assert "tao-normalization" in names(own)
    assert card_of(own).model_dump()["embedding_size"] == 64
    (tmp_path / "m.onnx").unlink()
    assert "v2-model-v1-normalization" in names(propose(write(tmp_path, embedder.format(1 / 255, "embeddings"))))
    int8 = detector_text(network_mode=1, parser="NvDsInferParseCustomEfficientDetTAO", num_detected_classes=3)
    found = propose(write(tmp_path, int8))
    assert {"network-mode-int8", "efficientdet-layout"} <= set(names(found))


def test_the_model_is_compared_with_the_file(tmp_path: Path) -> None:
    outputs = {
        "pred_logits": floats((-6, 2, -6), (-6, -6, -6))[None],
        "pred_boxes": floats((0.5, 0.25, 0.5, 0.25), (0, 0, 0, 0))[None],
    }
    save_graph(tmp_path / "model.onnx", outputs, image=("picture", ("n", 3, 64, 64)))
    (tmp_path / "names.txt").write_text("bottle\nbag\n", encoding="utf-8")
    text = detector_text(
        infer_dims="3;32;64", output_blob_names="pred_boxes;logits", labelfile_path="names.txt", num_detected_classes=3
    )
    proposal = propose(write(tmp_path, text))
    card = card_of(proposal)
    assert isinstance(card, DetectorCard)
    assert (card.input.name, card.input.height) == ("picture", 64)
    assert card.labels == ("background", "bottle", "bag")
    assert {"input-size-differs", "outputs-differ"} <= set(names(proposal))
    assert "class-count" not in names(proposal)
    (seen,) = try_detector(card, PICTURE, threshold=card.threshold)
    assert seen.label == "bottle"
    np.testing.assert_allclose(seen.box, (16, 8, 48, 24), atol=1e-3)
    assert "class-count" in names(propose(write(tmp_path, detector_text(num_detected_classes=2))))


def test_a_model_that_only_tensorrt_runs_is_taken_as_the_file_says(tmp_path: Path) -> None:
    (tmp_path / "model.onnx").write_bytes(b"not for this engine")
    proposal = propose(write(tmp_path, detector_text()))
    assert "model-not-tried" in names(proposal)
    assert not proposal.is_run
    assert card_of(proposal).input.width == 64


@pytest.mark.parametrize("layout", [0, 1])
@pytest.mark.parametrize("color", [0, 1])
@pytest.mark.parametrize(("aspect", "symmetric"), [(0, 0), (1, 0), (1, 1)])
def test_pictures_are_fed_by_the_written_formula(
    tmp_path: Path, layout: int, color: int, aspect: int, symmetric: int
) -> None:
    text = detector_text(
        net_scale_factor=0.0173,
        offsets="123.675;116.28;103.53",
        infer_dims="3;32;64",
        network_input_order=layout,
        model_color_format=color,
        maintain_aspect_ratio=aspect,
        symmetric_padding=symmetric,
    )
    form = card_of(propose(write(tmp_path, text))).input
    height, width = (32, 32) if aspect else (32, 64)
    picture = np.random.default_rng(5).integers(0, 256, (height, width, 3), np.uint8)
    batch, _ = prepare([picture], form)
    canvas = np.zeros((32, 64, 3))
    left = 16 if symmetric else 0
    canvas[:, left : left + width] = picture
    ordered = canvas[..., ::-1] if color else canvas
    expected = 0.0173 * (ordered - np.array([123.675, 116.28, 103.53]))
    np.testing.assert_allclose(batch[0], expected if layout else expected.transpose(2, 0, 1), atol=1e-5)


def test_unknown_and_repeated_keys_are_told(tmp_path: Path) -> None:
    text = detector_text() + "shape=round\n[class-attrs-0]\npre-cluster-threshold=0.9\n[tracker]\nenable=1\n"
    proposal = propose(write(tmp_path, text.replace("offsets=3;2;1", "offsets=9;9;9\noffsets=3;2;1\nnet-scale=2")))
    unknown = [finding.message for finding in proposal.findings if finding.name == "unknown-key"]
    assert len(unknown) == 3
    assert "config.txt, line 5" in unknown[0]
    assert "net-scale" in unknown[0]
    assert "lines 3 and 4" in message(proposal, "duplicate-key")
    assert card_of(proposal).input.offset == (3.0, 2.0, 1.0)
    assert {"class-attrs-0.pre-cluster-threshold"} <= {ignored.key for ignored in proposal.ignored}


@pytest.mark.parametrize(
    ("parser", "classes", "number"),
    [
        ("NvDsInferParseCustomDDETRTAO", 2, 1),
        ("NvDsInferParseCustomEfficientDetTAO", 1, 0),
        ("NvDsInferParseYolo", 1, 0),
    ],
)
def test_the_score_of_the_only_class_wins_over_that_of_all(
    tmp_path: Path, parser: str, classes: int, number: int
) -> None:
    """As nvinfer's parser does: what is said of all classes first, then what is said of one."""
    text = detector_text(parser=parser, num_detected_classes=classes)
    text += f"[class-attrs-{number}]\npre-cluster-threshold=0.9\nnms-iou-threshold=0.5\n"
    proposal = propose(write(tmp_path, text))
    card = card_of(proposal)
    assert isinstance(card, DetectorCard)
    assert card.threshold == 0.9
    used = {value.key: value.used_as for value in proposal.values}
    assert used[f"class-attrs-{number}.pre-cluster-threshold"] == "threshold"
    assert used["pre-cluster-threshold"] == ""
    assert {"pre-cluster-threshold", f"class-attrs-{number}.nms-iou-threshold"} <= {
        ignored.key for ignored in proposal.ignored
    }


@pytest.mark.parametrize(("classes", "number"), [(2, 0), (3, 1)])
def test_scores_of_the_background_and_of_one_of_several_classes_do_not_count(
    tmp_path: Path, classes: int, number: int
) -> None:
    text = detector_text(num_detected_classes=classes) + f"[class-attrs-{number}]\npre-cluster-threshold=0.9\n"
    card = card_of(propose(write(tmp_path, text)))
    assert isinstance(card, DetectorCard)
    assert card.threshold == 0.6


def test_what_the_file_leaves_open_is_told(tmp_path: Path) -> None:
    text = "[property]\nonnx-file=model.onnx\ninfer-dims=3;64;64\nparse-bbox-func-name=NvDsInferParseCustomDDETRTAO\n"
    proposal = propose(write(tmp_path, text))
    card = card_of(proposal)
    assert isinstance(card, DetectorCard)
    assert (card.threshold, card.input.scale, card.input.offset) == (0.2, (1.0,) * 3, (0.0,) * 3)
    assert {"threshold-default", "outputs-guessed", "input-name-guessed", "labels-missing"} <= set(names(proposal))
    chosen = card_of(propose(tmp_path / "config.txt", threshold=0.8, labels=("background", "item")))
    assert isinstance(chosen, DetectorCard)
    assert (chosen.threshold, chosen.labels) == (0.8, ("background", "item"))


def test_an_engines_name_leads_to_its_model(tmp_path: Path) -> None:
    text = detector_text(onnx_file=None, model_engine_file="../x/model.onnx_b1_gpu0_fp16.engine")
    assert propose(write(tmp_path, text)).weights == tmp_path.parent / "x" / "model.onnx"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (detector_text(parser="NvDsInferParseCustomNMSTLT"), "line 7: parse-bbox-func-name is .*no decoder here reads"),
        (detector_text(parse_bbox_func_name=""), "names no parse-bbox-func-name"),
        (detector_text(network_type=2), "network-type is 2, and only detectors"),
        (detector_text(model_color_format=2), "model-color-format is 2, and only RGB"),
        (detector_text(network_input_order=7), "network-input-order is 7"),
        (detector_text(infer_dims="1;64;64"), "infer-dims is 1;64;64, not 3;height;width"),
        (detector_text(infer_dims=None), "says how large its input is"),
        (detector_text(offsets="1;2"), "offsets is 1;2, not one number for each"),
        (detector_text(net_scale_factor="big"), "line 2: net-scale-factor is big, which is no number"),
        (detector_text(net_scale_factor="nan"), "which is no number"),
        (detector_text(num_detected_classes="9" * 400), "which is no number"),
        (detector_text(num_detected_classes=-5), "num-detected-classes is -5, which is no number of classes"),
        (detector_text(num_detected_classes=10**12), "which is no number of classes"),
        (detector_text(onnx_file=None), "names no ONNX file"),
        (detector_text(onnx_file="a\0b.onnx"), "names a file that cannot be read"),
        (detector_text(onnx_file=f"{'a' * 300}.onnx"), "names a file that cannot be read"),
        (detector_text(labelfile_path="a\0b.txt"), "names a file that cannot be read"),
        ("[property]\nnetwork-type=1\nonnx-file=m.onnx\ninfer-dims=3;8;8\n", "a classifier whose outputs do not leave"),
        (
            "[property]\nnetwork-type=100\nonnx-file=m.onnx\ninfer-dims=3;8;8\noutput-blob-names=a;b\n",
            "none alone is an",
        ),
        (
            "[property]\nnetwork-type=100\nonnx-file=m.onnx\ninfer-dims=3;8;8\noutput-blob-names=feature\n",
            "How many numbers",
        ),
        (detector_text(output_blob_names="a;b"), "not those of the decoder dino"),
        ("[property]\nhello\n", "line 2 is not understood: hello"),
        ("property:\n  list: [1, 2]\n", "line 2 is not understood"),
        ("property:\n  a: 1\nloose: 3\n", "line 3 is not understood"),
        ("[application]\nenable-perf-measurement=1\n", "configures no model"),
        ("", "configures no model"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_line(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(ModelError, match=words) as caught:
        propose(write(tmp_path, text, "config.yml" if text.startswith("property") else "config.txt"))
    assert caught.value.remedy


def test_quotes_remarks_and_line_ends_are_no_values(tmp_path: Path) -> None:
    text = (
        "\ufeffproperty:  # the model\r\n  onnx-file: 'my model.onnx'  # beside\r\n  infer-dims: 3;64;64\r\n"
        '  parse-bbox-func-name: "NvDsInferParseCustomDDETRTAO"\r\n  num-detected-classes: 2\r\n---\r\n'
    )
    file = tmp_path / "config.yml"
    file.write_bytes(text.encode())
    assert propose(file).weights == tmp_path / "my model.onnx"
    ini = detector_text(offsets="3; 2; 1;").replace("\n", "\r\n").replace("=", " = ")
    assert card_of(propose(write(tmp_path, ini))).input.offset == (3.0, 2.0, 1.0)


def test_a_large_or_binary_file_is_no_configuration(tmp_path: Path) -> None:
    file = tmp_path / "config.txt"
    file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ModelError, match="cannot be read as text"):
        propose(file)
    file.write_bytes(b"#" * 1_000_001)
    with pytest.raises(ModelError, match="too large"):
        propose(file)
