"""Writing nvinfer's configuration file for a model card, so that DeepStream feeds and reads the model alike."""

import re
from typing import Literal

from core.errors import ModelError
from core.vision.model_card import AnyCard, DetectorCard
from core.vision.model_import.nvinfer_keys import ATTRIBUTES_OF_ALL, PARSERS
from core.vision.model_import.proposal import Finding

Dialect = Literal["txt", "yml"]

_FUNCTIONS = {decoder: function for function, decoder in PARSERS.items()}
_PLAIN_IN_YAML = re.compile(r"[\w./+-](?:[^#:]|(?<!\s)#|:(?=\S))*")
"""What YAML reads as it stands: without the marks of a remark or of another key in it."""
_LIBRARIES = {
    "efficientdet": "libnvds_infercustomparser_tao.so",
    "dino": "libnvds_infercustomparser_tao.so",
    "yolo-listed": "libnvdsinfer_custom_impl_Yolo.so",
}
LABEL_FILE = "labels.txt"


def nvinfer_text(card: AnyCard, dialect: Dialect, *, weights: str) -> tuple[str, list[Finding]]:
    """The file's text and what a person should know about it. ``weights``: the model's file as the text names it.

    Raises ``ModelError`` for what nvinfer cannot do: another scale for each channel.
    """
    findings: list[Finding] = []
    values = {"gpu-id": "0", "onnx-file": weights} | _input(card, findings)
    values |= {"batch-size": "1" if isinstance(card, DetectorCard) else "16", "network-mode": "0", "interval": "0"}
    attributes: dict[str, str] = {}
    if isinstance(card, DetectorCard):
        values |= _detector(card, findings)
        attributes["pre-cluster-threshold"] = repr(card.threshold)
    else:
        values |= {"process-mode": "2", "network-type": "100", "output-tensor-meta": "1"}
        if card.labels:
            values["labelfile-path"] = LABEL_FILE
    values["output-blob-names"] = ";".join(card.outputs.values())
    sections = {"property": values} | ({ATTRIBUTES_OF_ALL: attributes} if attributes else {})
    return _text(sections, dialect), findings


def _input(card: AnyCard, findings: list[Finding]) -> dict[str, str]:
    form = card.input
    if len(set(form.scale)) > 1:
        raise ModelError(
            f"The model {card.name} wants another scale for each channel, and nvinfer knows one for all.",
            remedy="Put the scales into the model's first layer.",
        )
    if form.fit == "letterbox" and form.pad_value:
        findings.append(Finding("padding-black", f"nvinfer pads with black, the card with a gray of {form.pad_value}."))
    return {
        "net-scale-factor": repr(form.scale[0]),
        "offsets": ";".join(repr(offset) for offset in form.offset),
        "model-color-format": "1" if form.color == "BGR" else "0",
        "infer-dims": f"3;{form.height};{form.width}",
        "network-input-order": "1" if form.layout == "NHWC" else "0",
        "maintain-aspect-ratio": "1" if form.fit == "letterbox" else "0",
        "symmetric-padding": "1" if form.fit == "letterbox" and form.padding == "both" else "0",
    }


def _detector(card: DetectorCard, findings: list[Finding]) -> dict[str, str]:
    values = {"process-mode": "1"}
    if card.labels:
        values |= {"labelfile-path": LABEL_FILE, "num-detected-classes": str(len(card.labels))}
    function = _FUNCTIONS.get(card.decoder)
    if function is None:
        findings.append(
            Finding(
                "raw-outputs",
                f"No function of DeepStream is known to read what the decoder {card.decoder} reads: the tensors go "
                "out as they are.",
            )
        )
        return values | {"network-type": "100", "output-tensor-meta": "1"}
    library = _LIBRARIES[card.decoder]
    findings.append(Finding("custom-lib-path", f"Say in custom-lib-path where {library} is on the other machine."))
    return values | {
        "network-type": "0",
        "cluster-mode": "4",
        "parse-bbox-func-name": function,
        "custom-lib-path": library,
    }


def _text(sections: dict[str, dict[str, str]], dialect: Dialect) -> str:
    lines: list[str] = []
    for name, values in sections.items():
        if dialect == "txt":
            lines += [f"[{name}]", *(f"{key}={value}" for key, value in values.items()), ""]
        else:
            lines += [f"{name}:", *(f"  {key}: {_in_yaml(value)}" for key, value in values.items()), ""]
    return "\n".join(lines)


def _in_yaml(value: str) -> str:
    """The value, in quotes where it would be read as something else."""
    return value if _PLAIN_IN_YAML.fullmatch(value) else "'{}'".format(value.replace("'", "''"))
