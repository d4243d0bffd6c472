"""Kills parts of `autograder grade` at random moments, and sees that nothing is lost or doubled.

`python -m tests.chaos.never_lost --times 30` does it often, and prints what it did.
"""

from __future__ import annotations

import argparse
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from tests.support import small

#: What is killed: the command itself, a worker, what kernels are forked from, what workers are.
KINDS = ("grader", "worker", "fork server", "parent")
LEARNERS = ("ada", "ben", "cleo", "eve")


class Reference:
    """A class that was graded undisturbed, and the same class with nothing but the same secrets.

    Args:
        folder: an empty one.
        learners: of `small.ANSWERS`.
    """

    def __init__(self, folder, learners=LEARNERS):
        answers = {each: small.ANSWERS[each] for each in learners}
        graded = small.new_class(folder / "undisturbed", answers)
        self.pristine = small.new_class(folder / "pristine", answers)
        code, said = small.grade(graded)
        assert code == 1, said  # some marks need a person
        small.whole(graded)
        self.book, self.outcomes = small.book(graded), small.outcomes(graded)
        shutil.copytree(graded / "grading/evidence", self.pristine / "grading/evidence")
        self.learners = len(answers)

    def another(self, folder):
        """The class again, not graded; its marks will be the same."""
        return Path(shutil.copytree(self.pristine, folder))

    def seconds(self, folder):
        """How long grading takes that nothing disturbs, from the start of the command."""
        begun = time.monotonic()
        command = small.Command(self.another(folder), "--workers", "2")
        assert command.wait() == 1, command.said()
        return time.monotonic() - begun

    def finish(self, course):
        """See that all is whole, that a further run does what is left, and ends up the same."""
        small.whole(course)
        done = len(small.outcomes(course))
        code, said = small.grade(course)
        assert code == 1, said
        left, before = map(
            int, re.search(r"(\d+) notebooks? to grade, (\d+) graded", said).groups()
        )
        assert (left, before) == (self.learners - done, done), said
        small.whole(course)
        assert small.book(course) == self.book
        assert small.outcomes(course) == self.outcomes


def kill(command, kind, seconds):
    """Kill one process of a kind after some seconds, as soon as there is one; False if none came.

    Args:
        command: running.
        kind: of `KINDS`.
        seconds: to wait before.
    """
    time.sleep(seconds)
    while command.process.poll() is None:
        found = command.of_kind(kind)
        if found:
            random.choice(found).kill()
            return True
        time.sleep(0.02)
    return False


def disturb(reference, folder, kind, seconds):
    """Grade a class, kill a process meanwhile, and go on to the end.

    Args:
        reference: the class.
        folder: for the course; it is made.
        kind: of `KINDS`.
        seconds: when to kill.

    Returns:
        How many notebooks were graded before.
    """
    course = reference.another(folder)
    command = small.Command(course, "--workers", "2")
    try:
        killed = kill(command, kind, seconds)
        if kind == "grader" and killed:
            command.process.wait(small.HANGS)
            assert command.all_gone(), command.processes()
        else:
            assert command.process.wait(small.HANGS) == 1, command.said()
            assert "Traceback" not in command.said(), command.said()
    finally:
        command.end()
    graded = len(small.outcomes(course)) if (course / "grading/gradebook.db").exists() else 0
    if kind != "grader":
        assert graded == reference.learners, command.said()
        assert small.outcomes(course) == reference.outcomes
    if graded or (course / "grading/gradebook.db").exists():
        reference.finish(course)
    else:
        assert small.grade(course)[0] == 1
        assert small.book(course) == reference.book
    return graded


def main():
    """Do it many times; the exit code is 1 if anything was lost."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--times", type=int, default=30)
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    arguments = parser.parse_args()
    chance, failed = random.Random(arguments.seed), Counter()
    print(f"seed {arguments.seed}")
    with tempfile.TemporaryDirectory(prefix="chaos-") as scratch:
        folder = Path(scratch)
        reference = Reference(folder)
        longest = reference.seconds(folder / "timed")
        print(f"undisturbed: {longest:.1f} s for {reference.learners} notebooks")
        for number in range(arguments.times):
            kind, seconds = chance.choice(KINDS), chance.uniform(0, longest)
            course = folder / str(number)
            try:
                graded = disturb(reference, course, kind, seconds)
                words = f"{graded} graded before the second run; the same gradebook after it"
            except (AssertionError, subprocess.TimeoutExpired) as error:
                failed[kind] += 1
                words = f"WRONG: {str(error)[:2000]}"
            print(f"{number + 1:3}: {kind} killed after {seconds:.1f} s: {words}", flush=True)
            shutil.rmtree(course, ignore_errors=True)
    print(f"{failed.total()} of {arguments.times} went wrong")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
