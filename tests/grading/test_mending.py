"""Every kind of damage is mended, and told: the code that runs is that of the undamaged notebook."""

from __future__ import annotations

import json
from functools import lru_cache

import pytest

from autograder.checks.exercises import PARTS
from autograder.grading.mending import Mended, mend
from autograder.grading.reading import read_submission
from autograder.grading.revisions import fitting_template
from tests.grading import damage
from tests.grading.damage import DAMAGE, NAMES


def mended(notebook, tmp_path) -> Mended:
    path = tmp_path / "Copy of my work (1).ipynb"
    content = json.dumps(notebook).encode()
    path.write_bytes(content)
    submission = read_submission(path)
    template, _ = fitting_template(submission, path.name)
    result = mend(submission, template)
    assert path.read_bytes() == content
    return result


def running(notebook) -> list[str]:
    """The code that runs, without the check cells."""
    cells = [c for c in notebook.cells if c.cell_type == "code"]
    return [c.source.strip() for c in cells if not c.metadata.get("nbgrader", {}).get("grade")]


def codes(notes) -> set[str]:
    return {note.code for note in notes}


@lru_cache
def undamaged(name, folder) -> list[str]:
    return running(mended(damage.filled(name), folder).notebook)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("case", DAMAGE, ids=lambda case: case.damage.__name__)
def test_damage_is_mended_and_told(case, name, tmp_path):
    notebook = damage.filled(name)
    before = json.dumps(notebook)
    case.damage(notebook)
    assert json.dumps(notebook) != before or name == "02_tanh"
    result = mended(notebook, tmp_path)
    print([n for n in result.mended], result.flags)
    wanted, got = undamaged(name, tmp_path), running(result.notebook)
    if case.same:
        assert got == wanted
    assert codes(result.mended) == case.mended
    assert codes(result.flags) == case.flags
