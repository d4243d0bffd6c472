"""Asks a kernel for evidence, and judges it here, outside the learner's process.

A check cell of ours never enters the kernel. The grader draws fresh data from a seed that only it
knows, sends the features, takes back plain text, and judges that against the labels.
"""

from __future__ import annotations

import hashlib
import random
from importlib.resources import files

import numpy as np
from nbformat import NotebookNode

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


#: Makes `torch.manual_seed(42)` give other numbers, always the same ones.
_SHIFT_SEEDS = """
import torch
set_seed = torch.random.manual_seed
torch.manual_seed = torch.random.manual_seed = lambda seed: set_seed((int(seed) + {shift}) % 2**63)
"""


def prepare(kernel: Kernel, notebook: NotebookNode, secret: int, attempt: int) -> None:
    """Before the first cell: seed the random numbers, and begin to record.

    The numbers of learners who set no seed differ, and those of a regrade do not.

    Args:
        kernel: just started.
        notebook: that will run there. One without checks of ours is not recorded.
        secret: of the run.
        attempt: from the second on, seeds that the notebook sets give other numbers too.
    """
    seed = seed_of(secret, "kernel" if attempt == 1 else f"kernel {attempt}") % 2**32
    parts = ("random').seed", "numpy').random.seed", "torch').manual_seed")
    calls = ", ".join(f"__import__('{part}({seed})" for part in parts)
    kernel.ask(f"({calls}) and None")
    if attempt > 1:
        kernel.ask(f"exec({_SHIFT_SEEDS.format(shift=seed)!r}, {{}})")
    if any(is_ours(cell.metadata.get("nbgrader", {}).get("grade_id")) for cell in notebook.cells):
        kernel.ask("__import__('autograder.checks.recorder', fromlist=['_']).install() and None")


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
