"""A course that waits for what was handed in."""

import pytest

from tests.support.classes import new_course


@pytest.fixture
def course(tmp_path, monkeypatch):
    folder = new_course(tmp_path / "course")
    monkeypatch.chdir(folder)
    return folder
