"""The `autograder` command. Reads arguments, calls the package, prints, and exits properly.

Exit codes: 0 all is well (for `check`: full marks), 1 not full marks, a refused release, or work
for a person after `grade`, 2 it could not be done, with one sentence that says why.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autograder.kernels.errors import CannotRun

if TYPE_CHECKING:
    from autograder.kernels.layers import Protection
    from autograder.running.marks import Marks


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command.

    Args:
        argv: the arguments; None for those of the process.

    Returns:
        The exit code.
    """
    arguments = _parser().parse_args(argv)
    try:
        code: int = arguments.run(arguments)
        return code
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
        return 130
    except ModuleNotFoundError as error:
        tools, extra = ("grading tools", "autograder")
        if error.name in ("dask", "distributed"):
            tools, extra = ("tools for a cluster", "dask")
        elif error.name == "jupyterlab":
            tools, extra = ("tools for the lessons", "lessons")
        print(
            f"{error.name} is missing: install the {tools} with "
            f"pip install 'moons-and-spirals[{extra}]'",
            file=sys.stderr,
        )
        return 2
    except (OSError, CannotRun) as error:
        print(f"it could not be done: {error}", file=sys.stderr)
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="autograder",
        description="Grade notebooks of this course: one of your own, or those of a whole class.",
        epilog="Exit codes: 0 all is well (check: full marks); 1 something needs a person, lacks "
        "points or is refused; 2 it could not be done, and one sentence says why.",
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    check = commands.add_parser("check", help="grade one notebook, for self-study")
    check.add_argument("file", type=Path, metavar="FILE.ipynb")
    check.add_argument("--json", action="store_true", help="print JSON, for other programs")
    check.add_argument(
        "--require",
        nargs="+",
        metavar="LAYER",
        help="grade only behind these layers of the sandbox, or 'full'; see doctor",
    )
    check.set_defaults(run=_check)

    explain = commands.add_parser("explain", help="say what a learner's marks rest on")
    explain.add_argument("student", metavar="STUDENT")
    explain.add_argument("part", metavar="PART", help="such as moons_train")
    explain.add_argument("--assignment", default="classification")
    explain.add_argument("--for-learner", action="store_true", help="nothing that must stay hidden")
    explain.set_defaults(run=_explain)
    collect = commands.add_parser("collect", help="take in an LMS's zip, or a folder")
    collect.add_argument("place", type=Path, metavar="ZIP_OR_FOLDER")
    collect.add_argument("--assignment", default="classification")
    collect.add_argument(
        "--worksheet", type=Path, metavar="CSV",
        help="Moodle's grading worksheet, if it is not in the zip",
    )  # fmt: skip
    collect.set_defaults(run=_collect)
    grade = commands.add_parser("grade", help="grade everything that was handed in")
    grade.add_argument("assignment", nargs="?", default="classification", metavar="ASSIGNMENT")
    grade.add_argument("--student", metavar="ID", help="one learner only")
    grade.add_argument("--force", action="store_true", help="grade also what has been graded")
    grade.add_argument(
        "--workers", type=_count, metavar="N", help="notebooks run at a time; default: one a core"
    )
    grade.add_argument(
        "--scheduler", metavar="tcp://HOST:PORT", help="run them on this Dask cluster instead"
    )
    grade.add_argument("--json", action="store_true", help="print JSON for programs, nothing else")
    grade.set_defaults(run=_grade)

    again = commands.add_parser("regrade", help="judge kept evidence again; no notebook runs")
    again.add_argument("assignment", nargs="?", default="classification", metavar="ASSIGNMENT")
    again.add_argument("--student", metavar="ID", help="one learner only")
    again.add_argument("--dry-run", action="store_true", help="list what would change, no more")
    again.add_argument("--never-lower", action="store_true", help="take no points away")
    again.add_argument("--void", metavar="PART", help="give everybody this part's points instead")
    again.add_argument("--by", default="", metavar="NAME", help="who decides that")
    again.add_argument("--reason", default="", metavar="TEXT", help="why; learners read it")
    again.set_defaults(run=_regrade)

    decide = commands.add_parser("decide", help="give points by hand, with author and reason")
    decide.add_argument("what", metavar="CHECK_OR_PART", help="a part stands for its checks")
    decide.add_argument("points", metavar="POINTS", help="a number, 'full' or 'same'")
    whom = decide.add_mutually_exclusive_group(required=True)
    whom.add_argument("--student", metavar="ID")
    whom.add_argument(
        "--all", action="store_true", help="everybody, also who hands in later: a part is void"
    )
    decide.add_argument("--by", required=True, metavar="NAME", help="who decides")
    decide.add_argument("--reason", required=True, metavar="TEXT", help="learners read it")
    decide.add_argument("--assignment", default="classification")
    decide.add_argument("--dry-run", action="store_true", help="list what would change, no more")
    decide.set_defaults(run=_decide)

    export = commands.add_parser("export", help="marks for spreadsheets, Canvas and Moodle")
    export.add_argument("--format", choices=("csv", "canvas", "moodle"), default="csv")
    export.add_argument("--assignment", default="classification")
    export.add_argument("--output", type=Path, metavar="FILE")
    export.set_defaults(run=_export)

    report = commands.add_parser("report", help="write feedback pages and the class report")
    report.add_argument("assignment", nargs="?", default="classification", metavar="ASSIGNMENT")
    report.add_argument("--no-names", action="store_true", help="leave names out of the class page")
    report.set_defaults(run=_report)

    lab = commands.add_parser("lab", help="open JupyterLab on the notebooks")
    lab.add_argument("--instructor", action="store_true", help="formgrader, on the whole course")
    lab.add_argument("options", nargs="*", metavar="-- OPTION", help="JupyterLab's own")
    lab.set_defaults(run=_lab)

    doctor = commands.add_parser("doctor", help="what protects this machine from learners' code")
    doctor.add_argument("--json", action="store_true", help="print JSON, for other programs")
    doctor.set_defaults(run=_doctor)

    release = commands.add_parser("release", help="write notebooks/ from solutions/")
    release.add_argument(
        "--no-proof",
        action="store_true",
        help="do not run the solutions and the untouched notebooks first",
    )
    release.add_argument("--repository", metavar="URL", help="what learners install from")
    release.add_argument("--revision", metavar="REV", help="a branch, tag or commit; default: main")
    release.add_argument(
        "--standalone",
        action="store_true",
        help="notebooks that carry all they need, to be sent by mail or an LMS",
    )
    release.add_argument(
        "--output", type=Path, metavar="FOLDER", help="where those go; default: build/standalone"
    )
    release.set_defaults(run=_release)

    demo = commands.add_parser("demo", help="grade a sample class with nbgrader's own pipeline")
    demo.add_argument("--folder", type=Path, default=Path("build/demo"), help="where to do it")
    demo.add_argument("--only", nargs="+", metavar="NAME", help="some learners of the class only")
    demo.set_defaults(run=_demo)
    return parser


def _check(arguments: argparse.Namespace) -> int:
    from autograder.running.marks import Marks
    from autograder.running.one_file import check_file
    from autograder.submissions.read import NotGradable

    try:
        marks = _with_progress(
            arguments.file, quiet=arguments.json, work=check_file, require=arguments.require
        )
    except NotGradable as error:
        if arguments.json:
            marks = Marks(arguments.file.name, error={"code": error.code, "message": str(error)})
            print(json.dumps(marks.as_json(), indent=2))
        else:
            print(error, file=sys.stderr)
        return 2
    if arguments.json:
        print(json.dumps(marks.as_json(), indent=2))
    else:
        _print_marks(marks)
    return 0 if marks.score == marks.max_score else 1


def _with_progress(path: Path, *, quiet: bool, work: Any, require: list[str] | None) -> Marks:
    """Show a bar of cells while a notebook runs; nothing where nobody would see it."""
    from autograder.kernels.layers import in_words
    from autograder.kernels.settings import load_config

    config = load_config(Path.cwd())
    if require is not None:
        config.Sandbox.require = require

    def start(protection: Protection) -> None:
        if protection.level != "full" and not quiet:
            console.print(in_words(protection.as_json()), markup=False)

    from rich.console import Console
    from rich.progress import Progress

    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=quiet or not console.is_terminal) as bar:
        task = bar.add_task(f"Running {path.name}", total=None)
        marks: Marks = work(
            path,
            config=config,
            on_start=start,
            on_progress=lambda done, total: bar.update(task, completed=done, total=total),
        )
        return marks


def _print_marks(marks: Marks) -> None:
    from rich.console import Console
    from rich.table import Table

    from autograder.checks.words.verdict import OUTCOME_WORDS
    from autograder.kernels.layers import in_words

    table = Table(title=f"{marks.notebook}: {marks.score:g} of {marks.max_score:g} points")
    for column in ("check", "points", "outcome", "what to know"):
        table.add_column(column, justify="right" if column == "points" else "left")
    for cell in marks.cells:
        table.add_row(
            cell.grade_id.removeprefix("check_"),
            f"{cell.score:g}/{cell.max_score:g}",
            OUTCOME_WORDS[cell.outcome],
            cell.message,
        )
    console = Console()
    console.print(table)
    console.print(in_words(marks.protection), markup=False)
    for note in marks.mended:
        console.print(f"Mended: {note['message']}", markup=False)
    for flag in marks.flags:
        about = f"{flag['part']}: " if flag["part"] else ""
        console.print(f"For a person: {about}{flag['message']}", markup=False)


def _doctor(arguments: argparse.Namespace) -> int:
    from rich.console import Console
    from rich.table import Table

    from autograder.kernels.layers import STOPS, in_words
    from autograder.kernels.session import try_out
    from autograder.kernels.settings import load_config

    kernel = try_out(load_config(Path.cwd()))
    protection, cold = kernel.protection, kernel.cold
    plain = protection.as_json()
    if arguments.json:
        rows = [
            {"name": name, "available": protection.on(name), "stops": stops, "why": why}
            for name, stops in STOPS.items()
            for why in [protection.reasons.get(name, "not tried")]
        ]
        warm = {"available": not cold, "why": cold}
        print(json.dumps({"protection": plain, "layers": rows, "warm": warm}, indent=2))
        return 0
    table = Table(title="What stands between learners' code and this machine")
    for column in ("layer", "here", "what it stops", "why not"):
        table.add_column(column)
    for name, stops in STOPS.items():
        here = "yes" if protection.on(name) else "no"
        table.add_row(name, here, stops, protection.reasons.get(name, "not tried"))
    console = Console()
    console.print(table)
    console.print(in_words(plain), markup=False)
    speed = f"cold, each imports torch itself ({cold})" if cold else "warm, torch is imported once"
    console.print(f"Kernels: {speed}.", markup=False)
    return 0


def _count(text: str) -> int:
    """A number of workers, from the command line."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 1 up")
    return int(text)


def _grade(arguments: argparse.Namespace) -> int:
    from autograder.cli.grade import run_grade
    from autograder.workers.pool import cores

    workers = arguments.workers or cores()
    return run_grade(
        arguments.assignment,
        arguments.student,
        force=arguments.force,
        workers=workers,
        scheduler=arguments.scheduler,
        as_json=arguments.json,
    )


def _collect(arguments: argparse.Namespace) -> int:
    from autograder.cli.collect import run_collect

    return run_collect(arguments.place, arguments.assignment, arguments.worksheet)


def _explain(arguments: argparse.Namespace) -> int:
    from autograder.cli.explain import run_explain

    return run_explain(
        arguments.student, arguments.part, arguments.assignment, for_learner=arguments.for_learner
    )


def _regrade(arguments: argparse.Namespace) -> int:
    from autograder.cli.regrade import run_regrade, run_void

    if arguments.void is None and (arguments.by or arguments.reason):
        print("--by and --reason go with --void: other marks are the judges'.", file=sys.stderr)
        return 2
    if arguments.void is not None and (arguments.student or arguments.never_lower):
        print(
            "--void is for everybody, and lowers nothing: leave out --student and --never-lower. "
            "For one learner there is `autograder decide PART full --student ID`.",
            file=sys.stderr,
        )
        return 2
    if arguments.void is not None:
        return run_void(
            arguments.assignment,
            arguments.void,
            by=arguments.by,
            reason=arguments.reason,
            dry_run=arguments.dry_run,
        )
    return run_regrade(
        arguments.assignment,
        arguments.student,
        dry_run=arguments.dry_run,
        never_lower=arguments.never_lower,
    )


def _decide(arguments: argparse.Namespace) -> int:
    from autograder.cli.decide import run_decide

    return run_decide(
        arguments.assignment,
        None if arguments.all else arguments.student,
        arguments.what,
        arguments.points,
        by=arguments.by,
        reason=arguments.reason,
        dry_run=arguments.dry_run,
    )


def _export(arguments: argparse.Namespace) -> int:
    from autograder.cli.export import run_export

    return run_export(arguments.format, arguments.assignment, arguments.output)


def _report(arguments: argparse.Namespace) -> int:
    from autograder.cli.report import run_report

    return run_report(arguments.assignment, names=not arguments.no_names)


def _lab(arguments: argparse.Namespace) -> int:
    from autograder.cli.lab import run_lab

    return run_lab(arguments.options, instructor=arguments.instructor)


def _release(arguments: argparse.Namespace) -> int:
    from autograder.cli.release import run_release

    return run_release(
        arguments.repository,
        arguments.revision,
        proof=not arguments.no_proof,
        standalone=arguments.standalone,
        output=arguments.output,
    )


def _demo(arguments: argparse.Namespace) -> int:
    from autograder.demo.run import run_demo

    return run_demo(arguments.folder, arguments.only)
