"""Answers in the manner of real people, with what is fair to them: the table behind two tests."""

from tests.checks.answers import (
    data,
    elsewhere,
    faults,
    losses,
    models,
    more,
    outputs,
    plots,
    tanh,
    training,
)
from tests.checks.answers.answer import Answer

_MODULES = (data, models, losses, outputs, training, faults, plots, tanh, more, elsewhere)
TABLE: dict[str, Answer] = {}
for module in _MODULES:
    for answer in module.ANSWERS:
        if answer.name in TABLE:
            raise ValueError(f"two rows are called {answer.name}")
        TABLE[answer.name] = answer
