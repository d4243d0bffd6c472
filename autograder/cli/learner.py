"""`autograder learner`: who is in the course; another id, two ids of one learner, or none."""

import argparse
import shlex
from collections.abc import Mapping

from autograder.console import say, table
from helpers.text import as_name, count, printable

HELP = "list, rename, merge or remove learners"
_KINDS = {"submission": "submission", "record": "graded notebook", "decision": "decision",
          "extension": "extension"}  # fmt: skip
_FEW = 20


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What is to be done, and with whom."""
    acts = parser.add_subparsers(required=True, metavar="WHAT", dest="act")
    acts.add_parser("list", help="everybody, and ids that nobody has any more")
    each = acts.add_parser("rename", help="another id, with marks and all that there is")
    each.add_argument("old", metavar="OLD")
    each.add_argument("new", metavar="NEW")
    each = acts.add_parser("merge", help="two ids are one learner, who keeps the second one")
    each.add_argument("old", metavar="FROM")
    each.add_argument("new", metavar="INTO")
    each = acts.add_parser("remove", help="delete all that is known of a learner, for good")
    each.add_argument("old", metavar="ID")
    each.add_argument("--yes", action="store_true", help="do it; else it is only listed")


def run(arguments: argparse.Namespace) -> int:
    """Do it, and say what was done; 1 if something is left for a person."""
    acts = {"list": _list, "rename": _rename, "merge": _merge, "remove": _remove}
    return acts[arguments.act](arguments)


def _list(arguments: argparse.Namespace) -> int:
    from autograder.classroom.learners import learners, left_behind
    from autograder.classroom.place import open_place

    found = learners(open_place())
    table(
        "Learners",
        ("learner", "name", "e-mail", "LMS", "handed in", "graded"),
        [
            (
                each.id, each.name, each.email, each.number,
                ", ".join(sorted(each.submitted)) or "-", ", ".join(sorted(each.entered)) or "-",
            )
            for each in found
        ],
    )  # fmt: skip
    say(f"{count(len(found), 'learner')}.")
    behind = [each.id for each in found if each.entered - each.submitted]
    for student in behind:
        say(f"For a person: {left_behind(student)}")
    return 1 if behind else 0


def _rename(arguments: argparse.Namespace) -> int:
    from autograder.classroom.learners import rename
    from autograder.classroom.place import open_place

    rows = rename(open_place(), arguments.old, arguments.new)
    say(f"{as_name(arguments.old)} is {as_name(arguments.new)} now{_with(rows)}.")
    say("Pages and tables have the old id: `autograder report` and `export` make them anew.")
    return 0


def _merge(arguments: argparse.Namespace) -> int:
    from autograder.classroom.merging import merge
    from autograder.classroom.place import open_place

    found = merge(open_place(), arguments.old, arguments.new)
    old, new = as_name(arguments.old), as_name(arguments.new)
    say(f"{old} is {new} now{_with(found.rows)}.")
    for assignment, notebook, whose, file in found.counts:
        say(f"{assignment}, {notebook}: the file of {as_name(whose)} counts ({as_name(file)}).")
    say(
        "Decisions of both are kept in their order, and the later hour of submission counts. "
        "`autograder grade` sees all files together; what was decided about another file than the "
        "one that counts is listed for a person."
    )
    return 0


def _with(rows: Mapping[str, int]) -> str:
    told = [count(rows[kind], words) for kind, words in _KINDS.items() if rows.get(kind)]
    return f", with {', '.join(told)}" if told else ""


def _remove(arguments: argparse.Namespace) -> int:
    from autograder.classroom.place import open_place
    from autograder.classroom.removing import remove

    place, student = open_place(), arguments.old
    found = remove(place, student, for_good=arguments.yes)
    name, done = as_name(student), "Deleted" if arguments.yes else "To be deleted"
    told = [
        count(found.rows[kind], words) for kind, words in _KINDS.items() if found.rows.get(kind)
    ]
    if found.rows:
        say(f"{done} in the gradebook: {', '.join(['what it knows of ' + name, *told])}.")
    for path, files in found.paths.items():
        say(f"{done}: {_short(path, place.folder)} ({count(files, 'file')})")
    for path in found.lines:
        say(f"{done}: the learner's lines in {_short(path, place.folder)}")
    for path in found.shared:
        say(f"{done}: {_short(path, place.folder)}, which is about the class: make it again")
    for each in found.left[:_FEW]:
        say(f"For a person: {name} is named in {each}. Look whether that is this learner.")
    if others := found.left[_FEW:]:
        say(f"For a person: and in {count(len(others), 'other place')}.")
    for term in found.terms:
        there = shlex.join(map(printable, [term, "learner", "remove", student]))
        say(
            f"For a person: the archived term {as_name(term)} has {name} too: "
            f"`autograder --term {there}`."
        )
    if not arguments.yes:
        say("Nothing was changed. With --yes this is deleted for good.")
        return 0
    say(
        "Not reached from here: what the LMS has, backups, and tables that were written to other "
        "folders."
    )
    return 1 if found.left or found.terms else 0


def _short(path: object, folder: object) -> str:
    return str(path).removeprefix(f"{folder}/")
