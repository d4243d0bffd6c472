"""Exercises 2 and 7b: does the model answer in the right form, and can it bend its boundary?"""

import numpy as np

from autograder.checks.datasets import Arrays, Dataset
from autograder.checks.evidence.describe import Evidence, describe_model
from autograder.checks.recorder.watch import Names, Runs
from autograder.checks.table import Part, dataset_of
from autograder.checks.words.errors import words_of
from autograder.checks.words.verdict import Verdict, correct, not_yet, raised_by, with_remark

#: Layers that bend a line. One that is made and never used leaves the model a straight line.
ACTIVATIONS = {
    *("ReLU", "LeakyReLU", "PReLU", "ReLU6", "RReLU", "ELU", "SELU", "CELU", "GELU", "SiLU"),
    *("Tanh", "Hardtanh", "Tanhshrink", "Sigmoid", "LogSigmoid", "Hardswish", "Hardsigmoid"),
    *("Mish", "Softplus", "Softsign", "Softshrink", "Hardshrink", "Threshold"),
}

#: So many rows are asked once more without the others, and then again.
_FEW = 8
#: What outputs are called, one and many.
_NAMES = {
    "logits": ("one logit", "logits"),
    "probabilities": ("one probability", "probabilities"),
    "log_probabilities": ("one log-probability", "log-probabilities"),
    "numbers": ("one probability", "numbers from 0 to 1"),
}


def questions() -> Arrays:
    """Features to ask a model about: pairs of points, their middles, and points far away."""
    random = np.random.RandomState(7)
    left, right = random.uniform(-3, 3, (2, 256, 2)).astype(np.float32)
    far = random.uniform(-60, 60, (128, 2)).astype(np.float32)
    few = {"few": left[:_FEW], "again": left[:_FEW]}
    return {"left": left, "right": right, "middle": (left + right) / 2, "far": far, **few}


def collect(part: Part, names: Names, runs: Runs, asked: Arrays) -> Evidence:
    """What the model is and what it answers to `questions()`."""
    return {"model": describe_model(names.get(part.model), questions())}


def kind_of_outputs(model: Evidence) -> str:
    """What the numbers are: `logits`, `probabilities`, `log_probabilities` or `unknown`."""
    outputs = model["outputs"]
    if not outputs or not all(np.isfinite(values).all() for values in outputs.values()):
        return "unknown"
    values = np.concatenate([outputs["left"], outputs["right"], outputs["far"]])
    if values.ndim == 1:
        # A linear layer's outputs are logits, however narrow: bounded hidden units keep them so.
        linear = model["last_step"].startswith(("Addmm", "Mm", "Mv", "Linear"))
        within = bool(((values >= 0) & (values <= 1)).all())
        return "probabilities" if within and not linear else "logits"
    if np.allclose(values.sum(axis=1), 1, atol=1e-3) and (values >= 0).all():
        return "probabilities"
    if (values <= 0).all() and np.allclose(np.exp(values).sum(axis=1), 1, atol=1e-3):
        return "log_probabilities"
    return "logits"


def output_count(model: Evidence) -> int:
    """Outputs per row: 1 for `(N,)` and `(N, 1)`, else K; 0 where there are none."""
    for values in model["outputs"].values():
        return 1 if values.ndim == 1 else int(values.shape[1])
    return 0


def unfit(name: str, model: Evidence) -> Verdict | None:
    """What keeps a model of that name from being asked anything."""
    if model["is_class"]:
        return not_yet("model_is_class", name=name, kind=model["kind"])
    if not model["is_module"]:
        return not_yet("model_not_module", name=name, kind=model["kind"])
    if model["error"]:
        return failed(name, model, f"when the check called `{name}` on (256, 2)")
    if model["parameters"] == 0:
        return not_yet("model_no_parameters", name=name)
    return None


def failed(name: str, model: Evidence, where: str) -> Verdict:
    """The verdict where calling the model gave an error, or nothing that a helper can use."""
    if not model["error"].get("helper"):
        return raised_by(model["error"], where)
    return _unused(model) or not_yet("model_rows", name=name, error=words_of(model["error"]))


def _unused(model: Evidence) -> Verdict | None:
    unused = model.get("unused")  # an earlier version has none
    return not_yet("argument_unused", function="forward", argument=unused[0]) if unused else None


def wrong_count(dataset: Dataset, count: int) -> Verdict | None:
    """The verdict on too few or too many outputs a row; None where they will do."""
    if dataset.binary:
        return None if count in (1, 2) else not_yet("model_outputs_moons", count=count)
    enough = dataset.classes <= count < 1000
    return None if enough else not_yet("model_outputs_spirals", count=count)


def judge_outputs(part: Part, evidence: Evidence, seed: int) -> Verdict:
    """One or two logits a row for two classes, else one for each; finite, and able to learn."""
    model, dataset = evidence["model"], dataset_of(part)
    if wrong := unfit(part.model, model):
        return wrong
    outputs, count = model["outputs"]["left"], output_count(model)
    if not np.isfinite(outputs).all():
        return not_yet("model_nan", name=part.model)
    everything = np.concatenate([v.reshape(-1) for v in model["outputs"].values()])
    # By values too, because `argmax(...).float()` and `round` give whole floats. By the last step
    # too, because an untrained model may round every answer to the same number.
    steps = [word in model["last_step"] for word in ("Round", "Floor", "Ceil", "Sign", "Trunc")]
    whole = np.array_equal(everything, np.round(everything))
    if (whole and (np.ptp(everything) > 0 or any(steps))) or "float" not in model["output_dtype"]:
        few = ", ".join(f"{value:g}" for value in np.unique(everything)[:3])
        return not_yet("model_argmax_inside", found=few)
    if model["last_step"] == "":
        return not_yet("model_no_gradient")
    if wrong := wrong_count(dataset, count):
        return wrong
    if wrong := _softmax_of_one(model):
        return wrong
    kind, zeros = kind_of_outputs(model), float(np.mean(everything == 0))
    # By values too, because `clamp(min=0)` and `maximum` are ReLU by another name. A sigmoid far
    # out is exactly 0 in float32, and no ReLU.
    cut = kind != "probabilities" and zeros > 0.05 and np.ptp(everything) > 0
    if (everything >= 0).all() and ("Relu" in model["last_step"] or cut):
        return not_yet("model_relu_output", share=f"{zeros:.0%}")
    if _mixes_rows(model["outputs"]):
        return not_yet("model_mixes_rows", name=part.model)
    one, many = _NAMES["numbers" if _ends_in_sigmoids(model) else kind]
    verdict = correct("model_outputs_right", count=one if count == 1 else f"{count} {many}")
    if count > 1 and kind == "probabilities":
        verdict = with_remark(verdict, "model_softmax_output")
    if not dataset.binary and count > dataset.classes:
        facts = {"count": count, "classes": dataset.classes}
        verdict = with_remark(verdict, "model_extra_outputs", **facts)
    return verdict


def _mixes_rows(outputs: Arrays) -> bool:
    """True if rows are answered otherwise where fewer others stand beside them.

    A model that draws by chance answers otherwise by itself.
    """
    if "few" not in outputs:  # an earlier version has not asked
        return False
    few, again, left = outputs["few"], outputs["again"], outputs["left"][:_FEW]
    return np.array_equal(few, again) and not np.allclose(few, left, rtol=1e-3, atol=1e-4)


def _ends_in_sigmoids(model: Evidence) -> bool:
    """True if several outputs a row are each from 0 to 1, and no probabilities of one choice."""
    values = np.concatenate([v.reshape(-1) for v in model["outputs"].values()])
    return "Sigmoid" in model["last_step"] and bool(((values >= 0) & (values <= 1)).all())


def _softmax_of_one(model: Evidence) -> Verdict | None:
    everything = np.concatenate([v.reshape(-1) for v in model["outputs"].values()])
    one = output_count(model) == 1 and "Softmax" in model["last_step"]
    if not one or np.ptp(everything) >= 1e-6:
        return None
    return not_yet("model_softmax_of_one", value=f"{everything[0]:g}")


def judge_nonlinear(part: Part, evidence: Evidence, seed: int) -> Verdict:
    """Its answer halfway between two points must not always be halfway between the answers."""
    model = evidence["model"]
    if wrong := unfit(part.model, model):
        return wrong
    kind = kind_of_outputs(model)
    if kind == "unknown":
        return not_yet("model_nan", name=part.model)
    answers = np.concatenate([model["outputs"][name] for name in ("left", "right", "middle")])
    if float(np.ptp(answers, axis=0).max()) < 1e-6:
        equal = "model_equal_weights" if model.get("equal_weights") else "model_constant"
        return _softmax_of_one(model) or _unused(model) or not_yet(equal, name=part.model)
    if is_straight(model):
        # A sigmoid at the end is used: it bends the probabilities, and not the boundary.
        ends = {"Sigmoid", "LogSigmoid"} if kind == "probabilities" else set()
        unused = sorted((ACTIVATIONS - ends) & set(model["layers"]))
        if unused:
            return not_yet("model_activation_unused", layer=unused[0])
        return not_yet("model_linear", name=part.model)
    return correct("model_nonlinear_right")


def is_straight(model: Evidence) -> bool:
    """True if the answer halfway between two points is always halfway between the answers."""
    kind = kind_of_outputs(model)
    triple = np.stack([model["outputs"][name] for name in ("left", "right", "middle")])
    if np.ptp(triple) < 1e-6:  # a softmax over one output: 1 everywhere
        return False
    if kind == "probabilities":
        # Near 0 and 1 a sigmoid has lost the logit's digits: a straight line would look bent.
        clear = ((triple > 1e-3) & (triple < 1 - 1e-3)).reshape(3, len(triple[0]), -1)
        kept = clear.all(axis=(0, 2))
        triple = triple[:, kept] if kept.sum() >= 8 else triple
    left, right, middle = (_as_logits(outputs, kind) for outputs in triple)
    scale = float(np.std(np.concatenate([left, right, middle]), axis=0).max())
    return bool(np.abs(middle - (left + right) / 2).max() < 1e-3 * scale)


def _as_logits(outputs: np.ndarray, kind: str) -> np.ndarray:
    """Undo a sigmoid or softmax, so that a straight line behind one is seen to be straight."""
    if kind == "probabilities":
        inside = np.clip(outputs, 1e-6, 1 - 1e-6)
        if outputs.ndim == 1:
            return np.asarray(np.log(inside / (1 - inside)))
        logs = np.log(inside)
        return np.asarray(logs - logs[:, :1])
    if kind == "log_probabilities":
        return np.asarray(outputs - outputs[:, :1])
    return outputs
