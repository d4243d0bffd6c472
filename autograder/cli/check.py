"""`autograder check`: one notebook, for people who study alone."""

from __future__ import annotations

import argparse
import json
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.console import complain, progress, say, table
from autograder.markdown import plain
from autograder.markdown import table as markdown_table

if TYPE_CHECKING:
    from autograder.kernels.layers import Protection
    from autograder.running.marks import Marks

HELP = "grade one notebook, for self-study"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """A notebook, and how it is run."""
    parser.add_argument("file", type=Path, metavar="FILE.ipynb")
    parser.add_argument("--json", action="store_true", help="print JSON, for other programs")
    parser.add_argument(
        "--format",
        choices=("table", "github"),
        default="table",
        help="github: Markdown for the summary of a job",
    )
    parser.add_argument(
        "--require",
        nargs="+",
        metavar="LAYER",
        help="grade only behind these layers of the sandbox, or 'full'; see doctor",
    )


def run(arguments: argparse.Namespace) -> int:
    """Grade the notebook: 0 for full marks, 1 for less. JSON also says why it could not be."""
    from autograder.errors import fault
    from autograder.kernels.layers import in_words
    from autograder.kernels.settings import load_config
    from autograder.running.marks import Marks
    from autograder.running.one_file import check_file
    from autograder.submissions.read import NotGradable
    from helpers.text import as_name, storable

    file, config = arguments.file, load_config(Path.cwd())
    if arguments.require is not None:
        config.Sandbox.require = arguments.require

    def tell(protection: Protection) -> None:
        if protection.level != "full" and not arguments.json:
            complain(in_words(protection.as_json()))

    try:
        with progress(None, quiet=arguments.json, aside=True) as step:  # a bar of its cells
            advance = partial(step, f"Running {as_name(file.name)}")
            marks = check_file(file, config=config, on_start=tell, on_progress=advance)
    except OSError:
        raise
    except Exception as error:
        if not isinstance(error, NotGradable):  # a fault of ours, met by this notebook
            error = NotGradable("internal", fault(f"{as_name(file.name)} was not graded", error))
        if not arguments.json:
            if arguments.format == "github":
                say(f"{plain(str(error))}\n")
            raise error from None
        marks = Marks(storable(file.name), error={"code": error.code, "message": str(error)})
    if arguments.json:
        say(json.dumps(marks.as_json(), indent=2))
    else:
        _print(marks, github=arguments.format == "github")
    return 2 if marks.error else 0 if marks.score == marks.max_score else 1


def _print(marks: Marks, *, github: bool) -> None:
    from autograder.checks.words.verdict import OUTCOME_WORDS
    from autograder.kernels.layers import in_words
    from helpers.text import count

    title = f"{marks.notebook}: {marks.score:g} of {count(marks.max_score, 'point')}"
    columns = ("check", ">points", "outcome", "what to know")
    rows = [
        (
            cell.grade_id.removeprefix("check_"),
            f"{cell.score:g}/{cell.max_score:g}",
            OUTCOME_WORDS[cell.outcome],
            cell.message,
        )
        for cell in marks.cells
    ]
    notes = [
        in_words(marks.protection),
        *(f"Mended: {note['message']}" for note in marks.mended),
        *(
            "For a person: " + ": ".join(filter(None, (flag["part"], flag["message"])))
            for flag in marks.flags
        ),
    ]
    if github:
        say(
            "\n".join([markdown_table(title, columns, rows), "", *(f"- {plain(n)}" for n in notes)])
        )
        say()
        return
    table(title, columns, rows)
    for note in notes:
        say(note)
