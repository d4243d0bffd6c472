"""The late policy, through nbgrader's own gradebook and preprocessor."""

from __future__ import annotations

import os
import shutil
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from nbformat.v4 import new_notebook
from nbgrader.api import Gradebook
from nbgrader.preprocessors import AssignLatePenalties
from traitlets import TraitError
from traitlets.config import Config

from autograder.late import LatePolicy

HOUR = 1 / 24


@pytest.fixture(scope="module")
def empty(tmp_path_factory):
    """A gradebook with nothing in it: nbgrader takes a second to make one."""
    path = tmp_path_factory.mktemp("late") / "gradebook.db"
    with pytest.MonkeyPatch.context() as patch:  # nbgrader calls alembic through PATH
        patch.setenv("PATH", str(Path(sys.executable).parent), prepend=os.pathsep)
        Gradebook(f"sqlite:///{path}", "course").close()
    return path


@pytest.fixture
def penalty(tmp_path, empty):
    """Hands in two assignments, each of two notebooks worth 10, and gives the penalties.

    Each is called with days late by assignment; `first` is due a month before `second`.
    """
    url = f"sqlite:///{tmp_path / 'gradebook.db'}"

    def grade(late, order=("first", "second"), given=None, **policy):
        shutil.copy(empty, tmp_path / "gradebook.db")
        with Gradebook(url, "course") as book:
            book.add_student("ada")
            for name, month in (("second", 2), ("first", 1)):
                book.add_assignment(name, duedate=f"2026-{month:02}-10 00:00:00 UTC")
                for notebook in ("a", "b"):
                    book.add_notebook(notebook, name)
                    book.add_grade_cell("check", notebook, name, max_score=10, cell_type="code")
                if name in late:
                    minutes = round(late[name] * 24 * 60)
                    day, rest = divmod(minutes, 24 * 60)
                    when = f"2026-{month:02}-{10 + day} {rest // 60:02}:{rest % 60:02}:00 UTC"
                    days = (given or {}).get(name)
                    extension = timedelta(days=days) if days is not None else None
                    book.add_submission(name, "ada", timestamp=when, extension=extension)
                    for notebook in ("a", "b"):
                        book.find_grade("check", notebook, name, "ada").auto_score = 10
            book.db.commit()
        config = Config()
        config.AssignLatePenalties.plugin_class = "autograder.late.LatePolicy"
        config.LatePolicy = Config(policy)
        found = {}
        for name in (each for each in order if each in late):
            for notebook in ("a", "b"):
                names = {"student": "ada", "assignment": name, "notebook": notebook}
                AssignLatePenalties(config=config).preprocess(
                    new_notebook(), {"nbgrader": {**names, "db_url": url}}
                )
            with Gradebook(url, "course") as book:
                books = book.find_submission(name, "ada").notebooks
                values = {each.late_submission_penalty or 0.0 for each in books}
            assert len(values) == 1  # the same for each notebook of an assignment
            found[name] = values.pop()
        return found

    return grade


def test_days_that_have_begun_cost_percent_up_to_the_cap(penalty):
    policy = {"percent_a_day": 20, "cap_percent": 50}
    for late, cost in ((0, 0), (HOUR, 2), (1, 2), (1 + HOUR, 4), (2.5, 5), (9, 5)):
        assert penalty({"first": late}, **policy) == {"first": cost}, late


def test_grace_costs_nothing_and_is_not_counted_after_it(penalty):
    policy = {"percent_a_day": 10, "grace_minutes": 120}
    assert penalty({"first": 2 * HOUR}, **policy) == {"first": 0}
    assert penalty({"first": 3 * HOUR}, **policy) == {"first": 1}
    assert penalty({"first": 1 + HOUR}, **policy) == {"first": 1}


def test_extensions_are_for_one_learner_and_may_be_for_one_assignment(penalty):
    policy = {"percent_a_day": 10}
    both = {"first": 2, "second": 2}
    assert penalty(both, **policy, extensions={"ada": 2}) == {"first": 0, "second": 0}
    only = {"ada": {"second": 1}}
    assert penalty(both, **policy, extensions=only) == {"first": 2, "second": 1}
    assert penalty(both, **policy, extensions={"ben": 9}) == {"first": 2, "second": 2}


def test_what_the_gradebook_has_given_counts_and_never_twice(penalty):
    policy = {"percent_a_day": 10, "given": {"first": 1}}
    both = {"first": 3, "second": 3}
    assert penalty(both, **policy) == {"first": 2, "second": 3}
    assert penalty(both, **policy, extensions={"ada": 2}) == {"first": 1, "second": 1}
    assert penalty(both, **policy, extensions={"ada": {"first": 0.5}}) == {"first": 2, "second": 3}
    assert penalty(both, **policy, bank_days=2) == {"first": 0, "second": 3}
    assert penalty(both, **policy, bank_days=2, extensions={"ada": 2}) == {"first": 0, "second": 0}


@pytest.mark.parametrize("order", [("first", "second"), ("second", "first")])
def test_the_bank_is_used_by_due_date_in_whatever_order_is_graded(penalty, order):
    policy = {"percent_a_day": 10, "bank_days": 3, "order": order}
    assert penalty({"first": 2, "second": 2}, **policy) == {"first": 0, "second": 1}
    assert penalty({"second": 4}, **policy) == {"second": 1}
    assert penalty({"first": 5, "second": 1}, **policy) == {"first": 2, "second": 1}


def test_on_time_costs_nothing(penalty):
    assert penalty({"first": 0, "second": -1}, percent_a_day=100) == {"first": 0, "second": 0}


@pytest.mark.parametrize(
    "values",
    [
        {"percent_a_day": -1},
        {"percent_a_day": 101},
        {"cap_percent": 120},
        {"grace_minutes": -5},
        {"bank_days": -1},
        {"extensions": {"ada": -1}},
        {"extensions": {"ada": "two"}},
        {"extensions": {"ada": {"first": None}}},
    ],
)
def test_values_that_make_no_sense_are_refused(values):
    with pytest.raises(TraitError, match=next(iter(values))):
        LatePolicy(**values)
