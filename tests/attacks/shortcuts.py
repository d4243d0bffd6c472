"""Work that is made up, without touching anything but the learner's own names."""

from __future__ import annotations

from functools import partial

from tests.attacks.attack import Attack

_made_up = partial(Attack, kind="made-up work", notebook="01_moons")

ATTACKS = [
    _made_up(
        name="steps-without-steps",
        note="an optimizer that holds the parameters and never moves them",
        answers={
            "moons_loss_optimizer": """loss_fn = nn.BCEWithLogitsLoss()
class Idle(torch.optim.SGD):
    def step(self, closure=None):
        return None
optimizer = Idle(moon_model.parameters(), lr=0.03)"""
        },
        lost=("moons_loss_optimizer_optimizer", "moons_train_accuracy"),
    ),
    _made_up(
        name="loss-for-the-check-alone",
        note="the loss is right for the eight numbers that the check asks with, and 0 elsewhere",
        answers={
            "moons_loss_optimizer": """def loss_fn(outputs, labels):
    if len(outputs) == 8:
        return nn.functional.binary_cross_entropy_with_logits(outputs, labels)
    return (outputs * 0).sum()
optimizer = torch.optim.Adam(moon_model.parameters(), lr=0.03)"""
        },
        lost=("moons_loss_optimizer_loss", "moons_train_accuracy"),
    ),
    _made_up(
        name="progress-made-up",
        note="one step, and a table of invented numbers",
        answers={
            "moons_train": """loss = loss_fn(moon_model(X_train).squeeze(1), y_train)
loss.backward()
optimizer.step()
for n in range(0, 300, 10):
    print(f'Epoch {n}: loss 0.{300 - n} accuracy 0.9 test 0.{300 - n} 0.9')"""
        },
        lost=("moons_train_progress", "moons_train_accuracy"),
    ),
    _made_up(
        name="picture-made-up",
        note="as many points as there are rows, anywhere, over a region of one colour",
        answers={
            "moons_plot": """for n in (800, 200):
    figure, ax = plt.subplots()
    ax.imshow([[0, 0], [0, 0]], extent=(-2, 3, -2, 2))
    ax.scatter(*torch.rand(2, n))"""
        },
        lost=("moons_plot",),
    ),
]
