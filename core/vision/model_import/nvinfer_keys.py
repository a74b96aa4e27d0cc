"""The keys of nvinfer's configuration files: those that become part of a card, and why the others do not.

Source: the keys that DeepStream's Gst-nvinfer documents and its parser accepts, releases 6.2 to 8.0.
"""

ATTRIBUTES_OF_ALL = "class-attrs-all"
ATTRIBUTES = "class-attrs-"

USED = {
    "net-scale-factor": "input.scale",
    "offsets": "input.offset",
    "model-color-format": "input.color",
    "infer-dims": "input.width, input.height",
    "input-dims": "input.width, input.height",
    "network-input-order": "input.layout",
    "maintain-aspect-ratio": "input.fit",
    "symmetric-padding": "input.padding",
    "network-type": "kind",
    "output-tensor-meta": "kind",
    "process-mode": "kind",
    "parse-bbox-func-name": "decoder",
    "output-blob-names": "outputs",
    "onnx-file": "file",
    "labelfile-path": "labels",
    "num-detected-classes": "labels",
}
"""Keys of ``property`` and the keys of the card that they become."""

USED_ATTRIBUTES = {"pre-cluster-threshold": "threshold", "threshold": "threshold"}
"""Keys of the section whose score decides, mostly ``class-attrs-all``; the first wins."""

_DEVICE = "which processor computes is the setting recognition.runtime"
_ENGINE = "engines are built for this machine by the runtime"
_ONE = "there is one detector and one embedder, each with a setting of its own"
_PRECISION = "the runtime chooses how exactly it computes (0 is FP32, 1 INT8, 2 FP16)"
_OTHER_FORMAT = "only ONNX files are read"
_CLASSIFIER = "what an item is, the shop's own references say"
_SUPPRESSION = "boxes of all classes are suppressed by the setting detection.overlap"
_PLACE = "where items may lie are the settings detection.counter_region and detection.ignored_border"
_SIZE = "how small an item may be is the setting detection.smallest_item"
_PICTURES = "pictures come from the camera, and each is looked at"
_SEGMENTATION = "only boxes are used"
_DRAWING = "how boxes look is a matter of the window"

IGNORED = {
    "gpu-id": _DEVICE,
    "enable-dla": _DEVICE,
    "use-dla-core": _DEVICE,
    "network-mode": _PRECISION,
    "int8-calib-file": _PRECISION,
    "layer-device-precision": _PRECISION,
    "model-engine-file": _ENGINE,
    "workspace-size": _ENGINE,
    "force-implicit-batch-dim": _ENGINE,
    "engine-create-func-name": _ENGINE,
    "custom-network-config": _ENGINE,
    "output-io-formats": _ENGINE,
    "batch-size": "as many crops as a frame has are computed together",
    "tensor-meta-pool-size": "outputs are read as they come",
    "interval": _PICTURES,
    "input-tensor-from-meta": _PICTURES,
    "secondary-reinfer-interval": "an item is looked at until its looks agree",
    "classifier-async-mode": "an item is looked at until its looks agree",
    "gie-unique-id": _ONE,
    "operate-on-gie-id": _ONE,
    "operate-on-class-ids": _ONE,
    "custom-lib-path": "the function that is named is one of the decoders here",
    "parse-func": "only functions that are named by parse-bbox-func-name are known",
    "parse-classifier-func-name": _CLASSIFIER,
    "classifier-threshold": _CLASSIFIER,
    "classifier-type": _CLASSIFIER,
    "is-classifier": _CLASSIFIER,
    "cluster-mode": _SUPPRESSION,
    "enable-dbscan": _SUPPRESSION,
    "filter-out-class-ids": "classes that never are items are the card's ignored_labels",
    "scaling-compute-hw": "pictures are scaled by the processor",
    "scaling-filter": "pictures are scaled bilinearly",
    "tlt-model-key": "an ONNX file is not encrypted",
    "tlt-encoded-model": "it is encrypted; the ONNX file is used",
    "mean-file": "only offsets are subtracted",
    "model-file": _OTHER_FORMAT,
    "proto-file": _OTHER_FORMAT,
    "uff-file": _OTHER_FORMAT,
    "uff-input-order": _OTHER_FORMAT,
    "uff-input-dims": _OTHER_FORMAT,
    "uff-input-blob-name": _OTHER_FORMAT,
    "parse-bbox-instance-mask-func-name": _SEGMENTATION,
    "segmentation-threshold": _SEGMENTATION,
    "segmentation-output-order": _SEGMENTATION,
    "output-instance-mask": _SEGMENTATION,
    "input-object-min-width": _SIZE,
    "input-object-min-height": _SIZE,
    "input-object-max-width": _SIZE,
    "input-object-max-height": _SIZE,
}
"""Keys of ``property`` that a card has no place for, with the reason."""

IGNORED_ATTRIBUTES = {
    "post-cluster-threshold": _SUPPRESSION,
    "nms-iou-threshold": _SUPPRESSION,
    "eps": _SUPPRESSION,
    "group-threshold": _SUPPRESSION,
    "minBoxes": _SUPPRESSION,
    "dbscan-min-score": _SUPPRESSION,
    "topk": "all boxes above the score are kept",
    "roi-top-offset": _PLACE,
    "roi-bottom-offset": _PLACE,
    "detected-min-w": _SIZE,
    "detected-min-h": _SIZE,
    "detected-max-w": _SIZE,
    "detected-max-h": _SIZE,
    "border-color": _DRAWING,
    "bg-color": _DRAWING,
}
"""Keys of the sections about classes that a card has no place for."""

OF_ONE_CLASS = "one score holds for all classes"
OVERRULED = "the only class of items has a score of its own"

PARSERS = {
    "NvDsInferParseCustomEfficientDetTAO": "efficientdet",
    "NvDsInferParseCustomDDETRTAO": "dino",
    "NvDsInferParseYolo": "yolo-listed",
}
"""Functions that read outputs, and the decoders that read the same."""
