"""`make lab` and `make formgrader` in a browser, as a learner and an instructor use them.

`build/screenshots/` keeps what they saw.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from autograder.cli.main import main
from tests.support import small
from tests.support.classes import NAME
from tests.support.lab import ROOT, SECONDS, Lab, OpenNotebook, lab, new_page, picture
from tests.support.released import folder

BLANK = "# Exercise 6"
CHECK = 'check("check_tanh_values"'


@pytest.mark.parametrize(
    ("arguments", "needed"),
    [([], "notebooks/classification"), (["--instructor"], "nbgrader_config.py")],
)
def test_where_there_is_no_course_one_sentence_says_so(
    arguments: list[str],
    needed: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["lab", *arguments]) == 2
    assert f"There is no {Path(needed)} here." in capsys.readouterr().err


@pytest.fixture(scope="module")
def learners(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    course = tmp_path_factory.mktemp("learner") / "course"
    course.mkdir()
    shutil.copy(ROOT / "nbgrader_config.py", course)
    shutil.copytree(folder(), course / "notebooks/classification")
    with lab(course) as started:
        yield started


def test_a_learner_gets_from_red_to_green(learners: Lab, browser: Browser) -> None:
    page = new_page(browser, learners, f"/lab/tree/classification/{NAME}.ipynb")
    notebook = OpenNotebook(page, learners)
    notebook.run_all_above(CHECK)
    said = notebook.run(CHECK)
    expect(said).to_contain_text("Not started")
    picture(page, "learner-1-not-started")

    notebook.write(BLANK, "# Exercise 6: write `tanh`.\ndef tanh(x):\n    return torch.exp(x)")
    notebook.run(BLANK)
    said = notebook.run(CHECK)
    expect(said).to_contain_text("Not yet")
    picture(page, "learner-2-not-yet")
    notebook.cell("Hint:", "Markdown").locator("summary").first.click()
    picture(page, "learner-3-hint")

    notebook.write(BLANK, f"# Exercise 6: write `tanh`.\n{small.ANSWERS['ada']}")
    notebook.run(BLANK)
    said = notebook.run(CHECK)
    expect(said).to_contain_text("Correct")
    picture(page, "learner-4-correct")

    page.keyboard.press("Control+S")
    expect(page.locator(".jp-mod-dirty")).to_have_count(0)
    page.wait_for_timeout(1500)  # Validate saves too, and must not do so at the same moment
    page.get_by_role("button", name="Validate").first.click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Success", timeout=120_000)
    picture(page, "learner-5-validated")
    page.context.close()


def test_the_learners_lab_is_tidy(learners: Lab, browser: Browser) -> None:
    page = new_page(browser, learners, "/")
    expect(page).to_have_url(re.compile(r"/lab/tree/classification"))
    files = page.locator(".jp-DirListing-content")
    for name in ("01_moons.ipynb", "02_tanh.ipynb", "03_spirals.ipynb"):
        expect(files).to_contain_text(name, timeout=60_000)
    page.wait_for_timeout(3000)  # when a toast or a panel would have come
    picture(page, "learner-0-lab")
    assert page.locator(".Toastify__toast").count() == 0
    for words in ("Formgrader", "Assignment List", "Course List", "Create Assignment", "Nbgrader"):
        assert page.get_by_text(words, exact=False).count() == 0, words
    page.context.close()


def test_the_explorer_redraws_when_a_slider_is_moved(learners: Lab, browser: Browser) -> None:
    page = new_page(browser, learners, "/lab/tree/classification/01_moons.ipynb")
    notebook = OpenNotebook(page, learners)
    notebook.run("autograder.checks.start()")
    notebook.run("from helpers.data import")
    notebook.run("explore(draw_moons)")
    shown = page.locator(".jupyter-widgets img").first
    expect(shown).to_be_visible(timeout=60_000)
    before = shown.get_attribute("src")
    assert (shown.get_attribute("alt") or "").startswith("Decision boundary after training.")
    page.locator(".jupyter-widgets [role=slider], .jupyter-widgets input[type=range]").first.focus()
    for _ in range(3):
        page.keyboard.press("ArrowLeft")
    expect(shown).not_to_have_attribute("src", before or "", timeout=10_000)
    picture(page, "learner-6-explorer")
    page.context.close()


@pytest.fixture(scope="module")
def instructors(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Lab, Path]]:
    answers = {each: small.ANSWERS[each] for each in ("ada", "ben")}
    course = small.new_class(tmp_path_factory.mktemp("instructor") / "course", answers)
    shutil.rmtree(course / "notebooks", ignore_errors=True)
    with lab(course, "--instructor") as started:
        yield started, course


def test_an_instructor_generates_autogrades_and_reads(
    instructors: tuple[Lab, Path], browser: Browser
) -> None:
    started, course = instructors
    page = new_page(browser, started, "/")
    expect(page).to_have_url(re.compile(r"/formgrader"))
    assignment = page.locator("tr", has=page.locator("td.name", has_text="classification"))
    expect(assignment.locator(".num-submissions")).to_have_text("2")
    picture(page, "instructor-1-assignments")

    assignment.locator(".assign a").click()
    agree(page, "Successfully created")
    assert (course / f"notebooks/classification/{NAME}.ipynb").is_file()

    assignment.locator(".num-submissions a").click()
    for learner, points in (("ada", "5 / 5"), ("ben", "0 / 5")):
        row = page.locator("tr", has=page.locator("td.student-id", has_text=learner))
        row.locator(".autograde a").click()
        agree(page, f"Successfully autograded 'classification' for student '{learner}'")
        expect(row.locator(".score")).to_have_text(points)
    picture(page, "instructor-2-submissions")

    page.get_by_role("link", name="Manual Grading").click()
    page.get_by_role("link", name="classification").click()
    page.get_by_role("link", name=NAME).click()
    page.get_by_role("link", name="Submission #1").click()
    expect(page.locator("body")).to_contain_text("def tanh(x):")
    picture(page, "instructor-3-notebook")
    page.context.close()


def agree(page: Page, words: str) -> None:
    """Read formgrader's dialog, and close it."""
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text(words, timeout=SECONDS * 1000)
    dialog.get_by_role("button", name="OK").click()
    expect(dialog).to_have_count(0)
