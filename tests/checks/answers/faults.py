"""Exercises 4b and 7d: loops with a fault of their own, often besides too few epochs.

More epochs help none of them: whoever is told to train on loses an evening.
"""

from __future__ import annotations

from tests.checks.answers.answer import but, of, unearned, wrong
from tests.checks.answers.loops import BATCHES, LOOP, SPIRAL_LOOP
from tests.checks.answers.losses import ADAM, SGD, SPIRAL_ADAM
from tests.checks.answers.models import V0

LOOP_OF = "for epoch in range(epochs):\n"
STEPS = "    optimizer.zero_grad()\n    loss.backward()\n    optimizer.step()\n"
_SGD = {"moons_loss_optimizer": SGD}
_FEW = ("epochs = 150", "epochs = 40")
_TEN = but(LOOP, "moon_model(X_train)", "moon_model(X_train[:10])", "loss_fn(y_logits, y_train)",
           "loss_fn(y_logits, y_train[:10])", "y_true=y_train", "y_true=y_train[:10]")  # fmt: skip
_BACK = but(LOOP, LOOP_OF, "state = {k: v.clone() for k, v in moon_model.state_dict().items()}\n"
            + LOOP_OF + "    moon_model.load_state_dict(state)\n")  # fmt: skip
_WARM = but(
    LOOP, LOOP_OF, "scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, "
    "lambda e: min(1, (e + 1) / 10) ** 2)\n" + LOOP_OF,
    "    optimizer.step()\n", "    optimizer.step()\n    scheduler.step()\n",
)  # fmt: skip
_CLOSURE = """
for epoch in range(21):
    optimizer.zero_grad()
    def closure():
        loss = loss_fn(moon_model(X_train).squeeze(), y_train)
        loss.backward()
        return loss
    loss = optimizer.step(closure)
    with torch.no_grad():
        train, test = moon_model(X_train).squeeze(), moon_model(X_test).squeeze()
        train_acc = ((train > 0) == y_train).float().mean()
        test_acc = ((test > 0) == y_test).float().mean()
    if epoch % 10 == 0:
        print(f"Epoch {epoch} {loss:.3f} {train_acc:.3f}", loss_fn(test, y_test), test_acc)
"""
_TEST = LOOP[LOOP.index("    moon_model.eval()") : LOOP.index("    if epoch")]
_PRINT = (
    LOOP[: LOOP.index("    if epoch % 10 == 0")] + "    if epoch % 10 == 0:\n        print({})\n"
)

ANSWERS = [
    *of(
        "moons_train",
        wrong("uncleared-and-few", but(LOOP, "    optimizer.zero_grad()\n", "", *_FEW), before=_SGD,
              lost={"accuracy": "zero_grad"}, never="luck", aside=("progress",)),
        wrong("step-below-the-if", but(
            LOOP, "    optimizer.step()\n", "    if epoch % 10 == 0:\n        optimizer.step()\n"),
              lost={"accuracy": "15 steps: not one in each epoch"}, aside=("progress",),
              never="times as many"),
        wrong("model-and-optimizer-anew-in-each-epoch", but(
            LOOP, LOOP_OF, LOOP_OF + "    moon_model = MoonModelV0().to(device)\n"
            "    optimizer = torch.optim.Adam(moon_model.parameters(), lr=0.01)\n"),
              before={"moons_model": V0}, lost={"accuracy": "150 models, one after another"},
              aside=("progress",), never="times as many"),
        wrong("model-anew-in-each-epoch", but(
            LOOP, LOOP_OF, LOOP_OF + "    moon_model = MoonModelV0().to(device)\n"),
              before={"moons_model": V0}, lost={"accuracy": "other parameters"},
              aside=("progress",), never="times as many|was trained, and after"),
        wrong("loss-with-its-inputs-swapped-and-few", but(
            LOOP, "loss_fn(y_logits, y_train)", "loss_fn(y_train, y_logits)", *_FEW),
              lost={"accuracy": "difference lies in the loop"}, aside=("progress",), never="luck"),
        wrong("ten-rows-and-few", but(_TEN, *_FEW), before=_SGD,
              lost={"accuracy": "compare your loop"}, aside=("progress",), never="luck"),
        wrong("clipped-to-nothing-and-few", but(
            LOOP, "    optimizer.step()\n", "    nn.utils.clip_grad_norm_(moon_model.parameters(), "
            "1e-3)\n    optimizer.step()\n", "epochs = 150", "epochs = 100"), before=_SGD,
              lost={"accuracy": "something in your loop differs"},
              never="luck"),
        wrong("values-put-back-and-few", but(_BACK, *_FEW), before=_SGD,
              lost={"accuracy": "something in your loop differs"}, aside=("progress",),
              never="luck"),
        wrong("cut-off-from-the-model", but(
            LOOP, "(X_train).squeeze()", "(X_train).squeeze().detach().requires_grad_()"),
              lost={"accuracy": "detach"}, aside=("progress",), never="times as many"),
        wrong("rate-that-warms-up-and-few", but(_WARM, "epochs = 150", "epochs = 20"),
              before={"moons_loss_optimizer": ADAM}, lost={"accuracy": "15 times as many epochs"},
              never="luck|learning rate of 0.01"),
        wrong("closure-and-few", _CLOSURE, before=_SGD, lost={"accuracy": "times as many epochs"},
              never="without any gradient"),
        wrong("last-batch-alone", but(
            BATCHES, "        optimizer.step()\n", "", "    moon_model.eval()\n",
            "    optimizer.step()\n    moon_model.eval()\n"), before=_SGD,
              lost={"accuracy": "compare your loop"}, never="luck"),
        wrong("tested-once-before-the-loop", but(
            LOOP, _TEST, "", LOOP_OF, _TEST.replace("\n    ", "\n").lstrip() + LOOP_OF),
              lost={"progress": "test rows"}),
        unearned("made-up-until-the-last", _PRINT.format(
            "f'Epoch: {epoch} | Loss: {loss:.5f}, Accuracy: {acc:.2f}% | Test loss: "
            "{test_loss:.5f}, Test acc: {test_acc:.2f}%' if epoch > 130 else f'Epoch: {epoch} | "
            "Loss: {0.6 - epoch / 1000}, Accuracy: {50 + epoch / 20}% | Test loss: "
            "{0.62 - epoch / 1000}, Test acc: {49 + epoch / 20}%'"),
                 lost={"progress": "Most of your reports.*Measured then"}),
        unearned("made-up-by-a-formula", _PRINT.format(
            "f'Epoch: {epoch} | Loss: {0.7 * 0.98 ** epoch:.4f}, Acc: {0.5 + epoch / 300:.2f} | "
            "Test loss: {0.72 * 0.98 ** epoch:.4f}, Test acc: {0.48 + epoch / 300:.2f}'"),
                 lost={"progress": "Most of your reports.*Measured then"}),
    ),
    *of(
        "spirals_train",
        wrong("softmax-over-the-rows-and-few", but(
            SPIRAL_LOOP, "loss_fn(y_logits, y_train)", "loss_fn(y_logits.softmax(0), y_train)",
            "epochs = 300", "epochs = 60"), lost={"accuracy": "difference lies in the loop"},
              aside=("progress",), never="luck|times as many"),
        wrong("step-before-backward-and-few", but(
            SPIRAL_LOOP, STEPS, "    optimizer.zero_grad()\n    optimizer.step()\n"
            "    loss.backward()\n", "epochs = 300", "epochs = 60"),
              lost={"accuracy": "without any gradient"}, aside=("progress",),
              never="times as many"),
        wrong("another-model-trained", but(SPIRAL_LOOP, "spiral_model", "model"),
              before={"spirals_loss_optimizer": but(
                  "model = nn.Sequential(nn.Linear(2, 20), nn.ReLU(), nn.Linear(20, 3))\n"
                  + SPIRAL_ADAM, "spiral_model", "model")},
              lost={"accuracy": "another model's"}, aside=("progress",), never="times as many"),
        wrong("labels-moved-by-one-and-few", but(
            SPIRAL_LOOP, "loss_fn(y_logits, y_train)", "loss_fn(y_logits, y_train.roll(1))",
            "epochs = 300", "epochs = 60"), lost={"accuracy": "loop"}, aside=("progress",),
              never="luck|times as many"),
    ),
]  # fmt: skip
