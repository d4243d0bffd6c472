"""The `autograder` command: finds the subcommand, runs it, and ends it properly.

Each command's module declares its arguments in `add_arguments` and does its work in `run`, which
imports what it needs: asking for help imports no torch and no nbgrader. Without a command it says
what there is to do next in this folder.

Exit codes: 0 all is well (for `check`: full marks), 1 not full marks, a refused release, or work
for a person after `grade`, 2 it could not be done, with one sentence that says why.
"""

import argparse
import sys
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from importlib import import_module
from typing import NoReturn

from autograder.console import complain, say
from autograder.errors import Refused, fault
from autograder.imports import import_nbformat
from helpers.text import printable

#: As `autograder --help` lists them.
_COMMANDS = (
    "check", "explain", "collect", "learner", "deadline", "extend", "grade", "regrade", "decide",
    "take", "export", "report", "term", "lab", "doctor", "release", "gradescope", "demo",
)  # fmt: skip
#: Those that look at an archived term, if they are asked to.
_TERM_READERS = ("explain", "learner", "deadline", "extend", "export", "report")
#: What to install where a module is missing; else the grading tools.
_EXTRAS = {
    "dask": ("tools for a cluster", "dask"),
    "distributed": ("tools for a cluster", "dask"),
    "jupyterlab": ("tools for the lessons", "lessons"),
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command, with the process's arguments if none are given; returns the exit code."""
    arguments = parser().parse_args(argv)
    try:
        if arguments.command != "lab":  # its server goes on to check addresses
            import_nbformat()
        with _in_term(arguments):
            code: int = arguments.run(arguments)
        return code
    except KeyboardInterrupt:
        complain("stopped")
        return 130
    except ModuleNotFoundError as error:
        tools, extra = _EXTRAS.get(error.name or "", ("grading tools", "autograder"))
        complain(
            f"{error.name} is missing: install the {tools} with "
            f"pip install 'moons-and-spirals[{extra}]'"
        )
    except Refused as error:
        complain(f"{error.before}{error}")
        return error.exit_code
    except OSError as error:
        complain(f"it could not be done: {error}")
    except Exception as error:  # a fault of ours, and no reason to be alarmed
        if sys.flags.dev_mode:
            raise
        what = f"a fault of autograder's own stopped `{arguments.command or 'autograder'}`"
        complain(f"{fault(what, error)} To see where: `python -X dev -m autograder.cli ...`.")
    return 2


def _say_what_is_next(_: argparse.Namespace) -> int:
    """Without a command: what there is to do in this folder, and with which."""
    try:
        from autograder.classroom.next_step import next_steps

        found = list(next_steps())
    except FileNotFoundError as why:
        found = [f"{why}.", "One notebook of your own: `autograder check FILE.ipynb`."]
    for text in found:
        say(text)
    say("All commands: `autograder --help`.")
    return 0


def _in_term(arguments: argparse.Namespace) -> AbstractContextManager[None]:
    """Look at the archived term that is asked for, if it is one and the command can."""
    if not arguments.term:
        return nullcontext()
    if not arguments.reads_terms:
        raise Refused(
            f"`{arguments.command or 'autograder'}` is for the present term; of an archived one, "
            f"{arguments.term!r}, marks are read and not changed. With --term go "
            f"{', '.join(_TERM_READERS)}."
        )
    from autograder.course.terms import chosen_by

    return chosen_by(arguments.term)


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        # A shell makes arguments of files' names, which others have chosen.
        super().error(printable(message))


def parser() -> argparse.ArgumentParser:
    """All commands with their arguments, as their modules declare them."""
    whole = _Parser(
        prog="autograder",
        description="Grade notebooks of this course: one of your own, or those of a whole class.",
        epilog="Exit codes: 0 all is well (check: full marks); 1 something needs a person, lacks "
        "points or is refused; 2 it could not be done, and one sentence says why.",
    )
    whole.add_argument(
        "--term", default="", metavar="NAME", help="look at an archived term, to read; see `term`"
    )
    commands = whole.add_subparsers(metavar="COMMAND", dest="command")
    whole.set_defaults(run=_say_what_is_next, reads_terms=False)
    for name in _COMMANDS:
        each = import_module(f"autograder.cli.{name}")
        command = commands.add_parser(name, help=each.HELP)
        each.add_arguments(command)
        command.set_defaults(run=each.run, reads_terms=name in _TERM_READERS)
    return whole
