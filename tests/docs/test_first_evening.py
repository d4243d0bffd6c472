"""The instructor's page: its commands, in their order, over a class of twelve."""

from __future__ import annotations

import json
import re
import shlex
import zipfile

import nbformat
import pytest

from tests.support import small
from tests.support.classes import NAME, new_course
from tests.support.documented import commands, kind, run, text_of

EVENING = "docs/instructors.md"

#: What a command ends with, where that is not 0: something waits for a person.
EXPECTED = {
    "autograder collect submissions.zip": 1,
    "autograder collect submissions.zip --learners learners.csv": 1,
    "autograder grade": 1,
    "autograder export": 1,
    "autograder export --all": 1,
}
RIGHT = ("ada", "ben", "fay", "gus", "ida", "jon.old", "kim", "leo", "leo2")


@pytest.fixture
def course(tmp_path):
    """Twelve ids: who is right, a library's tanh, one that overflows, an essay, a broken file."""
    made = new_course(tmp_path / "course")
    answers = dict.fromkeys(RIGHT, "ada") | {"cleo": "cleo", "dan": "dan"}
    with zipfile.ZipFile(made / "submissions.zip", "w") as archive:
        for learner, answer in answers.items():
            notebook = nbformat.from_dict(small.notebook(small.ANSWERS[answer]))
            archive.writestr(f"{learner}/{NAME}.ipynb", nbformat.writes(notebook))
        archive.writestr("eve/essay.pdf", "%PDF-")
        broken = json.dumps(small.notebook(small.ANSWERS["ada"]))
        archive.writestr(f"kim/{NAME} (1).ipynb", broken[: len(broken) // 2])
    hours = {"ada": "2027-01-14 10:00", "fay": "2027-01-17 08:00", "gus": "2027-01-16 00:30"}
    lines = [f"{learner},{hour}" for learner, hour in hours.items()]
    (made / "learners.csv").write_text("\n".join(["id,handed_in", *lines, ""]))
    return made


def test_the_evening_goes_as_the_page_says(course, monkeypatch):
    monkeypatch.setenv("COLUMNS", "100")
    done, wrong = {}, []
    for line in commands(text_of(EVENING)):
        if kind(line) == "run" or line == "autograder":
            code, said = run(line, course)
            done.setdefault(line, said)
            if code != EXPECTED.get(line, 0) or "Traceback" in said:
                wrong.append(f"{line}: {code}\n{said}")
    assert not wrong, "\n".join(wrong)
    assert EXPECTED.keys() <= done.keys(), "an expectation about a command that the page lacks"
    printed = [line.split() for line in done["autograder grade"].splitlines()]
    shown = re.search(r"```text\n(.*?)```", text_of(EVENING), re.DOTALL)[1]
    assert [line for line in shown.splitlines() if line.split() not in printed] == []
    assert (course / "terms/2027-spring/report/classification/to_decide.html").is_file()
    assert not (course / "grading/submitted").exists()


def test_the_class_takes_ten_commands():
    block = re.search(r"```sh\n(.*?)```", text_of(EVENING), re.DOTALL)[1]
    assert len(block.splitlines()) == 10
    assert all(shlex.split(line, comments=True) for line in block.splitlines())
