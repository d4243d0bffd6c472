"""Why learners' code could not be run at all; the message is for the person who grades."""

from autograder.errors import Refused


class CannotRun(Refused):
    """No kernel could be started."""

    before = "it could not be done: "


class ProtectionTooWeak(CannotRun):
    """A setting demands a layer that this machine lacks; the message names it."""
