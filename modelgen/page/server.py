"""A page on this machine alone: on 127.0.0.1, behind a token in its address, with a place to save overlays.

Whoever knows the address may read the page and save an overlay. A page of another site cannot: it does not
know the token, its requests carry its own origin, and a name of its own that leads to this machine is not the
host that is asked.
"""

import json
from collections.abc import Callable
from hmac import compare_digest
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from secrets import token_urlsafe

from modelgen.page.opened import ChangedError
from modelgen.problem import ModelgenError, fail

HOST, SAVE = "127.0.0.1", "overlay"
LARGEST_OVERLAY = 2**20
"""Bytes of an overlay that is taken."""
SLOWEST = 10.0
"""Seconds that a request may take to arrive."""
_HEADERS = {
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
Save = Callable[[str], str]
"""Saves an overlay's text and returns the file's name; raises ModelgenError if it cannot be taken, and
ChangedError if the deal is no longer what the page shows.
"""


class PageServer(ThreadingHTTPServer):
    """Serves one page at `address`. Raises ModelError if the port is taken.

    Example: `server = PageServer(html, save); print(server.address); server.serve_forever()`.
    """

    daemon_threads = True

    def __init__(self, page: str, save: Save, port: int = 0) -> None:
        self.page, self.save, self.token = page.encode(), save, token_urlsafe(24)
        try:
            super().__init__((HOST, port), _Handler)
        except (OSError, OverflowError) as error:
            raise fail(f"port {port} cannot be used: {error}") from None

    @property
    def origin(self) -> str:
        """The scheme, host and port of the page's address."""
        return f"http://{HOST}:{self.server_port}"

    @property
    def address(self) -> str:
        """The address of the page."""
        return f"{self.origin}/{self.token}/"


class _Handler(BaseHTTPRequestHandler):
    server: PageServer
    timeout = SLOWEST
    server_version, sys_version = "modelgen", ""

    def do_GET(self) -> None:
        if self._is_ours("/"):
            self._answer(HTTPStatus.OK, self.server.page, "text/html; charset=utf-8")

    def do_POST(self) -> None:
        if not self._is_ours(f"/{SAVE}"):
            return
        length = self.headers.get("Content-Length", "")
        if not length.isdecimal() or int(length) > LARGEST_OVERLAY:
            self._say(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, error="the overlay is too long")
            return
        try:
            text = self.rfile.read(int(length)).decode("utf-8")
            self._say(HTTPStatus.OK, saved=self.server.save(text))
        except UnicodeDecodeError:
            self._say(HTTPStatus.BAD_REQUEST, error="the overlay is not UTF-8")
        except ChangedError as error:
            self._say(HTTPStatus.CONFLICT, error=str(error))
        except ModelgenError as error:
            self._say(HTTPStatus.BAD_REQUEST, error=str(error))

    def _is_ours(self, path: str) -> bool:
        """Whether a request is for this host, from this page or an address typed by hand, and knows the
        token; answers if not.
        """
        server = self.server
        hosts = (f"{HOST}:{server.server_port}", f"localhost:{server.server_port}")
        host, origin = self.headers.get("Host"), self.headers.get("Origin")
        site = self.headers.get("Sec-Fetch-Site", "none")
        if (
            host not in hosts
            # A page comes from the host that it asks, by whichever of the two names it was opened.
            or origin not in (None, f"http://{host}")
            or site not in ("none", "same-origin")
        ):
            self._say(HTTPStatus.FORBIDDEN, error="another site may not ask")
            return False
        if not compare_digest(self.path.encode(), f"/{server.token}{path}".encode()):
            self._say(HTTPStatus.NOT_FOUND, error="there is nothing at this address")
            return False
        return True

    def _say(self, status: HTTPStatus, **words: str) -> None:
        self._answer(status, json.dumps(words, ensure_ascii=False).encode(), "application/json")

    def _answer(self, status: HTTPStatus, body: bytes, kind: str) -> None:
        self.send_response(status)
        for name, value in {**_HEADERS, "Content-Type": kind, "Content-Length": len(body)}.items():
            self.send_header(name, str(value))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Nothing: the terminal shows the address alone."""
