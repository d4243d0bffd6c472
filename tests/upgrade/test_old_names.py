"""Names of version 0.1 that courses and notebooks outside of this repository go on using.

`data/calls.json` has what that version's notebooks and pages call; `calls` says how it was made.
"""

from __future__ import annotations

import ast
import inspect
import json

import pytest
from traitlets.config import Config
from traitlets.utils.importstring import import_item

import autograder.checks
from autograder.checks.recorder import watch
from tests.upgrade import calls
from tests.upgrade.course import DATA, gradebook, old_class, run_apart

CALLS = json.loads((DATA / "calls.json").read_text("utf-8"))
FAILURES = ("NotYet", "NotStarted", "Raised")
#: All that version 0.1 had of its own: late days, the sandbox with its defaults, an address.
SETTINGS = """
c.AssignLatePenalties.plugin_class = "autograder.late.LatePolicy"
c.LatePolicy.grace_minutes, c.LatePolicy.percent_a_day, c.LatePolicy.cap_percent = 30, 20, 50
c.LatePolicy.bank_days, c.LatePolicy.extensions = 1, {"ada": 2, "hana": {"classification": 1}}
c.Sandbox.require, c.Sandbox.hide, c.Sandbox.read = [], ["/no/such/tests"], []
c.Sandbox.cell_seconds, c.Sandbox.notebook_seconds = 120, 300
c.Sandbox.memory, c.Sandbox.processes = 4 * 2**30, 64
c.Sandbox.output, c.Sandbox.file_size, c.Sandbox.disk = 4 * 2**20, 50_000_000, 512 * 2**20
c.Sandbox.warm = True
c.Stamp.repository, c.Stamp.revision = "https://github.com/OWNER/NAME", "a-tag"
"""
#: What traitlets says of a setting that its class does not have.
UNKNOWN = "not recognized"


# --- what notebooks call -------------------------------------------------------------------------


@pytest.mark.parametrize("name", CALLS)
def test_names_that_notebooks_use_take_what_they_are_given(name):
    fits(name, CALLS[name])


def test_so_do_those_of_earlier_releases_and_of_this_checkout(tmp_path):
    for name, forms in calls.of_course(old_class(tmp_path / "course")).items():
        fits(name, forms)


def fits(name, forms):
    """See that a name can be imported, and called in all these forms."""
    signature = inspect.signature(import_item(name))
    for form in forms:
        call = ast.parse(form, mode="eval").body
        spread = any(isinstance(each, ast.Starred) for each in call.args)  # of any length
        bind = signature.bind_partial if spread else signature.bind
        bind(*call.args, **{each.arg: None for each in call.keywords})


@pytest.mark.parametrize("form", CALLS["autograder.checks.check"])
def test_checks_are_known(form, monkeypatch):
    # Another test's lesson is no answer to this one.
    monkeypatch.setattr(watch, "RECORDER", watch.Recorder())
    for each in (form, form.replace("check(", "check_fresh(")):
        with pytest.raises(Exception, match=r"^[a-z_]+: ") as raised:  # the verdict's code
            called(each, {})
        assert type(raised.value).__name__ in FAILURES, each


@pytest.mark.parametrize("name", ["check_ungraded", "explain_error", "ready", "summary"])
def test_what_earns_nothing_says_something(name, capsys):
    for form in CALLS[f"autograder.checks.{name}"]:
        called(form, {})
        assert len(capsys.readouterr().out) > 10, form


def test_rescues_give_something(capsys):
    for form in CALLS["autograder.checks.rescue"]:
        task = ast.parse(form, mode="eval").body.args[0].value.split("_")[0]
        model = autograder.checks.rescue(f"{task}_model")
        assert called(form, model) is not None


def called(form, given):
    """What a call gives, with one thing for all that it asks for."""
    return eval(form, {"autograder": autograder, "_": given})


# --- what settings name --------------------------------------------------------------------------


def test_three_lines_protect_any_course():
    from autograder.any_course import protect

    config = Config()
    protect(config)
    for name in ("sanitize_preprocessors", "autograde_preprocessors"):
        steps = [
            each if isinstance(each, type) else import_item(each) for each in config.Autograde[name]
        ]
        assert any(step.__module__.startswith("autograder.") for step in steps), name
    before = repr(config)
    protect(config)
    assert repr(config) == before


def test_the_late_policy_is_where_settings_say():
    from autograder.late import LatePolicy

    policy = LatePolicy(percent_a_day=10, cap_percent=50, grace_minutes=30)
    assert policy.late_submission_penalty("ada", 5, 29 * 60) == 0
    assert policy.late_submission_penalty("ada", 5, 31 * 60) == 0.5
    assert policy.late_submission_penalty("ada", 5, 30 * 24 * 3600) == 2.5


def test_all_settings_are_known_and_count(tmp_path):
    course = old_class(tmp_path / "course", more=SETTINGS)
    folder = course / "grading/submitted/hana/classification"
    # Four days and a half late: one is an extension, one is in the bank, and three cost too much.
    (folder / "timestamp.txt").write_text("2026-01-14 23:00:00 UTC\n")
    code, said, errors = run_apart(course, "autograder.cli", "grade", "--json", "--student", "hana")
    assert code == 0, errors
    assert UNKNOWN not in errors
    assert json.loads(said)["graded"] == 1
    with gradebook(course) as book:
        found = book.find_submission_notebook("02_tanh", "classification", "hana")
        assert (found.score, found.late_submission_penalty) == (5, 2.5)
    code, _, errors = run_apart(course, "autograder.cli", "release", "--no-proof")
    assert code == 0, errors
    assert UNKNOWN not in errors
    text = (course / "notebooks/classification/02_tanh.ipynb").read_text("utf-8")
    assert "github.com/OWNER/NAME" in text
    assert "a-tag" in text


def test_a_setting_that_there_is_not_is_told_and_one_that_cannot_be_met_refused(tmp_path):
    """Else the silence of the test before would say nothing."""
    more = "c.Sandbox.memroy = 1\nc.Sandbox.require = ['no_such_layer']\n"
    course = old_class(tmp_path / "course", more=more)
    code, _, errors = run_apart(course, "autograder.cli", "grade", "--force", "--student", "hana")
    assert code == 2, errors
    assert UNKNOWN in errors
    assert "no_such_layer" in errors
