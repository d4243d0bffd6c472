"""The course's own lessons, as they travel to workers and as a process imports them."""

from __future__ import annotations

import pickle
import subprocess
import sys
from dataclasses import replace

import pytest

from autograder.course.lessons import own_lessons
from tests.support import small


def test_our_own_lessons_travel_as_a_name():
    sent = pickle.dumps(own_lessons())
    assert len(sent) < 200
    assert pickle.loads(sent) is own_lessons()


def test_those_of_another_course_travel_whole():
    others = replace(own_lessons(), own=False)
    assert pickle.loads(pickle.dumps(others)) == others


def run(script):
    return subprocess.run(
        [sys.executable, "-c", script], env=small.environment(), capture_output=True, text=True
    )


@pytest.mark.parametrize(
    "command", [["explain", "ada", "tanh"], ["check", "nothing.ipynb"], ["regrade"]]
)
def test_a_command_does_not_wait_for_the_grammar_of_addresses(command, tmp_path):
    """And it is there afterwards, for whoever wants it."""
    done = run(
        f"import os, sys; os.chdir({str(tmp_path)!r})\n"
        f"from autograder.cli.main import main\nassert main({command}) == 2\n"
        "assert 'jsonschema' in sys.modules\nassert 'lark' not in sys.modules\n"
        "import rfc3987_syntax\nassert rfc3987_syntax.is_valid_syntax('iri', 'http://a.b')"
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    "module", ["autograder.classroom.plan", "autograder.nbgrader_steps.autograde"]
)
def test_what_imports_us_keeps_the_grammar(module):
    """As formgrader's server does, which checks addresses."""
    done = run(f"import {module}, sys\nassert sys.modules['rfc3987_syntax'].is_valid_syntax")
    assert done.returncode == 0, done.stderr


def test_workers_are_forked_from_a_process_without_the_grammar():
    done = run("import autograder.workers.preload, sys\nassert 'lark' not in sys.modules")
    assert done.returncode == 0, done.stderr
