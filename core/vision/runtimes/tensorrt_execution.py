"""One way through a TensorRT engine: an execution context with memory and a stream of its own."""

from collections.abc import Mapping
from typing import Any

from core.errors import ModelError
from core.vision.runtimes.cuda import Card, Lane
from core.vision.runtimes.cuda_graph import Graph
from core.vision.runtimes.runtime import Tensor, TensorSpec

Shapes = Mapping[str, tuple[int, ...]]


class ExecutionRefused(Exception):  # noqa: N818 - reads as what happened
    """TensorRT did not take a step; it has told its logger why."""


class Execution:
    """Runs one engine with one context. One thread at a time, within ``card.current()``.

    Inputs are copied into pinned memory, from there to the card in the stream, and the outputs back; then the stream
    is waited for. Raises ``ExecutionRefused``, and ``ModelError`` when an output's size depends on the picture.
    """

    def __init__(
        self,
        context: Any,
        card: Card,
        profile: int | None,
        inputs: Mapping[str, TensorSpec],
        outputs: Mapping[str, TensorSpec],
    ) -> None:
        self._context, self._inputs, self._outputs = context, inputs, outputs
        self._lane = Lane(card)
        self._graph: Graph | None = None
        if profile is None:
            return
        try:
            # Also where it is the first: only the first context of an engine has it by itself.
            self._expect(context.set_optimization_profile_async(profile, self._lane.handle))
            self._lane.wait()
        except BaseException:
            self._lane.close()
            raise

    def run(self, inputs: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """Every output by name, in arrays of its own."""
        places = self._prepare({name: inputs[name].shape for name in self._inputs})
        try:
            for name in self._inputs:
                self._lane.upload(name, inputs[name])
            if self._graph is not None:
                self._graph.launch()
            else:
                self._enqueue()
        finally:
            # Also after a failure: what is under way still reads and writes the memory.
            self._lane.wait()
        return {name: places[name].copy() for name in self._outputs}

    def record(self, shapes: Shapes) -> None:
        """From now on launch the work for these shapes as a graph; no others may be run afterwards.

        Raises ``GraphRefused`` when CUDA does not record it.
        """
        self._prepare(shapes)
        # Once without recording: TensorRT catches up with what changed in the context.
        try:
            self._enqueue()
        finally:
            self._lane.wait()
        self._graph = Graph(self._lane.handle, self._enqueue)

    def close(self) -> None:
        """Free context and memory."""
        if self._graph is not None:
            self._graph.close()
        del self._context
        self._lane.close()

    def _prepare(self, shapes: Shapes) -> dict[str, Tensor]:
        """Set the inputs' shapes and give every tensor its place."""
        if self._graph is None:
            for name, shape in shapes.items():
                self._expect(self._context.set_input_shape(name, shape))
        places = {}
        for specs in (self._inputs, self._outputs):
            for name, spec in specs.items():
                shape = shapes.get(name) or self._shape_of_output(name)
                places[name] = self._lane.place(name, shape, spec.dtype)
                if self._graph is None:
                    self._expect(self._context.set_tensor_address(name, self._lane.address(name)))
        return places

    def _shape_of_output(self, name: str) -> tuple[int, ...]:
        shape = tuple(int(size) for size in self._context.get_tensor_shape(name))
        if min(shape, default=0) < 0:
            raise ModelError(
                f"The model's output '{name}' has a size that depends on the picture, which this runtime cannot do.",
                remedy="Choose onnxruntime in the settings, or export the model with a fixed number of boxes.",
            )
        return shape

    def _enqueue(self) -> None:
        """Computation and the outputs' copies, into the stream."""
        self._expect(self._context.execute_async_v3(self._lane.handle))
        for name in self._outputs:
            self._lane.download(name)

    @staticmethod
    def _expect(is_done: bool) -> None:
        if not is_done:
            raise ExecutionRefused
