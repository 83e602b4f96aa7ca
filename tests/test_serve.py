"""The page as it is served: on this machine alone, to whoever knows its address, and to no other site."""

import http.client
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from modelgen.api.deals import build, load
from modelgen.api.pages import serve
from modelgen.page.server import LARGEST_OVERLAY, PageServer
from modelgen.problem import ModelError
from modelgen.review.build import solved
from tests.conftest import ROOT, SMALL
from tests.page_proof import CHROMIUM, SCRIPTS, needs_chromium, run_node

OVERLAY = "assumptions:\n  growth:\n    value: 3%\n    status: judgement\n    basis: Changed\n"


@contextmanager
def _running(server: PageServer) -> Iterator[PageServer]:
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    """A workbook beside its deal's folder."""
    shutil.copytree(SMALL, tmp_path / "small")
    build(tmp_path / "small", tmp_path / "model.xlsx", proof=False)
    return tmp_path / "model.xlsx"


@pytest.fixture
def server(workbook: Path) -> Iterator[PageServer]:
    """The workbook's page, served."""
    with _running(serve(workbook).server) as found:
        yield found


def _ask(
    server: PageServer, method: str, path: str, body: bytes | None = None, **headers: str
) -> tuple[int, bytes, dict[str, str]]:
    connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=10)
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request(method, path, body, names)
    answer = connection.getresponse()
    found = answer.status, answer.read(), dict(answer.getheaders())
    connection.close()
    return found


def test_the_page_is_at_its_address_alone(server: PageServer) -> None:
    assert server.address.startswith(f"http://127.0.0.1:{server.server_port}/")
    assert server.server_address[0] == "127.0.0.1"
    status, body, headers = _ask(server, "GET", f"/{server.token}/")
    assert status == 200
    assert b"connect-src 'self'" in body
    assert (headers["Cache-Control"], headers["X-Frame-Options"]) == ("no-store", "DENY")
    for path in ("/", f"/{server.token}", "/x/", f"/{server.token}/../etc", "/%e9/"):
        assert _ask(server, "GET", path)[0] == 404


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"Host": "127.0.0.1"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec_Fetch_Site": "cross-site"},
    ],
    ids=str,
)
def test_other_origins_are_refused(
    server: PageServer, workbook: Path, headers: dict[str, str]
) -> None:
    for method, path in (("GET", "/"), ("POST", "/overlay")):
        status, body, _ = _ask(
            server, method, f"/{server.token}{path}", OVERLAY.encode(), **headers
        )
        assert status == 403
        assert b"another site" in body
    assert not list(workbook.parent.glob("*.yaml"))


def test_localhost_is_this_machine_too(server: PageServer, workbook: Path) -> None:
    path, port = f"/{server.token}/overlay", server.server_port
    names = ("127.0.0.1", "localhost")
    for host in names:
        for other in names:
            headers = {"Host": f"{host}:{port}", "Origin": f"http://{other}:{port}"}
            status, _, _ = _ask(server, "POST", path, OVERLAY.encode(), **headers)
            assert status == (200 if host == other else 403)
    assert len(list(workbook.parent.glob("*.yaml"))) == 2


@pytest.mark.parametrize(
    ("changed", "said"),
    [("small/deal.yaml", "the deal"), ("model.xlsx", "model.xlsx"), ("with.yaml", "with.yaml")],
)
def test_nothing_is_saved_once_what_was_opened_has_changed(
    changed: str, said: str, workbook: Path
) -> None:
    folder = workbook.parent
    (folder / "with.yaml").write_text(OVERLAY, encoding="utf-8")
    with _running(serve(workbook, overlays=[folder / "with.yaml"]).server) as server:
        path = f"/{server.token}/overlay"
        assert _ask(server, "POST", path, OVERLAY.encode())[0] == 200
        was = (folder / changed).read_bytes()
        for now in (was + b"\n# changed\n", b"- what is this"):
            (folder / changed).write_bytes(now)
            status, body, _ = _ask(server, "POST", path, OVERLAY.encode())
            assert status == 409
            assert json.loads(body)["error"].startswith(
                f"{said} changed since this page was opened"
            )
        (folder / changed).write_bytes(was)
        assert _ask(server, "POST", path, OVERLAY.encode())[0] == 200
    assert len(list(folder.glob("*-overlay*.yaml"))) == 2


def test_an_overlay_is_saved_beside_the_file(server: PageServer, workbook: Path) -> None:
    path = f"/{server.token}/overlay"
    for name in ("model-overlay.yaml", "model-overlay-2.yaml"):
        status, body, _ = _ask(server, "POST", path, OVERLAY.encode(), Origin=server.origin)
        assert (status, json.loads(body)) == (200, {"saved": name})
        saved = workbook.parent / name
        assert saved.read_text(encoding="utf-8") == OVERLAY
    evaluation = solved(load(workbook.parent / "small", saved).text)
    assert evaluation.cell("growth", None) == 0.03


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        (b"assumptions: {growth: {value: 900%}}", 400, "out of range"),
        (b"assumptions: [", 400, "overlay"),
        (b"sections: []", 400, "overlay"),
        (b"\xff", 400, "not UTF-8"),
        (b"x" * (LARGEST_OVERLAY + 1), 413, "too long"),
    ],
)
def test_what_does_not_build_is_not_saved(
    server: PageServer, workbook: Path, body: bytes, status: int, said: str
) -> None:
    try:
        found, answer, _ = _ask(server, "POST", f"/{server.token}/overlay", body)
    except (BrokenPipeError, ConnectionResetError):
        assert status == 413  # closed before all of it was sent
    else:
        assert found == status
        assert said in json.loads(answer)["error"]
    assert not list(workbook.parent.glob("*.yaml"))


def test_a_port_that_is_taken_is_said(server: PageServer, workbook: Path) -> None:
    with pytest.raises(ModelError, match=f"port {server.server_port} cannot be used"):
        serve(workbook, port=server.server_port)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGINT for a child")
def test_the_command_serves_until_it_is_ended(workbook: Path) -> None:
    arguments = [sys.executable, "-m", "modelgen", "serve", str(workbook)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True, env=environment) as running:
        assert running.stdout is not None
        said = running.stdout.readline()
        found = re.match(r"http://127\.0\.0\.1:(\d+)(/\S+/)  ", said)
        assert found is not None, said
        connection = http.client.HTTPConnection("127.0.0.1", int(found[1]), timeout=10)
        connection.request("GET", found[2])
        assert connection.getresponse().status == 200
        running.send_signal(signal.SIGINT)
        assert running.wait(20) == 0


@needs_chromium
def test_the_page_saves_what_was_changed_on_it(server: PageServer, workbook: Path) -> None:
    task = f"save={json.dumps([['growth', 0.03]])}"
    found = run_node(str(SCRIPTS / "behave.mjs"), CHROMIUM, server.address, task)["save"]
    assert found["said"] == "saved as model-overlay.yaml"
    assert "3%" in (workbook.parent / "model-overlay.yaml").read_text(encoding="utf-8")


@needs_chromium
def test_the_page_says_that_the_deal_has_changed(server: PageServer, workbook: Path) -> None:
    deal = workbook.parent / "small" / "deal.yaml"
    deal.write_text(f"{deal.read_text(encoding='utf-8')}\n# changed\n", encoding="utf-8")
    task = f"save={json.dumps([['growth', 0.03]])}"
    found = run_node(str(SCRIPTS / "behave.mjs"), CHROMIUM, server.address, task)["save"]
    assert found["said"].startswith("not saved: the deal changed since this page was opened")
    assert not list(workbook.parent.glob("*.yaml"))
