"""What ends a command in one sentence: the base of all exceptions that are meant for people."""


class Refused(Exception):  # noqa: N818 - a finding, not a fault of ours
    """Something cannot be done; the message says why and what to do.

    Attributes:
        before: what a command prints before the message.
        exit_code: what a command ends with.
    """

    before = ""
    exit_code = 2
