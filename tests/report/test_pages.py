"""The pages as HTML: hostile texts, hidden facts, what a class has in common; and in a browser."""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path

import numpy as np
import pytest

from autograder.checks.datasets import MOONS, split
from autograder.checks.judges.training import PICTURE_STEPS
from autograder.checks.words.messages import catalogue
from autograder.classroom.questions import Question
from autograder.report.curves import Curve
from autograder.report.pages import class_page, learner_page
from autograder.report.seen import CheckSeen, LearnerSeen, NotebookSeen, PartSeen
from autograder.submissions.cells import Note
from tests.browser.conftest import browser_type_launch_args, keep_local  # noqa: F401 - a fixture
from tests.support import audit
from tests.support.page_text import text_of

REASONS = Path("autograder/report/reasons.toml")
HOSTILE = "<script>window.pwned=1</script><img src=x onerror=window.pwned=1>\u202e&\"'"


def check(points, code="", outcome="correct", message="All well.", step="", **more):
    values = {"by_hand": False, "comment": "", **more}
    return CheckSeen(
        "check_moons_train_accuracy", points, 3.0, outcome, code, message, step, **values
    )


def learner(name, *checks, asks=(), penalty=0.0, drawn=True):
    part = PartSeen("moons_train", "4b", "train to over 96%", list(checks))
    if drawn:
        own = split(MOONS)
        part.grid = np.tri(PICTURE_STEPS, dtype=np.int32)
        part.predicted = np.concatenate([own["y_train"], own["y_test"]]).astype(np.int32)
        part.predicted[-4:] = 1 - part.predicted[-4:]
        part.curves = [Curve("loss", False, [0, 10], [0.7, 0.1])]
    notes = [each if isinstance(each, Note) else Note("why", "", each) for each in asks]
    asked = [Question(name, "01_moons", each.part, each.code, each.message) for each in notes]
    book = NotebookSeen("01_moons", True, [part], penalty, seconds=2.0)
    notebooks = [book, NotebookSeen("02_tanh", False, [])]
    return LearnerSeen(name, name, notebooks, part.points - penalty, penalty, part.most, asked)


LINEAR = {"code": "train_linear", "outcome": "not_yet", "message": "89% of the test rows."}


def test_names_are_code():
    linear = {**LINEAR, "message": "`<i>` is `X_train`."}
    asks = ["`y` <b>differs</b>."]
    ada = learner("ada", check(0.0, step="Print `y`.", **linear), asks=asks)
    ada.notebooks[0].mended = ["A copy of `y` was left out."]
    page = learner_page(ada, "Classification")
    for told in ("<code>&lt;i&gt;</code> is <code>X_train</code>.", "Next: Print <code>y</code>."):
        assert told in page
    assert "A copy of <code>y</code> was left out." in page
    both = class_page([ada], "Classification")
    assert "<code>y</code> &lt;b&gt;differs&lt;/b&gt;." in both


def test_a_learner_reads_score_verdict_and_next_step():
    page = learner_page(
        learner("ada", check(0.0, step="Add a ReLU.", **LINEAR), penalty=0.0), "Classification"
    )
    text = text_of(page)
    assert "0 of 3 points" in text
    assert "○ Not yet , 0 of 3" in text
    assert "89% of the test rows." in text
    assert "Next: Add a ReLU." in text
    assert "196 of 200 test rows right, 4 ringed as wrong" in page
    assert "This notebook was not handed in." in text


def test_marks_by_hand_comments_and_penalties_are_told():
    seen = check(2.0, by_hand=True, comment="Nicely put.")
    text = text_of(learner_page(learner("ada", seen, penalty=0.5), "Classification"))
    assert "1.5 of 3 points" in text
    assert "For coming late, the work loses 0.5 points." in text
    assert "these points were given by a person" in text
    assert "A person wrote: Nicely put." in text


def test_what_is_for_people_who_grade_is_not_on_the_learners_page():
    page = learner_page(learner("ada", check(3.0), asks=["looks like a table"]), "Classification")
    assert "looks like a table" not in page


def test_a_class_page_ranks_misconceptions_and_says_what_to_teach():
    other = {"code": "train_rate_high", "outcome": "not_yet", "message": "It jumps."}
    page = class_page(
        [
            learner("ada", check(0.0, **LINEAR)),
            learner("ben", check(0.0, **LINEAR)),
            learner("cleo", check(0.0, **other), asks=["look here"]),
            learner("eve", check(3.0)),
        ],
        "Classification",
    )
    text = text_of(page)
    assert "4 learners, 0.8 of 3 points on average, median 0" in text
    assert text.index("2 learners:") < text.index("1 learner:")
    assert "A straight line cannot separate such classes" in text
    assert "cleo 01_moons: look here" in text
    assert "4b train to over 96% 4 1 25%" in text.replace("25% 25%", "25%")
    assert "4 notebooks took 0.1 minutes" in text


def test_names_can_be_left_out():
    page = class_page(
        [learner("ada", check(3.0)), learner("ben", check(0.0, **LINEAR), asks=["why"])],
        "Classification",
        names=False,
    )
    assert "ada" not in page.replace("margin", "")
    assert not re.search(r"\bben\b", page)
    assert "learner 1" in page


def kinds(*makers):
    """The codes of what is made by these names, from the source."""
    found = set()
    for path in Path("autograder").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())) if "answers" not in path.parts else ():
            name = getattr(getattr(node, "func", None), "id", getattr(node, "attr", ""))
            if name in makers and isinstance(node, ast.Call):
                found |= {each.value for each in node.args[:1] if isinstance(each, ast.Constant)}
    return found


def test_every_file_that_cannot_be_graded_is_told_of_in_general():
    assert kinds("NotGradable") <= tomllib.loads(REASONS.read_text("utf-8")).keys()


def test_without_names_no_kind_of_note_says_who():
    who = ("lovelace-7", "Ada Lovelace", "my own file.ipynb")
    told = f"No notebook was handed in by {who[0]}: {who[1]}, {who[2]}."
    codes = {*kinds("Note", "NotGradable", "_flag"), *tomllib.loads(REASONS.read_text("utf-8"))}
    assert {"no_notebook", "file_left_out", "unusual_code", "claim_differs"} < codes
    seen = learner(
        who[0],
        *(
            check(0.0, code=code, outcome="raised", message=told, step=told, comment=told)
            for code in [*catalogue(), "check_did_not_run", who[1]]
        ),
        asks=[Note(code, "moons_train", told) for code in [*sorted(codes), "a new kind"]],
    )
    seen.name = who[1]
    seen.notebooks[0].error, seen.notebooks[0].mended = told, [told]
    for each in who:
        assert each in class_page([seen], "Classification").replace("&#39;", "'")
        assert each not in class_page([seen], "Classification", names=False)
    text = text_of(class_page([seen], "Classification", names=False))
    assert "01_moons: moons_train: No notebook was handed in." in text
    assert "01_moons: moons_train: A person should look at this notebook." in text


def test_parts_less_the_penalty_are_the_points():
    late = learner("ada", check(3.0), penalty=0.75)
    text = text_of(class_page([late, learner("ben", check(1.0))], "Classification"))
    assert "01_moons 02_tanh late penalty needs a person" in text
    assert "ada 2.25 3 not handed in −0.75 no" in text
    assert "ben 1 1 not handed in 0 no" in text
    assert "Being late costs 0.38 points on average." in text
    assert "late penalty" not in class_page([learner("ben", check(1.0))], "Classification")


def test_texts_of_learners_are_text():
    seen = learner(HOSTILE, check(0.0, **{**LINEAR, "message": HOSTILE}), asks=[HOSTILE])
    for page in (learner_page(seen, HOSTILE), class_page([seen], HOSTILE)):
        assert "<script" not in page
        assert "<img src=x" not in page


def test_a_large_class_gives_a_page_that_a_browser_takes():
    many = [learner(f"learner-{n:04}", check(n % 4)) for n in range(1000)]
    page = class_page(many, "Classification")
    assert page.count("<figure><img") == 1000
    assert len(page) < 5_000_000


@pytest.mark.parametrize("width", [375, 1100])
def test_in_a_browser(browser, tmp_path, width):
    seen = [
        learner("ada", check(0.0, step="Add a ReLU.", **LINEAR), asks=["why"]),
        learner(HOSTILE, check(0.0, **{**LINEAR, "message": HOSTILE})),
    ]
    pages = {"class": class_page(seen, "Classification"), "ada": learner_page(seen[0], "A")}
    pages["hostile"] = learner_page(seen[1], "A")
    for name, content in pages.items():
        path = tmp_path / f"{name}.html"
        path.write_text(content, "utf-8")
        context = keep_local(browser.new_context(viewport={"width": width, "height": 800}))
        page, asked = context.new_page(), []
        page.on("request", lambda request, asked=asked: asked.append(request.url))
        page.goto(path.as_uri())
        assert page.evaluate("window.pwned") is None
        assert [url for url in asked if not url.startswith(("data:", path.as_uri()))] == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        # axe cannot decide on text in a drawing, or scrolled out of sight: near black on white.
        found = [each for each in audit.violations(page) if "could not be determined" not in each]
        assert found == []
        assert [*audit.headings(page), *audit.pictures(page), *audit.links(page)] == []
        context.close()
