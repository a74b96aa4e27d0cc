"""Network cameras: a real RTSP conversation on this machine, and what is told when there is none."""

import socket

import pytest

from core.cameras.source import CameraLost, FrameSource, SourceError, open_source
from tests.core.cameras.installed import needs_rtp
from tests.core.cameras.rtsp_camera import RtspCamera


@needs_rtp
def test_pictures_of_a_network_camera_arrive_over_tcp_until_it_is_unplugged() -> None:
    camera = RtspCamera(user="admin", password="p@ss word")
    source = open_source(f"rtsp://admin:p%40ss%20word@127.0.0.1:{camera.port}/live")
    try:
        for number in range(3):
            frame = source.read()
            assert frame is not None
            assert frame.sequence >= number
            red, green, blue = frame.pixels.mean(axis=(0, 1))
            assert red > 200 > 50 > max(green, blue)
        description = source.description
        assert (description.width, description.height, description.fps) == (160, 120, 30)
        assert description.label == "Network camera 127.0.0.1"
        assert camera.transports == ["RTP/AVP/TCP;unicast;interleaved=0-1"]
    finally:
        camera.unplug()
    with pytest.raises(CameraLost, match="sends no pictures"):
        read_for_ever(source)
    source.close()


@needs_rtp
def test_a_wrong_password_is_a_hint_of_the_remedy() -> None:
    camera = RtspCamera(user="admin", password="right")
    source = open_source(f"rtsp://admin:wrong@127.0.0.1:{camera.port}/live")
    with pytest.raises(CameraLost) as raised:
        source.read()
    camera.unplug()
    assert "password" in raised.value.remedy
    assert "wrong" not in str(raised.value)


def read_for_ever(source: FrameSource) -> None:
    while source.read() is not None:
        pass


def test_a_camera_that_refuses_is_lost_and_its_password_stays_secret(
    capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    with socket.socket() as closed_port:
        closed_port.bind(("127.0.0.1", 0))
        port = closed_port.getsockname()[1]
        caplog.set_level(0)
        source = open_source(f"rtsp://admin:hunter2@127.0.0.1:{port}/live")
        with pytest.raises(CameraLost, match=r"127\.0\.0\.1") as raised:
            source.read()
    output = capfd.readouterr()
    told = f"{raised.value} {source.description} {caplog.text} {output.out} {output.err}"
    assert "hunter2" not in told
    assert "admin" not in told
    assert source.description.uri == f"rtsp://•••@127.0.0.1:{port}/live"


def test_leaving_does_not_wait_for_a_camera_that_does_not_answer() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        source = open_source(f"rtsp://127.0.0.1:{silent.getsockname()[1]}/live")
        connection, _ = silent.accept()
        source.close()
        assert source.read() is None
        connection.close()


@pytest.mark.parametrize("uri", ["rtsp:", "rtsp://", "rtsp://:secret@/x", "rtsp://host:port/x", "rtsp://[::1/x"])
def test_an_address_without_a_host_is_told(uri: str) -> None:
    with pytest.raises(SourceError, match="network camera") as raised:
        open_source(uri)
    assert "secret" not in str(raised.value)
