"""What every lesson has: its reader, stopping places, experiments, recap, words for pictures."""

import re
from itertools import pairwise
from pathlib import Path

import nbformat
import pytest

from autograder.checks.rescue_kit import RESCUED
from autograder.checks.table import PARTS
from autograder.checks.ungraded.classifiers import FEWEST_PARAMETERS as FEWEST
from helpers.regions import STEPS

NAMES = ("01_moons", "02_tanh", "03_spirals")
SOLUTIONS = Path(__file__).parents[2] / "solutions" / "classification"


@pytest.fixture(params=NAMES)
def cells(request):
    return nbformat.read(SOLUTIONS / f"{request.param}.ipynb", as_version=4).cells


def texts(cells):
    return [cell.source for cell in cells if cell.cell_type == "markdown"]


def test_it_opens_with_its_reader_goals_and_minutes(cells):
    opening = cells[0].source
    assert opening.startswith("# ")
    assert "**For you** if" in opening
    assert "English may not be your first language" in opening
    assert len(re.findall(r"(?m)^\d\. ", opening)) == 3
    assert re.search(r"\*\*Time:\*\* about \d+ minutes, with two places to stop", opening)
    assert "No GPU is needed." in opening
    assert "Save a copy in Drive" in cells[1].source


def test_the_minutes_add_up(cells):
    """The exercises' minutes leave time to read, and the whole keeps within the two hours."""
    promised = int(re.search(r"about (\d+) minutes", cells[0].source).group(1))
    graded = [t for t in texts(cells) if t.startswith("## Exercise")]
    exercises = sum(int(re.search(r"\*\*Time\*\* (\d+)", t).group(1)) for t in graded)
    assert exercises < promised <= 120
    assert promised - exercises >= 15


def test_the_readme_promises_the_same_minutes():
    readme = (SOLUTIONS.parents[1] / "README.md").read_text("utf-8")
    for name in NAMES:
        opening = nbformat.read(SOLUTIONS / f"{name}.ipynb", as_version=4).cells[0].source
        minutes = re.search(r"about (\d+) minutes", opening).group(1)
        assert re.search(rf"(?m)^\| \[{name}\].*\| {minutes} \|", readme), name


def test_two_places_to_stop_are_marked_where_they_are(cells):
    assert sum("**A good place to stop.**" in text for text in texts(cells)) == 2
    assert sum("You may stop at two good places" in text for text in texts(cells)) == 1


def test_three_experiments_ask_first_and_answer_after(cells):
    course = []
    for cell in cells:
        for match in re.finditer(r"\*\*Question \d\.\*\*|<summary>Answer</summary>", cell.source):
            course.append("question" if "Question" in match.group() else "answer")
        if cell.cell_type == "code" and course and course[-1] == "question":
            course.append("run")
    assert course == ["question", "run", "answer"] * 3


def test_it_closes_with_points_a_recap_and_two_questions(cells):
    assert any("autograder.checks.summary(" in cell.source for cell in cells)
    assert any("To hand in, save the notebook" in text for text in texts(cells))
    recap = next(text for text in texts(cells) if text.startswith("## Recap"))
    assert 2 <= len(re.findall(r"(?m)^- ", recap)) <= 3
    questions = re.findall(r"<details><summary>Question: (.*?)</summary>", recap)
    assert len(questions) == 2
    assert "too good to be true" in recap, "one is on choosing by test accuracy"
    assert recap.count("**Try next:**") == 1


def test_a_picture_of_a_learners_work_is_said_in_words_too(cells):
    for cell in cells:
        if "autograder.checks.ready(" in cell.source and "plot_" in cell.source:
            assert "describe_" in cell.source, cell.id


def test_after_a_cell_that_shows_something_stands_what_to_notice(cells):
    """A given cell that draws is followed by prose, and never by a second picture."""
    for cell, after in pairwise(cells):
        if cell.cell_type == "code" and "plot_" in cell.source and cell.id not in PARTS:
            assert after.cell_type == "markdown", cell.id


def test_prose_is_short(cells):
    """About 60 words, exercises more; tables, formulas, hints and the opening do not count."""
    for cell in cells[1:]:
        if cell.cell_type != "markdown" or re.search(r"<details>|^\|", cell.source, re.M):
            continue
        text = re.sub(r"```.*?```|\$\$.*?\$\$|\]\([^)]*\)|`[^`]*`", " ", cell.source, flags=re.S)
        limit = 150 if cell.source.startswith("## Exercise") else 125
        assert len(text.split()) <= limit, (cell.id, len(text.split()))


def test_rescues_are_named_where_a_learner_is_stuck(cells):
    text = "\n".join(texts(cells))
    parts = [cell.id for cell in cells if cell.id in PARTS]
    assert set(re.findall(r'rescue\("(\w+)"', text)) == set(RESCUED) & set(parts)


def test_the_first_notebook_shows_the_tools_first_and_explains_ten_words():
    cells = nbformat.read(SOLUTIONS / "01_moons.ipynb", as_version=4).cells
    ids = [cell.id for cell in cells]
    assert ids.index("practice") < ids.index("moons_data")
    practice = next(c.source for c in cells if c.source.startswith("## Practice"))
    assert "two minutes" in practice
    assert "no points" in practice
    rows = re.findall(r"(?m)^\| (?!word|--)", cells[-1].source)
    assert len(rows) == 10
    assert cells[-1].source.startswith("## Ten words")


def test_the_fewest_parameters_are_those_that_the_check_knows():
    cells = nbformat.read(SOLUTIONS / "01_moons.ipynb", as_version=4).cells
    task = next(c.source for c in cells if c.source.startswith("### Stretch: the fewest"))
    assert f"A good answer needs {FEWEST} parameters or fewer." in task


def test_the_number_of_points_of_a_picture_is_the_one_stated():
    lesson = nbformat.read(SOLUTIONS / "01_moons.ipynb", as_version=4)
    (text,) = (cell.source for cell in lesson.cells if cell.id == "line-grid-text")
    assert f"{STEPS**2:,} points, {STEPS} in each direction" in text
