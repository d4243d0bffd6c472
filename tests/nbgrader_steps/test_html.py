"""Feedback shows a learner's work, nothing that acts, and nothing that is the instructor's own."""

import collections
import html
import json
import os
import re
import shutil
from pathlib import Path

import nbformat
import pytest
from nbconvert.exporters import HTMLExporter
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from nbgrader.server_extensions import formgrader

from autograder.checks.registry import questions
from autograder.checks.words.messages import catalogue
from autograder.checks.words.verdict import Verdict, not_yet
from autograder.cli.main import main
from autograder.demo.pipeline import DemoCourse
from autograder.nbgrader_steps.hide_tests import HideTests
from autograder.nbgrader_steps.html import Inert
from autograder.running import evidence
from autograder.running.ask import seed_of
from autograder.running.notebook import run_notebook
from autograder.running.stops import output_of
from tests.browser.conftest import browser_type_launch_args  # noqa: F401 - a fixture
from tests.support import hostile, pages
from tests.support.classes import NAME, hand_in, new_course
from tests.support.kept import points

#: As a file may be called: what Markdown would make of it is no part of a message.
LINKS = "[Log in](mailto:eve@x.org) ![x](data:image-png;base64,x) **b** `c` $x^2$ &lt; ~~a~~ \\"


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """A course with a hostile learner, graded, and what a server was asked that her work names."""
    course = new_course(tmp_path_factory.mktemp("hostile"))
    with pages.server() as (address, asked):
        hand_in(course, "mallory", hostile.notebook(address))
        hand_in(course, "mallory", f"<script>{hostile.RUN}</script>", "evil.HTML")
        hand_in(course, "eve", "<html>", f"{NAME}<img src=x onerror={hostile.RUN}>.ipynb")
        hand_in(course, "dora", "<html>", f"{NAME} {LINKS}.ipynb")
        here = Path.cwd()
        os.chdir(course)
        try:
            main(["grade"])
        finally:
            os.chdir(here)
        yield course, asked


def page_of(course, learner="mallory"):
    return course / "grading/feedback" / learner / "classification" / f"{NAME}.html"


def test_nothing_of_a_learners_runs_loads_or_covers_in_feedback(graded, browser):
    course, asked = graded
    DemoCourse(course).feedback("mallory")
    asked.clear()
    found = pages.opened(browser, page_of(course).as_uri())
    assert asked == []
    assert (found["pwned"], found["dialogs"], found["title"]) == (None, [], NAME)
    assert (found["active"], found["handlers"]) == ([], [])
    assert found["address"] == page_of(course).as_uri()
    assert len(found["scripts"]) == 2  # MathJax and its settings, as nbgrader's template has them
    assert all("mathjax" in script for script in found["scripts"])
    for link in found["links"]:
        assert re.match(r"#|https?://|data:image/(png|svg)", link), link
    assert [path.name for path in page_of(course).parent.iterdir()] == [page_of(course).name]


def test_a_files_name_is_no_html(graded, browser):
    """It stands in the message on a file that cannot be read, and in the comment for its owner."""
    course, _ = graded
    DemoCourse(course).feedback("eve")
    assert hostile.RUN in page_of(course, "eve").read_text("utf-8")
    found = pages.opened(browser, page_of(course, "eve").as_uri())
    assert (found["pwned"], found["handlers"], found["title"]) == (None, [], NAME)
    assert "is a web page" in found["text"]


def test_a_files_name_is_no_markdown(graded, browser):
    """nbgrader renders comments as Markdown, where a name could be a link of its own."""
    course, _ = graded
    DemoCourse(course).feedback("dora")
    found = pages.opened(browser, page_of(course, "dora").as_uri())
    comments = found["text"].split("Comments:")[1:]
    assert comments
    assert [each for each in comments if repr(f"{NAME} {LINKS}.ipynb") not in each] == []
    assert [link for link in found["links"] if "mailto" in link or "data:image-" in link] == []


def test_the_tries_are_real(graded, browser):
    """The same notebook in nbgrader's own feedback does all that ours must not do."""
    course, asked = graded
    nbgrader = DemoCourse(course)
    nbgrader.config.CourseDirectory.feedback_directory = "grading/stock"
    for key in ("HTMLExporter", "GenerateFeedback"):
        del nbgrader.config[key]
    nbgrader.feedback("mallory")
    asked.clear()
    page = course / "grading/stock/mallory/classification" / f"{NAME}.html"
    found = pages.opened(browser, page.as_uri())
    assert found["pwned"] == 1 or found["address"] != page.as_uri()
    assert asked
    assert found["active"] or found["handlers"]


def test_honest_outputs_are_still_shown(graded, browser):
    course, _ = graded
    DemoCourse(course).feedback("mallory")
    found = pages.opened(browser, page_of(course).as_uri())
    for words in ("tree", "2.5", "plain <text>", "My own note", "a < b", "code < 1", "Folded"):
        assert words in found["text"]
    assert "dataframe" not in found["text"]  # pandas' style sheet is no text
    assert r"$\sqrt{latex}$" in found["text"]
    assert any("Two points" in alt for alt in found["alts"])
    assert found["tables"] >= 2
    assert "Correct - exercise 6" in found["text"]
    assert "Not yet - exercise 6" in found["text"]
    page = page_of(course).read_text("utf-8")
    assert '<span class="k">for</span>' in page
    # What marks a verdict is its place under a check: its look could be had by anybody.
    assert 'style="border-left:' not in page.replace("border-left: ", "border-left:")


def check_cell(grade_id):
    """A graded cell whose check has not passed, as our grader leaves it."""
    cell = new_code_cell("check()", outputs=[output_of(grade_id, not_yet("tanh_returns_none"))])
    failed = Verdict("not_yet", "tanh_no_gradient", "`x` < <b>y</b>", "Try `z`.")
    cell.outputs.append(output_of(grade_id, failed))
    cell.metadata["nbgrader"] = {"grade_id": grade_id, "grade": True, "solution": False}
    return cell


def test_names_in_what_a_check_says_are_code_in_feedback():
    book, _ = HideTests().preprocess(new_notebook(cells=[check_cell("check_tanh_values")]), {})
    plain, words = book.cells[0].outputs
    assert plain.data["text/html"].startswith("<div><b>Not yet - exercise 6")
    shown = "<br><code>x</code> &lt; &lt;b&gt;y&lt;/b&gt;<br>Next: Try <code>z</code>.</div>"
    assert words.data["text/html"].endswith(shown)


def test_an_error_elsewhere_stays_one():
    book, _ = HideTests().preprocess(new_notebook(cells=[check_cell("check_of_another")]), {})
    assert {output.output_type for output in book.cells[0].outputs} == {"error"}


def test_no_seed_and_no_fresh_point_is_shown(graded):
    course, _ = graded
    DemoCourse(course).feedback("mallory")
    text = page_of(course).read_text("utf-8")
    kept = evidence.read(evidence.path_of(course, "mallory", "classification", NAME))
    secret = int(kept.secret, 16)
    graded_text = (
        course / "grading/autograded/mallory/classification" / f"{NAME}.ipynb"
    ).read_text()
    assert "At x = " in graded_text
    assert "At x = … the result is not finite" in text
    for check in kept.checks:
        seed = seed_of(secret, check)
        for number in (seed, secret):
            assert str(number) not in text
            assert f"{number:x}" not in text
        for x in questions(check, seed)["points"]:
            assert f"x = {x:.3f}" not in text


def test_names_that_would_write_into_the_page_are_not_used():
    """Under our own grading all names are the course's; a stranger's notebook may bear any."""
    bad = '"><script>' + hostile.RUN + "</script>"
    cell = own_check("fine")
    cell.metadata.update(tags=[bad], magics_language=bad)
    other = own_check("x")
    other.metadata.nbgrader.grade_id = bad
    notebook = new_notebook(cells=[cell, other], metadata={"title": bad, "widgets": {"a": bad}})
    Inert().preprocess(notebook, {})
    assert bad not in json.dumps(notebook).replace("\\", "")
    assert cell.metadata.nbgrader.grade_id == "fine"


def test_who_a_page_is_about_is_text_in_it():
    """Formgrader has learners' names, as an LMS gave them, in the page that marks are given on."""
    bad, honest = f"</a><script>{hostile.RUN}</script>\"'&", "O'Neil-Åström"
    about = {"student": bad, "last_name": bad, "first_name": honest, "notebook_path": bad}
    about |= {"index": 3, "base_url": "/", "submission_id": "x"}
    about |= {"total": 9, "mathjax_url": ""}
    templates = [str(Path(formgrader.__file__).parent / "templates")]
    exporter = HTMLExporter(
        template_name="formgrade", extra_template_basedirs=templates, preprocessors=[Inert]
    )
    page, _ = exporter.from_notebook_node(new_notebook(), about)
    name = html.unescape(re.sub(r"<[^>]+>", "", page))
    assert f"{bad}, {honest}" in name
    assert hostile.RUN not in "".join(re.findall(r"<script.*?</script>", page, re.DOTALL))
    without, _ = exporter.from_notebook_node(
        new_notebook(), {**about, "last_name": None, "total": 9}
    )
    assert bad in html.unescape(without)


@pytest.mark.parametrize("mark", ["\u202e", "\u2066", "\u200f", "\u061c"])
def test_code_is_shown_in_the_order_in_which_it_runs(mark):
    """Marks that turn text round can make a comment of what runs; in words they may be honest."""
    code = new_code_cell(f"x = 1 # {mark}", outputs=[new_output("stream", text=f"a{mark}b")])
    words = new_markdown_cell(f"\u0634\u0644{mark}")
    Inert().preprocess(new_notebook(cells=[code, words]), {})
    assert code.source == f"x = 1 # {mark!a}".replace("'", "")
    assert mark in words.source


# --- an instructor's own hidden tests, which run in the learner's kernel ------------------------

OWN = """\
assert f(0) == 0
### BEGIN HIDDEN TESTS
secret_input = 123.454321
expected_result = 123.454321
assert f(secret_input) == expected_result, "hidden-message"
y = 7
### END HIDDEN TESTS
print("visible-after")
"""
TELLTALE = ("secret_input", "123.4", "expected_result", "hidden-message", "y = 7", "HIDDEN TESTS")
ANSWERS = {
    "right": "def f(x):\n    print('given', x)\n    return x",
    "wrong": "def f(x):\n    print('given', x)\n    return 2 * x",
    "raises": "def f(x):\n    return x and missing(x)",
    "raises again": (
        "def f(x):\n    if not x:\n        return x\n"
        "    try:\n        return 1 / (x - 123.454321)\n"
        "    except ZeroDivisionError:\n        raise ValueError(x)"
    ),
    "shown": "def f(x):\n    print('printed')\n    return x + 1",
}
SPY = """\
import inspect
seen = []
def f(x):
    seen.append("".join(inspect.findsource(inspect.currentframe().f_back)[0]))
    return x
"""


def own_check(name):
    marks = {"grade": True, "grade_id": name, "locked": True, "points": 1}
    marks |= {"schema_version": 3, "solution": False, "task": False}
    return new_code_cell(OWN, id=name.replace(" ", "-"), metadata={"nbgrader": marks})


@pytest.fixture(scope="module")
def after_feedback():
    """By the name of an answer, the text of its check cell in feedback: source and outputs."""
    cells = []
    for name, answer in ANSWERS.items():
        cells += [new_code_cell(answer), own_check(name)]
    notebook = run_notebook(new_notebook(cells=cells))
    before = nbformat.writes(notebook)
    assert all(words in before for words in TELLTALE)
    HideTests().preprocess(notebook, {})
    return dict(zip(ANSWERS, map(json.dumps, notebook.cells[1::2]), strict=True))


@pytest.mark.parametrize("answer", ANSWERS)
def test_neither_hidden_tests_nor_what_they_ask_is_shown(after_feedback, answer):
    text = after_feedback[answer]
    assert [each for each in TELLTALE if each in text] == []
    assert "assert f(0) == 0" in text
    assert ("A hidden test did not pass." in text) == (answer not in ("right", "shown"))
    # Where a test failed that learners may see, they see all of it.
    assert ("AssertionError" in text and "printed" in text) == (answer == "shown")


def test_nbgraders_whole_way_shows_no_hidden_test(tmp_path):
    """Also where code has read the hidden lines, and prints them in another cell."""
    course = new_course(tmp_path / "own")
    shutil.rmtree(course / "notebooks")
    path = course / f"solutions/classification/{NAME}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    place = next(n for n, each in enumerate(notebook.cells) if each.id == "check_tanh_values")
    notebook.cells[place:place] = [new_code_cell("def f(x):\n    return x"), own_check("own")]
    nbformat.write(notebook, path)
    nbgrader = DemoCourse(course)
    nbgrader.release()
    made = nbformat.read(course / f"notebooks/classification/{NAME}.ipynb", as_version=4)
    made.cells[place].source = SPY
    shows = "from IPython.display import HTML\nprint(seen[0])\nHTML(seen[0])"
    made.cells.append(new_code_cell(shows))
    hand_in(course, "spy", made)
    nbgrader.autograde("spy")
    assert points(course, "spy")["own"] == 1
    kept = course / f"grading/autograded/spy/classification/{NAME}.ipynb"
    assert kept.read_text("utf-8").count("secret_input") > 2
    nbgrader.feedback("spy")
    page = page_of(course, "spy").read_text("utf-8")
    assert "(not shown)" in page
    assert [each for each in TELLTALE if each in page and len(each) > 5] == []


def test_every_message_that_names_a_fresh_point_can_be_shown_without_it():
    """The catalogue's own sentences, filled in, so that a new one is not forgotten."""
    facts = collections.defaultdict(lambda: "0.5", x="-3.142", got="-0.123456", wanted="0.654321")
    named = {code: each["says"] for code, each in catalogue().items() if "{x}" in each["says"]}
    assert len(named) > 10
    for code, says in named.items():
        shown = f"Not yet\n{says.format_map(facts)}\nNext: look again."
        output = new_output("error", ename="NotYet", evalue=f"{code}: {shown}", traceback=[shown])
        check = new_code_cell(outputs=[output])
        check.metadata["nbgrader"] = {**own_check("x").metadata.nbgrader}
        check.metadata.nbgrader["grade_id"] = "check_tanh_values"
        HideTests().preprocess(new_notebook(cells=[check]), {})
        text = json.dumps(check.outputs, ensure_ascii=False)
        assert "Next: look again." in text
        assert [each for each in ("3.142", "123456", "654321") if each in text] == []
