"""`autograder check --format github`, and the workflow that a course copies."""

import html
import json
import re
import subprocess

import mistune
import nbformat
import pytest
import yaml

from autograder.markdown import plain, table
from tests.support import small
from tests.support.classes import FULL, ROOT

WORKFLOW = yaml.safe_load((ROOT / "docs/github-workflow.yml").read_text("utf-8"))
HOSTILE = [
    "<img src=x onerror=alert(1)>", "<script>alert(1)</script>", "[x](javascript:alert(1))",
    "![x](http://example.org/x.png)", "http://example.org www.example.org", "a@example.org",
    "@somebody #12 owner/name#3", "a | b \\| c \\\\| d", "`code` `|` `` ` `` ```", "**bold** _it_",
    "two\nlines\n\n# heading\n\n- list", "&lt;b&gt; &#124;", "$x$ ~~gone~~ :smile: [^1]", "`\\`|`",
    "<!-- --> -->", "| --- |", "[x]: http://example.org", "\u202eabc\x1b[31m",
]  # fmt: skip
_RENDER = mistune.create_markdown(
    escape=False, plugins=["table", "url", "strikethrough", "footnotes", "task_lists"]
)


def seen(made):
    """The text that a browser shows, and the tags that are there."""
    without = re.sub(r"<!--.*?-->", "", made, flags=re.DOTALL)
    tags = set(re.findall(r"</?(\w+)", without))
    return html.unescape(re.sub(r"<[^>]*>", "", without)), tags


@pytest.mark.parametrize("text", HOSTILE)
def test_what_a_learner_wrote_is_text_in_one_cell(text):
    made = _RENDER(table(text, ("a", ">b"), [(text, "1"), ("x", text)]))
    assert made.count("<td") == 4, made
    shown, tags = seen(made)
    assert tags <= {"h3", "table", "thead", "tbody", "tr", "th", "td", "code", "br"}, made
    if text.isprintable() and "`" not in text:
        assert shown.count(text) == 3, shown


def test_names_in_backticks_are_code():
    assert seen(_RENDER(plain("Use `nn.Linear`, not `a*b*c`.")))[1] == {"p", "code"}


def check_step():
    (job,) = WORKFLOW["jobs"].values()
    (step,) = [each for each in job["steps"] if "autograder check" in each.get("run", "")]
    return step["run"]


def test_the_workflow_may_read_and_no_more():
    assert WORKFLOW["permissions"] == {"contents": "read"}
    assert "push" in WORKFLOW[True]  # YAML takes `on` for a boolean
    (job,) = WORKFLOW["jobs"].values()
    assert not re.search(r"\$\{\{", "".join(each.get("run", "") for each in job["steps"]))


def test_the_workflow_shows_each_notebook_in_the_jobs_summary(tmp_path):
    folder = tmp_path / "notebooks/classification"
    folder.mkdir(parents=True)
    for name, answer in (("02_tanh", small.ANSWERS["dan"]), ("my notes", None)):
        notebook = small.notebook(answer) if answer else nbformat.v4.new_notebook()
        (folder / f"{name}.ipynb").write_text(json.dumps(notebook))
    summary = tmp_path / "summary.md"
    summary.write_text("before\n")
    done = subprocess.run(
        ["bash", "-e", "-c", check_step()], cwd=tmp_path, capture_output=True, text=True,
        env=small.environment(GITHUB_STEP_SUMMARY=str(summary)), timeout=small.HANGS,
    )  # fmt: skip
    assert done.returncode == 1, done.stderr
    text = summary.read_text("utf-8")
    assert text.startswith("before\n")
    shown, _ = seen(_RENDER(text))
    assert f"02_tanh: {FULL - 1} of {FULL} points" in shown
    assert "tanh_stable" in shown
    assert "is not finite" in shown
    assert "'my notes.ipynb' is a notebook without cells." in shown
