"""Asks a kernel for evidence, and judges it here, outside the learner's process.

A check cell of ours never enters the kernel. The grader draws fresh data from a seed that only it
knows, sends the features, takes back plain text, and judges that against the labels.
"""

import hashlib
import json
import random
from importlib.resources import files

import numpy as np
from nbformat import NotebookNode

from autograder.bounds import bounded
from autograder.checks.evidence.packing import pack, unpack
from autograder.checks.table import is_ours
from autograder.checks.words.messages import say
from autograder.checks.words.verdict import RAISED, Verdict
from autograder.kernels.session import Kernel
from autograder.running.untouched import Untouched

#: Bits of the secret that all seeds of a run come from.
SECRET_BITS = 128
_SOURCE = files("autograder.checks").joinpath("collect_in_kernel.py").read_text("utf-8")


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


_PATH, _HERE = "__import__('sys').path", "('', __import__('os').getcwd())"


def prepare(
    kernel: Kernel, notebook: NotebookNode, secret: int, attempt: int, on_cpu: bool = False
) -> Untouched | None:
    """Before the first cell: seed the random numbers, and begin to record checks of ours.

    Returns what the kernel's libraries are now; None where no check of ours will be asked.

    The numbers of learners who set no seed differ, and those of a regrade do not. From the second
    attempt on, seeds that the notebook sets give other numbers too. With `on_cpu`, torch takes the
    CPU where a GPU is asked for; what it then is counts as its start.
    """
    # A file of the learner's beside the notebook must not be imported before we have looked.
    kernel.ask(
        f"[*map({_PATH}.remove, [p for p in {_HERE} if p in {_PATH}])] and None", at_start=True
    )
    if on_cpu:
        devices = "__import__('autograder.checks.devices_in_kernel', fromlist=['_'])"
        kernel.ask(f"{devices}.map_to_cpu()", at_start=True)
    untouched = _prepare(kernel, notebook, secret, attempt)
    kernel.ask(f"{_PATH}.insert(0, '')", at_start=True)  # as IPython has it
    return untouched


def _prepare(kernel: Kernel, notebook: NotebookNode, secret: int, attempt: int) -> Untouched | None:
    seed = seed_of(secret, "kernel" if attempt == 1 else f"kernel {attempt}") % 2**32
    ours = any(
        is_ours(cell.metadata.get("nbgrader", {}).get("grade_id")) for cell in notebook.cells
    )
    parts = ["random').seed", "numpy').random.seed", "torch').manual_seed"]
    calls = [f"__import__('{part}({seed})" for part in parts]
    if not ours:  # another course may have no use for torch, and its import takes seconds
        calls[-1] = f"'torch' in __import__('sys').modules and {calls[-1]}"
    kernel.ask(f"({', '.join(calls)}) and None", at_start=True)
    if attempt > 1:
        kernel.ask(f"exec({_SHIFT_SEEDS.format(shift=seed)!r}, {{}})", at_start=True)
    if ours:
        recorder = "__import__('autograder.checks.recorder.watch', fromlist=['_'])"
        kernel.ask(f"{recorder}.install() and None", at_start=True)
        # Whoever is told of each step that Python takes could answer for somebody else.
        kernel.ask("__import__('sys').__dict__.pop('addaudithook') and None", at_start=True)
        return Untouched(kernel)
    told = "__import__('os').environ.update(NBGRADER_EXECUTION='autograde')"  # as nbgrader tells it
    kernel.ask(told, at_start=True)
    return None


def ask(kernel: Kernel, check_ids: list[str], secret: int, untouched: Untouched) -> dict[str, str]:
    """The evidence for some checks as text, in one go; "" where the kernel gave none.

    What has been changed in the kernel's libraries meanwhile is told by `untouched`.
    """
    from autograder.checks.registry import questions  # brings torch

    asked = {each: pack(questions(each, seed_of(secret, each))) for each in check_ids}
    project = str(kernel.process.scratch.project)  # where it finds `autograder.checks`
    collected = (
        f"(lambda space: python.exec({_SOURCE!r}, space)"
        f" or space['evidence_of']({asked!r}, python.globals(), {project!r}))"
        "({'__name__': 'collect_in_kernel', '__builtins__': python.__dict__})"
    )
    answer = untouched.value_of(kernel, collected)
    try:
        found = json.loads(answer)
    except (TypeError, ValueError, RecursionError):
        found = {}
    texts = found if isinstance(found, dict) else {}
    return {each: text if isinstance(text := texts.get(each), str) else "" for each in check_ids}


def tell(kernel: Kernel, passed: dict[str, bool]) -> None:
    """Let the notebook's own table of points know verdicts; no mark rests on that table."""
    recorder = "__import__('autograder.checks.recorder.watch', fromlist=['_']).RECORDER"
    kernel.ask(f"{recorder}.passed.update({passed!r})")


def verdict_on(check_id: str, evidence: str, secret: int) -> Verdict:
    """The verdict on evidence as text, whoever wrote it.

    Judges read what honest collectors write; evidence of another form is no evidence.
    """
    if not evidence:
        return _no_use("no_evidence")
    from autograder.checks.registry import judge  # brings torch, which who only writes can spare

    state = random.getstate(), np.random.get_state()
    try:
        with bounded():
            return judge(check_id, unpack(evidence), seed_of(secret, check_id))
    except Exception:  # a text that is no evidence, or a forged form on which a judge stumbles
        return _no_use("evidence_unusable")
    finally:
        random.setstate(state[0])
        np.random.set_state(state[1])


def _no_use(code: str) -> Verdict:
    message, step = say(code)
    return Verdict(RAISED, code, message, step)
