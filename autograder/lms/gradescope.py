"""Gradescope's export of submissions: a list says whose each folder is."""

from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any

import yaml  # type: ignore[import-untyped]

from autograder.gradebook.learners import Person
from autograder.lms.archive import ArchiveEntry, CannotCollect
from autograder.lms.owners import Owner, id_of, owner_of

#: What it is called.
LIST = "submission_metadata.yml"
#: Bytes: a class of thousands stays far below this, if scores of tests are left out.
_LARGEST = 50_000_000


def submitters(
    entries: Collection[ArchiveEntry],
) -> tuple[int, dict[str, tuple[list[Owner], datetime | None]]]:
    """The depth of the submissions' folders, and of each the learners and the hour.

    Only the list that lies beside the folders is believed, and none where there are several.

    Raises:
        CannotCollect: the list cannot be read.
    """
    lists = [each for each in entries if each.path.name == LIST]
    depths = {len(each.path.parts) - 1 for each in lists}
    upper = [each for each in lists if len(each.path.parts) - 1 == min(depths, default=0)]
    if len(upper) != 1 or len(upper[0].path.parts) > 2:
        return 0, {}
    depth = len(upper[0].path.parts) - 1
    beside = {each.path.parts[depth] for each in entries if len(each.path.parts) > depth + 1}
    content = upper[0].read()
    if len(content) > _LARGEST:
        raise CannotCollect(f"{upper[0].path} is too large: no list of Gradescope's is.")
    try:
        said = yaml.load(content, _Loader)  # a safe loader
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise CannotCollect(
            f"{upper[0].path} is no list of Gradescope's: it is no YAML."
        ) from error
    found = {}
    for folder, about in (said if isinstance(said, dict) else {}).items():
        if folder in beside and isinstance(about, dict):
            people = [_owner(each) for each in _all(about.get(":submitters"))]
            known = [each for each in people if each is not None]
            if known:
                found[str(folder)] = (known, _hour(about.get(":created_at")))
    return depth, found


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """Ruby's own kinds of values are read as plain ones."""


def _plain(loader: Any, suffix: str, node: yaml.Node) -> object:
    if isinstance(node, yaml.MappingNode):
        return loader.construct_mapping(node)
    if isinstance(node, yaml.SequenceNode):
        return loader.construct_sequence(node)
    return loader.construct_scalar(node)


_Loader.add_multi_constructor("!ruby/", _plain)


def _all(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _owner(about: object) -> Owner | None:
    if not isinstance(about, dict):
        return None
    name, number, email = (str(about.get(f":{each}") or "") for each in ("name", "sid", "email"))
    person = Person("", name, email.lower(), number)
    return owner_of(person) if any(map(id_of, (name, number, email))) else None


def _hour(value: object) -> datetime | None:
    if not isinstance(value, datetime):
        return None
    return (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone()
