"""A file is read whatever wrote it, or named with the reason; never trusted, never changed."""

from __future__ import annotations

import contextlib
import copy
import json
import os
import random
import subprocess
import sys
import threading

import nbformat
import pytest

from autograder.submissions import read as reading
from autograder.submissions.read import NotGradable, read_cells
from tests.support.damage import filled
from tests.support.unreadable import PLAIN, notebook, unreadable


def written(tmp_path, content):
    path = tmp_path / "work.ipynb"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def read(tmp_path, content):
    path = written(tmp_path, content)
    before = path.read_bytes(), path.stat().st_mtime_ns, path.stat().st_mode
    try:
        return read_cells(path)
    finally:
        assert (path.read_bytes(), path.stat().st_mtime_ns, path.stat().st_mode) == before


def only_cell(tmp_path, **cell):
    return read(tmp_path, json.dumps(notebook(**cell))).cells[0]


TEXT = json.dumps(filled("02_tanh"))
SEVERAL = json.dumps(filled("02_tanh"), indent=1)


@pytest.mark.parametrize(
    ("content", "code"),
    [pytest.param(each.content, each.code, id=each.label) for each in unreadable("02_tanh")],
)
def test_what_cannot_be_read_is_named(content, code, tmp_path):
    with pytest.raises(NotGradable) as raised:
        read(tmp_path, content)
    assert raised.value.code == code
    message = str(raised.value)
    assert message.startswith("work.ipynb ")
    assert message.endswith(".")
    assert len(message.splitlines()) == 1


@pytest.mark.parametrize("seed", range(60))
def test_any_cut_is_named(seed, tmp_path):
    """Wherever a download stops, it is told that it did."""
    data = SEVERAL.encode()
    with pytest.raises(NotGradable) as raised:
        read(tmp_path, data[: random.Random(seed).randrange(1, len(data))])
    assert raised.value.code == "truncated"


@pytest.mark.parametrize("seed", range(200))
def test_broken_bytes_never_crash_it(seed, tmp_path):
    rng = random.Random(seed)
    data = bytearray(TEXT.encode())
    for _ in range(rng.randrange(1, 30)):
        place = rng.randrange(len(data))
        data[place : place + rng.randrange(3)] = rng.randbytes(rng.randrange(4))
    with contextlib.suppress(NotGradable):
        assert read(tmp_path, bytes(data)).cells


def test_a_missing_file_and_a_folder_are_named(tmp_path):
    for path, code in ((tmp_path / "none.ipynb", "missing"), (tmp_path, "not_a_file")):
        with pytest.raises(NotGradable) as raised:
            read_cells(path)
        assert raised.value.code == code


def test_no_link_is_followed(tmp_path):
    other = written(tmp_path, TEXT)
    link = tmp_path / "mine.ipynb"
    link.symlink_to(other)
    with pytest.raises(NotGradable) as raised:
        read_cells(link)
    assert raised.value.code == "is_a_link"


def test_a_link_put_there_meanwhile_is_not_followed(tmp_path, monkeypatch):
    link = tmp_path / "mine.ipynb"
    link.symlink_to(written(tmp_path, TEXT))
    monkeypatch.setattr(type(link), "is_symlink", lambda self: False)
    with pytest.raises(NotGradable) as raised:
        read_cells(link)
    assert raised.value.code == "unreadable"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes in folders are a Unix thing")
def test_a_pipe_is_not_waited_for(tmp_path):
    path = tmp_path / "pipe.ipynb"
    os.mkfifo(path)
    codes = []

    def attempt():
        try:
            read_cells(path)
        except NotGradable as error:
            codes.append(error.code)

    thread = threading.Thread(target=attempt, daemon=True)
    thread.start()
    thread.join(10)
    assert codes == ["not_a_file"]


def test_a_file_above_the_limit_is_not_read_to_its_end(tmp_path, monkeypatch):
    monkeypatch.setattr(reading, "LIMIT_BYTES", 1000)
    with pytest.raises(NotGradable) as raised:
        read(tmp_path, TEXT)
    assert raised.value.code == "too_large"


@pytest.mark.skipif(sys.platform != "linux", reason="limits on memory work on Linux only")
def test_the_largest_file_stays_within_bounded_memory(tmp_path):
    """As many values as may be parsed, in their most wasteful form, in 1.5 GB."""
    pairs = ",".join(f'{{"{n}":{n}}}' for n in range(reading.LIMIT_VALUES // 2 - 10))
    path = written(tmp_path, f'{{"cells":[{{}}],"x":[{pairs}]}}')
    code = (
        "import resource, sys; from pathlib import Path\n"
        "resource.setrlimit(resource.RLIMIT_DATA, (1_500_000_000,) * 2)\n"
        "from autograder.submissions.read import read_cells\n"
        "print(len(read_cells(Path(sys.argv[1])).cells))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, path], capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.stdout.strip(), done.stderr) == ("1", "")


ACCENTS = json.dumps(notebook(source="# Lösung für Ähnlichkeit: é\nx = 1"), ensure_ascii=False)


@pytest.mark.parametrize(
    ("encoding", "told"),
    [
        ("utf-8", None),
        ("utf-8-sig", None),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
        ("utf-32", "utf-32"),
        ("latin-1", "Latin-1"),
        ("cp1252", "Latin-1"),
    ],
)
def test_every_encoding_is_read(encoding, told, tmp_path):
    submitted = read(tmp_path, ACCENTS.encode(encoding))
    assert submitted.cells[0].source == "# Lösung für Ähnlichkeit: é\nx = 1"
    assert [note.code for note in submitted.mended] == (["encoding"] if told else [])
    assert all(told in note.message for note in submitted.mended)


@pytest.mark.parametrize("version", [3, 2])
def test_old_formats_are_read_as_nbformat_reads_them(version, tmp_path):
    now = nbformat.reads(json.dumps(filled("01_moons")), as_version=4)
    old = json.loads(
        nbformat.writes(nbformat.convert(copy.deepcopy(now), version), version=version)
    )
    assert "cells" not in old
    submitted = read(tmp_path, json.dumps(old))
    assert [(c.kind, c.source) for c in submitted.cells] == [
        (cell.cell_type, cell.source) for cell in now.cells
    ]
    assert [note.code for note in submitted.mended] == ["old_format"]
    if version == 3:
        named = [cell.metadata.get("nbgrader", {}).get("grade_id", "") for cell in now.cells]
        assert [cell.grade_id for cell in submitted.cells] == named


def test_headings_of_version_3_are_text(tmp_path):
    cells = [
        {"cell_type": "heading", "level": 2, "source": ["Setup"]},
        {"cell_type": "heading", "level": "huge", "source": "Else"},
        {"cell_type": "code", "language": "python", "input": ["a = 1\n", "b"], "prompt_number": 4},
    ]
    submitted = read(tmp_path, json.dumps({"nbformat": 3, "worksheets": [{"cells": cells}, None]}))
    assert [(c.kind, c.source) for c in submitted.cells] == [
        ("markdown", "## Setup"),
        ("markdown", "# Else"),
        ("code", "a = 1\nb"),
    ]
    assert submitted.cells[2].ran == 4


@pytest.mark.parametrize(
    ("source", "text"),
    [
        (["a\n", "b"], "a\nb"),
        (["a", "b"], "a\nb"),
        (["a\n", 5, None, "b"], "a\nb"),
        ("a\r\nb\rc", "a\nb\nc"),
        (None, ""),
        ({"a": 1}, ""),
        (7, ""),
        ("lone \ud800 half", "lone \ufffd half"),
        ("nul \0 here", "nul \ufffd here"),
    ],
)
def test_a_source_of_any_type_is_text(source, text, tmp_path):
    cell = only_cell(tmp_path, source=source)
    assert cell.source == text
    cell.source.encode()


@pytest.mark.parametrize("odd", [None, 5, -1, True, [], {}, [[]], "x", 1e400, float("nan"), ["x"]])
@pytest.mark.parametrize("field", ["cell_type", "metadata", "id", "execution_count", "outputs"])
def test_a_field_of_any_type_is_survived(field, odd, tmp_path):
    cell = only_cell(tmp_path, **{field: odd})
    assert cell.source == "x = 1"
    assert isinstance(cell.id, str)
    assert isinstance(cell.ran, int)


def test_odd_nbgrader_metadata_is_survived(tmp_path):
    for odd in (None, 5, [], {"grade_id": 5}, {"grade_id": None}, {"grade_id": {"a": 1}}):
        assert only_cell(tmp_path, metadata={"nbgrader": odd, "tags": odd}).grade_id == ""


def test_what_is_no_cell_is_left_out_and_told(tmp_path):
    cells = [None, 5, "x", [], {"cell_type": "code", "source": "y = 2"}]
    submitted = read(tmp_path, json.dumps({**PLAIN, "cells": cells}))
    assert [cell.source for cell in submitted.cells] == ["y = 2"]
    assert [note.message for note in submitted.mended] == [
        "4 of the file's cells are no cells; they were left out."
    ]


def test_the_last_of_two_equal_keys_counts_as_in_jupyter(tmp_path):
    text = '{"nbformat": 4, "cells": [], "cells": [{"cell_type": "code", "source": "z"}]}'
    assert [cell.source for cell in read(tmp_path, text).cells] == ["z"]


def test_deep_nesting_beside_the_cells_does_no_harm(tmp_path):
    deep = "[" * 900 + "]" * 900
    text = json.dumps(notebook(metadata={"deep": "HERE"})).replace('"HERE"', deep)
    assert read(tmp_path, text).cells[0].source == "x = 1"


def test_colabs_ids_are_found(tmp_path):
    cell = {"cell_type": "code", "source": "", "metadata": {"id": "AbC"}}
    assert read(tmp_path, json.dumps({**PLAIN, "cells": [cell]})).cells[0].id == "AbC"


def test_a_foreign_kernel_is_told(tmp_path):
    text = json.dumps({**notebook(), "metadata": {"kernelspec": {"name": "julia\u001b[31m"}}})
    (note,) = read(tmp_path, text).mended
    assert note.code == "kernel"
    assert note.message.isprintable()
