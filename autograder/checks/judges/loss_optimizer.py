"""Exercises 3 and 7c: does the loss fit the model's outputs, does the optimizer hold the model?

A loss is known by what it does: its values on fresh logits, probabilities and labels are compared
with those of the losses that beginners meet. One that matches none of them (weights, smoothing,
a function of the learner's own) is accepted if its gradient pushes every output the right way, if
it hangs on the labels, and if each row is compared with its label and not with the other rows.
"""

import copy
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from autograder.checks.datasets import Arrays
from autograder.checks.evidence.describe import Evidence, describe_model, error_of, kind_of
from autograder.checks.judges import model as models
from autograder.checks.recorder.watch import Names, Runs
from autograder.checks.table import Part, dataset_of
from autograder.checks.words.verdict import Verdict, correct, not_yet, raised_by, with_remark

Cases = Mapping[str, tuple[Tensor, Tensor]]
#: The losses that are known by their values, and the question that tells each.
_KNOWN: dict[str, tuple[str, Callable[..., Tensor]]] = {
    "bce_with_logits": ("logits", F.binary_cross_entropy_with_logits),
    "bce": ("probabilities", F.binary_cross_entropy),
    "mse": ("logits", F.mse_loss),
    "l1": ("logits", F.l1_loss),
    "cross_entropy": ("rows", F.cross_entropy),
    "nll": ("rows", F.nll_loss),
}


def questions(part: Part, seed: int) -> Arrays:
    """What a loss is asked: `logits` and `targets` `(N,)`, `rows` `(M, 3)` and `classes` `(M,)`.

    All of them stay near zero: no row's answer is settled, so that label smoothing changes no
    sign of a gradient.
    """
    random = np.random.default_rng(seed)
    count, rows = random.integers(8, 25, 2)
    signs = random.permutation(np.resize([1.0, -1.0], count))
    return {
        "logits": (signs * random.uniform(0.2, 2, count)).astype(np.float32),
        "targets": random.permutation(np.resize([0, 1], count)).astype(np.float32),
        "rows": random.uniform(-0.7, 0.7, (rows, 3)).astype(np.float32),
        "classes": random.permutation(np.resize([0, 1, 2], rows)),
    }


#: So far outputs are raised: beyond the margin of a loss that has one.
_RAISE = 3.0
#: As many rows as a training has.
_MANY = 800


def _cases(asked: Arrays) -> Cases:
    """Inputs and targets by name of the question.

    `..._raised` has the first output raised in all rows alike: a softmax over the rows, and not
    over each row's outputs, does not notice that. `..._relabelled` has other labels, `..._many` the
    same rows again and again, to as many as in training.
    """
    logits, targets, rows, classes = (
        torch.from_numpy(asked[name]) for name in ("logits", "targets", "rows", "classes")
    )
    two, ones = rows[:, :2].contiguous(), classes.clamp(max=1)
    first, of_two = torch.tensor([_RAISE, 0.0, 0.0]), torch.tensor([_RAISE, 0.0])
    cases = {
        "logits": (logits, targets),
        "probabilities": (torch.sigmoid(logits), targets),
        "rows": (rows, classes),
        "two_columns": (two, ones),
        "logits_raised": (logits + _RAISE, targets),
        "rows_raised": (rows + first, classes),
        "two_columns_raised": (two + of_two, ones),
        "rows_relabelled": (rows, (classes + 1) % 3),
        "two_columns_relabelled": (two, 1 - ones),
    }
    for name in ("logits", "probabilities", "rows", "two_columns"):
        outputs, labels = cases[name]
        times = -(-_MANY // len(labels))
        cases[f"{name}_many"] = torch.cat([outputs] * times), torch.cat([labels] * times)
    return cases


def collect_loss(part: Part, names: Names, runs: Runs, asked: Arrays) -> Evidence:
    """The loss's value, gradient or error for each question, and the model's answers."""
    loss, cases = names.get("loss_fn"), _cases(asked)
    answers = {name: _ask(loss, *case) for name, case in cases.items()}
    for name, answer in answers.items():
        few = name.removesuffix("_many")
        if few != name and answer["gradient"] is not None:  # the last of all that are alike
            answer["gradient"] = answer["gradient"][-len(cases[few][1]) :]
    return {
        "kind": kind_of(loss),
        "is_class": isinstance(loss, type),
        "callable": callable(loss),
        "answers": answers,
        "model": describe_model(names.get(part.model), models.questions()),
    }


def _ask(loss: Any, outputs: Tensor, targets: Tensor) -> Evidence:
    """The loss's answer; a loss of the learner's own may want one logit in a column, `(N, 1)`."""
    answer = _ask_once(loss, outputs, targets)
    for column in (targets, targets.unsqueeze(1)):
        if answer["error"] and outputs.ndim == 1:
            answer = _ask_once(loss, outputs.unsqueeze(1), column)
    return answer


def _ask_once(loss: Any, outputs: Tensor, targets: Tensor) -> Evidence:
    outputs, targets = outputs.clone().requires_grad_(), targets.clone()
    try:
        with torch.enable_grad():
            held = (*loss.parameters(), *loss.buffers()) if isinstance(loss, nn.Module) else ()
            device = next(iter(held), outputs).device
            value = loss(outputs.to(device), targets.to(device))
            if not isinstance(value, Tensor):
                error = {"type": "TypeError", "message": "", "returned": kind_of(value)}
                return {"value": None, "gradient": None, "error": error}
            value = value.sum()
            (gradient,) = torch.autograd.grad(value, outputs)
        if gradient.shape[1:] == (1,):
            gradient = gradient.squeeze(1)
        return {"value": float(value.detach()), "gradient": gradient.cpu().numpy(), "error": None}
    except (Exception, SystemExit) as error:
        return {"value": None, "gradient": None, "error": error_of(error)}


def _names_of_loss(answers: Evidence, cases: Cases) -> set[str]:
    found = set()
    for name, (question, reference) in _KNOWN.items():
        value = answers[question]["value"]
        right = [float(reference(*cases[question], reduction=how)) for how in ("mean", "sum")]
        if value is not None and np.isclose(value, right, rtol=1e-4, atol=1e-6).any():
            found.add(name)
    return found


def _pushes_the_right_way(answers: Evidence, question: str, cases: Cases) -> bool:
    gradient = answers[question]["gradient"]
    if gradient is None or not np.isfinite(gradient).all():
        return False
    _, targets = cases[question]
    if gradient.ndim == 1:
        # Gradient descent must raise the output of a 1 and lower that of a 0; one that is right
        # already may be left as it is.
        signs, wanted = np.sign(gradient), 1 - 2 * targets.numpy()
        right = np.sign(cases["logits"][0].numpy()) == -wanted
        return bool(((signs == wanted) | ((signs == 0) & right)).all() and signs.any())
    own = gradient[np.arange(len(gradient)), targets.numpy()]
    settled = ~gradient.any(axis=1) & (cases[question][0].argmax(dim=1) == targets).numpy()
    return bool(((own < 0) | settled).all() and gradient.any())


def _compares_rows(answers: Evidence, question: str) -> bool:
    gradient = answers[question]["gradient"]
    return (
        gradient is not None and bool(gradient.any()) and _same_value(answers, question, "raised")
    )


def _only_for_few(answers: Evidence, question: str, cases: Cases) -> bool:
    """Whether a loss that is right for a few rows is not for as many as a training has."""
    many = answers.get(f"{question}_many")  # older evidence does not know it
    if many is None or not _pushes_the_right_way(answers, question, cases):
        return False
    return not _pushes_the_right_way({question: many}, question, cases)


def _same_value(answers: Evidence, question: str, other: str) -> bool:
    """Whether a loss has one value for both; False where older evidence does not know the other."""
    one, two = (answers.get(name, {}).get("value") for name in (question, f"{question}_{other}"))
    return one is not None and two is not None and bool(np.isclose(one, two, 1e-5, 1e-7))


def judge_loss(part: Part, evidence: Evidence, seed: int) -> Verdict:
    """A loss for classes, that expects just what this model gives."""
    if evidence["is_class"]:
        return not_yet("loss_is_class", kind=evidence["kind"])
    if not evidence["callable"]:
        return not_yet("loss_not_callable", kind=evidence["kind"])
    answers, kind = evidence["answers"], models.kind_of_outputs(evidence["model"])
    count = models.output_count(evidence["model"])
    cases, binary = _cases(questions(part, seed)), dataset_of(part).binary
    names, right = _names_of_loss(answers, cases), correct("loss_right")
    if names & {"mse", "l1"}:
        after = kind == "probabilities"
        return not_yet("loss_mse_probabilities" if after else "loss_mse", kind=evidence["kind"])
    one = "probabilities" if kind == "probabilities" else "logits"
    question = one if binary and count <= 1 else "two_columns" if count == 2 else "rows"
    if _only_for_few(answers, question, cases):
        return not_yet("loss_for_few_rows")
    if binary and count <= 1:
        if "bce_with_logits" in names:
            return not_yet("loss_sigmoid_twice") if kind == "probabilities" else right
        if "bce" in names:
            return not_yet("loss_bce_on_logits") if kind == "logits" else right
    else:
        if "cross_entropy" in names:
            return not_yet("loss_softmax_twice") if kind == "probabilities" else right
        if "nll" in names:
            # Its gradient is right for anything: it is the value that needs log-probabilities.
            return right if kind == "log_probabilities" else not_yet("loss_nll")
        if names & {"bce_with_logits", "bce"}:
            if binary:
                return with_remark(right, "loss_one_hot_needed", count=count)
            return not_yet("loss_binary_for_many")
    if names & {"cross_entropy", "nll"} and binary and count <= 1:
        return not_yet("loss_cross_entropy_one_logit")
    if _compares_rows(answers, question):
        return not_yet("loss_over_rows")
    if _pushes_the_right_way(answers, question, cases):
        if _same_value(answers, question, "relabelled"):
            return not_yet("loss_without_labels")
        return right
    if error := answers[question]["error"]:
        if "returned" in error:
            return not_yet("loss_gives_no_tensor", kind=error["returned"])
        return raised_by(error, "when the check called `loss_fn` on outputs and labels")
    turned = {question: {"gradient": -answers[question]["gradient"]}}
    sign = _pushes_the_right_way(turned, question, cases)
    return not_yet("loss_sign" if sign else "loss_pushes_wrong_way")


def collect_optimizer(part: Part, names: Names, runs: Runs, asked: Arrays) -> Evidence:
    """Whose parameters the optimizer holds; only counts leave the process."""
    optimizer = names.get("optimizer")
    model: Any = names.get(part.model)
    # By its type: an object may say of itself that it is a Module.
    is_module = issubclass(type(model), nn.Module)
    learnable = [p for p in model.parameters() if p.requires_grad] if is_module else []
    groups = optimizer.param_groups if isinstance(optimizer, torch.optim.Optimizer) else []
    held = {id(p) for group in groups for p in group["params"]}
    return {
        "kind": kind_of(optimizer),
        "model_kind": kind_of(model),
        "is_module": is_module,
        "moves": _moves(optimizer, model) if is_module else None,
        "is_optimizer": isinstance(optimizer, torch.optim.Optimizer),
        "is_class": isinstance(optimizer, type),
        "learning_rate": float(groups[0].get("lr", 1.0)) if groups else 0.0,
        "held": len(held),
        "learnable": len(learnable),
        "shared": sum(id(p) in held for p in learnable),
    }


def _moves(optimizer: Any, model: nn.Module) -> bool | None:
    """Whether a step changes a parameter that has a gradient; None where that cannot be tried.

    The step is taken by copies; neither the model nor the optimizer is touched.
    """
    try:
        _model, stepping = copy.deepcopy((model, optimizer))
        parameters = [p for group in stepping.param_groups for p in group["params"]]
        before = [p.detach().clone() for p in parameters]
        for parameter in parameters:
            parameter.grad = torch.ones_like(parameter)
        stepping.step()
        pairs = zip(parameters, before, strict=True)
        return any(not torch.equal(p.detach(), value) for p, value in pairs)
    except Exception:  # an optimizer that wants a closure, a model that forbids copies
        return None


def judge_optimizer(part: Part, evidence: Evidence, seed: int) -> Verdict:
    """A torch optimizer that holds every parameter of this model, with a usable rate."""
    facts = {"name": part.model, "kind": evidence["kind"]}
    if not evidence["is_module"]:
        return not_yet("model_not_module", name=part.model, kind=evidence["model_kind"])
    if evidence["is_class"]:
        return not_yet("optimizer_is_class", **facts)
    if not evidence["is_optimizer"]:
        return not_yet("optimizer_not_optimizer", **facts)
    # Plain tensors that learn are no registered parameters; then there is nothing to compare.
    if evidence["learnable"] and not evidence["shared"]:
        return not_yet("optimizer_other_model", **facts)
    if evidence["shared"] < evidence["learnable"]:
        return not_yet("optimizer_partial", shared=evidence["shared"],
                       learnable=evidence["learnable"], **facts)  # fmt: skip
    rate = evidence["learning_rate"]
    if not np.isfinite(rate) or rate <= 0:
        return not_yet("optimizer_rate", rate=f"{rate:g}")
    if evidence["moves"] is False:
        return not_yet("optimizer_still", **facts)
    return correct("optimizer_right", held=evidence["held"], **facts)
