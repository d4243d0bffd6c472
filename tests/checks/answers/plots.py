"""Exercises 5 and 7e: decision boundaries."""

from __future__ import annotations

from tests.checks.answers.answer import but, honest, of, unearned, wrong
from tests.checks.answers.data import A_FIFTH_TO_TRAIN, STRATIFIED

#: As 25 of 40 people draw.
SUBPLOTS = """
plt.figure(figsize=(12, 6))
plt.subplot(1, 2, 1)
plt.title("Train")
plot_decision_boundary(moon_model, X_train, y_train)
plt.subplot(1, 2, 2)
plt.title("Test")
plot_decision_boundary(moon_model, X_test, y_test)
plt.show()
"""
BY_AX = """
fig, axes = plt.subplots(1, 2, figsize=(12, 5))
plot_decision_boundary(moon_model, X_train, y_train, ax=axes[0], title="Train")
plot_decision_boundary(moon_model, X_test, y_test, ax=axes[1], title="Test")
"""
TWO_FIGURES = """
plot_decision_boundary(moon_model, X_train, y_train, title="Training set")
plt.show()
plot_decision_boundary(moon_model, X_test, y_test, title="Test set")
plt.show()
"""
OWN = """
import numpy as np

def plot_boundary(model, X, y):
    model.to("cpu")
    X, y = X.to("cpu"), y.to("cpu")
    x_min, x_max = X[:, 0].min() - 0.1, X[:, 0].max() + 0.1
    y_min, y_max = X[:, 1].min() - 0.1, X[:, 1].max() + 0.1
    xx, yy = np.meshgrid(np.linspace(x_min, x_max, 101), np.linspace(y_min, y_max, 101))
    grid = torch.from_numpy(np.column_stack((xx.ravel(), yy.ravel()))).float()
    model.eval()
    with torch.inference_mode():
        y_logits = model(grid)
    if len(torch.unique(y)) > 2:
        y_pred = torch.softmax(y_logits, dim=1).argmax(dim=1)
    else:
        y_pred = torch.round(torch.sigmoid(y_logits))
    y_pred = y_pred.reshape(xx.shape).detach().numpy()
    plt.contourf(xx, yy, y_pred, cmap=plt.cm.RdYlBu, alpha=0.7)
    plt.scatter(X[:, 0], X[:, 1], c=y, s=40, cmap=plt.cm.RdYlBu)
    plt.xlim(xx.min(), xx.max())
    plt.ylim(yy.min(), yy.max())
""" + SUBPLOTS.replace("plot_decision_boundary", "plot_boundary")
BY_CLASS = """
import numpy as np
fig, ax = plt.subplots(1, 2, figsize=(10, 4))
xx, yy = np.meshgrid(np.arange(-2, 3, .02), np.arange(-1.5, 2, .02))
with torch.no_grad():
    Z = moon_model(torch.Tensor(np.c_[xx.ravel(), yy.ravel()])) > 0
for a, Xs, ys, name in zip(ax, [X_train, X_test], [y_train, y_test], ["train", "test"]):
    a.pcolormesh(xx, yy, Z.reshape(xx.shape).int(), cmap="coolwarm", alpha=.4)
    for c, m in zip([0, 1], "ox"):
        a.scatter(*Xs[ys == c].T, marker=m, label=f"class {c}")
    a.set_title(name)
    a.legend()
"""


def of_spirals(text: str) -> str:
    return text.replace("moon_model", "spiral_model")


ANSWERS = [
    *of(
        "moons_plot",
        honest("by-ax", BY_AX),
        honest("subplot-and-no-ax", SUBPLOTS, never="Titles would"),
        honest("two-figures", TWO_FIGURES),
        honest("contourf-by-hand", OWN, never="Titles would"),
        honest("pcolormesh-and-a-scatter-for-each-class", BY_CLASS),
        honest("own-rows-after-a-stratified-split", BY_AX, before={"moons_data": STRATIFIED}),
        honest("own-rows-after-a-fifth-to-train", SUBPLOTS,
               before={"moons_data": A_FIFTH_TO_TRAIN}),
        honest("first-line-pasted-over", BY_AX, headless=True),
        honest("drawn-in-the-cell-below", "titles = ['Train', 'Test']", rest=BY_AX),
        wrong("only-training", but(BY_AX, "plot_decision_boundary(moon_model, X_test, y_test, "
                                   'ax=axes[1], title="Test")', "axes[1].set_title('Test')"),
              lost={"plot": "test"}),
        wrong("training-rows-twice", but(BY_AX, "X_test, y_test", "X_train, y_train"),
              lost={"plot": "test"}),
        wrong("only-points", """
            plt.subplot(1, 2, 1)
            plt.scatter(X_train[:, 0], X_train[:, 1], c=y_train)
            plt.subplot(1, 2, 2)
            plt.scatter(X_test[:, 0], X_test[:, 1], c=y_test)
        """, lost={"plot": "region"}),
        wrong("both-into-one-axes", but(BY_AX, "axes[1]", "axes[0]"),
              lost={"plot": "same|one picture|one axes|into one"}, never="missing"),
        wrong("labels-of-the-other-set", but(TWO_FIGURES, "X_test, y_test", "X_test, y_train"),
              lost={"plot": "ValueError"}),
        wrong("all-axes-passed", but(BY_AX, "axes[0]", "axes"), lost={"plot": r"axes\[0\]"}),
        wrong("nothing-drawn", "print(moon_model(X_test[:5]))",
              lost={"plot": "no picture"}, never="Run the setup cell"),
        unearned("the-goal-drawn", but(BY_AX, "moon_model", "ideal_moons"),
                 lost={"plot": "model"}),
        unearned("regions-of-nothing", """
            import numpy as np
            fig, axes = plt.subplots(1, 2)
            for ax, rows, labels in zip(axes, (X_train, X_test), (y_train, y_test)):
                ax.contourf(np.eye(4))
                ax.scatter(rows[:, 0], rows[:, 1], c=labels)
        """, lost={"plot": "model|plane|cover"}),
    ),
    *of(
        "spirals_plot",
        honest("by-ax", of_spirals(BY_AX)),
        honest("subplot-and-no-ax", of_spirals(SUBPLOTS), never="Titles would"),
        honest("contourf-by-hand", of_spirals(OWN)),
        wrong("only-test", of_spirals(TWO_FIGURES).split("plt.show()")[1],
              lost={"plot": "training"}),
        wrong("titles-and-no-regions", """
            fig, ax = plt.subplots(1, 2)
            ax[0].scatter(*X_train.T, c=y_train); ax[0].set_title("train")
            ax[1].scatter(*X_test.T, c=spiral_model(X_test).argmax(1)); ax[1].set_title("test")
        """, lost={"plot": "region"}),
        wrong("one-after-the-other-into-one", """
            ax = plt.gca()
            plot_decision_boundary(spiral_model, X_train, y_train, ax=ax)
            plot_decision_boundary(spiral_model, X_test, y_test, ax=ax)
        """, lost={"plot": "same|one picture|one axes|into one"}, never="missing"),
        unearned("the-goal-drawn", of_spirals(BY_AX).replace("spiral_model", "ideal_spirals"),
                 lost={"plot": "model"}),
    ),
]  # fmt: skip
