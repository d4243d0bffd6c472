"""A stretch task: `stable_bce(logits, targets)`, the mean binary cross-entropy from logits."""

from collections.abc import Callable
from typing import Any

import numpy as np
import torch

from autograder.checks.datasets import PUBLIC_SEED, Arrays
from autograder.checks.evidence.describe import Evidence, describe_array, error_of
from autograder.checks.evidence.operations import Operations
from autograder.checks.judges.outputs import sigmoid
from autograder.checks.words.verdict import Verdict, correct, not_yet, raised_by

#: The library's own losses, as autograd's dispatcher names them.
LIBRARY = frozenset(["binary_cross_entropy_with_logits", "binary_cross_entropy",
                     "soft_margin_loss", "nll_loss_forward", "cross_entropy_loss"])  # fmt: skip


def _questions() -> dict[str, Arrays]:
    """Logits and targets: usual ones, some that could be probabilities, and some far from zero."""
    random = np.random.default_rng(PUBLIC_SEED)
    targets = np.array([0, 1] * 12, dtype=np.float32)
    logits = {
        "usual": random.uniform(-4, 4, 24),
        "inside": random.uniform(0.1, 0.9, 24),
        "far": np.array([-200.0, -200.0, 200.0, 200.0] * 6),
    }
    return {name: {"x": x.astype(np.float32), "t": targets} for name, x in logits.items()}


def _ask(function: Callable[..., Any], x: np.ndarray, t: np.ndarray) -> Evidence:
    """The value and the gradient of an answer, or the error."""
    # Copies, because a function may write into what it is given.
    logits, targets = torch.from_numpy(x.copy()).requires_grad_(), torch.from_numpy(t.copy())
    try:
        with torch.enable_grad():
            answer = function(logits, targets)
        found = {**describe_array(answer), "gradient": None, "error": None}
        if found["kind"] == "tensor" and answer.numel() == 1 and answer.requires_grad:
            (gradient,) = torch.autograd.grad(answer.sum(), logits, allow_unused=True)
            found["gradient"] = None if gradient is None else gradient.double().numpy()
        return found
    except (Exception, SystemExit) as error:
        return {"error": error_of(error)}


def _costs(x: np.ndarray, t: np.ndarray) -> np.ndarray:
    """What each row costs, from its logit."""
    return np.asarray(np.maximum(x, 0) - x * t + np.log1p(np.exp(-np.abs(x))))


#: Losses that learners write by mistake, each with the code of its message.
_WRONG: tuple[tuple[str, Callable[[np.ndarray, np.ndarray], Any]], ...] = (
    ("bce_sum", lambda x, t: _costs(x, t).sum()),
    ("bce_sign", lambda x, t: -_costs(x, t).mean()),
    ("bce_probabilities", lambda x, t: -(t * np.log(x) + (1 - t) * np.log(1 - x)).mean()),
    ("bce_sigmoid_twice", lambda x, t: _costs(sigmoid(x), t).mean()),
    ("bce_targets_swapped", lambda x, t: _costs(x, 1 - t).mean()),
    ("bce_half", lambda x, t: (t * _costs(x, t)).mean()),
    ("bce_half", lambda x, t: ((1 - t) * _costs(x, t)).mean()),
)


def judge(function: Any) -> Verdict:
    """One number, equal to torch's, with the right gradient, near zero and far from it."""
    questions = _questions()
    with Operations() as watched:
        answers = {name: _ask(function, **asked) for name, asked in questions.items()}
    for answer in answers.values():
        if answer["error"]:
            return raised_by(answer["error"], "when the check called `stable_bce` on (24,)")
        if answer["kind"] != "tensor" or answer["values"] is None:
            return not_yet("bce_not_tensor", kind=answer["kind"])
        if answer["values"].size != 1:
            return not_yet("bce_not_one_number", shape=tuple(answer["shape"]))
    if LIBRARY & watched.seen:
        return not_yet("bce_library")
    for name in ("inside", "usual", "far"):
        x, t = (each.astype(np.float64) for each in questions[name].values())
        if wrong := _wrong_value(x, t, answers[name]["values"].item(), far=name == "far"):
            return wrong
        if name != "inside" and (wrong := _wrong_gradient(x, t, answers[name]["gradient"])):
            return wrong
    return correct("bce_right")


def _wrong_value(x: np.ndarray, t: np.ndarray, got: float, *, far: bool) -> Verdict | None:
    right = float(_costs(x, t).mean())
    if np.isclose(got, right, rtol=1e-4):
        return None
    facts = {"got": f"{got:.4f}", "wanted": f"{right:.4f}"}
    if far:
        return not_yet("bce_far_wrong" if np.isfinite(got) else "bce_overflow", **facts)
    for code, wrong in _WRONG:
        if np.isclose(got, wrong(x, t), rtol=1e-4):
            return not_yet(code, **facts)
    return not_yet("bce_wrong", x=f"{x[0]:.3f}", cost=f"{_costs(x, t)[0]:.4f}", **facts)


def _wrong_gradient(x: np.ndarray, t: np.ndarray, found: np.ndarray | None) -> Verdict | None:
    if found is None:
        return not_yet("bce_no_gradient")
    right = (sigmoid(x) - t) / len(x)
    if np.allclose(found, right, atol=1e-5):
        return None
    worst = int(np.where(np.isfinite(found), np.abs(found - right), np.inf).argmax())
    return not_yet("bce_gradient", x=f"{x[worst]:.3g}", t=f"{t[worst]:g}",
                   got=f"{found[worst]:.4f}", wanted=f"{right[worst]:.4f}")  # fmt: skip
