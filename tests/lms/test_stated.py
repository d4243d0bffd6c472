"""Hours as a person states them: one hour, or one sentence."""

from datetime import UTC, datetime

import pytest

from autograder.lms.stated import NoHour, shown_hour, stated

pytestmark = pytest.mark.usefixtures("berlin")


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2027-01-15 23:59", (2027, 1, 15, 22, 59)),
        ("2027-07-15T23:59", (2027, 7, 15, 21, 59)),
        (" 2027-01-15 23:59:30 ", (2027, 1, 15, 22, 59, 30)),
        ("2027-01-15 23:59 UTC", (2027, 1, 15, 23, 59)),
        ("2027-01-15T23:59Z", (2027, 1, 15, 23, 59)),
        ("2027-01-15 23:59+0530", (2027, 1, 15, 18, 29)),
        ("2027-01-15 23:59 -03:00", (2027, 1, 16, 2, 59)),
        ("2027-01-15 23:59 +1", (2027, 1, 15, 22, 59)),
        ("2027-07-15 23:59 America/New_York", (2027, 7, 16, 3, 59)),
        ("2026-11-02 15:58:23.948203 UTC", (2026, 11, 2, 15, 58, 23)),  # as nbgrader's exchange
        ("2027-10-31 02:30 +01:00", (2027, 10, 31, 1, 30)),
    ],
)
def test_an_hour(text, utc):
    assert stated(text).astimezone(UTC) == datetime(*utc, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("tomorrow", "is no hour. Write it as 2027-01-15 23:59"),
        ("15.01.2027 23:59", "is no hour"),
        ("2027-01-15", "is a day, and not an hour: add one, such as 23:59."),
        ("2027-02-30 23:59", "is no hour"),
        ("2027-01-15 25:00", "is no hour"),
        ("0001-01-01 00:00", "in no year of ours"),
        ("9999-12-31 23:59 +01:00", "in no year of ours"),
        ("2027-01-15 23:59 Europe/Nowhere", "'Europe/Nowhere' is no time zone known here"),
        ("2027-01-15 23:59 Europe", "is no time zone known here"),
        ("2027-01-15 23:59 ../../etc/passwd", "is no time zone known here"),
        ("2027-01-15 23:59 +99:00", "is no time zone known here"),
        ("2027-03-28 02:30", "does not exist in this machine's time zone"),
        ("2027-03-28 02:30 Europe/Paris", "does not exist in Europe/Paris"),
        ("2027-10-31 02:30", "comes twice in this machine's time zone, .*: add +02:00 or +01:00."),
        ("2027-11-07 01:30 America/New_York", "comes twice in America/New_York"),
    ],
)
def test_what_is_no_hour_or_not_a_single_one(text, why):
    with pytest.raises(NoHour, match=why.replace("+", r"\+")):
        stated(text)


def test_an_hour_is_shown_with_its_zone_and_in_utc():
    assert shown_hour(stated("2027-01-15 23:59")) == "2027-01-15 23:59 CET (2027-01-15 22:59 UTC)"
    assert shown_hour(stated("2027-01-15 23:59 UTC")) == "2027-01-15 23:59 UTC"
    assert shown_hour(stated("2027-01-15 23:59 +05:30")) == (
        "2027-01-15 23:59 UTC+05:30 (2027-01-15 18:29 UTC)"
    )
