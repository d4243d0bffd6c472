"""Plays notebooks for these tests: any answers, stopped at any part, as learners leave them."""

from __future__ import annotations

import atexit
from collections.abc import Callable

from autograder.checks.table import PART_OF, PARTS
from autograder.course.folders import cell_name, masters
from tests.support.lesson import Lesson

#: The notebooks, as the entries of their parts name them.
NOTEBOOKS = {"moons": "01_moons", "tanh": "02_tanh", "spirals": "03_spirals"}


def notebook_of(part_or_check: str) -> str:
    """The notebook of a part or a check, such as `01_moons`."""
    part = PARTS.get(part_or_check) or PART_OF[part_or_check]
    return NOTEBOOKS[part.notebook]


def solution(part: str) -> str:
    """The solved cell of a part."""
    cells = masters()[notebook_of(part)].cells
    return next(cell.source for cell in cells if cell_name(cell) == part)


def play(
    notebook: str,
    until: str | None = "",
    *,
    records: bool = True,
    after: Callable[[Lesson, str], None] = lambda lesson, part: None,
    **answers: str,
) -> Lesson:
    """A session: the given cells, then each part's answer, or its solution where none is given.

    Args:
        notebook: such as `01_moons`.
        until: the last part to run; "" runs all of them, None runs none.
        records: False leaves the recorder out.
        after: called with the session and the part's id when a part has run.
        answers: sources by part id.
    """
    lesson = Lesson(notebook, until=None, records=records)
    # A shell collects garbage when the process ends; for hundreds of shells that takes minutes.
    atexit.unregister(lesson.shell.atexit_operations)
    for cell in lesson.notebook.cells:
        if cell.source.startswith("log = ProgressLog("):
            lesson.run(cell.source)
    for part in PARTS:
        if until is not None and notebook_of(part) == notebook:
            lesson.answer(part, answers.get(part, solution(part)))
            after(lesson, part)
            if part == until:
                break
    return lesson


def loop(
    model: str = "moon_model",
    epochs: int = 300,
    rows: str = "_train",
    squeeze: str = ".squeeze(1)",
    zero_grad: str = "optimizer.zero_grad()",
    backward: str = "loss.backward()",
    step: str = "optimizer.step()",
    guess: str = "(logits > 0).float()",
    report: str = "if epoch % 10 == 0: print(epoch, loss.item(), acc, test_loss.item(), test_acc)",
) -> str:
    """A training loop as many learners write it, with any of its lines exchanged."""
    return f"""
for epoch in range({epochs}):
    {model}.train()
    logits = {model}(X{rows}){squeeze}
    loss = loss_fn(logits, y{rows})
    {zero_grad}
    {backward}
    {step}
    acc = ({guess} == y{rows}).float().mean().item()
    {model}.eval()
    with torch.inference_mode():
        logits = {model}(X_test){squeeze}
        test_loss = loss_fn(logits, y_test)
        test_acc = ({guess} == y_test).float().mean().item()
    {report}
"""


def spiral_loop(**lines: object) -> str:
    """The same for the spirals."""
    usual = {"model": "spiral_model", "squeeze": "", "epochs": 400, "guess": "logits.argmax(1)"}
    return loop(**{**usual, **lines})  # type: ignore[arg-type]
