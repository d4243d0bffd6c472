"""Reads Moodle's grading worksheet, in any language: columns are known by what is in them."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from datetime import datetime
from functools import lru_cache

from babel import Locale, localedata

from autograder.gradebook.people import Person

_NUMBER = re.compile(r"^[^\d@]*(\d+)$")
_CLOCK = re.compile(r"(\d{1,2})[:.](\d{2})(?!\d)\s*([^\d\s]*)")
_YEAR = re.compile(r"(?<!\d)(\d{4})(?!\d)")
#: Year, month and day in this order, as in Chinese, are clear without a name.
_NUMBERS = re.compile(r"(?<!\d)(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})(?!\d)")
_DAY = re.compile(r"(?<!\d)(\d{1,2})(?!\d)")


def is_worksheet(text: str) -> bool:
    """True if a text is a grading worksheet: its first column names participants by numbers."""
    rows = _rows(text)
    return len(rows) > 1 and len(rows[0]) > 3 and all(_NUMBER.match(row[0]) for row in rows[1:])


def read_worksheet(text: str) -> dict[str, Person]:
    """The participants, by number.

    Args:
        text: of a file for which `is_worksheet` is true.
    """
    rows = _rows(text)[1:]
    columns = [[row[n].strip() for row in rows] for n in range(min(map(len, rows)))]
    email = _first(columns, lambda value: "@" in value)
    dates = [n for n in range(1, len(columns)) if _holds(columns[n], _is_date)]
    last = email if email is not None else 1
    named = [n for n in range(1, last) if n not in dates]
    found = {}
    for row, values in enumerate(zip(*columns, strict=True)):
        match = _NUMBER.match(rows[row][0])
        assert match is not None
        found[match[1]] = Person(
            match[1],
            values[named[0]] if named else "",
            values[email].lower() if email is not None else "",
            values[named[1]] if len(named) > 1 else "",
            # Moodle puts the hour of submission before that of grading.
            read_date(values[dates[0]]) if dates else None,
        )
    return found


def _rows(text: str) -> list[list[str]]:
    text = text.removeprefix("\ufeff")
    first = text.partition("\n")[0]
    separator = max(",;\t", key=first.count)
    try:
        rows = list(csv.reader(io.StringIO(text), delimiter=separator))
    except csv.Error:
        return []
    return [row for row in rows if any(cell.strip() for cell in row)]


def _first(columns: list[list[str]], fits: Callable[[str], bool]) -> int | None:
    return next((n for n in range(1, len(columns)) if _holds(columns[n], fits)), None)


def _holds(column: list[str], fits: Callable[[str], bool]) -> bool:
    filled = [value for value in column if value not in ("", "-")]
    return bool(filled) and all(map(fits, filled))


def _is_date(value: str) -> bool:
    return bool(_YEAR.search(value) and _CLOCK.search(value)) and len(value) < 60


def read_date(text: str) -> datetime | None:
    """The hour that a text names, in this machine's time zone; None if that is not clear.

    Months may be written in any language; one that is another month elsewhere is not clear.
    """
    clock, year = _CLOCK.search(text), _YEAR.search(text)
    if clock is None or year is None:
        return None
    if numbers := _NUMBERS.search(text):
        months, day = {int(numbers[2])}, int(numbers[3])
    else:
        rest = text.replace(clock[0], " ", 1).replace(year[0], " ", 1)
        words = map(_key, re.findall(r"[^\W\d_]+", rest))
        months = {month for word in words for month in _months().get(word, ())}
        found = _DAY.search(rest)
        day = int(found[1]) if found else 0
    if len(months) != 1:
        return None
    hour = int(clock[1])
    half = _key(clock[3])
    if half in ("pm", "p") and hour < 12:
        hour += 12
    elif half in ("am", "a") and hour == 12:
        hour = 0
    try:
        when = datetime(int(year[0]), months.pop(), day, hour, int(clock[2]))
    except ValueError:
        return None
    return when.astimezone()


def _key(word: str) -> str:
    return word.casefold().rstrip(".").replace(".", "")


@lru_cache(maxsize=1)
def _months() -> dict[str, set[int]]:
    """Names of months in all languages that have one, with the months that they may mean."""
    found: dict[str, set[int]] = {}
    for identifier in localedata.locale_identifiers():
        if "_" in identifier:  # countries write the months of their language
            continue
        months = Locale.parse(identifier).months
        for form in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                for number, name in months[form][width].items():
                    words = re.findall(r"[^\W\d_]+", name)
                    word = max(words, key=len, default="")  # of "de gener", the longer one
                    if len(word) > 2:
                        found.setdefault(_key(word), set()).add(number)
    return found
