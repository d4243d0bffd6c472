"""The page for people who grade: each question with all that one needs, and its command."""

from __future__ import annotations

import shutil

import pytest

from autograder.cli.main import main
from tests.browser.conftest import browser_type_launch_args, keep_local  # noqa: F401 - a fixture
from tests.classroom.conftest import graded  # noqa: F401 - a fixture
from tests.support import audit, small
from tests.support.classes import NAME, hand_in

HOSTILE = "</code><script>window.pwned=1</script>"


@pytest.fixture(scope="module")
def page(graded, tmp_path_factory):  # noqa: F811
    """The page of a class in which cleo has used the library's tanh, and eve handed in an essay."""
    course = shutil.copytree(graded, tmp_path_factory.mktemp("decide") / "course")
    hand_in(course, "eve", "%PDF-", "essay.pdf")
    hand_in(course, "fay", small.notebook(f"{small.ANSWERS['cleo']}  # {HOSTILE}"))
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(course)
        assert main(["grade"]) == 1
        assert main(["report"]) == 0
    return course / "grading/report/classification/to_decide.html"


def test_each_question_has_its_cell_evidence_and_command(page):
    text = page.read_text("utf-8")
    assert page.stat().st_mode & 0o077 == 0
    assert "4 questions for a person" in text
    assert text.count("torch.tanh(x)") >= 2  # the learners' cells
    assert "autograder decide tanh same --student cleo --by NAME --reason TEXT" in text
    assert "autograder decide 02_tanh same --student eve" in text
    assert "No notebook was handed in, only essay.pdf." in text
    assert "Judged: " in text  # as `explain` has it
    assert NAME in text


@pytest.mark.parametrize("width", [375, 1100])
def test_in_a_browser_without_a_script(browser, page, width):
    context = keep_local(
        browser.new_context(viewport={"width": width, "height": 800}, java_script_enabled=True)
    )
    shown, asked = context.new_page(), []
    shown.on("request", lambda request: asked.append(request.url))
    shown.goto(page.as_uri())
    assert shown.evaluate("window.pwned") is None
    assert [url for url in asked if not url.startswith(("data:", page.as_uri()))] == []
    assert shown.locator("script").count() == 0
    shown.get_by_text("What the marks rest on, question 1").click()
    assert shown.get_by_text("check_tanh_values:").first.is_visible()
    assert HOSTILE in shown.inner_text("main")
    assert shown.evaluate("document.documentElement.scrollWidth") <= width
    found = [each for each in audit.violations(shown) if "could not be determined" not in each]
    assert found == []
    assert [*audit.headings(shown), *audit.pictures(shown), *audit.links(shown)] == []
    context.close()
