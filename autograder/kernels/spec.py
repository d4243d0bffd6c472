"""What a kernel is started with: made by the grader, read by `launch`; travels as JSON."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

#: Layer: "" when it is on, or else the reason why not.
Layers = dict[str, str]
#: The descriptor of the report in a launcher that was forked: it knows no number of the grader's.
REPORT = 3


@dataclass(frozen=True)
class Spec:
    """One kernel to start.

    Attributes:
        command: the program and its arguments.
        environment: all of it.
        root: the folder that holds all of the kernel's own folders; removed at the end.
        scratch: where the kernel stands and may write; `sockets` holds its sockets.
        seed: files that scratch begins with.
        base: an empty folder for the view.
        readable: what may be read besides, except for `hidden`.
        user: who to become, 0 for nobody else.
        wanted: the layers to try.
        limits: the plain form of `Limits`.
        report: the file descriptor that is told which layers are on.
    """

    command: list[str]
    environment: dict[str, str]
    root: str
    scratch: str
    sockets: str
    seed: str
    base: str
    readable: list[str]
    hidden: list[str]
    devices: list[str]
    user: int
    wanted: list[str]
    limits: dict[str, Any]
    report: int
