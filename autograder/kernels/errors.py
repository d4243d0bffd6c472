"""Why learners' code could not be run at all; the message is for the person who grades."""

from __future__ import annotations


class CannotRun(RuntimeError):  # noqa: N818 - a finding about the machine
    """No kernel could be started."""


class ProtectionTooWeak(CannotRun):
    """A setting demands a layer that this machine lacks; the message names it."""
