"""`autograder doctor`: what protects this machine from learners' code, and which Python grades."""

import argparse
import json
import platform
from pathlib import Path
from typing import Any

from autograder.console import say, table

HELP = "what protects this machine from learners' code"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """How to print it."""
    parser.add_argument("--json", action="store_true", help="print JSON, for other programs")


def run(arguments: argparse.Namespace) -> int:
    """Start a kernel, and say what stands around it."""
    from autograder.kernels.layers import STOPS, in_words
    from autograder.kernels.session import try_out
    from autograder.kernels.settings import load_config

    kernel = try_out(load_config(Path.cwd()))
    protection, cold = kernel.protection, kernel.cold
    plain = protection.as_json()
    rows: list[dict[str, Any]] = [
        {
            "name": name,
            "available": protection.on(name),
            "stops": stops,
            "why": protection.reasons.get(name, "not tried"),
        }
        for name, stops in STOPS.items()
    ]
    python = platform.python_version()
    if arguments.json:
        warm = {"available": not cold, "why": cold}
        found = {"protection": plain, "layers": rows, "warm": warm, "python": python}
        say(json.dumps(found, indent=2))
        return 0
    table(
        "What stands between learners' code and this machine",
        ("layer", "here", "what it stops", "why not"),
        [(r["name"], "yes" if r["available"] else "no", r["stops"], r["why"]) for r in rows],
    )
    say(in_words(plain))
    speed = f"cold, each imports torch itself ({cold})" if cold else "warm, torch is imported once"
    say(f"Kernels: {speed}.")
    say(f"Python {python} grades; an answer that only a newer one can read waits for a person.")
    return 0
