"""The released notebooks as files: made from the solutions, clean, and of the house's form."""

import json
import re
from itertools import pairwise
from pathlib import Path

import nbformat
import pytest

from autograder.checks.table import MARKER, PART_OF, PARTS, points_of
from autograder.checks.ungraded.tasks import TASKS
from autograder.course.folders import notebooks_in
from autograder.course.template import TAG
from autograder.release.generate import generate
from tests.support.released import folder, read

ROOT = Path(__file__).parents[2]
NAMES = ("01_moons", "02_tanh", "03_spirals")


@pytest.fixture(params=NAMES)
def name(request):
    return request.param


def test_a_release_regenerates_byte_for_byte():
    """What lies here, or what git has, where somebody works in the notebook that lies here."""
    here = {path.name: path.read_bytes() for path in notebooks_in(folder()).values()}
    assert generate(ROOT) == here


@pytest.mark.parametrize("kind", ["solutions", "notebooks"])
def test_no_outputs_or_stray_metadata(kind, name):
    notebook = read(kind, name)
    assert set(notebook.metadata) == {"kernelspec", "language_info"}
    for cell in notebook.cells:
        assert set(cell.metadata) <= {"nbgrader", "deletable", "editable", "tags"}, cell.id
        # JupyterLab goes on with "Run all" after a check that has not passed.
        is_check = cell.id in PART_OF
        tags = cell.metadata.get("tags", [])
        assert tags == (["raises-exception"] if is_check else [TAG] if TAG in tags else []), cell.id
        if cell.cell_type == "code":
            assert not cell.outputs, cell.id
            assert cell.execution_count is None, cell.id
    ids = [cell.id for cell in notebook.cells]
    assert len(set(ids)) == len(ids)


def test_points_and_ids_are_those_of_the_table():
    found = {}
    for each in NAMES:
        for cell in read("solutions", each).cells:
            meta = cell.metadata.get("nbgrader", {})
            if meta.get("grade"):
                found[meta["grade_id"]] = meta["points"]
            if meta.get("solution") and meta["grade_id"] not in TASKS:
                part = PARTS[meta["grade_id"]]
                assert MARKER.search(cell.source).group(1) == part.label
            if meta:
                assert cell.id == meta["grade_id"]
    assert found == {check: part.checks[check] for check, part in PART_OF.items()}


def test_points_add_up_to_those_promised():
    totals = {
        each: sum(
            cell.metadata.nbgrader.points
            for cell in read("solutions", each).cells
            if cell.metadata.get("nbgrader", {}).get("grade")
        )
        for each in NAMES
    }
    assert totals == {each: points_of(each[3:]) for each in NAMES}


def test_the_release_hides_solutions_and_hidden_tests(name):
    text = json.dumps(read("notebooks", name))
    for word in ("BEGIN SOLUTION", "END SOLUTION", "HIDDEN TESTS", "check_fresh"):
        assert word not in text
    blanks = [c for c in read("notebooks", name).cells if "# YOUR CODE HERE" in c.source]
    blanks = [c for c in blanks if c.cell_type == "code"]
    solutions = [c for c in read("solutions", name).cells if "BEGIN SOLUTION" in c.source]
    assert [c.id for c in blanks] == [c.id for c in solutions]
    assert all("# YOUR CODE HERE\npass" in re.sub(r"\n +", "\n", c.source) for c in blanks)


def test_each_exercise_says_what_it_needs_to(name):
    """Number, difficulty, minutes, points, example before the blank; checks after it."""
    cells = read("solutions", name).cells
    for index, cell in enumerate(cells):
        if cell.id not in PARTS:
            continue
        part = PARTS[cell.id]
        before = next(c.source for c in reversed(cells[:index]) if c.cell_type == "markdown")
        assert before.startswith(f"## Exercise {part.label}: {part.title}")
        assert re.search(r"\*\*Difficulty\*\* [123] of 3", before)
        assert re.search(r"\*\*Time\*\* \d+ minutes", before)
        assert f"**Points** {sum(part.checks.values())}." in before
        assert "example" in before
        after = cells[index + 1 : index + 2 + len(part.checks)]
        assert [c.id for c in after[:-1]] == list(part.checks)
        assert f"[Solution of exercise {part.label}](" in after[-1].source


def test_each_ungraded_task_says_what_it_needs_to(name):
    """Difficulty, minutes, an example and what a good answer reaches; one check after it."""
    cells = read("solutions", name).cells
    for index, cell in enumerate(cells):
        if cell.id not in TASKS:
            continue
        before = next(c.source for c in reversed(cells[:index]) if c.cell_type == "markdown")
        assert "example" in before
        call = f'autograder.checks.check_ungraded("{cell.id}", globals())'
        assert cells[index + 1].source == call
        if cell.id != "practice":
            assert before.startswith("### Stretch: ")
            assert re.search(r"\*\*Difficulty\*\* [123] of 3. \*\*Time\*\* \d+ minutes", before)
            assert "good answer" in before


def test_every_blank_has_two_hints_in_the_learners_words(name):
    cells = read("solutions", name).cells
    for index, cell in enumerate(cells):
        if "### BEGIN SOLUTION" not in cell.source:
            continue
        hints = next(c.source for c in cells[index:] if c.cell_type == "markdown")
        summaries = re.findall(r"<details><summary>(.*?)</summary>", hints)
        assert [s.split(":")[0] for s in summaries] == ["Hint", "Bigger hint"], cell.id
        # The doubt is quoted, as the learner would say it.
        assert all(re.search(r': ".+[.?]"$', s) for s in summaries), summaries


def test_headings_go_down_one_level_at_a_time(name):
    levels = [
        len(match.group(1))
        for cell in read("notebooks", name).cells
        if cell.cell_type == "markdown"
        for match in re.finditer(r"(?m)^(#+) ", cell.source)
    ]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def sentences(source):
    """The sentences of a prose cell, without code, formulas, tables and link addresses."""
    text = re.sub(r"```.*?```|\$\$.*?\$\$|<[^>]+>", "\n\n", source, flags=re.DOTALL)
    text = re.sub(r"\]\([^)]*\)", "]", text)
    text = re.sub(r"`[^`]*`", "CODE", text)
    for line in re.split(r"\n(?=\s*[-#|\d])|\n\n", text):
        if not line.lstrip().startswith(("|", "#")):
            yield from re.split(r"(?<=[.?!:])\s+", line.replace("\n", " "))


def test_sentences_are_short(name):
    long = [
        sentence
        for cell in read("notebooks", name).cells
        if cell.cell_type == "markdown"
        for sentence in sentences(cell.source)
        if len(sentence.split()) >= 20
    ]
    assert not long


def test_cells_are_short(name):
    for cell in read("solutions", name).cells:
        lines = [line for line in cell.source.splitlines() if line.strip()]
        assert len(lines) <= 30, cell.id
    setup = next(c for c in read("notebooks", name).cells if c.cell_type == "code")
    assert len([line for line in setup.source.splitlines() if line.strip()]) < 12
    assert "Setup" in setup.source


def test_the_setup_is_the_same_in_all_notebooks():
    setups = {
        next(c for c in read("notebooks", n).cells if c.cell_type == "code").source for n in NAMES
    }
    assert len(setups) == 1
    assert "%" not in setups.pop(), "plain Python, without magics"


def test_the_repository_is_the_one_of_the_package():
    address = re.search(r'Repository = "https://([^"]+)"', (ROOT / "pyproject.toml").read_text())
    for each in NAMES:
        text = json.dumps(read("notebooks", each))
        found = set(re.findall(r"github(?:\.com|/)/?([\w-]+/[\w-]+)", text))
        found -= {"googlecolab/colabtools"}
        assert {f"github.com/{place}" for place in found} == {address.group(1)}


def pictures_from_elsewhere(cells):
    """What a copy of a notebook would lose: attachments, and pictures in files or on the web."""
    for cell in cells:
        if cell.get("attachments"):
            yield cell.id
        if cell.cell_type != "markdown":
            continue
        shown = re.findall(r"!\[[^\]]*\]\(\s*<?([^)>\s]*)", cell.source)
        shown += re.findall(
            r"<\w+[^>]*\b(?:src|srcset|poster|data)\s*=\s*[\"']?([^\"'\s>]+)", cell.source
        )
        shown += re.findall(r"(?m)^\s*\[[^\]]+\]:\s*(\S+)", cell.source)
        yield from (f"{cell.id}: {each}" for each in shown if not each.startswith("data:"))


@pytest.mark.parametrize("kind", ["solutions", "notebooks"])
def test_pictures_survive_a_copy(kind, name):
    """They are drawn by code; a copy in Drive or a mail has no file beside it."""
    assert list(pictures_from_elsewhere(read(kind, name).cells)) == []


def test_a_picture_from_elsewhere_is_found():
    sources = (
        "![a](a.png)", "![](../img/a.png 'title')", "![x](<a b.png>)", "![x](attachment:a.png)",
        "![x](https://example.org/a.png)", '<img alt="x" src="a.png">', "<img src=a.png>",
        "![x][a]\n\n[a]: a.png", "<video poster='a.png'></video>",
    )  # fmt: skip
    for source in sources:
        assert list(pictures_from_elsewhere([nbformat.v4.new_markdown_cell(source)])), source
    attached = nbformat.v4.new_markdown_cell("x", attachments={"a.png": {"image/png": ""}})
    assert list(pictures_from_elsewhere([attached]))
    kept = "[a link](https://example.org) ![](data:image/png;base64,AAAA)"
    assert not list(pictures_from_elsewhere([nbformat.v4.new_markdown_cell(kept)]))


def test_released_links_are_whole(name):
    """A copy lies at another place, from which a relative link leads nowhere."""
    for cell in read("notebooks", name).cells:
        if cell.cell_type == "markdown":
            links = re.findall(r"\]\(([^)]*)\)", cell.source)
            assert all(link.startswith(("https://", "#")) for link in links), (cell.id, links)
