"""Hours that a person states on a command line or in a file, and how hours are shown.

`2027-01-15 23:59`, with a time zone behind it or in that of this machine.
"""

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

from autograder.errors import Refused

_HOUR = re.compile(
    r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]+(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?)?\s*(\S*)"
)
_OFFSET = re.compile(r"(?:UTC|GMT)?([+-])(\d{1,2}):?(\d{2})?")
_FORM = "Write it as 2027-01-15 23:59, and the time zone behind it if it is not this machine's"
_ZONES = "Europe/Berlin, +01:00 or UTC"


class NoHour(Refused):
    """A text names no hour, or no single one; the message says why and what to write."""


def stated(text: str) -> datetime:
    """The hour that a person has stated, with its time zone: this machine's if none is named.

    Raises:
        NoHour: it is none, or the clocks leave it out or show it twice that night.
    """
    match = _HOUR.fullmatch(text.strip())
    if match is None:
        raise NoHour(f"{text!r} is no hour. {_FORM}: {_ZONES}.")
    *numbers, name = match.groups()
    if numbers[3] is None:
        raise NoHour(f"{text!r} is a day, and not an hour: add one, such as 23:59.")
    zone = _zone(name, text)
    try:
        year, month, day, hour, minute, second = (int(number or 0) for number in numbers)
        naive = datetime(year, month, day, hour, minute, second)
    except ValueError as error:
        raise NoHour(f"{text!r} is no hour ({error}). {_FORM}: {_ZONES}.") from error
    if not 1970 < naive.year < 9999:  # first and last years are not the same in all time zones
        raise NoHour(f"{text!r} is in no year of ours.")
    first, again = (_in(naive, zone, fold) for fold in (0, 1))
    where = name or "this machine's time zone"
    if first.replace(tzinfo=None) != naive:
        raise NoHour(f"{text!r} does not exist in {where}: the clocks are put forward then.")
    if first.utcoffset() != again.utcoffset():
        both = " or ".join(f"{each:%z}"[:3] + ":" + f"{each:%z}"[3:5] for each in (first, again))
        raise NoHour(f"{text!r} comes twice in {where}, as the clocks are put back: add {both}.")
    return first


def _zone(name: str, text: str) -> tzinfo | None:
    """The time zone of that name; None for this machine's."""
    if not name:
        return None
    if name.upper() in ("Z", "UTC", "GMT"):
        return UTC
    if match := _OFFSET.fullmatch(name):
        away = timedelta(hours=int(match[2]), minutes=int(match[3] or 0))
        if away < timedelta(hours=24):
            return timezone(-away if match[1] == "-" else away)
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise NoHour(f"{text!r}: {name!r} is no time zone known here. Try {_ZONES}.") from None


def _in(naive: datetime, zone: tzinfo | None, fold: int) -> datetime:
    """An hour of a clock in a time zone, as it is shown there; another one if clocks skip it."""
    named = naive.replace(fold=fold, tzinfo=zone)
    return named.astimezone(UTC).astimezone(zone)


def from_book(when: datetime) -> datetime:
    """An hour of nbgrader's, which it keeps in UTC without saying so, in this machine's zone."""
    return when.replace(tzinfo=UTC).astimezone()


def for_book(when: datetime) -> datetime:
    """An hour as nbgrader keeps it."""
    return when.astimezone(UTC).replace(tzinfo=None, microsecond=0)


def shown_hour(when: datetime) -> str:
    """An hour with its time zone, and in UTC."""
    here, utc = f"{when:%Y-%m-%d %H:%M %Z}", f"{when.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    return here if here == utc else f"{here} ({utc})"
