"""What ends a command in one sentence: the base of all exceptions that are meant for people."""

from helpers.text import printable


class Refused(Exception):  # noqa: N818 - a finding, not a fault of ours
    """Something cannot be done; the message says why and what to do.

    Attributes:
        before: what a command prints before the message.
        exit_code: what a command ends with.
    """

    before = ""
    exit_code = 2


def fault(what: str, error: Exception) -> str:
    """The sentence for an exception that nobody has foreseen, after what could not be done."""
    return printable(f"{what} ({type(error).__name__}: {error}).")
