"""Reads the hour of submission from a sheet in any language; months are known by their names."""

import re
from datetime import datetime
from functools import lru_cache

from babel import Locale, localedata

_CLOCK = re.compile(r"(\d{1,2})[:.](\d{2})(?!\d)\s*([^\d\s]*)")
_YEAR = re.compile(r"(?<!\d)(\d{4})(?!\d)")
#: Year, month and day in this order, as in Chinese, are clear without a name.
_NUMBERS = re.compile(r"(?<!\d)(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})(?!\d)")
_DAY = re.compile(r"(?<!\d)(\d{1,2})(?!\d)")


def is_date(text: str) -> bool:
    """Whether a text looks like one: it is short, with a year and a time of day."""
    return bool(_YEAR.search(text) and _CLOCK.search(text)) and len(text) < 60


def read_date(text: str) -> datetime | None:
    """The hour that a text names, in this machine's time zone; None if that is not clear.

    Months may be written in any language; one that is another month elsewhere is not clear.
    """
    clock, year = _CLOCK.search(text), _YEAR.search(text)
    if clock is None or year is None or not 1970 <= int(year[0]) < 9999:
        return None  # first and last years are not the same ones in all time zones
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
