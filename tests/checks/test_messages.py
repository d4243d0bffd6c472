"""The catalogue of messages: complete, used, short, and never the answer; and how verdicts look."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from string import Formatter
from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

from autograder.checks.words import messages
from autograder.checks.words.display import show
from autograder.checks.words.messages import catalogue, say
from autograder.checks.words.verdict import HEADINGS, Verdict, correct
from autograder.course.folders import masters
from tests.support.playing import play
from tests.support.ungraded_answers import RIGHT

#: The codes of verdicts; `words_...` are only set around a message.
CODES = sorted(code for code in catalogue() if not code.startswith("words_"))
PACKAGE = Path(messages.__file__).parents[2]
#: Functions whose first argument is a code.
MAKERS = {"correct", "not_yet", "not_started", "raised", "with_remark"}


def is_passing(code: str) -> bool:
    """A message of a verdict that earns its points, or a remark that is added to one."""
    return "_right" in code or catalogue()[code]["says"].startswith("Note:")


def strings(node: ast.AST) -> set[str]:
    """The string constants in an expression."""
    found = (n.value for n in ast.walk(node) if isinstance(n, ast.Constant))
    return {value for value in found if isinstance(value, str)}


def trees() -> list[ast.Module]:
    found = (path for path in PACKAGE.rglob("*.py") if "answers" not in path.parts)
    return [ast.parse(path.read_text("utf-8")) for path in found]


def test_every_code_is_used() -> None:
    used = {text.split(":")[0] for tree in trees() for text in strings(tree)}
    assert set(CODES) - used == set()


def test_every_code_that_is_used_has_a_message() -> None:
    asked = set()
    for call in (n for tree in trees() for n in ast.walk(tree) if isinstance(n, ast.Call)):
        name = getattr(call.func, "id", "")
        if name in MAKERS and call.args:
            first = call.args[1 if name == "with_remark" else 0]
            if isinstance(first, ast.IfExp):
                asked |= strings(first.body) | strings(first.orelse)
            elif isinstance(first, ast.Constant):
                asked |= strings(first)
    assert len(asked) > 80
    assert asked - set(CODES) == set()


@pytest.mark.parametrize("code", CODES)
def test_every_code_is_met_by_a_test(code: str) -> None:
    if code.endswith("_right"):
        return  # test_judges meets these all at once, with the solutions
    here = Path(__file__)
    tests = [path for path in here.parents[1].rglob("*.py") if path != here]
    assert any(f'"{code}"' in path.read_text("utf-8") for path in tests)


@pytest.mark.parametrize("code", CODES)
def test_sentences_are_short(code: str) -> None:
    entry = catalogue()[code]
    for text in (entry["says"], entry.get("next", "")):
        plain = re.sub(r"\{\w+\}", "fact", text)
        for sentence in re.split(r"(?<=[.?!:;])\s+", plain):
            assert len(sentence.split()) < 20, sentence


@pytest.mark.parametrize("code", CODES)
def test_there_is_a_next_step_unless_it_passes(code: str) -> None:
    assert bool(catalogue()[code].get("next")) is not is_passing(code)


@pytest.mark.parametrize("code", CODES)
def test_messages_are_clean(code: str) -> None:
    entry = catalogue()[code]
    assert set(entry) <= {"says", "next"}
    for text in filter(None, entry.values()):
        assert text == " ".join(text.split())
        assert text.isascii()
        assert text.endswith((".", "?", "{error}")), text
        for _, name, spec, conversion in Formatter().parse(text):
            assert name is None or (name.isidentifier() and not spec and not conversion)


def lines(sources: list[str]) -> set[str]:
    """Lines of code worth telling, without comments."""
    found = (line.split("#")[0].strip() for source in sources for line in source.splitlines())
    return {line for line in found if len(line) > 8}


def test_no_message_tells_the_answer() -> None:
    cells = [c for notebook in masters().values() for c in notebook.cells if c.cell_type == "code"]
    parted = [re.split("### (?:BEGIN|END) SOLUTION", cell.source) for cell in cells]
    shown = lines([text for texts in parted for text in texts[::2]])
    solved = [text for texts in parted for text in texts[1::2]]
    # The first right answer of each task without points is the one that the notebooks hold.
    answers = lines(solved + [entries[0][1] for entries in RIGHT.values()]) - shown
    assert len(answers) > 40
    for code, entry in catalogue().items():
        text = " ".join(entry.values())
        told = [line for line in answers if line in text]
        assert not told, (code, told)
        # Not an assignment, a definition or a formula of the learner's own names either.
        assert not re.search(
            r"\b(loss_fn|optimizer|moon_model|small_model|doubled|X|y|return) = "
            r"|def \w+\(.*\):\n",
            text,
        )
        assert not re.search(r"exp\(|\breturn [(\d]", text)


def test_a_code_or_a_fact_that_is_missing_is_a_fault_of_ours() -> None:
    with pytest.raises(KeyError):
        say("no_such_code")
    with pytest.raises(KeyError):
        say("data_sample_count", rows=3)


# --- how a verdict looks in a notebook -------------------------------------------------------
CHECK = "import autograder.checks as c\nc.{call}({check!r}, globals())"
FAILING = {
    "not_yet": ("Not yet", "moon_model = nn.Sequential(nn.Linear(2, 3))"),
    "not_started": ("Not started", "# YOUR CODE HERE\npass"),
    "raised": ("Your code raised an error", "moon_model = nn.Linear(2, 1, 2, 3, 4)[0]"),
}


@pytest.mark.parametrize("outcome", FAILING)
def test_a_failing_check_shows_its_message_alone(outcome: str, capsys: Any) -> None:
    heading, answer = FAILING[outcome]
    lesson = play("01_moons", until="moons_model", moons_model=answer)
    verdict = lesson.verdict("check_moons_model_outputs")
    assert verdict.outcome == outcome
    capsys.readouterr()
    result = lesson.run(CHECK.format(call="check", check="check_moons_model_outputs"))
    out, err = capsys.readouterr()
    shown = re.sub(r"\x1b\[[0-9;]*m", "", out).strip().splitlines()
    first = f"{heading} - exercise 2, build a model (0 of 1 point)"
    assert shown == [first, verdict.message, f"Next: {verdict.next_step}"]
    assert err == ""
    assert type(result.error_in_exec).__name__.lower() == outcome.replace("_", "")
    assert str(result.error_in_exec).startswith(f"{verdict.code}: {heading}")


def test_a_passing_check_shows_one_line() -> None:
    lesson = play("01_moons", until="moons_model")
    with capture_output() as captured:
        result = lesson.run(CHECK.format(call="check", check="check_moons_model_outputs"))
    assert result.success
    assert result.result is None, "a last expression would become the mark"
    assert (captured.stdout, captured.stderr) == ("", "")
    (shown,) = captured.outputs
    plain = shown.data["text/plain"]
    assert "\n" not in plain
    assert plain.startswith("Correct - exercise 2, build a model (1 of 1 point): Your model takes")
    assert plain.split(": ", 1)[1] in shown.data["text/html"]
    assert shown.metadata["moons_and_spirals"]["code"] == "model_outputs_right"


def test_a_passing_check_outside_notebooks_prints_one_line(capsys: Any) -> None:
    InteractiveShell.clear_instance()
    show("check_moons_plot", correct("plot_right"))
    out, err = capsys.readouterr()
    assert out.startswith("Correct - exercise 5")
    assert out.count("\n") == 1
    assert err == ""


def test_what_looks_like_html_is_shown_as_text() -> None:
    play("02_tanh", until=None)
    with capture_output() as captured:
        show("check_moons_plot", Verdict("correct", "plot_right", "<b>bold</b>"))
    assert "&lt;b&gt;bold" in captured.outputs[0].data["text/html"]


def test_the_outcomes_are_four() -> None:
    assert list(HEADINGS.values()) == [
        "Correct", "Not yet", "Not started", "Your code raised an error",
    ]  # fmt: skip


def test_ready_says_in_one_line_what_to_do_first(capsys: Any) -> None:
    lesson = play("01_moons", until="moons_data", moons_data="# YOUR CODE HERE\npass")
    capsys.readouterr()
    lesson.run('import autograder.checks as c\nready = c.ready(globals(), "moons_data")')
    out, _ = capsys.readouterr()
    assert lesson.names["ready"] is False
    assert out == "Exercise 1: not started. The blank of exercise 1 is still empty.\n"
