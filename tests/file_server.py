"""A web server on loopback that gives one file, well or badly."""

import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class FileServer(ThreadingHTTPServer):
    """Serves `content` under every path, and remembers what it was asked.

    Attributes
    ----------
    cut : int or None
        After so many bytes of a body the connection is closed.
    ranges, length, tells_ranges_right : bool
        Whether it knows Range, sends Content-Length, and sends the range that was asked for.
    etag : str
        The version; an If-Range of another one is answered with the whole file.
    status : int
        Of the answer, where it is not 200 or 206.
    redirect : str
        Where it sends everybody.
    silent : Event or None
        Before an answer it waits for it.
    """

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.content = bytes(range(256)) * 4096  # 1 MB
        self.etag = '"v1"'
        self.modified = ""
        self.cut = None
        self.ranges = self.length = self.tells_ranges_right = True
        self.status = 0
        self.redirect = ""
        self.silent = None
        self.asked = []

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}/"

    def handle_error(self, request, client_address):
        pass  # clients that hang up are what is tested


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        server = self.server
        server.asked.append((self.path, dict(self.headers)))
        if server.silent is not None:
            server.silent.wait(30)
        if server.redirect:
            self.send_response(302)
            self.send_header("Location", server.redirect)
            self.end_headers()
            return
        if server.status:
            self.send_error(server.status)
            return
        start = self._start()
        if start is None:
            self.send_response(200)
        elif start >= len(server.content):
            self.send_error(416)
            return
        else:
            told = start if server.tells_ranges_right else start + 1
            last, total = len(server.content) - 1, len(server.content)
            self.send_response(206)
            self.send_header("Content-Range", f"bytes {told}-{last}/{total}")
        body = server.content[start or 0 :]
        if server.length:
            self.send_header("Content-Length", str(len(body)))
        if server.etag:
            self.send_header("ETag", server.etag)
        if server.modified:
            self.send_header("Last-Modified", server.modified)
        self.end_headers()
        self.wfile.write(body[: server.cut])

    def _start(self):
        """Return the first byte that is asked for; None for the whole file."""
        range_, condition = self.headers.get("Range"), self.headers.get("If-Range")
        mark = self.server.etag or self.server.modified
        if not self.server.ranges or range_ is None or condition != mark:
            return None
        return int(range_.removeprefix("bytes=").removesuffix("-"))

    def log_message(self, *args):
        pass


@contextmanager
def serving():
    """Yield a running server."""
    with FileServer() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield server
        finally:
            if server.silent is not None:
                server.silent.set()
            server.shutdown()
            thread.join()
