"""A course with a class in it, and a secret in every place that no learner's code may reach.

Each secret is another random text, so that one which turns up somewhere says where it was read.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

import psutil
from nbgrader.api import Gradebook

from autograder.course.nbgrader_log import quiet
from tests.attacks.attack import QUICK, Attack
from tests.attacks.server import Server
from tests.support.classes import hand_in, new_course

#: Where secrets stand.
PLACES = ("gradebook", "solutions", "classmate", "environment", "outside", "network")
NOTEBOOKS = ("01_moons", "02_tanh", "03_spirals")
#: The environment variable of the grader that holds a secret.
VARIABLE = "MOONS_COURSE_TOKEN"
#: The classmate whose notebook holds a secret.
CLASSMATE = "classmate"


@dataclass
class Classroom:
    """One course with submissions, before it is graded.

    Attributes:
        folder: the course.
        outside: a folder that is nothing to do with it, open to everybody.
        home: the grader's home folder.
        temp: where the grader puts temporary files.
        mark: stands in the command line of every process that an attack leaves behind, and in
            the name of every file.
        tokens: the secrets, by place.
    """

    folder: Path
    outside: Path
    home: Path
    temp: Path
    mark: str
    tokens: dict[str, str]
    server: Server

    @property
    def gradebook(self) -> Path:
        """The gradebook's file."""
        return self.folder / "grading" / "gradebook.db"

    @property
    def words(self) -> dict[str, str]:
        """What attackers are told: everything but the secrets."""
        return {
            "COURSE": str(self.folder),
            "OUTSIDE": str(self.outside),
            "HOME": str(self.home),
            "TEMP": str(self.temp),
            "PORT": str(self.server.port),
            "MARK": self.mark,
        }

    def left_behind(self) -> list[str]:
        """Processes and files of the attackers' that are still there."""
        found = []
        for process in psutil.process_iter(["cmdline"]):
            if self.mark in " ".join(process.info["cmdline"] or []):
                found.append(f"process {process.pid}")
        for folder in (self.folder, self.outside, self.home, self.temp):
            found += [str(path) for path in folder.rglob(f"*{self.mark}*")]
        return found

    def seen_in(self, text: str) -> list[str]:
        """The places whose secrets stand in a text."""
        return [place for place, token in self.tokens.items() if token in text]


@contextlib.contextmanager
def new_classroom(
    folder: Path, learners: Iterable[Attack], config: str = "", settings: str = ""
) -> Iterator[Classroom]:
    """Make the course and hand in everybody's notebook; the server listens inside the block.

    Args:
        folder: an empty one.
        learners: who hands in; a classmate with a secret in the notebook comes on top.
        config: the text of `nbgrader_config.py`; "" for the course's own.
        settings: lines to add to it.
    """
    tokens = {place: secrets.token_hex(16) for place in PLACES}
    room = Classroom(
        new_course(folder / "course", NOTEBOOKS), folder / "outside", folder / "home",
        folder / "temp", f"left-{secrets.token_hex(6)}", tokens, Server(tokens["network"]),
    )  # fmt: skip
    for each in (room.outside, room.outside / "open", room.home, room.temp):
        each.mkdir()
    for each in (room.outside, room.outside / "open"):
        each.chmod(0o777)
    (room.outside / "secret.txt").write_text(tokens["outside"])
    (room.home / ".netrc").write_text(tokens["outside"])
    (room.folder / "solutions/classification/notes.txt").write_text(tokens["solutions"])
    path = room.folder / "nbgrader_config.py"
    path.write_text(f"{config or path.read_text()}\n{settings}")
    with room.server.listening():
        for each in (*learners, _classmate(tokens["classmate"])):
            name = f"{each.notebook}.ipynb"
            hand_in(room.folder, each.name, each.handed_in(room.words), name)
            for name, content in each.beside.items():
                hand_in(room.folder, each.name, content, name)
        yield room


def _classmate(token: str) -> Attack:
    answer = f"# {token}\n{QUICK['tanh']}"
    return Attack(CLASSMATE, "honest", "has a secret", answers={"tanh": answer}, lost=())


def enter_secret(room: Classroom) -> None:
    """Put the gradebook's secret in: the last name of somebody who hands nothing in."""
    room.gradebook.parent.mkdir(exist_ok=True)
    # A new gradebook makes nbgrader call `alembic` through PATH.
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    with (
        patch.dict(os.environ, PATH=path),
        quiet(),
        Gradebook(f"sqlite:///{room.gradebook}") as gradebook,
    ):
        gradebook.add_student("somebody", last_name=room.tokens["gradebook"])
