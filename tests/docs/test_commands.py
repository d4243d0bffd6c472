"""Commands in README and docs/: those of the guides run in their order, all others are known."""

from __future__ import annotations

import contextlib
import re
import shlex
import subprocess
import sys
import zipfile
from pathlib import Path

import nbformat
import pytest

from autograder import cli
from tests.grading import small
from tests.grading.classes import new_course, solved

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
#: What a guide's command may end with, besides 0: work for a person, or less than full marks.
ONE = ("grade", "check", "collect", "export")
TARGETS = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))


def shell_lines(page):
    blocks = re.findall(r"```sh\n(.*?)```", page.read_text("utf-8"), re.DOTALL)
    lines = [line.partition("  #")[0].strip() for block in blocks for line in block.splitlines()]
    return [line for line in lines if line and not line.startswith("#")]


def mentioned(page):
    """Commands in running text, such as `make lab` or `autograder grade`."""
    spans = re.findall(r"`((?:\.venv/bin/)?(?:make|autograder) [^`\n]+)`", page.read_text("utf-8"))
    return [*spans, *shell_lines(page)]


@pytest.fixture
def course(tmp_path):
    """A course of 02_tanh, and a zip in which ada and dan hand in."""
    made = new_course(tmp_path / "course")
    with zipfile.ZipFile(made / "submissions.zip", "w") as archive:
        for learner in ("ada", "dan"):
            notebook = nbformat.from_dict(small.notebook(small.ANSWERS[learner]))
            archive.writestr(f"{learner}/02_tanh.ipynb", nbformat.writes(notebook))
    nbformat.write(nbformat.from_dict(solved()), made / "my_notebook.ipynb")
    return made


def run(line, course):
    words = shlex.split(line.removeprefix(".venv/bin/"))
    if words[0] == "autograder":
        words[:1] = [sys.executable, "-m", "autograder.cli"]
    else:
        words[0] = str(Path(sys.executable).parent / words[0])
    done = subprocess.run(
        words, cwd=course, env=small.environment(), capture_output=True, text=True, timeout=300
    )
    assert "Traceback" not in done.stderr, done.stderr
    return done


@pytest.mark.parametrize("name", ["instructors", "learners"])
def test_a_guides_commands_run_in_their_order(name, course):
    page = ROOT / "docs" / f"{name}.md"
    lines = shell_lines(page)
    assert lines
    for line in lines:
        if line.startswith("make "):
            continue  # see the next test
        done = run(line, course)
        fine = (0, 1) if line.split()[1] in ONE else (0,)
        assert done.returncode in fine, f"{line}\n{done.stdout}{done.stderr}"
    if name == "instructors":
        assert (course / "grading/report/classification/learners/dan.html").is_file()
        assert len(lines) == 10


@pytest.mark.parametrize("guide", PAGES, ids=lambda guide: guide.name)
def test_every_command_exists(guide):
    for line in mentioned(guide):
        if re.search(r"\bmake [a-z]", line) and "autograder" not in line:
            target = re.search(r"\bmake (?:-\S+ )*([a-z-]+)", line)[1]
            assert target in TARGETS, line
        elif match := re.match(r"(?:\.venv/bin/)?autograder (.+)", line):
            # Words in capitals stand for values; a number for those that have to be one.
            words = [re.sub(r"^(N|POINTS)$", "1", word) for word in shlex.split(match[1])]
            words = [word for word in words if not word.startswith("[")]
            bare = len(words) == 1 and words[0] in cli_commands()
            assert bare or parses(words), line


def parses(words):
    with contextlib.suppress(SystemExit):
        cli._parser().parse_args(words)
        return True
    return False


def cli_commands():
    (commands,) = (a for a in cli._parser()._actions if getattr(a, "choices", None))
    return set(commands.choices)


def test_a_command_that_does_not_exist_would_be_found(tmp_path):
    page = tmp_path / "page.md"
    page.write_text("Try `autograder polish` and `make gold`.\n")
    assert mentioned(page) == ["autograder polish", "make gold"]
    assert "gold" not in TARGETS
    assert not parses(["polish"])
