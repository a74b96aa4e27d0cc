"""Network cameras by RTSP, through OpenCV's FFmpeg."""

from urllib.parse import urlsplit

import cv2

from core.cameras.address import SourceAddress, SourceError
from core.cameras.live_capture import LiveCapture, quiet_opencv
from core.cameras.source import CameraLost, SourceDescription

_OPENING = 5.0
_SILENCE = 5.0
"""Seconds that a network camera may take to answer, and to send the next picture."""


def open_rtsp(address: SourceAddress, *, width: int, height: int, fps: float) -> LiveCapture:
    """Begin to connect to a network camera over TCP; returns at once, the first ``read`` waits for the picture.

    The camera itself decides on size and rate: the description is exact from the first frame on. The login in the
    address goes to the camera alone, never into descriptions, messages or logs. Raises ``SourceError`` for an address
    without a host; ``read`` raises ``CameraLost`` when the camera does not answer.
    """
    host = _host(address)

    def connect() -> cv2.VideoCapture:
        quiet_opencv()
        # FFmpeg's own default is UDP, where one lost packet smears the picture; OpenCV asks for TCP.
        return cv2.VideoCapture(
            address.text,
            cv2.CAP_FFMPEG,
            [
                cv2.CAP_PROP_OPEN_TIMEOUT_MSEC,
                int(_OPENING * 1000),
                cv2.CAP_PROP_READ_TIMEOUT_MSEC,
                int(_SILENCE * 1000),
            ],
        )

    def lost() -> CameraLost:
        return CameraLost(
            f"The network camera {host} sends no pictures.",
            remedy="Check its power and network, and the address, user and password in the settings.",
        )

    description = SourceDescription(address.shown, f"Network camera {host}", width, height, fps, is_live=True)
    return LiveCapture(connect, description, lost=lost, first_patience=_OPENING + _SILENCE, patience=_SILENCE)


def _host(address: SourceAddress) -> str:
    try:
        parts = urlsplit(address.text)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host = None
    if not host:
        raise SourceError(
            f"The address {address.shown} is not that of a network camera.",
            remedy="Write it as rtsp://user:password@host:554/path, with special characters as %40 and so on.",
        )
    return host
