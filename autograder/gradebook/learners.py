"""Who the learners of a course are."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Person:
    """A line of the worksheet.

    Attributes:
        number: what Moodle calls the participant, and what the zip's names hold.
        name: "" in blind marking, as `email` and `id_number`.
        when: handed in; None if not, or if the date could not be read.
        group: whose members hand in together; "" if none is known.
    """

    number: str
    name: str = ""
    email: str = ""
    id_number: str = ""
    when: datetime | None = None
    group: str = ""
