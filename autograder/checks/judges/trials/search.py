"""Tries changes on copies of a model, likeliest first, until one makes all of them pass."""

import contextlib
import math
import time
from collections.abc import Callable
from contextvars import ContextVar

import torch

from autograder.checks.evidence.describe import Evidence
from autograder.checks.judges.trials import changes
from autograder.checks.judges.trials.changes import Change
from autograder.checks.judges.trials.copies import Budget, Spent, train
from autograder.checks.judges.trials.given import training_of
from autograder.checks.judges.trials.training import (
    APART,
    STARTS,
    Training,
    Values,
    loss_at,
    starts,
)
from autograder.checks.recorder.steps import StepRecord
from autograder.checks.recorder.watch import Names
from autograder.checks.table import Part

#: Steps of an optimizer that all trials together may take.
STEPS = 8_000
#: An emergency end, in seconds of this thread's own time.
SECONDS = 10.0
#: How many new starts a change has to make pass, and how many are tried before the others. A good
#: recipe may start badly: about one small network in eight does.
ENOUGH, FIRST = 4, 2
#: Fewer steps than this seldom teach a model anything.
FEW = 300
#: Of labels that were shuffled, about half are wrong; of labels that were swapped, all.
SWAPPED = 0.9
#: A plain loop that lowers the loss by this share shows what a loop does; one that does the same
#: comes down by at least so much of that. Batches differ by less.
_FALL, _AS_MUCH = 0.01, 0.3
#: Is told what is being tried, as a finding without its results.
TELL: ContextVar[Callable[[Evidence], None]] = ContextVar("TELL", default=lambda found: None)

#: What is wrong by itself, whatever else would help; all of it is mended before anything is tried.
Named = tuple[str, Change]
MISTAKES: dict[str, Change] = {
    "rows": changes.usual_rows,
    "labels": changes.own_labels,
    "call": changes.fitting_call,
    "held": changes.all_held,
    "fading": changes.steady_rate,
    "bends": changes.bends,
    "end": changes.without_end,
    "loss": changes.usual_loss,
    "options": changes.usual_options,
    "start": changes.usual_start,
}
#: What may help, in the order in which it is tried.
RATE, ADAM = ("rate", changes.usual_rate), ("adam", changes.adam)
UNITS, MANY = ("units", changes.twice_the_units), ("units", changes.many_units)
HELP: tuple[tuple[Named, ...], ...] = (
    *((RATE,), (RATE, UNITS), (UNITS,), (ADAM,), (ADAM, UNITS), (MANY,), (RATE, MANY)),
    (ADAM, MANY),
)


def findings(
    part: Part, names: Names, records: list[StepRecord], kind: str, straight: bool
) -> list[Evidence]:
    """What was tried and what came of it, in order; the last one is the one that helps, if any.

    Returns:
        For each trial `changes` (names of `MISTAKES` and `HELP`), `steps`, the `accuracies` of
        copies from new starts, on the test rows, and `own`, of one from the learner's own start
        (None where there was none); how it `helps`, if it does ("loop", "seed", "more",
        "changes"); and `facts` for words. Empty where nothing can be tried.
    """
    found: list[Evidence] = []
    threads = torch.get_num_threads()
    try:
        torch.set_num_threads(1)  # so small that threads only wait for each other
        with torch.enable_grad():
            given = training_of(part, names, records, kind)
            if given is not None:
                _Search(given[0], found).run(given[1], straight)
    except Spent:
        pass
    except (Exception, SystemExit):  # an unusual model: what was found so far stands
        pass
    finally:
        torch.set_num_threads(threads)
    return found


class _Search:
    def __init__(self, given: Training, found: list[Evidence]) -> None:
        self.given, self.found = given, found
        self.budget = Budget(STEPS, time.thread_time() + SECONDS)
        most = max(given.dataset.most_epochs, given.steps)
        self.longer = min(max(3 * given.steps, FEW), most)
        self.enough = min(max(given.steps, FEW), most)
        right = changes.own_labels(given)
        wrong = 0.0 if right is None else float((right.y != given.y.reshape(-1)).float().mean())
        self.mixed = wrong < SWAPPED  # of two classes that have changed places, all are wrong
        self.fall: dict[str, float] = {}  # of a plain loop, where the learner's did otherwise

    def run(self, own: Values | None, straight: bool) -> None:
        """All trials, until one helps."""
        mended: list[Named] = []
        for name, change in MISTAKES.items():
            if (straight or name != "bends") and self.built([*mended, (name, change)]):
                mended.append((name, change))
        if not mended and self.as_it_is(own):
            return
        stops = [self.given.steps, self.longer]
        if mended and self.try_out(mended, stops):
            return self.try_without_each(mended)
        for helps in HELP:
            both = [*mended, *helps]
            if self.built(both) and self.try_out(both, [self.given.steps, self.enough]):
                return self.try_without_each(both)
        return None

    def built(self, pairs: list[Named]) -> Training | None:
        """The training with some changes; None if one of them would change nothing."""
        training: Training | None = self.given
        for _, change in pairs:
            training = change(training) if training is not None else None
        return training

    def as_it_is(self, own: Values | None) -> bool:
        """The same again, from the learner's start and new ones, and on and on."""
        found = self.begin([], self.given)
        first = [*([own] if own else []), *starts(self.given)]
        stops = sorted({self.given.steps, self.longer})
        for steps, right, loss in train(self.given, first, stops, ENOUGH, self.budget):
            if own and steps == self.given.steps:
                self.fall = self.fall_apart(own, loss)
            new, again = right[-STARTS:], right[0] if own else None
            helps = ""
            if sum(map(self.given.passes, new)) >= ENOUGH:
                # What passes from the learner's own start as well is not due to the start.
                loop = again is not None and self.given.passes(again)
                loop = loop and steps == self.given.steps
                more = "more" if steps > self.given.steps else "seed"
                helps = "loop" if self.fall or loop else more
            found["facts"] |= self.fall
            self.found.append(found | _results(steps, new, helps, again))
        return bool(helps)

    def fall_apart(self, own: Values, reached: float | None) -> dict[str, float]:
        """The loss at the learner's start, where a plain loop brings it and where theirs has.

        Empty where both have come as far, or too little is known.
        """
        began, left = loss_at(self.given, own), self.given.left
        if began is None or reached is None or left is None or not math.isfinite(reached):
            return {}
        plain, theirs = began - reached, began - left
        if plain < _FALL * abs(began) or theirs >= _AS_MUCH * plain:
            return {}
        return {"began": began, "reached": reached, "left": left}

    def try_out(self, pairs: list[Named], stops: list[int]) -> bool:
        """One trial: two new starts, and if one of them passes, the others."""
        training, stops = self.built(pairs), sorted(set(stops))
        assert training is not None
        found = self.begin([name for name, _ in pairs], training)
        new, helps, steps, right = starts(training), False, stops[0], [0.0]
        with contextlib.suppress(RuntimeError, ValueError, TypeError):  # it cannot be trained so
            steps, right, _ = train(training, new[:FIRST], stops, FIRST, self.budget)[-1]
            if any(map(training.passes, right)):
                others = train(training, new[FIRST:], [steps], STARTS, self.budget)[-1]
                right = [*right, *others.accuracies]
            helps = sum(map(training.passes, right)) >= ENOUGH
        self.found.append(found | _results(steps, right, "changes" if helps else ""))
        return helps

    def try_without_each(self, pairs: list[Named]) -> None:
        """Which of several changes can be spared: each of them is left out once."""
        steps = self.found[-1]["steps"]
        for pair in list(pairs) if len(pairs) > 1 else []:
            fewer = [each for each in pairs if each is not pair]
            tried = [set(found["changes"]) for found in self.found]
            # Copies cannot do without what sets them apart.
            if not fewer or pair[0] in APART or {name for name, _ in fewer} in tried:
                continue
            if self.built(fewer) and self.try_out(fewer, [steps]):
                pairs = fewer

    def begin(self, names: list[str], training: Training) -> Evidence:
        """What is known of a trial before it begins; it is told."""
        facts = {
            "rate": float(training.options["lr"]),
            "loss": type(training.loss).__name__,
            "same_loss": type(training.loss) is type(self.given.loss),
            "mixed": self.mixed,
            "end": changes.end_of(self.given)[0] if "end" in names else "",
            "call": self.given.call,
            "factor": changes.narrowest(training) // max(1, changes.narrowest(self.given)),
            "steps": self.given.steps,
            "needed": self.given.dataset.pass_above,
            "alike": self.given.alike is not False,
            **self.fall,
        }
        found = {"changes": names, "facts": facts}
        TELL.get()(found)
        return found


def _results(steps: int, right: list[float], helps: str, own: float | None = None) -> Evidence:
    return {"steps": steps, "accuracies": right, "own": own, "helps": helps}
