"""Hours of submission in any language: the right one, or none."""

from datetime import datetime

import pytest
from babel import Locale

from autograder.lms.hours import is_date, read_date


@pytest.mark.parametrize(
    ("text", "hour"),
    [
        # Months whose name is another month's elsewhere.
        ("Saturday, 2 May 2026, 9:05 PM", (2026, 5, 2, 21, 5)),
        ("Samstag, 2. Mai 2026, 21:05", (2026, 5, 2, 21, 5)),
        ("samedi 2 mai 2026, 21:05", (2026, 5, 2, 21, 5)),
        ("Mon, 2 Mar 2026, 9:05 p.m.", (2026, 3, 2, 21, 5)),
        ("poniedziałek, 2 listopada 2026, 21:05", (2026, 11, 2, 21, 5)),
        ("petak, 2. listopada 2026, 21:05", (2026, 10, 2, 21, 5)),
        ("2 listopada 2026, 21:05", None),
        # The second half of the day.
        ("2026年3月2日 星期一 下午 9:05", (2026, 3, 2, 21, 5)),
        ("2026年3月2日 下午9:05", (2026, 3, 2, 21, 5)),
        ("2026년 3월 2일(월) 오후 9:05", (2026, 3, 2, 21, 5)),
        ("Δευτέρα, 2 Μαρτίου 2026, 9:05 μ.μ.", (2026, 3, 2, 21, 5)),
        ("الاثنين، 2 مارس 2026، 9:05 م", (2026, 3, 2, 21, 5)),
        ("lunes, 2 de marzo de 2026, 9:05 p. m.", (2026, 3, 2, 21, 5)),
        ("วันจันทร์, 2 มีนาคม 2026, 9:05PM", (2026, 3, 2, 21, 5)),
        ("सोमवार, 2 मार्च 2026, 9:05 अपराह्न", (2026, 3, 2, 21, 5)),
        ("Monday, 2 March 2026, 12:05 PM", (2026, 3, 2, 12, 5)),
        ("Monday, 2 March 2026, 12:05 AM", (2026, 3, 2, 0, 5)),
        # Words beside a clock that say nothing of it.
        ("Montag, 2. März 2026, 9:05 Uhr", (2026, 3, 2, 9, 5)),
        ("segunda-feira, 2 de março de 2026 em 9:05", (2026, 3, 2, 9, 5)),
        ("hétfő, 2026. március 2., 9:05", (2026, 3, 2, 9, 5)),
        # Other forms.
        ("Sep 24, 2024 9:26 PM", (2024, 9, 24, 21, 26)),
        ("Thứ Hai, 2 tháng 3 2026, 9:05 PM", (2026, 3, 2, 21, 5)),
        ("יום שני, 2 מרץ 2026, 21:05", (2026, 3, 2, 21, 5)),
        ("วันจันทร์, 2 มีนาคม 2569, 21:05", (2026, 3, 2, 21, 5)),
        ("Monday, 2 March 2026, 25:05", None),
        ("Monday, 2 March 2026, 9:65", None),
        ("30 February 2026, 9:05", None),
        ("March 2026, 9:05", None),
    ],
)
def test_an_hour(text, hour):
    assert is_date(text)
    assert read_date(text) == (datetime(*hour).astimezone() if hour else None)


LANGUAGES = (
    "en",
    "de",
    "fr",
    "es",
    "it",
    "pt",
    "nl",
    "pl",
    "cs",
    "ru",
    "uk",
    "el",
    "tr",
    "ar",
    "fi",
)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_month_of_a_language(language):
    locale = Locale.parse(language)
    for month in range(1, 13):
        day = datetime(2026, month, 15, 21, 5)
        week = locale.days["format"]["wide"][day.weekday()]
        text = f"{week}, 15 {locale.months['format']['wide'][month]} 2026, 21:05"
        assert read_date(text) == day.astimezone(), text
