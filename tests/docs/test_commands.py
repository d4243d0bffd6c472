"""Every command in README, CONTRIBUTING and docs/ runs, or is named here with the reason why not.

Commands are the lines of ```sh blocks, and `autograder ...`, `make ...` and `nbgrader ...` in the
text. Those of all pages run in one scratch course, once each, in the order of the pages; those of
an instructor's first evening in a class of twelve (`test_first_evening.py`).
"""

from __future__ import annotations

import argparse
import re
import shlex
import shutil
import subprocess
import tomllib
import zipfile
from functools import cache

import nbformat
import pytest
from nbgrader.apps import NbGraderApp

from autograder.cli.main import parser
from tests.support import nbgraders_own, small
from tests.support.classes import NAME, ROOT, new_course, solved
from tests.support.documented import (
    RUN_ELSEWHERE,
    VALUES,
    commands,
    kind,
    parses,
    run,
    text_of,
)

#: In the order in which a reader meets them, and in which their commands run.
EVENING = "docs/instructors.md"
PAGES = [
    *(f"docs/{name}.md" for name in ("reference", "elsewhere", "learners", "authors")),
    *("docs/protection.md", "docs/scale.md"),
    *("README.md", "CONTRIBUTING.md", "docs/any-course.md"),
]
#: What a command ends with in the class below, where that is not 0.
EXPECTED = {
    "autograder grade": 1,  # cleo's mark waits for a person, now and later
    "autograder grade --force": 1,
    "autograder export": 1,
    "autograder export --format canvas": 1,
    "autograder export --format moodle": 2,  # no worksheet of Moodle's came with the zip
    f"autograder check notebooks/classification/{NAME}.ipynb": 1,
}


def each_once():
    return list(dict.fromkeys(line for page in PAGES for line in commands(text_of(page))))


def form_parses(line):
    """Whether a form such as `autograder grade --workers N` fits the command."""
    wholes = [[]]
    for word in shlex.split(line)[1:]:
        wholes = [
            [*whole, VALUES.get(one, one)]
            for whole in wholes
            for one in (word.split("|") if word != "|" else [])
        ]
    return bool(wholes) and all(map(parses, wholes))


def subcommands():
    (found,) = (
        action for action in parser()._actions if isinstance(action, argparse._SubParsersAction)
    )
    return set(found.choices)


@cache
def target_runs(target):
    return subprocess.run(
        ["make", "--dry-run", target], cwd=ROOT, capture_output=True, text=True, timeout=60
    )


@pytest.fixture
def course(tmp_path):
    """A course of 02_tanh, and a zip in which ada, cleo and dan hand in."""
    made = new_course(tmp_path / "course")
    with zipfile.ZipFile(made / "submissions.zip", "w") as archive:
        for learner in ("ada", "cleo", "dan"):
            notebook = nbformat.from_dict(small.notebook(small.ANSWERS[learner]))
            archive.writestr(f"{learner}/{NAME}.ipynb", nbformat.writes(notebook))
    nbformat.write(nbformat.from_dict(solved()), made / "my_notebook.ipynb")
    return made


def test_commands_run_in_the_order_of_the_pages(course, monkeypatch):
    """One test, so that workers of pytest do not each run them all."""
    monkeypatch.setenv("COLUMNS", "100")
    assert run("autograder collect submissions.zip", course)[0] == 0
    done = {line: run(line, course) for line in each_once() if kind(line) == "run"}
    wrong = [
        f"{line}: {code}\n{said}"
        for line, (code, said) in done.items()
        if code != EXPECTED.get(line, 0) or "Traceback" in said
    ]
    assert not wrong, "\n".join(wrong)
    assert EXPECTED.keys() <= done.keys(), "an expectation about a command that no page has"
    assert (course / "grading/report/classification/learners/dan.html").is_file()
    _guide_names(path.name for path in (course / "grading").iterdir())


def _guide_names(made):
    """The guide's table has every file and folder that was made."""
    rows = re.findall(r"^\| (`.*?) \|", text_of("docs/reference.md"), re.MULTILINE)
    told = {name.strip("`/ ") for row in rows for name in row.split(",")}
    made = set(made)
    assert made <= told, made - told
    assert len(made) >= 7


@pytest.mark.parametrize("guide", [EVENING, *PAGES])
def test_every_command_is_run_or_exists(guide):
    """Targets of make are looked up, not run: they install, open a server, or take minutes."""
    for line in commands(text_of(guide)):
        words = shlex.split(line)
        match kind(line):
            case "run" | "pending" | "elsewhere":
                continue
            case "target":
                if shutil.which("make") is None:
                    pytest.skip("make is not installed")
                looked_up = target_runs(words[1])
                assert looked_up.returncode == 0, f"{line}: {looked_up.stderr}"
            case "install":
                (extras,) = re.findall(r"\[(.*?)\]", line)
                project = tomllib.loads(text_of("pyproject.toml"))["project"]
                assert set(extras.split(",")) <= project["optional-dependencies"].keys(), line
            case "name":
                there = subcommands() if words[0] == "autograder" else NbGraderApp().subcommands
                assert words[1] in there, line
            case "form":
                assert form_parses(line), line
            case _:
                raise AssertionError(f"{line}: neither run nor named as an exception")


@pytest.mark.parametrize(("line", "where"), RUN_ELSEWHERE.items())
def test_what_runs_elsewhere_fits_its_program(line, where):
    assert (ROOT / where).is_file()
    assert line in each_once(), "no page has it any more"
    words = shlex.split(line)
    if words[0] == "autograder":
        assert parses(words[1:])
    elif words[0] == "nbgrader":
        assert words[1] in NbGraderApp().subcommands
    else:
        module = pytest.importorskip(f"distributed.cli.dask_{words[1]}", reason="needs [dask]")
        module.main.make_context(words[1], words[2:])  # click raises on what it does not know


def test_the_page_for_any_course_is_the_one_that_its_test_runs():
    assert text_of("docs/any-course.md") == nbgraders_own.GUIDE
    assert "autograder grade ps1" in nbgraders_own.COMMANDS


def test_all_pages_are_looked_at():
    assert {f"docs/{path.name}" for path in (ROOT / "docs").glob("*.md")} < {EVENING, *PAGES}


@pytest.mark.parametrize("guide", [EVENING, *PAGES])
def test_links_and_files_that_are_named_are_there(guide):
    text = text_of(guide)
    folder = (ROOT / guide).parent
    links = [folder / link for link in re.findall(r"\]\((?!https?:)([^)#]+)", text)]
    named = [ROOT / name for name in re.findall(r"`((?:tests|autograder)/[\w/]+\.py)`", text)]
    assert not [path for path in links + named if not path.exists()]


def test_what_is_wrong_would_be_found():
    page = "Try `autograder polish` and `make gold`.\n```sh\n.venv/bin/rm x  # no\n```\n`make`"
    assert commands(page) == ["autograder polish", "make gold", "rm x"]
    assert "polish" not in subcommands()
    assert kind("rm x") == "unknown"
    assert kind("autograder decide CHECK POINTS") == "form"
    assert not form_parses("autograder decide CHECK POINTS")
    assert form_parses("autograder export --format csv|canvas")
    assert not form_parses("autograder export --format csv|gold")
    if shutil.which("make"):
        assert target_runs("gold").returncode != 0
