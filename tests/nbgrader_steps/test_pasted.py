"""Pictures that learners paste into their text: kept, shown, no trouble where one is missing."""

from __future__ import annotations

import base64
import json

import pytest
from nbformat.v4 import new_markdown_cell

from autograder.demo.pipeline import DemoCourse
from autograder.submissions import cells
from tests.support import small
from tests.support.classes import NAME, hand_in, new_course
from tests.support.kept import points

DOT = base64.b64encode(base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"))
PNG = {"image/png": DOT.decode()}
TEXTS = {
    "pasted": ("My sketch: ![curve](attachment:image.png)", {"image.png": PNG}),
    "missing": ("![curve](attachment:<b>gone.png) and ![x][1]\n\n[1]: attachment:gone.png", None),
    "too-large": ("![a](attachment:a.png)", {"a.png": {"image/png": "A" * 8_000_001}}),
    "no-picture": ("![a](attachment:a.png)", {"a.png": {"text/html": "<script>1</script>"}}),
    "no-base64": ("![a](attachment:a.png)", {"a.png": {"image/png": '"><script>1</script>'}}),
    "odd": ("![a](attachment:a.png)", {"a.png": [1], "": None}),
}


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    course = new_course(tmp_path_factory.mktemp("pasted") / "course")
    for learner, (text, attached) in TEXTS.items():
        notebook = json.loads(json.dumps(small.notebook(small.ANSWERS["ada"])))
        cell = new_markdown_cell(text, id="sketch")
        if attached is not None:
            cell["attachments"] = attached
        notebook["cells"].insert(1, cell)
        hand_in(course, learner, json.dumps(notebook))
    code, said = small.grade(course)
    assert code == 0, said
    return course


@pytest.mark.parametrize("learner", TEXTS)
def test_feedback_is_written_whatever_is_pasted(course, learner):
    assert sum(points(course, learner).values()) == 5
    DemoCourse(course).feedback(learner)
    page = course / "grading/feedback" / learner / "classification" / f"{NAME}.html"
    text = page.read_text("utf-8")
    assert ("A picture is missing: " in text) == (learner != "pasted")
    assert (f"data:image/png;base64,{PNG['image/png']}" in text) == (learner == "pasted")
    assert "<script>1" not in text
    assert "<b>gone" not in text


def test_all_pictures_together_are_bounded():
    half = {"image/png": "A" * (cells._ATTACHED // 2 + 1)}
    cell = {"cell_type": "markdown", "source": "", "attachments": {"a": half, "b": half}}
    (read,) = cells.cells_of({}, [cell]).cells
    assert set(read.attachments) == {"a"}
