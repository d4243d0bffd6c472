"""The checks that stand under each blank. Light enough for Colab: torch, scikit-learn, matplotlib.

A check cell holds one line, `autograder.checks.check("check_moons_model_outputs", globals())`.
Evidence is collected from the objects that the notebook holds, judged, and shown.

Comes in: a notebook's names. Goes out: evidence, verdicts, words. It knows no file, no class and no
mark, and imports `helpers` alone: a standalone notebook carries these two.
"""

from collections.abc import Mapping
from typing import Any

__all__ = ["check", "check_ungraded", "explain_error", "ready", "rescue", "start", "summary"]


def start() -> None:
    """Begin a notebook's session: watch its cells from now on, and say that all is in place.

    Called by the setup cell; calling it again changes nothing.
    """
    import platform

    import torch

    from autograder.checks.recorder.pictures import add_texts
    from autograder.checks.recorder.watch import install

    install()
    add_texts()
    has_gpu = torch.cuda.is_available()
    device = f"GPU {torch.cuda.get_device_name()}" if has_gpu else "no GPU is needed"
    print(f"Python {platform.python_version()}, PyTorch {torch.__version__}, {device}")
    print("Setup complete")


def check(check_id: str, names: Mapping[str, Any], seed: int | None = None) -> None:
    """Check one aspect of an exercise and show the verdict.

    Args:
        check_id: the check cell's id.
        names: the notebook's `globals()`; only the exercise's fixed names are read.
        seed: of the fresh draws; None for the public seed that learners' own checks use.

    Raises:
        CheckFailed: the verdict is anything but correct. Notebooks show its message alone.
        KeyError: there is no such check.
    """
    from autograder.checks.datasets import PUBLIC_SEED
    from autograder.checks.judges.advice import telling_of_trials
    from autograder.checks.recorder.watch import RECORDER, recorded
    from autograder.checks.registry import collect, judge, questions
    from autograder.checks.words.display import show

    seed = PUBLIC_SEED if seed is None else seed
    with telling_of_trials():
        evidence = collect(check_id, names, recorded(), questions(check_id, seed))
    verdict = judge(check_id, evidence, seed)
    RECORDER.passed[check_id] = verdict.passed
    show(check_id, verdict)


def check_fresh(check_id: str, names: Mapping[str, Any]) -> None:
    """The same check on draws that nobody has seen; hidden tests call it.

    The seed comes from the operating system and is printed, so that a mark can be worked out
    again exactly.

    Raises:
        CheckFailed: as `check`.
    """
    import secrets

    seed = secrets.randbits(96)
    print(f"fresh draw {seed:#x}")
    check(check_id, names, seed)


def ready(names: Mapping[str, Any], *part_ids: str) -> bool:
    """True if all names that some parts leave exist; otherwise say in one line what to do first.

    Given cells that show a learner's own work begin with `if autograder.checks.ready(...)`, so
    that an untouched notebook runs to its end without a NameError.

    Args:
        names: the notebook's `globals()`.
        part_ids: solution cells' ids, such as `moons_data`; the first one that is missing is told.
    """
    from autograder.checks.evidence.describe import presence
    from autograder.checks.recorder.watch import recorded
    from autograder.checks.table import PARTS
    from autograder.checks.words.verdict import HEADINGS, absent

    for part_id in part_ids:
        if part_id not in PARTS:
            raise KeyError(f"no part {part_id!r}; the parts are {', '.join(PARTS)}")
        part = PARTS[part_id]
        verdict = absent(part, presence(part, names, recorded()), rescue_serves=True)
        if verdict is not None:
            outcome = HEADINGS[verdict.outcome].lower()
            print(f"Exercise {part.label}: {outcome}. {verdict.message}")
            return False
    return True


def rescue(part_id: str, model: Any = None) -> Any:
    """Give what a part should leave, so that a stuck learner can go on; it earns no points.

    Args:
        part_id: a solution cell's id, such as `moons_data`.
        model: the model to train; for `..._loss_optimizer` alone.

    Returns:
        For `..._data` the six tensors of another draw than the exercise's, in the exercise's
        order; for `..._model` an untrained model; for `..._loss_optimizer` a loss and an
        optimizer for `model`; for `..._train` a trained model. Models are on the usual device.

    Raises:
        ValueError: that part has no rescue, or `model` is missing.
    """
    from autograder.checks.rescue_kit import rescue_of

    return rescue_of(part_id, model)


def check_ungraded(task_id: str, names: Mapping[str, Any]) -> None:
    """Check a task that earns no points, and show the verdict. No verdict raises.

    Args:
        task_id: such as `practice` or `stable_bce`.
        names: the notebook's `globals()`; only the task's own name is read.

    Raises:
        KeyError: there is no such task; the message lists those that exist.
    """
    from autograder.checks.ungraded.tasks import TASKS, verdict_on
    from autograder.checks.words.display import show_ungraded

    if task_id not in TASKS:
        raise KeyError(f"no task {task_id!r}; the tasks are {', '.join(TASKS)}")
    show_ungraded(TASKS[task_id].title, verdict_on(TASKS[task_id], names))


def explain_error(names: Mapping[str, Any] | None = None) -> None:
    """Say in plain words what the last red error means, where it comes from, what to try next.

    Args:
        names: the notebook's `globals()`; only needed where the setup cell has not run.
    """
    from autograder.checks.recorder.watch import last_error
    from autograder.checks.words.errors import explain

    print(explain(*last_error(names or {})))


def summary(notebook: str) -> None:
    """Print a table of a notebook's parts: points of this session's checks, and what is left.

    Args:
        notebook: `moons`, `tanh` or `spirals`.

    Raises:
        ValueError: it is none of these.
    """
    from autograder.checks.recorder.watch import RECORDER
    from autograder.checks.words.display import summary_table

    print(summary_table(notebook, RECORDER.passed))
