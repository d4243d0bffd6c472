"""What of a learner's files is graded, what is kept aside, and why.

Learners hand in zips with everything, whole clones of this project, exports and copies.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from autograder.files import safe_name
from autograder.lms.archive import ArchiveEntry, CannotCollect, inside_zip
from autograder.lms.layout import NOTE, STAMP, Handed
from autograder.submissions.recognise import notebook_name, says_notebook
from helpers.text import as_name, listed

#: Folders whose content is nobody's answer; in `solutions` it is the teacher's.
_ASIDE = ("solutions", "__pycache__", "__macosx")


@dataclass(frozen=True)
class Sorted:
    """Where a file of a learner's goes.

    Attributes:
        path: within the learner's folder; none if it is kept aside.
        why: it is kept aside.
        notebook: it is one.
        work: it may be an answer, and is kept where a person finds it; else the archive has it.
    """

    handed: Handed
    path: PurePosixPath | None = None
    why: str = ""
    notebook: bool = False
    work: bool = True


def sort(
    handed: Collection[Handed], *, surely_one: bool = False
) -> tuple[list[Sorted], list[tuple[ArchiveEntry, str]]]:
    """Sort what one learner has handed in; beside it come files that are refused, with why.

    Raises:
        CannotCollect: this is several learners' work by the looks of it, and a system does not say
            that it is `surely_one` learner's.
    """
    opened, refused = _opened(handed)
    newest = max((each.attempt for each in opened), default="")
    found: list[Sorted] = []
    left: list[Handed] = []
    for each in opened:
        if each.attempt != newest:
            found.append(Sorted(each, why="of an earlier attempt"))
        elif each.path.parts == (NOTE,):
            found.append(Sorted(each, None, "that Blackboard wrote", work=False))
        elif part := _not_graded(each.path):
            found.append(Sorted(each, None, f"in {part}", work=part.casefold() == "solutions/"))
        else:
            left.append(each)
    notebooks = {id(each): name for each in left if (name := _named(each))}
    folders = _folders(left, notebooks, surely_one=surely_one)
    for each in left:
        if id(each) in notebooks:
            found.append(Sorted(each, PurePosixPath(notebooks[id(each)]), notebook=True))
        else:
            found.append(_beside(each, folders))
    return found, refused


def _opened(handed: Iterable[Handed]) -> tuple[list[Handed], list[tuple[ArchiveEntry, str]]]:
    """The files, with those in zips that hold notebooks in the place of these."""
    found: list[Handed] = []
    refused: list[tuple[ArchiveEntry, str]] = []
    for each in handed:
        try:
            inner = inside_zip(each.entry)
        except CannotCollect as error:
            refused.append((each.entry, str(error)))
            continue
        if not any(".ipynb" in entry.path.name.lower() for entry in inner):
            found.append(each)
            continue
        around = each.path.with_name(each.path.name.rpartition(".")[0] or each.path.name)
        for entry in inner:
            if entry.refused:
                refused.append((entry, entry.refused))
                continue
            own = entry.path.relative_to(each.entry.path)
            # Most zips hold one folder, of their own name or not: it says nothing.
            found.append(replace(each, entry=entry, path=around / own))
    return found, refused


def _not_graded(path: PurePosixPath) -> str:
    """The folder for which a file is kept aside, or the hidden file itself; "" if it is graded."""
    for part in path.parts:
        if part.startswith(".") and part not in (".", ".."):
            return part
        if part.casefold() in _ASIDE and part != path.name:
            return f"{part}/"
    return ""


def _named(handed: Handed) -> str:
    name = safe_name(handed.path.name)
    return notebook_name(name, b"" if says_notebook(name) else handed.entry.read())


def _folders(
    left: Iterable[Handed], notebooks: dict[int, str], *, surely_one: bool
) -> set[PurePosixPath]:
    """The folders in which notebooks lie: what else lies there belongs to them."""
    where: dict[str, dict[PurePosixPath, bytes]] = defaultdict(dict)
    for each in left:
        if id(each) in notebooks:
            where[notebooks[id(each)]][each.path.parent] = each.entry.read()
    for name, folders in where.items():
        outer = [f for f in folders if not any(o in f.parents for o in folders)]
        if not surely_one and len({folders[each] for each in outer}) > 1:
            shown = listed([as_name(f"{each}/") for each in sorted(map(str, outer))])
            raise CannotCollect(
                f"has {as_name(name)} in several folders, {shown}, which differ. If these are "
                "learners, collect the folder around them; if they are one learner's, leave one"
            )
    return {folder for folders in where.values() for folder in folders}


def _beside(handed: Handed, folders: Collection[PurePosixPath]) -> Sorted:
    """Where a file goes that is no notebook: it keeps its place beside one."""
    parents = [handed.path.parent, *handed.path.parent.parents]
    around = next((each for each in parents if each in folders), None)
    if around is None and folders:
        return Sorted(handed, None, "beside no notebook", work=False)
    own = handed.path.relative_to(around) if around is not None else PurePosixPath(handed.path.name)
    parts = [safe_name(part) for part in own.parts]
    if not all(parts):
        raise CannotCollect("has no name that a file can have")
    if parts == [STAMP]:  # the learner's own, which says no hour
        parts = ["timestamp (1).txt"]
    return Sorted(handed, PurePosixPath(*parts))
