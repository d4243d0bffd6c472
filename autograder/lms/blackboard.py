"""Blackboard's zips: a file's name begins with the assignment's title and then has the learner's.

Titles hold spaces, digits and the sign that stands between the two. Which part is the title says
the note that Blackboard writes for each attempt, or the zip's own name, or what all names share.
"""

from collections.abc import Collection

from autograder.lms.archive import ArchiveEntry, CannotCollect
from autograder.lms.names import named


def titles(entries: Collection[ArchiveEntry], depth: int, called: str) -> dict[str, str]:
    """The title, with the sign behind it, in each name that stands before `_attempt_`."""
    found: dict[str, str] = {}
    names: set[str] = set()
    for entry in entries:
        says = named(entry.path.parts[depth]) if len(entry.path.parts) == depth + 1 else None
        if says is None or says.system != "blackboard":
            continue
        names.add(says.name)
        if says.kind and (user := _user(entry)) and says.name.endswith(f"_{user}"):
            found[says.name] = says.name.removesuffix(user)
    known = set(found.values())
    if not known:
        known = {title for title in map(_begun, names) if f"_{title}" in f"_{called}_"}
    for name in names - found.keys():
        begins = [title for title in known if name.startswith(title) and name != title]
        found[name] = max(begins, key=len) if begins else name[: name.rfind("_") + 1]
    return found


def _begun(name: str) -> str:
    return name[: name.rfind("_") + 1]


def _user(note: ArchiveEntry) -> str:
    """Who has made an attempt, by Blackboard's note; "" if it does not say so."""
    try:
        first = note.read()[:1000].decode(errors="replace").lstrip("\ufeff").partition("\n")[0]
    except CannotCollect:
        return ""
    # `Name: Ada Lovelace (ada)`; what follows this line is a learner's own.
    before, _, user = first.strip().removesuffix(")").rpartition("(")
    return user if ":" in before and first.strip().endswith(")") else ""
