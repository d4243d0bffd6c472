"""What an LMS has written into the name of a file or a folder: whose it is, and since when.

A learner names files too, and may write what another learner's would be called. So of all that a
name could mean, what stands first in it counts: systems put their own part before the learner's.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime

from autograder.lms.hours import read_date

#: What stands in the name of each file or folder that Moodle has named.
MOODLE_MARK = "_assignsubmission_"
_KIND = re.compile(r"(?P<kind>[a-z]+)_?(?P<file>.*)", re.DOTALL)
#: `lovelaceada_LATE_123_4567_x.ipynb`; `lovelaceada_123_text.html` has no attachment's number.
_CANVAS = re.compile(
    r"^(?P<before>LATE_)?(?P<name>.+?)(?P<late>_LATE)?_(?P<number>\d+)_"
    r"(?:\d+_(?P<file>.+)|(?P<kind>text|link)\.html)",
    re.DOTALL,
)
#: In anonymous marking `anon_x7Kq2_4567_x.ipynb`, where the id is no number of the learner's.
_ANONYMOUS = re.compile(
    r"^(?P<late>LATE_)?anon_(?P<anonymous>[A-Za-z0-9]+)_"
    r"(?:\d+_(?P<file>.+)|(?P<kind>text|link)\.html)",
    re.DOTALL,
)
#: `Homework 1_ada_attempt_2026-03-02-21-05-00_x.ipynb`, and one `….txt` for each attempt.
_BLACKBOARD = re.compile(
    r"^(?P<name>.+?)_attempt_(?P<when>\d{4}(?:-\d\d){5})(?:_(?P<file>.+)|(?P<kind>\.txt))",
    re.DOTALL,
)
#: `397063-2557369 - Mary-Ann Smith - Sep 24, 2024 926 PM`.
_BRIGHTSPACE = re.compile(
    r"^(?P<first>\d+)-(?P<second>\d+) - (?P<name>.+) - "
    r"(?P<day>[^\W\d]{3,9}\.? \d{1,2}, \d{4}) (?P<hour>\d{1,2}?)(?P<minute>\d\d) ?(?P<half>[AP]M)"
)


@dataclass(frozen=True)
class Named:
    """What a system's name says.

    Attributes:
        system: "moodle", "canvas", "blackboard" or "brightspace".
        name: the learner's as the system writes it, or a team's; in Blackboard's, the assignment's
            title before it.
        number: the system's own of the learner, or of the team; "" without one.
        file: the learner's own name of the file; "" where a folder is named, or a note.
        kind: what was handed in, if no file: `onlinetext`, `text` or `link`, an attempt's `.txt`.
        when: it was handed in.
        late: the system says so.
    """

    system: str
    name: str
    number: str = ""
    file: str = ""
    kind: str = ""
    when: datetime | None = None
    late: bool = False


def of_word(sign: str) -> bool:
    """Whether a sign is a part of words, in any script: the vowels of Hindi and Thai are marks."""
    return sign.isalnum() or unicodedata.category(sign) in ("Mn", "Mc")


def named(name: str) -> Named | None:
    """What a system has written into a name; None if none has."""
    found = [each for each in (_moodle(name), _canvas(name), _blackboard(name)) if each]
    if found:  # the shorter a system's own part, the more of the rest is a learner's
        return max(found, key=lambda each: (len(each.file), each.system))
    return _brightspace(name)


def _moodle(name: str) -> Named | None:
    before, mark, after = name.partition(MOODLE_MARK)
    rest = _KIND.fullmatch(after)
    if not mark or rest is None:
        return None
    kind = "" if rest["kind"] == "file" else rest["kind"]
    name, _, number = before.rpartition("_")
    if not (number.isascii() and number.isdecimal()):
        name, number = before, ""
    return Named("moodle", name, number, rest["file"], kind)


def _canvas(name: str) -> Named | None:
    match = _ANONYMOUS.fullmatch(name)
    if match is not None:
        late, file = bool(match["late"]), match["file"] or ""
        return Named(
            "canvas", f"anon-{match['anonymous']}", "", file, match["kind"] or "", None, late
        )
    match = _CANVAS.fullmatch(name)
    if match is None or f"_{(match['file'] or '')}".startswith(MOODLE_MARK):
        return None
    if not all(each == "_" or of_word(each) for each in match["name"]):
        return None
    late = bool(match["before"] or match["late"])
    file, kind = match["file"] or "", match["kind"] or ""
    return Named("canvas", match["name"], match["number"], file, kind, None, late)


def _blackboard(name: str) -> Named | None:
    match = _BLACKBOARD.fullmatch(name)
    if match is None:
        return None
    try:
        when = datetime.strptime(match["when"], "%Y-%m-%d-%H-%M-%S").astimezone()
    except (ValueError, OverflowError):
        return None
    kind, file = match["kind"] or "", match["file"] or ""
    return Named("blackboard", match["name"], "", file, kind, when)


def _brightspace(name: str) -> Named | None:
    match = _BRIGHTSPACE.fullmatch(name)
    if match is None:
        return None
    when = read_date(f"{match['day']} {match['hour']}:{match['minute']} {match['half']}")
    return Named("brightspace", match["name"], f"{match['first']}-{match['second']}", when=when)
