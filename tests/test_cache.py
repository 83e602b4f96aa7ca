"""The cache: nothing that was damaged, changed or put there by another is believed."""

import json
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from modelgen.workbook import cache
from modelgen.workbook.contents import read_contents
from modelgen.workbook.formulas_engine import Formulas
from modelgen.workbook.recalculate import Workbook
from tests.conftest import Built


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MODELGEN_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def raised(entry: Any) -> Any:
    """An entry with each value above 50 a thousand higher."""
    if isinstance(entry, list):
        return [raised(item) for item in entry]
    if isinstance(entry, dict):
        return {key: raised(item) for key, item in entry.items()}
    return entry + 1000 if isinstance(entry, float) and entry > 50 else entry


def unsigned(text: bytes) -> bytes:
    signature, _, entry = text.partition(b"\n")
    return signature + b"\n" + json.dumps(raised(json.loads(entry))).encode()


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "emptied": lambda _: b"",
    "cut": lambda text: text[: len(text) // 2],
    "a bit flipped": lambda text: text[:100] + bytes([text[100] ^ 1]) + text[101:],
    "poisoned": unsigned,
    "an object": lambda _: b"{}",
    "null": lambda _: b"null",
    "a text": lambda _: b'"x"',
    "a list": lambda _: b"[1]",
    "no text at all": lambda _: b"\xff\xfe\x00",
    "nested without end": lambda _: b"[" * 100_000,
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_entry_is_worked_out_anew(damage: str, small: Built, place: Path) -> None:
    expected = Workbook(small.path, "formulas").recalculate({"growth": "7%"})
    entries = list(place.glob("*.json"))
    assert len(entries) >= 4  # contents, programs, values as it stands, values after the change
    for path in entries:
        path.write_bytes(DAMAGES[damage](path.read_bytes()))
    found = Workbook(small.path, "formulas").recalculate({"growth": "7%"})
    assert found.values == expected.values
    assert found.values[small_result(small)] == expected.values[small_result(small)]
    assert Workbook(small.path, "formulas").recalculate({"growth": "7%"}).values == expected.values


def small_result(small: Built) -> tuple[str, int, int]:
    area = read_contents(small.path).names["closing"]
    return area.sheet, area.row, area.column


def test_an_entry_under_another_name_is_not_believed(place: Path) -> None:
    cache.store("one", [1.0])
    (place / "one.json").rename(place / "other.json")
    assert cache.load("other") is None


@pytest.mark.parametrize(
    "entry", [{}, None, "x", [1], {"shapes": [{}], "areas": [], "cells": []}, {"shapes": [None]}]
)
def test_an_entry_that_is_signed_and_is_none_is_worked_out_anew(
    entry: object, small: Built, place: Path
) -> None:
    """As a fault of our own would leave it: no exit code 1 or 3, no wrong value."""
    contents = read_contents(small.path)
    expected = Formulas(contents).calculate({})
    for path in place.glob("*.json"):
        cache.store(path.stem, entry)
    assert Formulas(read_contents(small.path)).calculate({}) == expected


def test_a_kept_program_that_is_none_is_compiled_anew(small: Built, place: Path) -> None:
    contents = read_contents(small.path)
    expected = Formulas(contents).calculate({})
    for path in place.glob("*.json"):
        kept = cache.load(path.stem)
        if isinstance(kept, dict) and "shapes" in kept:
            kept["shapes"] = [{}, None, *kept["shapes"][2:]]
            cache.store(path.stem, kept)
        elif isinstance(kept, list):
            path.unlink()
    assert Formulas(read_contents(small.path)).calculate({}) == expected


@pytest.mark.skipif(os.name != "posix", reason="permissions are POSIX's")
def test_the_folder_and_its_entries_are_the_users_alone(place: Path) -> None:
    cache.store("one", 1)
    assert stat.S_IMODE(place.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in place.iterdir()} == {0o600}


@pytest.mark.skipif(os.name != "posix", reason="permissions are POSIX's")
def test_a_folder_that_others_may_write_to_is_not_used(place: Path) -> None:
    cache.store("one", 1)
    assert cache.load("one") == 1
    place.chmod(0o777)
    assert cache.load("one") is None
    cache.store("two", 2)
    assert not (place / "two.json").exists()
    place.chmod(0o700)
    (place / "one.json").chmod(0o666)
    assert cache.load("one") is None


@pytest.mark.skipif(
    os.name != "posix" or os.getuid() != 0, reason="only root can give a folder away"
)
def test_a_folder_of_another_user_is_not_used(place: Path) -> None:
    cache.store("one", 1)
    os.chown(place, 12345, 12345)
    assert cache.load("one") is None


def test_a_link_to_a_folder_is_not_followed(place: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir(mode=0o700)
    place.symlink_to(tmp_path / "elsewhere")
    cache.store("one", 1)
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_a_damaged_key_is_made_anew(place: Path) -> None:
    cache.store("one", 1)
    (place / "key").write_text("short", encoding="utf-8")
    assert cache.load("one") is None
    cache.store("one", 2)
    assert cache.load("one") == 2
