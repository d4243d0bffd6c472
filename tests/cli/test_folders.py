"""Commands find the course from the folders in it, and put nothing where learners work."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.cli.main import main
from autograder.course.folders import hidden_folders
from autograder.kernels.layers import Protection
from autograder.running import one_file
from autograder.running.marks import Marks
from tests.support.classes import new_course


@pytest.fixture
def course(tmp_path, monkeypatch):
    """A course; the command is given in the folder where learners work."""
    made = new_course(tmp_path / "course")
    monkeypatch.chdir(made / "notebooks/classification")
    return made


@pytest.mark.parametrize("instructor", [False, True])
def test_lab_opens_the_course(course, instructor, monkeypatch):
    jupyterlab = pytest.importorskip("jupyterlab.labapp", reason="needs [lessons]")
    for name in ("JUPYTER_CONFIG_PATH", "PATH"):  # it puts folders there: put them back
        monkeypatch.setenv(name, "/usr/bin")
    monkeypatch.setenv("JUPYTERLAB_WORKSPACES_DIR", "")
    monkeypatch.delenv("JUPYTERLAB_WORKSPACES_DIR")
    opened = []
    monkeypatch.setattr(
        jupyterlab.LabApp, "launch_instance", lambda options: opened.append(Path.cwd())
    )
    assert main(["lab", *(["--instructor"] if instructor else [])]) == 0
    assert opened == [course]


def test_check_reads_the_courses_settings(course, monkeypatch, capsys):
    settings = course / "nbgrader_config.py"
    settings.write_text(settings.read_text() + "\nc.Sandbox.cell_seconds = 7\n")
    found = []

    def stop(path, *, config, on_start, on_progress):
        found.append(config.Sandbox.cell_seconds)
        on_start(Protection())
        return Marks("02_tanh")

    monkeypatch.setattr(one_file, "check_file", stop)
    assert main(["check", "02_tanh.ipynb"]) == 0
    assert found == [7]


def test_kernels_do_not_read_the_courses_private_folders(course):
    assert str(course / "grading") in hidden_folders(Path.cwd())
    assert str(course / "solutions") in hidden_folders(Path("/"), Path.cwd())


def test_the_demo_is_made_in_the_clone_and_not_where_learners_work(course, monkeypatch, capsys):
    monkeypatch.setattr("autograder.demo.pipeline.new_course", lambda folder: 1 / 0)
    assert main(["demo", "--only", "blank"]) == 2
    said = capsys.readouterr()
    assert f"graded by nbgrader in {course / 'build/demo'}" in said.out
    assert said.err.startswith("a fault of autograder's own stopped `demo` (ZeroDivisionError: ")


def test_outside_of_a_course_the_demo_is_made_here(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("autograder.demo.pipeline.new_course", lambda folder: 1 / 0)
    assert main(["demo", "--only", "blank"]) == 2
    assert "graded by nbgrader in build/demo" in capsys.readouterr().out
