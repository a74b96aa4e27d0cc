"""The keys of Triton's and nvinferserver's configuration files: what they become, and why the others are ignored.

Source: Triton's ``model_config.proto`` and DeepStream's Gst-nvinferserver documentation.
"""

_SERVER = "Tillsight runs the model by itself, without a server"
_RUNTIME = "the runtime decides how and where it computes"
_ONE = "there is one detector and one embedder, each with a setting of its own"
_FRAMES = "every frame is looked at"
_SUPPRESSION = "boxes of all classes are suppressed by the setting detection.overlap"

USED_MODEL = {
    "name": "name",
    "input.name": "input.name",
    "input.dims": "input.width, input.height",
    "input.data_type": "input",
    "output.name": "outputs",
    "output.dims": "decoder",
    "output.data_type": "decoder",
    "output.label_filename": "labels",
    "max_batch_size": "input",
    "default_model_filename": "file",
}

IGNORED_MODEL = {
    "platform": _SERVER,
    "backend": _SERVER,
    "runtime": _SERVER,
    "version_policy": _SERVER,
    "cc_model_filenames": _SERVER,
    "metric_tags": _SERVER,
    "parameters": _SERVER,
    "model_warmup": _SERVER,
    "model_operations": _SERVER,
    "model_transaction_policy": _SERVER,
    "model_repository_agents": _SERVER,
    "response_cache": _SERVER,
    "ensemble_scheduling": _SERVER,
    "sequence_batching": _SERVER,
    "dynamic_batching": "as many crops as a frame has are computed together",
    "instance_group": _RUNTIME,
    "optimization": _RUNTIME,
    "input.format": "where the colors are is seen in dims",
    "input.reshape": "tensors are taken as dims says",
    "output.reshape": "tensors are taken as dims says",
    "input.is_shape_tensor": "only pictures are fed",
    "input.allow_ragged_batch": "only pictures are fed",
    "input.optional": "only pictures are fed",
    "output.is_shape_tensor": "only numbers are read",
    "batch_input": "only pictures are fed",
    "batch_output": "only numbers are read",
}

_PRE, _POST = "infer_config.preprocess", "infer_config.postprocess"

USED_SERVER = {
    "infer_config.backend.triton.model_name": "file",
    "infer_config.backend.triton.model_repo.root": "file",
    "infer_config.backend.trt_is.model_name": "file",
    "infer_config.backend.trt_is.model_repo.root": "file",
    f"{_PRE}.network_format": "input.color",
    f"{_PRE}.tensor_order": "input.layout",
    f"{_PRE}.maintain_aspect_ratio": "input.fit",
    f"{_PRE}.symmetric_padding": "input.padding",
    f"{_PRE}.normalize.scale_factor": "input.scale",
    f"{_PRE}.normalize.channel_offsets": "input.offset",
    f"{_POST}.labelfile_path": "labels",
    f"{_POST}.detection.num_detected_classes": "labels",
    f"{_POST}.detection.custom_parse_bbox_func": "decoder",
    f"{_POST}.detection.nms.confidence_threshold": "threshold",
    f"{_POST}.detection.simple_cluster.threshold": "threshold",
    f"{_POST}.detection.per_class_params.value.pre_threshold": "threshold",
}

IGNORED_SERVER = {
    "infer_config.unique_id": _ONE,
    "infer_config.gpu_ids": _RUNTIME,
    "infer_config.max_batch_size": "as many crops as a frame has are computed together",
    "infer_config.backend": _SERVER,
    "infer_config.extra": _SERVER,
    "infer_config.lstm": _SERVER,
    "infer_config.custom_lib": "the function that is named is one of the decoders here",
    "infer_config.asynchronous": _SERVER,
    f"{_PRE}.tensor_name": "the model's own input is used",
    f"{_PRE}.frame_scaling_hw": "pictures are scaled by the processor",
    f"{_PRE}.frame_scaling_filter": "pictures are scaled bilinearly",
    f"{_PRE}.normalize.mean_file": "only offsets are subtracted",
    f"{_POST}.detection.nms": _SUPPRESSION,
    f"{_POST}.detection.dbscan": _SUPPRESSION,
    f"{_POST}.detection.group_rectangle": _SUPPRESSION,
    f"{_POST}.detection.simple_cluster": _SUPPRESSION,
    f"{_POST}.detection.per_class_params": "one score holds for all classes",
    f"{_POST}.classification": "what an item is, the shop's own references say",
    f"{_POST}.other": "outputs are read by their names",
    "input_control.process_mode": "the detector sees frames, the embedder items",
    "input_control.operate_on_gie_id": _ONE,
    "input_control.operate_on_class_ids": _ONE,
    "input_control.interval": _FRAMES,
    "input_control.async_mode": _FRAMES,
    "input_control.secondary_reinfer_interval": "an item is looked at until its looks agree",
    "input_control.object_control": "how small an item may be is the setting detection.smallest_item",
    "output_control": "outputs are read by their names",
}
