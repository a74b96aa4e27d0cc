"""Which optional parts of the system this machine has."""

import pytest

from core.cameras.csi import load_gstreamer
from core.cameras.source import SourceError


def _has_elements(*names: str) -> bool:
    try:
        gstreamer = load_gstreamer()
    except SourceError:
        return False
    return all(gstreamer.has(name) for name in names)


needs_gstreamer = pytest.mark.skipif(
    not _has_elements("videotestsrc", "videoconvert", "appsink"),
    reason="PyGObject or GStreamer's base plugins are not installed",
)
needs_rtp = pytest.mark.skipif(
    not _has_elements("videotestsrc", "jpegenc", "rtpjpegpay"),
    reason="PyGObject or GStreamer's good plugins are not installed",
)
