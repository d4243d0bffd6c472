"""Exercises 4b and 7d, progress: did the loop say how it goes, every 10 epochs, on both sets?

Only the text that the training cell printed is read, in any wording: an epoch number, then at
least four numbers (loss and accuracy, training and test) before the next one.
"""

import re
from collections.abc import Mapping
from itertools import groupby, pairwise
from typing import Any

from autograder.checks.datasets import Arrays, Dataset, split
from autograder.checks.evidence.describe import Evidence, describe_model
from autograder.checks.evidence.packing import TEXT_LIMIT
from autograder.checks.judges import last_report
from autograder.checks.judges import model as models
from autograder.checks.judges.before import (
    accuracies_when_told,
    changed_nothing,
    outputs_before,
    outputs_when_told,
)
from autograder.checks.judges.scores import accuracy_of, loss_of
from autograder.checks.recorder.watch import Names, Runs
from autograder.checks.table import Part, dataset_of
from autograder.checks.words.verdict import Verdict, correct, ended, not_started, not_yet, raised_by

EVERY = 10
NUMBERS = 4
_COLOURS = re.compile(r"\x1b\[[0-9;]*m")
#: Where an epoch's number stands, in the order in which the forms are tried: after the word in
#: many languages ("Epoch 10", "Epoche: 10", "E10"), before it ("10 epochs"), first in its line.
_EPOCHS = (
    re.compile(
        r"(?i)\b(?:[eé]p[^\W\d]*|e(?=\d)|step|iter[^\W\d]*)[^\d\n]{0,20}?(\d{1,9})(?!\.?\d)"
    ),
    re.compile(r"(?i)(?<!\d)(\d{1,9})\.?\s{0,20}[eé]p[^\W\d]*"),
    re.compile(r"(?m)^[^\d\n]*(\d{1,9})(?!\.?\d)"),
)
#: Characters that hold the last report, whatever is printed after it.
_END = 4000
#: A wrong comparison shows in each of the last few; a line of numbers that ends a cell, once.
_LAST = 3
#: What counts as a number of a report.
NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*(?:[eE][-+]?\d+)?|\bnan\b|\binf\b)")


def collect(part: Part, names: Names, runs: Runs, asked: Arrays) -> Evidence:
    """What was printed by the last cell that trained this model."""
    model = names.get(part.model)
    trained = [run for run in runs or [] if any(record.holds(model) for record in run.steps)]
    # A loop that never steps (or a model made anew) still printed something in its own cell.
    trained = trained or [run for run in runs or [] if run.steps and run.exercise is not None]
    dataset = dataset_of(part)
    wanted = split(dataset)
    rows = {"train": wanted["X_train"], "test": wanted["X_test"]}
    described = describe_model(model, {**rows, **models.questions()})
    kind = models.kind_of_outputs(described)
    fits = not models.wrong_count(dataset, models.output_count(described))
    return {
        "model": described,
        "moments": accuracies_when_told(model, runs, dataset, kind) if fits else None,
        "first": outputs_before(model, runs, rows),
        "begun": outputs_before(model, trained[-1:], rows),
        "told": outputs_when_told(model, runs, rows),
        "own_rows": last_report.same_rows(names.get("X_test"), wanted["X_test"]),
        "trained": bool(trained),
        "steps": sum(record.steps for record in trained[-1].steps) if trained else 0,
        "text": trained[-1].text[:TEXT_LIMIT] if trained else "",  # its first lines show the rhythm
        "end": trained[-1].text[-_END:] if trained else "",
    }


def reported_epochs(model: Any, runs: Runs) -> int:
    """By how many epochs the reports of the last cell that trained a model count up."""
    trained = [run for run in runs or [] if any(record.holds(model) for record in run.steps)]
    epochs = [epoch for epoch, _ in pieces(trained[-1].text)] if trained else []
    return max(epochs) - min(epochs) if epochs else 0


def pieces(text: str) -> list[tuple[int, str]]:
    """The progress reports in a text: `(epoch, what is said of it)` each, in order.

    Lines with the same epoch, such as one for each dataset, count as one report.
    """
    text = _COLOURS.sub("", text)
    found = [merged for pattern in _EPOCHS if (merged := _pieces(pattern, text))]
    rising = (r for r in found if any(after[0] > before[0] for before, after in pairwise(r)))
    return next(rising, found[0] if found else [])


def _pieces(pattern: re.Pattern[str], text: str) -> list[tuple[int, str]]:
    matches = list(pattern.finditer(text))
    ends = [match.start() for match in matches[1:]] + [len(text)]
    told = []
    for match, end in zip(matches, ends, strict=False):
        rest = re.sub(r"^\s*(?:/|of)\s*\d+", "", text[match.end() : end])  # "Epoch 10/300"
        told.append((int(match.group(1)), rest))
    together = groupby(told, key=lambda report: report[0])
    return [(epoch, "\n".join(rest for _, rest in same)) for epoch, same in together]


def judge(part: Part, evidence: Evidence, seed: int) -> Verdict:
    """A report at least every 10 epochs, with four numbers in each."""
    found = evidence["presence"]
    if not found["recorder"]:
        return not_started("progress_not_seen")
    if not evidence["trained"]:
        if wrong := ended(part, found):
            return wrong
        return not_yet("progress_no_steps") if found["ran"] else not_started("progress_not_seen")
    verdict = _judge_text(evidence["text"])
    epochs = [epoch for epoch, _ in pieces(evidence["text"])]
    if verdict.passed and (told := max(epochs) - min(epochs)) > evidence["steps"]:
        return not_yet("progress_more_than_steps", epochs=told, steps=evidence["steps"])
    if verdict.passed and (code := _untrue(part, evidence)):
        return not_yet(code)
    if verdict.passed and (wrong := _last_report(part, evidence) or _on_the_way(part, evidence)):
        return wrong
    if found["error"] and not verdict.passed and not found["blank"]:
        return raised_by(found["error"])
    return verdict


#: Printed numbers are rounded; what changes on the way may go a little beyond both ends.
_ROUNDED, _BEYOND = 0.006, 0.02


def _untrue(part: Part, evidence: Evidence) -> str:
    """The code of a message if most reports hold no number that the model had; else "".

    What it had lies between its first answers and its last. Where training changed none of them,
    each report has to tell what stood still.
    """
    model, first = evidence.get("model"), evidence.get("first")  # an earlier version has neither
    if not model or model["error"] or not isinstance(first, Mapping):
        return ""
    dataset, kind = dataset_of(part), models.kind_of_outputs(model)
    if models.wrong_count(dataset, models.output_count(model)):
        return ""
    own, last = split(dataset), model["outputs"]
    ends = [(each[n], own[f"y_{n}"], kind) for each in (first, last) for n in ("train", "test")]
    accuracies = [accuracy_of(*end) for end in ends]
    reports = pieces(evidence["text"])
    if changed_nothing(first, last):
        had = _fractions_and_percents([(right, right) for right in accuracies], _ROUNDED)
        return "progress_stood_still" if any(not _holds(said, had) for _, said in reports) else ""
    losses = [loss_of(*end) for end in ends]
    had = _fractions_and_percents([(min(accuracies), max(accuracies))], _BEYOND)
    had.append((min(losses) - _BEYOND, max(losses) + _BEYOND))
    untrue = sum(not _holds(said, had) for _, said in reports)
    latest = pieces(evidence.get("end", ""))[-1:] or reports[-1:]
    # On the way, a training that jumps may leave the range of both ends.
    if untrue > len(reports) / 2 and not _is_exact(latest[0][1], evidence, dataset, kind):
        return "progress_of_another"
    always = len(reports) > 2 and len({tuple(NUMBER.findall(said)) for _, said in reports}) == 1
    begun = evidence.get("begun")  # an earlier version has none
    still = isinstance(begun, Mapping) and _stood_still(begun, last, own, kind)
    return "progress_same_numbers" if always and not still else ""


def _stood_still(begun: Mapping[str, Any], last: Arrays, own: Arrays, kind: str) -> bool:
    """Whether the last training, of a model that had been trained, moved no number to speak of."""
    return all(
        abs(measure(begun[n], own[f"y_{n}"], kind) - measure(last[n], own[f"y_{n}"], kind)) <= most
        for n in ("train", "test")
        for measure, most in ((accuracy_of, _ROUNDED), (loss_of, _BEYOND))
    )


def _is_exact(said: str, evidence: Evidence, dataset: Dataset, kind: str) -> bool:
    """Whether a report holds both accuracies that the model had then, but for rounding."""
    own, told = split(dataset), evidence.get("told") or []
    near = [
        {
            place
            for place, number in enumerate(NUMBER.findall(said))
            for each in told
            for scale in (1, 100)
            if abs(float(number) / scale - accuracy_of(each[n], own[f"y_{n}"], kind)) <= _ROUNDED
        }
        for n in ("train", "test")
    ]
    return all(near) and len(near[0] | near[1]) > 1


def _last_report(part: Part, evidence: Evidence) -> Verdict | None:
    """The verdict where the last report differs from what the model gives; None where it does not.

    As it was when that was printed, before its latest step or after it, or as it is now.
    """
    model, told = evidence.get("model"), evidence.get("told")  # an earlier version has neither
    read = ((epoch, said, NUMBER.findall(said)) for epoch, said in pieces(evidence.get("end", "")))
    reports = [each for each in read if len(each[2]) >= NUMBERS][-_LAST:]
    if not model or model["error"] or not told or not reports:
        return None
    dataset, kind = dataset_of(part), models.kind_of_outputs(model)
    own = split(dataset)
    sides = [[(each[n], own[f"y_{n}"], kind) for n in ("train", "test")]
             for each in [*told, model["outputs"]]]  # fmt: skip
    had = [(accuracy_of(*train), accuracy_of(*test)) for train, test in sides]
    losses = [(loss_of(*train), loss_of(*test)) for train, test in sides]
    epoch, _, numbers = reports[-1]
    train, test = had[0]
    facts = {"epoch": epoch, "said": last_report.in_words(numbers)}
    facts |= {"train": f"{train:.1%}", "test": f"{test:.1%}"}
    if last_report.ERRORS.search(evidence["text"] + evidence["end"]):
        had += [(1 - train, 1 - test) for train, test in had]
    rows = len(own["y_train"]), len(own["y_test"])
    if all(last_report.is_far(said, numbers, had, rows) for _, said, numbers in reports):
        return not_yet("progress_not_the_models", **facts)
    by_mode = any("Dropout" in layer or "BatchNorm" in layer for layer in model["layers"])
    if by_mode or not evidence["own_rows"]:
        return None
    if last_report.tells_training_twice(numbers, had, (1, 100)):
        return not_yet("progress_training_twice", what="accuracy", **facts)
    if last_report.tells_training_twice(numbers, losses):
        train, test = losses[0]
        facts |= {"train": f"{train:.4f}", "test": f"{test:.4f}"}
        return not_yet("progress_training_twice", what="loss", **facts)
    return None


def _on_the_way(part: Part, evidence: Evidence) -> Verdict | None:
    """The verdict where most reports tell other accuracies than the model had then; else None.

    One report may be far off for many reasons; whose numbers are made up, or were worked out once
    before the loop, is far off most of the time.
    """
    model, moments = evidence.get("model"), evidence.get("moments")  # earlier versions have neither
    reports = [(epoch, said, NUMBER.findall(said)) for epoch, said in pieces(evidence["text"])]
    # Only where each report is known to belong to its moment, and to these rows.
    if not model or not moments or not evidence["own_rows"]:
        return None
    if int(moments["count"]) != len(reports):
        return None
    own = split(dataset_of(part))
    rows = len(own["y_train"]), len(own["y_test"])
    by_mode = any("Dropout" in layer or "BatchNorm" in layer for layer in model["layers"])
    most = last_report.FAR if by_mode else last_report.NEAR
    told, pairs = [reports[number] for number in moments["at"]], list(moments["had"])
    if last_report.ERRORS.search(evidence["text"]):
        pairs = [[*had, *(1 - had)] for had in pairs]
    wrong = last_report.far_ones([report[1:] for report in told], pairs, rows, most)
    if len(told) < _LAST or 2 * len(wrong) <= len(told):
        return None
    epoch, _, numbers = told[wrong[len(wrong) // 2]]
    train, test = moments["had"][wrong[len(wrong) // 2]][1]
    return not_yet("progress_not_then", epoch=epoch, said=last_report.in_words(numbers),
                   train=f"{train:.1%}", test=f"{test:.1%}")  # fmt: skip


def _fractions_and_percents(
    ranges: list[tuple[float, float]], beyond: float
) -> list[tuple[float, float]]:
    wide = [(low - beyond, high + beyond) for low, high in ranges]
    return [*wide, *((100 * low, 100 * high) for low, high in wide)]


def _holds(said: str, had: list[tuple[float, float]]) -> bool:
    """Whether a report tells a number that lies in one of some ranges."""
    told = [float(number) for number in NUMBER.findall(said)]
    return any(low <= each <= high for each in told for low, high in had)


def _judge_text(text: str) -> Verdict:
    seen = pieces(text)
    if not seen:
        return not_yet("progress_no_epoch" if text.strip() else "progress_none")
    epochs = [epoch for epoch, _ in seen]
    gaps = sorted(after - before for before, after in pairwise(epochs) if after > before)
    if not gaps:
        return not_yet("progress_once", epoch=epochs[0])
    usual = gaps[len(gaps) // 2]
    if usual > EVERY:
        return not_yet("progress_too_rare", every=usual)
    counts = sorted(len(NUMBER.findall(said)) for _, said in seen)
    if counts[len(counts) // 2] < NUMBERS:
        return not_yet("progress_few_numbers", count=counts[len(counts) // 2])
    return correct("progress_right", every=usual)
