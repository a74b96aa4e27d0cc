"""Pages that need nothing else: filled from a template, with pictures and style inside, written whole or not at all."""

import base64
import io
from pathlib import Path

import jinja2
import numpy as np
from PIL import Image

from core.counts import counted
from core.errors import UserError
from core.frames import Pixels
from core.paths import resources_folder
from core.whole_file import write_whole


def fill_template(name: str, **values: object) -> str:
    """A template of ``resources/reports`` as text; what comes from outside is escaped."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(resources_folder() / "reports"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["percent"] = _percent
    environment.filters["counted"] = counted
    return environment.get_template(name).render(**values)


def write_page(page: str, file: Path) -> None:
    """Write the page, whole or not at all; raises ``UserError`` when that is not possible."""
    try:
        # The name of a file may be no text; the page then shows such bytes by their numbers.
        write_whole(file, page.encode("utf-8", "backslashreplace"))
    except OSError as error:
        raise UserError(
            f"The report cannot be written to {file} ({error.strerror or error}).",
            remedy="Check the folder, its space and your right to write there.",
        ) from error


def picture_address(pixels: Pixels, *, side: int) -> str:
    """H×W×3 RGB pixels as a ``data:`` address, no side longer than ``side``."""
    picture = Image.fromarray(np.ascontiguousarray(pixels))
    picture.thumbnail((side, side), Image.Resampling.LANCZOS)
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=82)
    return f"data:image/jpeg;base64,{base64.b64encode(buffer.getvalue()).decode('ascii')}"


def _percent(share: float) -> str:
    return f"{100 * share:.1f}"
