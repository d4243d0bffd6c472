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
from autograder.checks.words.errors import explain, known_errors
from autograder.checks.words.messages import catalogue, say
from autograder.checks.words.verdict import HEADINGS, Verdict, correct
from autograder.course.folders import masters
from autograder.release.complete import codes_in
from tests.support import met_codes
from tests.support.playing import play
from tests.support.ungraded_answers import RIGHT

#: The codes of verdicts; `words_...` are only set around a message.
CODES = sorted(code for code in catalogue() if not code.startswith("words_"))
PACKAGE = Path(messages.__file__).parents[2]


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
    used = {text for tree in trees() for text in strings(tree)}
    used |= {code for code, _ in known_errors()}
    assert set(CODES) - used == set()


def test_every_code_that_is_used_has_a_message() -> None:
    asked = set().union(*map(codes_in, trees()))
    assert len(asked) > 80
    assert asked - set(CODES) == set()


def test_a_message_is_met_when_our_own_code_gives_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(met_codes, "MET", set())
    correct("plot_right")
    assert set() == met_codes.MET
    explain(None)
    assert {"no_error"} == met_codes.MET
    assert "plot_right" in met_codes.left()


def texts(code: str) -> list[str]:
    """What learners and teachers are told."""
    return [text for key in ("says", "next", "reteach") if (text := catalogue()[code].get(key))]


def test_sentences_are_short() -> None:
    plain = [re.sub(r"\{\w+\}", "fact", text) for code in CODES for text in texts(code)]
    sentences = [s for text in plain for s in re.split(r"(?<=[.?!:;])\s+", text)]
    assert [s for s in sentences if len(s.split()) >= 20] == []


def test_there_is_a_next_step_unless_it_passes() -> None:
    assert [c for c in CODES if bool(catalogue()[c].get("next")) is is_passing(c)] == []


def test_what_to_teach_again_is_told_of_what_can_be_wrong() -> None:
    assert [c for c in CODES if "reteach" in catalogue()[c] and "_right" in c] == []


def is_clean(text: str) -> bool:
    """Plain words on one line, that end like a sentence, with plain names in their braces."""
    fields = [field[1:] for field in Formatter().parse(text) if field[1] is not None]
    return (
        text == " ".join(text.split())
        and text.isascii()
        and text.endswith((".", "?", "{error}"))
        and all(name and name.isidentifier() and not spec and not conversion
                for name, spec, conversion in fields)
    )  # fmt: skip


def test_messages_are_clean() -> None:
    assert [c for c in CODES if not set(catalogue()[c]) <= {"says", "next", "reteach"}] == []
    assert [(c, text) for c in CODES for text in texts(c) if not is_clean(text)] == []
    # What to teach again is the same in every class: it has no place for one learner's facts.
    assert [c for c in CODES if "{" in catalogue()[c].get("reteach", "")] == []


#: A name that only code has: with an underscore or a dot, before brackets or an equals sign.
CODE = re.compile(r"[a-zA-Z]+_\w+|\b[A-Za-z]\w*\.\w+|\b\w{4,}\(|\w=\w|\b\w+Loss\b|__\w+")


def test_what_is_code_stands_in_backticks() -> None:
    """So that pages show it as code; `tanh(x)` is read as in a formula."""
    plain = {c: re.sub(r"`[^`]+`|\{\w+\}|tanh\(", "", " ".join(texts(c))) for c in CODES}
    assert {c: found for c, text in plain.items() if (found := CODE.findall(text))} == {}


@pytest.mark.parametrize(
    ("kind", "words"), [("int", "an int"), ("list", "a list"), ("Adam", "an Adam")]
)
def test_an_article_fits_its_name(kind: str, words: str) -> None:
    assert say("data_not_tensors", name="X", kind=kind)[0].endswith(f"and it is {words}.")


def test_a_message_with_an_article_is_shown_without_its_draw() -> None:
    message = say("raised_argument_type", name="size", wanted="tuple", kind="int")[0]
    assert messages.without_draws("raised_argument_type", message).endswith("and it is an int.")


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
        text = " ".join(entry[key] for key in ("says", "next") if key in entry)
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


def test_names_are_code_in_html_and_stay_in_backticks_in_text() -> None:
    play("02_tanh", until=None)
    with capture_output() as captured:
        show("check_moons_plot", Verdict("correct", "plot_right", "`X_train` is right."))
    data = captured.outputs[0].data
    assert "<code>X_train</code> is right." in data["text/html"]
    assert "`X_train` is right." in data["text/plain"]


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
