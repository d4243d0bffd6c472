"""Asks a kernel for evidence, and judges it here, outside the learner's process.

A check cell of ours never enters the kernel. The grader draws fresh data from a seed that only it
knows, sends the features, takes back plain text, and judges that against the labels.
"""

from __future__ import annotations

import hashlib
import random
from importlib.resources import files

import numpy as np

from autograder.checks.messages import say
from autograder.checks.packing import pack, unpack
from autograder.checks.registry import CHECKS, judge, questions
from autograder.checks.verdict import RAISED, Verdict
from autograder.kernels.session import Kernel

#: Bits of the secret that all seeds of a run come from.
SECRET_BITS = 128
_SOURCE = files("autograder.checks").joinpath("anew.py").read_text("utf-8")


def seed_of(secret: int, purpose: str) -> int:
    """A seed of 96 bits for one purpose, from which neither the secret nor another seed follows."""
    digest = hashlib.sha256(f"{secret:#x} {purpose}".encode()).digest()
    return int.from_bytes(digest[:12], "big")


def seed_kernel(kernel: Kernel, secret: int) -> None:
    """Seed an unseeded notebook's random numbers: learners differ, and a regrade does not."""
    seed = seed_of(secret, "kernel") % 2**32
    parts = ("random').seed", "numpy').random.seed", "torch').manual_seed")
    calls = ", ".join(f"__import__('{part}({seed})" for part in parts)
    kernel.ask(f"({calls}) and None")


def ask(kernel: Kernel, check_id: str, secret: int) -> str:
    """One check's evidence as text; "" if the kernel gave none."""
    asked = pack(questions(check_id, seed_of(secret, check_id)))
    arguments = f"{check_id!r}, names, {asked!r}, {kernel.project!r}"
    answer = kernel.ask(
        f"(lambda space, names: exec({_SOURCE!r}, space) or space['evidence_of']({arguments}))"
        "({'__name__': 'anew'}, globals())"
    )
    return answer if isinstance(answer, str) else ""


def tell(kernel: Kernel, check_id: str, passed: bool) -> None:
    """Let the notebook's own table of points know a verdict; no mark rests on that table."""
    recorder = "__import__('autograder.checks.recorder', fromlist=['_']).RECORDER"
    kernel.ask(f"{recorder}.passed.update({{{check_id!r}: {passed!r}}})")


def verdict_on(check_id: str, evidence: str, secret: int) -> Verdict:
    """The verdict on evidence as text, whoever wrote it.

    Judges read what honest collectors write; evidence of another form is no evidence.
    """
    if not evidence:
        return _no_use("no_evidence")
    state = random.getstate(), np.random.get_state()
    try:
        return judge(check_id, unpack(evidence), seed_of(secret, check_id))
    except Exception:  # a text that is no evidence, or a forged form on which a judge stumbles
        return _no_use("evidence_unusable")
    finally:
        random.setstate(state[0])
        np.random.set_state(state[1])


def _no_use(code: str) -> Verdict:
    message, step = say(code)
    return Verdict(RAISED, code, message, step)


def is_ours(check_id: str) -> bool:
    """Whether a check cell has a judge of ours; any other runs in the kernel, as nbgrader does."""
    return check_id in CHECKS
