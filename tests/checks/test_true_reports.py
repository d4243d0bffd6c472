"""The last report is held against the model; habits of honest people cost nothing."""

from __future__ import annotations

import pytest

from autograder.checks.registry import collect, judge
from tests.attacks.attack import QUICK
from tests.support.lesson import Lesson
from tests.support.playing import loop, play, spiral_loop

CHECK = "check_moons_train_progress"
LAST = "epoch % 10 == 0"
FOUR = (
    f"if {LAST}: print(f'Epoch {{epoch}}: {{loss:.4f}} {{acc:.3f}} "
    "{test_loss:.4f} {test_acc:.3f}')"
)
PLAIN = f"if {LAST}: print(epoch, loss.item(), acc, test_loss.item(), test_acc)"
BATCHES = """
for epoch in range(20):
    moon_model.train()
    order = torch.randperm(800)
    losses, hits, averages, batches = [], 0, None, order.split(32)
    for rows in batches:
        logits = moon_model(X_train[rows]).squeeze(1)
        loss = loss_fn(logits, y_train[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        right = ((logits > 0).float() == y_train[rows]).float().mean().item()
        losses.append(loss.item())
        hits += right * len(rows)
        averages = right if averages is None else 0.9 * averages + 0.1 * right
    moon_model.eval()
    with torch.inference_mode():
        logits = moon_model(X_test).squeeze(1)
        test_loss = loss_fn(logits, y_test).item()
        test_acc = ((logits > 0).float() == y_test).float().mean().item()
    {report}
"""
#: Honest loops, by habit.
HONEST: dict[str, str] = {
    "every 10 of 121": loop(epochs=121, report=FOUR),
    "the last one far from the end": loop(epochs=129, report=FOUR),
    "after all is done": loop(epochs=121, report=FOUR) + "print('Done. Well done!', 3, 'cheers')",
    "a summary of other numbers": loop(epochs=121, report=PLAIN)
    + "print('2 layers of 16 units, rate 0.03, 121 epochs in 7 seconds')",
    "two digits": loop(epochs=101, report=f"if {LAST}: print(epoch, f'{{loss:.2f}} {{acc:.2f}} "
                       "{test_loss:.2f} {test_acc:.2f}')"),
    "whole percents": loop(epochs=101, report=f"if {LAST}: print(f'{{epoch}} {{loss:.2f}} "
                           "{acc:.0%} {test_loss:.2f} {test_acc:.0%}')"),
    "percents cut off": loop(epochs=101, report=f"if {LAST}: print(epoch, loss.item(), "
                             "int(100 * acc), test_loss.item(), int(100 * test_acc))"),
    "a fraction with a percent sign": loop(epochs=101, report=f"if {LAST}: print(f'{{epoch}} "
                                           "{loss:.2f} {acc:.2f}% {test_loss:.2f} "
                                           "{test_acc:.2f}%')"),
    "decimal commas": loop(epochs=101, report=f"if {LAST}: print(f'Epoche {{epoch}}: {{loss:.3f}} "
                           "{acc:.1%} {test_loss:.3f} {test_acc:.1%}'.replace('.', ','))"),
    "error rates": loop(epochs=101, report=f"if {LAST}: print(f'{{epoch}} loss {{loss:.2f}} error "
                        "{1 - acc:.3f} test loss {test_loss:.2f} error {1 - test_acc:.3f}')"),
    "counts": loop(epochs=101, report=f"if {LAST}: print(f'epoch {{epoch}} {{loss:.2f}} "
                   "{round(800 * acc)}/800 {test_loss:.2f} {round(200 * test_acc)}/200')"),
    "tensors": loop(epochs=101, report=f"if {LAST}: print(epoch, loss, torch.tensor(acc), "
                    "test_loss, torch.tensor(test_acc))"),
    "lists, printed at the end": "told = []\n" + loop(
        epochs=101, report=f"if {LAST}: told.append((epoch, loss.item(), acc, test_loss.item(), "
        "test_acc))") + "for row in told: print(*row)",
    "other loss in the print": loop(epochs=101, report=f"if {LAST}: print(epoch, 800 * loss.item(),"
                                    " acc, test_loss.item() / 0.6931, test_acc)"),
    "stopped early, best put back": "import copy\nbest, best_state = 0.0, None\n" + loop(
        epochs=121, report=FOUR + "\n    if test_acc > best:\n        best, best_state = test_acc, "
        "copy.deepcopy(moon_model.state_dict())") + "moon_model.load_state_dict(best_state)",
    "evaluated before the step": """
for epoch in range(101):
    logits = moon_model(X_train).squeeze(1)
    loss = loss_fn(logits, y_train)
    acc = ((logits > 0).float() == y_train).float().mean().item()
    with torch.no_grad():
        test = moon_model(X_test).squeeze(1)
        test_loss = loss_fn(test, y_test)
        test_acc = ((test > 0).float() == y_test).float().mean().item()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    """ + FOUR,
    "an average that is never set back": "total = tested = count = 0\n" + loop(
        epochs=101, report="count += 1; total += acc; tested += test_acc\n    "
        f"if {LAST}: print(epoch, loss.item(), total / count, test_loss.item(), tested / count)"),
    "the last batch alone": BATCHES.format(
        report="print(epoch, losses[-1], right, test_loss, test_acc)"),
    "averages of batches": BATCHES.format(
        report="print(epoch, sum(losses) / len(losses), hits / 800, test_loss, test_acc)"),
    "a moving average": BATCHES.format(
        report="print(epoch, sum(losses), averages, test_loss, test_acc)"),
}  # fmt: skip
NOT, TWICE = "progress_not_the_models", "progress_training_twice"
#: Reports that are not true, with what is said.
WRONG: dict[str, tuple[str, str]] = {
    "logits compared with labels": (loop(epochs=101, guess="logits", report=FOUR), NOT),
    "a column compared with a row": (
        loop(epochs=101, guess="(logits > 0).float().unsqueeze(1)", report=FOUR), NOT),
    "probabilities compared with labels": (
        loop(epochs=101, guess="torch.sigmoid(logits)", report=FOUR), NOT),
    "percents of percents": (loop(epochs=101, report=f"if {LAST}: print(f'{{epoch}} {{loss:.2f}} "
                                  "{100 * acc:.2%} {test_loss:.2f} {100 * test_acc:.2%}')"), NOT),
    "one of both": (loop(epochs=101, report=FOUR).replace(
        "test_acc = (", "test_acc = 0 * ("), NOT),
    "test numbers from training rows": (
        loop(epochs=41, report=FOUR).replace("(X_test)", "(X_train)").replace("y_test", "y_train"),
        TWICE),
    "the training accuracy printed twice": (
        loop(epochs=41, report=FOUR.replace("test_acc", "acc")), TWICE),
}  # fmt: skip


@pytest.fixture(scope="module")
def lesson() -> Lesson:
    return play("01_moons", until="moons_data")


def said_of(lesson: Lesson, source: str, model: str = QUICK["moons_model"]) -> str:
    """What the check says of a loop, with a fresh model."""
    lesson.answer("moons_model", model)
    lesson.answer("moons_loss_optimizer", QUICK["moons_loss_optimizer"])
    found = lesson.answer("moons_train", source)
    assert found.error_in_exec is None, found.error_in_exec
    return lesson.verdict(CHECK).code


@pytest.mark.parametrize("habit", HONEST)
def test_honest_habits_cost_nothing(lesson: Lesson, habit: str) -> None:
    assert said_of(lesson, HONEST[habit]) == "progress_right"


@pytest.mark.parametrize("mistake", WRONG)
def test_what_differs_is_shown_beside_what_was_measured(lesson: Lesson, mistake: str) -> None:
    source, code = WRONG[mistake]
    assert said_of(lesson, source) == code
    words = lesson.verdict(CHECK).text()
    assert "Measured then" in words
    assert "%" in words


@pytest.mark.parametrize("layer", ["nn.Dropout(0.3)", "nn.BatchNorm1d(16)"])
def test_layers_that_differ_in_training_cost_nothing(lesson: Lesson, layer: str) -> None:
    model = QUICK["moons_model"].replace("nn.Linear(16, 16),", f"nn.Linear(16, 16), {layer},")
    for source in (loop(epochs=101, report=FOUR), BATCHES.format(
            report="print(epoch, losses[-1], right, test_loss, test_acc)")):  # fmt: skip
        assert said_of(lesson, source, model) == "progress_right"
        assert said_of(lesson, source.replace("moon_model.eval()", "pass"), model) == (
            "progress_right"
        )


def test_the_weights_of_an_average_cost_nothing(lesson: Lesson) -> None:
    source = (
        "mean = [p.detach().clone() for p in moon_model.parameters()]\n"
        + loop(epochs=121, report=FOUR + "\n    for m, p in zip(mean, moon_model.parameters()):\n"
               "        m.lerp_(p.detach(), 0.05)")
        + "with torch.no_grad():\n    for m, p in zip(mean, moon_model.parameters()):\n"
        "        p.copy_(m)"
    )  # fmt: skip
    assert said_of(lesson, source) == "progress_right"


def test_other_rows_than_the_exercises_cost_nothing() -> None:
    own = QUICK["moons_data"].replace("random_state=42)", "stratify=y)", 2).replace(
        "noise=0.07, stratify=y)", "noise=0.07, random_state=42)")  # fmt: skip
    other = play("01_moons", until="moons_data", moons_data=own)
    assert said_of(other, loop(epochs=121, report=FOUR)) == "progress_right"


def test_spirals() -> None:
    report = "if epoch % 10 == 0: print(epoch, loss.item(), acc, test_loss.item(), test_acc)"
    check = "check_spirals_train_progress"
    broadcast = "logits.argmax(1, keepdim=True)"
    for guess, code in (("logits.argmax(1)", "progress_right"), (broadcast, NOT)):
        source = spiral_loop(epochs=121, guess=guess, report=report)
        lesson = play("03_spirals", until="spirals_train", spirals_train=source)
        assert lesson.verdict(check).code == code


def test_older_evidence_is_judged_as_it_was() -> None:
    lesson = play("01_moons", until="moons_data")
    said_of(lesson, WRONG["logits compared with labels"][0])
    found = collect(CHECK, lesson.names, lesson.runs, {})
    later = ("told", "end", "own_rows", "moments")
    older = {key: value for key, value in found.items() if key not in later}
    assert judge(CHECK, found, 1).code == NOT
    assert judge(CHECK, older, 1).passed
