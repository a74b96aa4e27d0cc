"""A network camera on this machine: RTSP (RFC 2326) over one TCP connection, its pictures made by GStreamer."""

import base64
import socket
import socketserver
import threading
from contextlib import suppress
from typing import Any

from core.cameras.csi import load_gstreamer

_PACKETS = (
    "videotestsrc is-live=true pattern=red ! video/x-raw,format=I420,width=160,height=120,framerate=30/1 "
    "! jpegenc ! rtpjpegpay pt=26 ! appsink name=packets max-buffers=64 drop=true sync=false"
)
_SESSION = "v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=test\r\nt=0 0\r\nm=video 0 RTP/AVP 26\r\na=control:video\r\n"


class RtspCamera:
    """Serves a red picture at ``uri`` to whoever gives the right login, until it is unplugged."""

    def __init__(self, *, user: str, password: str) -> None:
        self.login = base64.b64encode(f"{user}:{password}".encode()).decode()
        self.transports: list[str] = []
        self._connections: list[socket.socket] = []
        camera = self

        class Conversation(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                camera.converse(self.connection)

        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Conversation)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()
        self.port = int(self._server.server_address[1])

    def unplug(self) -> None:
        """Cut every connection and answer no more."""
        self._server.shutdown()
        self._thread.join()
        for connection in self._connections:
            with suppress(OSError):  # the other side was quicker
                connection.shutdown(socket.SHUT_RDWR)
        self._server.server_close()

    def converse(self, connection: socket.socket) -> None:
        self._connections.append(connection)
        requests = connection.makefile("r", encoding="ascii", newline="\r\n")
        try:
            while line := requests.readline().strip():
                headers = _read_headers(requests)
                self._answer(connection, line.split()[0], headers)
        except (OSError, ValueError):
            return  # the other side, or the test, has cut the connection

    def _answer(self, connection: socket.socket, method: str, headers: dict[str, str]) -> None:
        number = headers["cseq"]
        if method != "OPTIONS" and headers.get("authorization") != f"Basic {self.login}":
            _send(connection, number, 'WWW-Authenticate: Basic realm="camera"', status="401 Unauthorized")
        elif method == "DESCRIBE":
            _send(connection, number, "Content-Type: application/sdp", body=_SESSION)
        elif method == "SETUP":
            self.transports.append(headers["transport"])
            _send(connection, number, "Transport: RTP/AVP/TCP;unicast;interleaved=0-1", "Session: 1")
        elif method == "PLAY":
            _send(connection, number, "Session: 1")
            _stream(connection)
        else:
            _send(connection, number, "Public: OPTIONS, DESCRIBE, SETUP, PLAY")


def _read_headers(requests: Any) -> dict[str, str]:
    headers = {}
    while line := requests.readline().strip():
        name, _, value = line.partition(":")
        headers[name.lower()] = value.strip()
    return headers


def _send(connection: socket.socket, number: str, *headers: str, status: str = "200 OK", body: str = "") -> None:
    lines = [f"RTSP/1.0 {status}", f"CSeq: {number}", *headers, f"Content-Length: {len(body)}", "", body]
    connection.sendall("\r\n".join(lines).encode())


def _stream(connection: socket.socket) -> None:
    """Send RTP packets, each behind ``$``, its channel and its length (RFC 2326, 10.12), until it is cut off."""
    gst = load_gstreamer().Gst
    pipeline = gst.parse_launch(_PACKETS)
    packets = pipeline.get_by_name("packets")
    pipeline.set_state(gst.State.PLAYING)
    try:
        while True:
            buffer = packets.pull_sample().get_buffer()
            packet = buffer.extract_dup(0, buffer.get_size())
            connection.sendall(b"$\x00" + len(packet).to_bytes(2, "big") + packet)
    finally:
        pipeline.set_state(gst.State.NULL)
