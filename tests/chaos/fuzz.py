"""Whatever is handed in: nothing hangs, nobody is lost, and no command ends with a traceback.

    python -m tests.chaos.fuzz --minutes 180 [--seed 1]

Each round is a class of its own, made from one number: random bytes, random notebooks, and real
ones with something changed. It is collected, graded, reported, exported and checked.
"""

from __future__ import annotations

import argparse
import copy
import json
import os
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from tests.support import damage, small
from tests.support.classes import NAME, hand_in, new_course
from tests.support.kept import points, records

#: Who hands in full marks in each class.
HONEST = "honest"
#: Seconds that one notebook may take, and a round for each of its learners, on a slow machine.
LIMITS = "c.Sandbox.cell_seconds, c.Sandbox.notebook_seconds, c.Sandbox.warm = 5, 15, True"
PATIENCE = 90
TEXTS = (
    *(
        "",
        " ",
        "\0",
        "\ud800",
        "\x1b[31m",
        "\u202e",
        "\n" * 99,
        "a" * 10_000,
        "[/bold]",
        "{x}",
        "%s",
    ),
    *(
        "=1+1",
        "<script>1</script>",
        "torch.a,\n" * 500,
        "1" * 5000,
        "((" * 500,
        "'''",
        "\\",
        "é" * 99,
    ),
    *("raise ValueError('\\ud800')", "import os; os._exit(1)", "while True: pass", "1/0"),
    *("print('x' * 10**7)", "def tanh(x):\n    return x", "raise SystemExit", "input()"),
    *("from IPython.display import HTML\nHTML('<b>' * 999)", "get_ipython().kernel.do_shutdown(0)"),
)
KEYS = (
    *(
        "cells",
        "metadata",
        "source",
        "outputs",
        "cell_type",
        "id",
        "nbgrader",
        "grade_id",
        "points",
    ),
    *("kernelspec", "nbformat", "execution_count", "attachments", "tags", "worksheets", "name"),
)


def value(chance: random.Random, depth: int = 0) -> Any:
    """Anything that JSON can hold."""
    kinds: list[Callable[[], Any]] = [
        lambda: chance.choice(TEXTS), lambda: chance.choice(KEYS), lambda: None, lambda: True,
        lambda: chance.randint(-(2**70), 2**70), lambda: chance.random() * 1e308 * 10,
    ]  # fmt: skip
    if depth < 4:
        kinds += [
            lambda: [value(chance, depth + 1) for _ in range(chance.randint(0, 5))],
            lambda: {
                chance.choice((*KEYS, *TEXTS)): value(chance, depth + 1)
                for _ in range(chance.randint(0, 6))
            },
        ]
    return chance.choice(kinds)()


def places(node: Any) -> list[tuple[Any, Any]]:
    """Every place in a JSON tree: what holds it, and its key there."""
    found: list[tuple[Any, Any]] = []
    waiting = [node]
    while waiting:
        each = waiting.pop()
        pairs = each.items() if isinstance(each, dict) else enumerate(each)
        for key, below in list(pairs):
            found.append((each, key))
            if isinstance(below, (dict, list)):
                waiting.append(below)
    return found


def mutated(chance: random.Random) -> str:
    """A real notebook with a few of its parts replaced, copied, moved or taken away."""
    notebook: Any = copy.deepcopy(small.notebook(chance.choice(list(small.ANSWERS.values()))))
    notebook = json.loads(json.dumps(notebook))
    for _ in range(chance.randint(1, 8)):
        holder, key = chance.choice(places(notebook))
        with suppress(IndexError, KeyError):
            action = chance.randrange(4)
            if action == 0:
                holder[key] = value(chance)
            elif action == 1:
                del holder[key]
            elif action == 2 and isinstance(holder, list):
                holder.insert(chance.randint(0, len(holder)), copy.deepcopy(holder[key]))
            elif isinstance(holder[key], str):
                at = chance.randint(0, len(holder[key]))
                holder[key] = holder[key][:at] + chance.choice(TEXTS) + holder[key][at:]
    return json.dumps(notebook)


def content(chance: random.Random) -> bytes:
    """One file that somebody hands in."""
    kind = chance.randrange(6)
    if kind == 0:
        return chance.randbytes(chance.randint(0, 3000))
    if kind == 1:
        return json.dumps(value(chance)).encode()
    if kind == 2:
        cells = [value(chance) for _ in range(chance.randint(0, 20))]
        return json.dumps(
            {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells}
        ).encode()
    data = bytearray(mutated(chance).encode())
    if kind == 3:
        for _ in range(chance.randint(1, 20)):
            data[chance.randrange(len(data))] = chance.randrange(256)
    elif kind == 4 and chance.random() < 0.3:
        del data[chance.randrange(len(data)) :]
    return bytes(data)


def name(chance: random.Random) -> str:
    """A file's name as systems allow it."""
    raw = chance.choice(
        [f"{NAME}.ipynb".encode()] * 6
        + [
            f"{NAME} (1).ipynb".encode(),
            b"J\xfcrg.ipynb",
            b"a\nb.ipynb",
            b"\x1b[31m.ipynb",
            b"x.IPYNB",
        ]
        + ["\u202egnp.ipynb".encode(), b"data.csv", b"torch.py", b"[/b].ipynb", b"=1+1.ipynb"]
    )
    return os.fsdecode(raw)


def one_round(seed: int, folder: Path) -> list[str]:
    """Grade one class; returns what was wrong, a sentence each."""
    chance = random.Random(seed)
    course = new_course(folder / "course")
    with (course / "nbgrader_config.py").open("a") as config:
        config.write(f"\n{LIMITS}\n")
    hand_in(course, HONEST, json.dumps(damage.filled(NAME)))
    learners = [f"learner-{n}" for n in range(chance.randint(2, 8))]
    for learner in learners:
        for _ in range(chance.choice((1, 1, 1, 2, 3))):
            hand_in(course, learner, content(chance), name(chance))
        if chance.random() < 0.3:
            hand_in(
                course, learner, chance.choice(TEXTS).encode("utf-8", "replace"), "timestamp.txt"
            )
    outside = folder / "outside"
    for learner in ("Lovelace Ada_12_assignsubmission_file", "ben\n", "c"):
        place = outside / learner / name(chance)
        place.parent.mkdir(parents=True)
        place.write_bytes(content(chance))
    wrong = []
    files = sorted((course / "grading/submitted" / learners[0]).rglob("*.*"))[:1]
    commands = [("collect", str(outside)), ("grade", "--workers", "2"), ("grade",), ("report",)]
    commands += [("export",), ("regrade", "--dry-run"), *(("check", str(file)) for file in files)]
    for command in commands:
        begun = time.monotonic()
        code, said, complained = small.run(course, *command)
        took = time.monotonic() - begun
        shown = said + complained
        if code not in (0, 1) and not (command[0] == "check" and code == 2):
            wrong.append(f"{command}: exit code {code}: {shown[-300:]}")
        if "Traceback" in shown or "a fault of" in shown or "Error:" in _of_ours(shown):
            wrong.append(f"{command}: {shown[-600:]}")
        if any(not line.isprintable() for line in shown.splitlines()):
            wrong.append(f"{command}: something that is not plain text was printed")
        if took > PATIENCE * (len(learners) + 4):
            wrong.append(f"{command}: took {took:.0f} s")
    kept = records(course)
    wrong += [f"{each}: no record" for each in (HONEST, *learners) if each not in kept]
    if sum(points(course, HONEST).values()) != 5:
        wrong.append("the honest learner has not full marks")
    return wrong


def _of_ours(shown: str) -> str:
    """The lines that tell of faults of ours."""
    marks = (
        "could not be graded (",
        "could not be entered (",
        "could not be read (",
        "was not graded (",
    )
    return "\n".join(line for line in shown.splitlines() if any(mark in line for mark in marks))


def main() -> int:
    """Go on until the time is over; 1 if anything was wrong."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--minutes", type=float, default=180)
    parser.add_argument("--seed", type=int, default=None, help="that of the first round")
    options = parser.parse_args()
    seed = random.SystemRandom().randrange(10**9) if options.seed is None else options.seed
    until, rounds, bad = time.monotonic() + 60 * options.minutes, 0, 0
    while time.monotonic() < until:
        folder = Path(tempfile.mkdtemp(prefix="fuzz-"))
        for sentence in one_round(seed + rounds, folder):
            bad += 1
            print(f"seed {seed + rounds}: {sentence!r}", flush=True)
        shutil.rmtree(folder, ignore_errors=True)
        rounds += 1
    print(f"{rounds} rounds from seed {seed}, {bad} things wrong")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
