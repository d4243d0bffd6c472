"""Reads the hour of submission from a sheet in any language that Moodle has.

Months, days of the week and halves of the day are known by their names. A name that means two
months, as `listopada` in Polish and Croatian, is told by the day of the week beside it.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any

from babel import Locale, UnknownLocaleError

_CLOCK = re.compile(r"(?<![\d:.])(\d{1,2})[:.](\d{2})(?!\d)(?::\d{2})?")
_YEAR = re.compile(r"(?<!\d)(\d{4})(?!\d)")
#: Year, month and day in this order, as in Chinese, are clear without a name.
_NUMBERS = re.compile(
    r"(?<!\d)(\d{4})\s*[-/.年년]\s*(\d{1,2})\s*[-/.月월]\s*(\d{1,2})(?!\d)"
)  # fmt: skip
_VIETNAMESE = re.compile(r"(\d{1,2}),? *(?:tháng|thg) *(\d{1,2})(?!\d)", re.IGNORECASE)
_DAY = re.compile(r"(?<!\d)(\d{1,2})(?!\d)")
_WORD = re.compile(r"[^\s\d,.;:()\[\]/،、·|-]+")
#: Years by the Buddhist calendar are ahead by so many.
_BUDDHIST = 543
_LANGUAGES = """af am ar as az be bg bn bs ca ckb cs cy da de dz el en eo es et eu fa fi fil fo fr
    fy ga gd gl gu he hi hr hsb hu hy id ig is it ja ka kk km kn ko ku ky lb lo lt lv mg mi mk ml mn
    mr ms mt my nb ne nl nn om or pa pl ps pt rm ro ru rw si sk sl so sq sr sv sw ta te tg th ti tk
    to tr tt ug uk ur uz vi wo xh yo zh zu"""
_PERIODS = {"am": 0, "pm": 12, "morning": 0, "afternoon": 12, "evening": 12}
#: As other programs write them than Babel's tables.
_HALVES = {"am": 0, "pm": 12, "a": 0, "p": 12, "पूर्वाह्न": 0, "अपराह्न": 12, "صبح": 0, "عصر": 12}


@dataclass
class _Names:
    """A language's names: of months and halves of the day by word, of days with all their words."""

    months: dict[str, int] = field(default_factory=dict)
    days: dict[frozenset[str], int] = field(default_factory=dict)
    halves: dict[str, int] = field(default_factory=dict)


def is_date(text: str) -> bool:
    """Whether a text looks like one: it is short, with a year and a time of day."""
    return bool(_YEAR.search(text) and _CLOCK.search(text)) and len(text) < 60


def read_date(text: str) -> datetime | None:
    """The hour that a text names, in this machine's time zone; None if that is not clear."""
    clock, written = _CLOCK.search(text), _YEAR.search(text)
    if clock is None or written is None or not 1970 <= int(written[0]) < 9999:
        return None  # first and last years are not the same ones in all time zones
    year = int(written[0]) - (_BUDDHIST if int(written[0]) > 2400 else 0)
    rest = text.replace(clock[0], " ", 1).replace(written[0], " ", 1)
    if numbers := _NUMBERS.search(text):
        days = {_day(year, int(numbers[2]), int(numbers[3]))}
    elif numbers := _VIETNAMESE.search(rest):
        days = {_day(year, int(numbers[2]), int(numbers[1]))}
    else:
        days = _days(year, rest)
    half, hour = _half(text[: clock.start()], text[clock.end() :]), int(clock[1])
    if half is not None and 1 <= hour <= 12:
        hour = hour % 12 + half
    if len(days) != 1 or (day := days.pop()) is None or hour > 23 or int(clock[2]) > 59:
        return None
    return day.replace(hour=hour, minute=int(clock[2])).astimezone()


def _day(year: int, month: int, day: int) -> datetime | None:
    try:
        return datetime(year, month, day)
    except ValueError:
        return None


def _days(year: int, text: str) -> set[datetime | None]:
    """The days that a text may mean: if it names the day of the week, those that fall on it."""
    words = set(map(_key, _WORD.findall(text)))
    if (number := _DAY.search(text)) is None:
        return set()
    sure: set[datetime | None] = set()
    possible: set[datetime | None] = set()
    for names in _languages():
        for word in words & names.months.keys():
            day = _day(year, names.months[word], int(number[1]))
            possible.add(day)
            if day is not None and any(
                day.weekday() == named and week <= words - {word}
                for week, named in names.days.items()
            ):
                sure.add(day)
    return sure or possible


def _half(before: str, after: str) -> int | None:
    """The hours that the words around a clock add to it; None where they say nothing of it."""
    behind = re.split(r"[\d,،;()]", after)[0].split()
    ahead = re.split(r"[\d,،;()]", before)[-1].split()
    if behind and (first := _key(behind[0])) in _HALVES:
        return _HALVES[first]
    phrases = [_key("".join(behind))]
    # Where it stands before the clock, the letters are not Latin: `du` and `em` have other uses.
    phrases += [phrase for n in (2, 1) if not (phrase := _key("".join(ahead[-n:]))).isascii()]
    for phrase in phrases:
        found = {each.halves[phrase] for each in _languages() if phrase in each.halves}
        if len(found) == 1:
            return found.pop()
    return None


def _key(word: str) -> str:
    return word.casefold().replace(".", "")


@lru_cache(maxsize=1)
def _languages() -> list[_Names]:
    """The names of all languages; countries write those of their language."""
    return list(filter(None, map(_names, _LANGUAGES.split())))


def _names(language: str) -> _Names | None:
    try:
        locale = Locale.parse(language)
    except UnknownLocaleError:  # not in this version of Babel's
        return None
    made = _Names()
    for number, name in _forms(locale.months):
        words = _WORD.findall(name)
        word = max(words, key=len, default="")  # of "de gener", the longer one
        if len(word) > 2:
            made.months[_key(word)] = int(number)
    for number, name in _forms(locale.days):
        if week := frozenset(map(_key, _WORD.findall(name))):
            made.days[week] = int(number)
    for period, name in _forms(locale.day_periods):
        half = _PERIODS.get(str(period).rstrip("123"))
        if half is not None:
            made.halves[_key("".join(name.split()))] = half
    return made


def _forms(table: Mapping[str, Mapping[str, Mapping[Any, str]]]) -> Iterator[tuple[Any, str]]:
    """All that a table of Babel's has, in long and in short."""
    for form in ("format", "stand-alone"):
        for width in ("wide", "abbreviated"):
            yield from table.get(form, {}).get(width, {}).items()
