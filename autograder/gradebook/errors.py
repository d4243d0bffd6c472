"""Why nothing can be graded, as one sentence for the instructor."""

from sqlalchemy import make_url

from autograder.errors import Refused


class CannotGrade(Refused):
    """Nothing can be graded; the message says why and what to do."""


def why_not(url: str, error: str) -> str:
    """The sentence for a gradebook that cannot be used; it shows no password of the address."""
    name = make_url(url).render_as_string(hide_password=True).removeprefix("sqlite:///")
    if "locked" in error:
        return (
            f"The gradebook {name} is locked. Close the program that writes to it, and try again."
        )
    if any(sign in error for sign in ("readonly", "unable to open", "is full", "disk I/O")):
        return f"The gradebook {name} cannot be written. Check its permissions and the free space."
    if "no such column" in error or "no such table" in error:
        return (
            f"The gradebook {name} is of another nbgrader. Copy it, then run `nbgrader db upgrade`."
        )
    return f"The gradebook {name} cannot be used: {error.splitlines()[0]}"
