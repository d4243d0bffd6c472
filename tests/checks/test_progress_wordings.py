"""Ways to report progress that learners really use, in any language, and what they hold."""

from autograder.checks.judges.progress import NUMBER, pieces

FOUR = "0.69 51.0% 0.68 50.5%"


def reports(text):
    """Each report's epoch, and how many numbers follow it."""
    return [(epoch, len(NUMBER.findall(said))) for epoch, said in pieces(text)]


WORDINGS = (
    "Epoch {n}: " + FOUR,
    "Epoch: {n} | Loss: 0.69, Acc: 51.00% | Test loss: 0.68, Test acc: 50.50%",
    "Epoche {n}: " + FOUR,
    "Época {n} " + FOUR,
    "第{n}轮 " + FOUR,
    "E{n} | " + FOUR,
    "Epoch{n} " + FOUR,
    "epoch_{n}: " + FOUR,
    "Epoch number is {n}, " + FOUR,
    "After {n} epochs: " + FOUR,
    "{n}. epoch: " + FOUR,
    "epoch {n}/300 " + FOUR,
    "Epoch {n} of 300: " + FOUR,
    "{n} " + FOUR,
    "[{n}] " + FOUR,
    "\x1b[1mEpoch {n}\x1b[0m " + FOUR,
    "Epoch {n}\n  train 0.69 51.0%\n  test 0.68 50.5%",
    "Epoch {n} train 0.69 51.0%\nEpoch {n} test 0.68 50.5%",
    "step {n}: " + FOUR,
)


def test_every_wording_is_understood():
    epochs = range(10, 60, 10)
    read = {line: reports("\n".join(line.format(n=n) for n in epochs)) for line in WORDINGS}
    assert {line: r for line, r in read.items() if r != [(n, 4) for n in epochs]} == {}


def test_what_holds_no_epoch_gives_no_report():
    texts = ("", "training...\ndone", "0.69 0.51\n0.68 0.52\n")
    assert [text for text in texts if reports(text) != []] == []
