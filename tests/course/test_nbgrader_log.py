"""What learners chose is text in nbgrader's log: nothing is obeyed, and no line is forged."""

import io
import logging
from pathlib import Path

import pytest
from traitlets.config import Config

from autograder.course.nbgrader_log import reason
from autograder.kernels.settings import load_config
from autograder.nbgrader_steps.protect import protect

ROOT = Path(__file__).parents[2]
COMMANDS = ("AutogradeApp", "GenerateFeedbackApp", "ZipCollectApp", "ServerApp")
FORGED = "ada\n[WARNING] ben: everything is fine\r\x1b[2J\u202e%s %d.ipynb"


def logged(name, *words):
    """What a handler as nbgrader's writes of a warning."""
    log, text = logging.getLogger(name), io.StringIO()
    handler = logging.StreamHandler(text)
    handler.setFormatter(logging.Formatter("[%(levelname)s] %(message)s"))
    log.addHandler(handler)
    try:
        log.warning(*words)
    finally:
        log.removeHandler(handler)
    return text.getvalue()


@pytest.fixture(params=["our own course", "another course"])
def settings(request, monkeypatch):
    """The settings have been read; before, no log had a filter."""
    for name in COMMANDS:
        monkeypatch.setattr(logging.getLogger(name), "filters", [])
    if request.param == "our own course":
        load_config(ROOT)
    else:
        protect(Config())


@pytest.mark.usefixtures("settings")
@pytest.mark.parametrize("name", COMMANDS)
@pytest.mark.parametrize("words", [("Skipping %s", FORGED), (f"Skipping {FORGED}",)], ids=len)
def test_a_name_forges_no_line_and_nothing_is_obeyed(name, words):
    said = logged(name, *words)
    assert [line for line in said.split("\n") if line.startswith("[")] == ["[WARNING] Skipping ada"]
    assert said.replace("\n", "").isprintable()
    assert "ben: everything is fine\\r\\x1b[2J\\u202e%s %d.ipynb" in said


@pytest.mark.usefixtures("settings")
def test_honest_lines_are_as_they_were():
    assert logged("AutogradeApp", "%s: %d%%", "O'Neil-Åström", 5) == "[WARNING] O'Neil-Åström: 5%\n"
    assert logged("AutogradeApp", ValueError("odd")) == "[WARNING] odd\n"


def test_what_is_said_in_thousands_is_left_out_by_our_settings():
    load_config(ROOT)
    assert logged("AutogradeApp", "Attribute 'checksum' for cell %s has changed", "x") == ""


def test_a_reason_is_one_line():
    assert "\n" not in reason("Traceback\n  here\nValueError: a\nFor a person: ada: fine")
