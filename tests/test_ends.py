"""How a command ends that is ended: no worker, no temporary file and no traceback is left."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from modelgen import files
from modelgen.files import scratch, write_text
from modelgen.problem import ModelError
from tests.conftest import ROOT

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals and streams are POSIX's")
SWEEP = [
    sys.executable, "-m", "modelgen", "sweep", "lexington-2006q1", "--paths", "400000", "--workers", "2",
    "--vary", "sales.change=normal(-5%, 10%)",
]  # fmt: skip


def children_of(process: int) -> list[int]:
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            except OSError:
                continue
            if parent == process:
                found.append(int(entry.name))
    return found


def runs(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def until(true: object, seconds: float = 60) -> bool:
    assert callable(true)
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        if true():
            return True
        time.sleep(0.05)
    return False


@pytest.mark.skipif(
    not Path("/proc/self/stat").exists(), reason="processes are looked for in /proc"
)
@pytest.mark.parametrize("how", ["SIGTERM", "SIGHUP", "SIGKILL"])
def test_a_sweep_that_is_ended_leaves_no_worker(how: str, tmp_path: Path) -> None:
    folder, out = tmp_path / "temporary", tmp_path / "out"
    folder.mkdir()
    out.mkdir()
    number = getattr(signal, how)
    started = subprocess.Popen(
        [*SWEEP, "-o", str(out / "paths.csv")],
        env={**os.environ, "TMPDIR": str(folder), "PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    try:
        assert until(lambda: len(children_of(started.pid)) >= 2 and list(out.iterdir()))
        workers = children_of(started.pid)
        os.kill(started.pid, number)
        _, said = started.communicate(timeout=60)
    finally:
        started.kill()
    assert started.returncode == (-9 if how == "SIGKILL" else 128 + number)
    assert until(lambda: not any(runs(worker) for worker in workers))
    if how != "SIGKILL":
        assert b"Traceback" not in said
        assert [list(folder.iterdir()), list(out.iterdir())] == [[], []]


@pytest.mark.parametrize("command", [["list"], ["--help"]])
def test_a_stdout_that_is_full_is_said_so(command: list[str]) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("there is no /dev/full")
    done = _shell(f"{' '.join(command)} > /dev/full")
    assert (done.returncode, done.stderr.strip()) == (
        2,
        "the output cannot be written: No space left on device",
    )


def test_a_stdout_that_is_closed_is_said_so() -> None:
    done = _shell("list >&-")
    assert done.returncode == 2
    assert done.stderr.strip() == "stdout is closed: there is nowhere to write the result"
    assert _shell("list >&- 2>&-").returncode == 2
    assert _shell("list 2>&-").returncode == 0
    assert _shell("list <&-").returncode == 0


def test_a_reader_that_has_seen_enough_is_no_error() -> None:
    done = _shell("list --json | head -c 1")
    assert (done.returncode, done.stderr) == (0, "")


def _shell(arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        ["sh", "-c", f"{sys.executable} -m modelgen {arguments}"],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=False,
    )


def gone() -> int:
    """The number of a process that has ended."""
    done = subprocess.run(
        [sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, check=True
    )
    return int(done.stdout)


def test_what_a_killed_process_left_is_removed_at_the_next_write(tmp_path: Path) -> None:
    machine, dead = files._machine(), gone()
    left = tmp_path / f".modelgen-{machine}-{dead}-abc.csv"
    running = tmp_path / f".modelgen-{machine}-{os.getppid()}-abc.csv"
    elsewhere = tmp_path / f".modelgen-0123abcd-{dead}-abc.csv"
    old = tmp_path / f".modelgen-0123abcd-{dead}-old.csv"
    strange = tmp_path / ".modelgen-notes.txt"
    for path in (left, running, elsewhere, old, strange):
        path.write_text("x", encoding="utf-8")
    os.utime(old, (1, 1))
    write_text(tmp_path / "out.txt", "text")
    kept = sorted(path.name for path in tmp_path.iterdir())
    assert kept == sorted(["out.txt", running.name, elsewhere.name, strange.name])


def test_the_folder_of_a_killed_process_is_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    left = tmp_path / f"modelgen-{files._machine()}-{gone()}-abc"
    (left / "in").mkdir(parents=True)
    (left / "in" / "book.xlsx").write_text("x", encoding="utf-8")
    with scratch() as folder:
        assert not left.exists()
        assert folder.is_dir()
    assert list(tmp_path.iterdir()) == []


def test_a_name_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="is not a valid file name"):
        write_text(tmp_path / "a\0b", "x")
