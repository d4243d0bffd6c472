"""Attacks that earn a point they do not deserve, each with the reason, and what tells a person.

A mark is not the last word: nbgrader lists a flagged one for a person, before it is given out.
"""

from __future__ import annotations

from dataclasses import dataclass

from tests.attacks import disguised


@dataclass(frozen=True)
class NamedException:
    """One attack that stays open.

    Attributes:
        reason: why it cannot be closed.
        flag: the code that this learner's record must bear.
    """

    reason: str
    flag: str


#: By the attack's name. An entry whose attack earns nothing any more is reported as out of date.
EXCEPTIONS: dict[str, NamedException] = (
    {
        name: NamedException(
            "Evidence is taken in the learner's own process. Code that changes Python or torch "
            "there can answer for another function than the learner's; that one has to be right.",
            "library_changed",
        )
        for plain in disguised.EARN
        for name in (plain, *(f"{plain}-{disguise}" for disguise in disguised.DISGUISES))
    }
    | {
        name: NamedException(
            "Weights that no step has made may be an average of several, or the best of a search: "
            "whether they were learned here, a person has to say.",
            "train_set_by_hand",
        )
        for name in ("weights-after-the-steps", "weights-without-steps")
    }
    | {
        **{
            name: NamedException(
                "Rows that answer only behind a gate which training opens pass every probe of "
                "the parameters; that the answers jump is told to a person.",
                "train_jumps",
            )
            for name in (
                "rows-behind-a-gate",
                "rows-behind-a-gate-and-a-little-of-the-line",
                "rows-behind-a-gate-times-a-weight",
            )
        },
        "tanh-of-another-process": NamedException(
            "What another process calls is not seen here. Right values that come from outside "
            "torch earn their points: whether they are the library's, a person has to say.",
            "tanh_unseen",
        ),
        **{
            name: NamedException(
                "What C code or a thread that ran before calls is not seen. That an answer holds "
                "such a function, or takes its numbers out of torch, is told to a person.",
                "tanh_unseen",
            )
            for name in (
                "tanh-held-in-an-argument",
                "tanh-of-a-thread-that-ran-before",
                "tanh-through-whole-numbers",
            )
        },
        "recorder-told-of-a-training": NamedException(
            "A picture that was recorded and shown by no cell may be an honest one that was saved "
            "to a file, or closed: whether it was drawn, a person has to say.",
            "picture_not_seen",
        ),
    }
)
