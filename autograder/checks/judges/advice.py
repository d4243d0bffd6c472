"""Says what was seen when changes were tried on copies of a model, and what to change.

The findings come from a learner's process: only numbers and known words of them are said.
"""

import contextlib
import sys
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from autograder.checks.evidence.describe import Evidence
from autograder.checks.judges.trials.search import TELL
from autograder.checks.words.messages import say
from autograder.checks.words.verdict import Verdict, not_yet

#: What was seen without any change.
_WHOLE = {"loop": "tried_loop", "seed": "tried_seed", "more": "tried_more"}
_LOSSES = {"BCEWithLogitsLoss", "BCELoss", "CrossEntropyLoss"}
#: The codes of what was changed; each has its part of a sentence under `words_` and its code.
_CODES = {
    "rows": "tried_rows",
    "labels": "tried_labels",
    "shapes": "tried_shapes",
    "function": "tried_function_between",
    "end": "tried_end",
    "loss": "tried_loss",
    "held": "tried_held",
    "fading": "tried_fading",
    "bends": "tried_bends",
    "options": "tried_options",
    "start": "tried_start",
    "rate": "tried_rate",
    "adam": "tried_adam",
    "units": "tried_units",
}
#: Losses of a loop that did otherwise than a plain one, where it was seen.
_FALL = ("began", "reached", "left")
_ENDS = {"sigmoid", "softmax", "ReLU", "tanh"}


def advice(findings: Any, fell_short: str) -> Verdict | None:
    """The verdict on a model that fell short, by what was tried; None where nothing was.

    Args:
        findings: see `trials.search.findings`; of an earlier version, None.
        fell_short: the message's first sentence.
    """
    try:
        return _advice([_read(each) for each in findings], fell_short) if findings else None
    except (LookupError, TypeError, ValueError, ArithmeticError):  # not as our collector writes it
        return None


@contextlib.contextmanager
def telling_of_trials() -> Iterator[None]:
    """On one line that grows, print what is being tried: it may take some seconds."""
    screen, begun = sys.stdout, False  # as it was before evidence is collected

    def tell(found: Evidence) -> None:
        nonlocal begun
        facts = _facts(found)
        tried = _listed([_words(code, facts) for code in facts["codes"]] or ["as it is"])
        begin = "; " if begun else "Trying what helps copies of your model: "
        print(begin + tried, end="", flush=True, file=screen)
        begun = True

    token = TELL.set(tell)
    try:
        yield
    finally:
        TELL.reset(token)
        if begun:
            print(file=screen)


def _facts(found: Evidence) -> Evidence:
    known = found["facts"]
    return {
        "codes": [_code(str(change), known["call"]) for change in found["changes"]],
        "rate": f"{float(known['rate']):g}",
        "loss": _loss(known),
        "end": known["end"] if known["end"] in _ENDS else "function",
        "call": known["call"],
        "times_wide": "twice" if known["factor"] == 2 else f"{int(known['factor'])} times",
    }


def _read(found: Evidence) -> Evidence:
    right, own, before = found["accuracies"], found["own"], int(found["facts"]["steps"])
    times = int(found["steps"]) / before
    return {
        **_facts(found),
        "helps": str(found["helps"]),
        "own": _percent(own) if own is not None else "",
        "scores": _listed([_percent(each) for each in right]),
        "starts": len(right),
        "chancy": min(right) <= float(found["facts"]["needed"]),
        "alike": found["facts"].get("alike", True),  # an earlier version has not looked
        **{name: f"{float(found['facts'][name]):.3g}" for name in _FALL if name in found["facts"]},
        "steps": int(found["steps"]),
        "before": before,
        "times": f"{float(f'{times:.2g}'):g}",  # 300, and not 3e+02
    }


def _code(change: str, call: str) -> str:
    if change == "call":
        change = "function" if call in ("sigmoid", "softmax") else "shapes"
    return _CODES[change]


def _loss(known: Evidence) -> str:
    if known["loss"] not in _LOSSES:
        return "the one that you have"
    # The learner may have it already, with a weight or a smoothing.
    return f"`nn.{known['loss']}`{' with empty brackets' if known.get('same_loss') else ''}"


def _percent(accuracy: float) -> str:
    return f"{100 * float(accuracy):.3g}"


def _listed(words: list[str]) -> str:
    return f"{', '.join(words[:-1])} and {words[-1]}" if len(words) > 1 else words[0]


def _advice(findings: list[Evidence], fell_short: str) -> Verdict:
    helping = [found for found in findings if found["helps"]]
    if not helping:
        tried = {code: found for found in findings for code in found["codes"]}
        listed = _listed([_words(code, facts) for code, facts in tried.items()] or ["new starts"])
        return not_yet("tried_nothing", fell_short=fell_short, tried=listed)
    facts = {**helping[-1], "fell_short": fell_short}
    if facts["helps"] != "changes":
        # Where the learner's own start could not be tried, the loop may differ as well.
        unknown = facts["helps"] == "seed" and not facts["own"]
        code = "tried_loop_or_seed" if unknown else _WHOLE[facts["helps"]]
        if facts["helps"] == "loop" and "left" in facts:
            code = "tried_loop_differs"
        verdict = not_yet(code, **facts)
        if code == "tried_loop_differs" and facts["steps"] > facts["before"]:
            _, longer = say("words_tried_longer", **facts)
            verdict = replace(verdict, next_step=f"{verdict.next_step} {longer}")
    else:
        codes = facts["codes"]
        phrases, steps = [_words(code, facts) for code in codes], []
        if facts["steps"] > facts["before"]:
            phrase, step = say("words_tried_longer", **facts)
            phrases, steps = [*phrases, phrase], [step]
        seen, again = say("words_tried", **facts, changes=_listed(phrases))
        verdict, *others = (not_yet(code, **facts, seen=seen) for code in codes)
        steps = [*(each.next_step for each in (verdict, *others)), *steps, again]
        verdict = replace(verdict, next_step=" ".join(steps))
    if facts["chancy"] and facts["helps"] != "seed":  # not every start has passed
        verdict = replace(verdict, next_step=f"{verdict.next_step} {say('words_chance')[0]}")
    return _of_the_loop(verdict, facts) if facts["helps"] != "loop" else verdict


def _of_the_loop(verdict: Verdict, facts: Evidence) -> Verdict:
    """The advice, and what is known of the learner's loop, which copies do not have."""
    if "left" in facts:
        seen, first = say("words_loop_differs", **facts)
        message = f"{verdict.message} {seen}"
        return replace(verdict, message=message, next_step=f"{first} {verdict.next_step}")
    if facts["alike"]:
        return verdict
    return replace(verdict, next_step=f"{verdict.next_step} {say('words_loop_unknown')[0]}")


def _words(code: str, facts: Evidence) -> str:
    return say(f"words_{code}", **facts)[0]
