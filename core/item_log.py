"""What was recognized at the counter, kept for review with its crop and its looks."""

from collections.abc import Callable

from core.catalog.database import Catalog
from core.errors import UserError
from core.geometry import crop_slices
from core.sightings import Match
from core.vision_loop import VisionLoop
from core.worker import Submit


class CatalogItemLog:
    """Called on the vision thread; stores on the records thread.

    ``on_answer`` is told, on the records thread, which recognition a person has named as which product (``None``: not
    an item), and ``on_item`` that there is one more. ``stored`` is told, on the vision thread, the picture of an item,
    also when the program is closed while it is being stored.
    """

    def __init__(
        self,
        catalog: Catalog,
        submit: Submit,
        loop: VisionLoop,
        *,
        stored: Callable[[int, str], None],
        on_answer: Callable[[int, int | None], None],
        on_item: Callable[[], None],
        tell: Callable[[UserError], None],
    ) -> None:
        self._catalog = catalog
        self._submit = submit
        self._loop = loop
        self._stored = stored
        self._on_answer = on_answer
        self._on_item = on_item
        self._tell = tell
        self._recognitions: dict[int, int] = {}

    def recognized(self, item_id: int, track_id: int, match: Match, *, sale_id: int) -> None:
        observation, pipeline = self._loop.observation, self._loop.pipeline
        if observation is None or pipeline is None:
            return
        box = next((s.track.box for s in observation.sightings if s.track.track_id == track_id), None)
        frame = observation.frame
        slices = crop_slices(box, width=frame.width, height=frame.height) if box is not None else None
        if slices is None:
            return
        crop = frame.pixels[slices].copy()
        looks, probabilities = pipeline.looks.vectors(track_id), pipeline.looks.probabilities(track_id)
        recognizer = pipeline.recognizer
        # The pipeline's own: while another embedder is being fitted, the shop's is that one already.
        key = pipeline.embedder_key

        def keep() -> str | None:
            try:
                photograph = self._catalog.photographs.store(crop)
                reasoned = match if looks is None else recognizer.with_votes(looks, match)
                recognition = self._catalog.recognitions.add(
                    photograph.picture,
                    reasoned,
                    sale_id=sale_id,
                    looks=looks,
                    embedder_key=key,
                    probabilities=probabilities,
                )
            except UserError as error:
                self._tell(error)
                return None
            self._recognitions[item_id] = recognition.recognition_id
            self._on_item()
            return photograph.picture

        def pass_on(picture: str | None) -> None:
            if picture is not None:
                self._stored(item_id, picture)

        self._loop.follow(self._submit(keep), pass_on)

    def answered(self, item_id: int, product_id: int | None) -> None:
        def correct() -> None:
            recognition_id = self._recognitions.get(item_id)
            if recognition_id is None:
                return
            try:
                self._on_answer(recognition_id, product_id)
            except UserError as error:
                self._tell(error)

        self._submit(correct)
