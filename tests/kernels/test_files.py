"""What a kernel imports of ours: a copy of its own, compiled once for all kernels of a process."""

from __future__ import annotations

import compileall
import importlib.util
from pathlib import Path

from autograder.kernels import files


def test_a_second_copy_is_the_first_ones_and_is_not_compiled_again(tmp_path, monkeypatch):
    files.copy_project(tmp_path / "first")
    monkeypatch.setattr(compileall, "compile_dir", None)
    files.copy_project(tmp_path / "second")
    first, second = (all_in(tmp_path / name) for name in ("first", "second"))
    assert first == second
    for source in ("helpers/data.py", "autograder/checks/table.py"):
        assert source in first
        assert importlib.util.cache_from_source(source) in first


def all_in(folder: Path):
    """Each path with its rights; a file with its content and date too."""
    return {
        path.relative_to(folder).as_posix(): (
            path.stat().st_mode,
            path.is_file() and (path.read_bytes(), path.stat().st_mtime_ns),
        )
        for path in folder.rglob("*")
    }
