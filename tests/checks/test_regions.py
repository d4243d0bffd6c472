"""Pictures of people's own: regions have to be the model's answers, however they are drawn."""

from __future__ import annotations

import pytest

from tests.support.lesson import Lesson
from tests.support.playing import loop, play, spiral_loop

#: A picture of one set, as people write it: `draw(how, model, X, y)`, for any number of classes.
OWN = """
import numpy as np
def grid_of(X, n=90, margin=0.1):
    (a, c), (b, d) = (X.min(0).values - margin).tolist(), (X.max(0).values + margin).tolist()
    xx, yy = np.meshgrid(np.linspace(a, b, n), np.linspace(c, d, n))
    return xx, yy, (a, b, c, d)

def ask(model, xx, yy):
    model.eval()
    with torch.inference_mode():
        out = model(torch.from_numpy(np.c_[xx.ravel(), yy.ravel()]).float())
    return out if out.shape[1] > 1 else torch.cat([torch.zeros_like(out), out], 1)

def draw(how, model, X, y):
    ax = plt.figure().add_subplot()
    xx, yy, box = grid_of(X, 10 if how == "coarse" else 90)
    scores = ask(model, xx, yy)
    z = scores.argmax(1).reshape(xx.shape).numpy()
    n = len(xx)
    if how == "contourf" or how == "coarse": ax.contourf(xx, yy, z, cmap="RdYlBu", alpha=0.7)
    if how == "line": ax.contour(xx, yy, z, levels=[0.5, 1.5])
    if how == "mesh": ax.pcolormesh(xx, yy, z, shading="auto", alpha=0.3)
    if how == "smooth mesh": ax.pcolormesh(xx, yy, z, shading="gouraud")
    if how == "mesh turned": ax.pcolormesh(xx.T, yy.T, z.T)
    if how == "pcolor": ax.pcolor(xx, yy, z)
    if how == "image": ax.imshow(z, extent=box, origin="lower", aspect="auto")
    if how == "image from the top": ax.imshow(z[::-1], extent=box)
    if how == "colours": ax.imshow(np.eye(3)[z], extent=box, origin="lower")
    if how == "dots": ax.scatter(xx.ravel(), yy.ravel(), c=z.ravel(), s=4, alpha=0.2)
    if how == "dots by class":
        for k in np.unique(z): ax.scatter(xx[z == k], yy[z == k], s=4)
    if how == "dots by chance":
        dots = X.min(0).values + torch.rand(5000, 2) * (X.max(0).values - X.min(0).values)
        ax.scatter(*dots.T, c=ask(model, *dots.numpy().T).argmax(1), s=4)
    if how == "triangles": ax.tricontourf(xx.ravel(), yy.ravel(), z.ravel())
    if how == "coloured triangles":
        ax.tripcolor(xx[::3, ::3].ravel(), yy[::3, ::3].ravel(), z[::3, ::3].ravel())
    if how == "hexagons": ax.hexbin(xx.ravel(), yy.ravel(), C=z.ravel(), gridsize=30)
    if how == "only around the middle": ax.contourf(xx[30:60], yy[30:60], z[30:60])
    if how == "upside down": ax.imshow(z, extent=box, aspect="auto")
    if how == "one colour": ax.contourf(xx, yy, z * 0)
    if how == "noise": ax.imshow(np.random.rand(50, 50), extent=box)
    if how == "a corner": ax.contourf(np.eye(3) * 0)
    if how == "axes swapped":
        ax.contourf(yy, xx, z)
        X = X.flip(1)
    if how == "rescaled":
        ax.contourf(2 * xx + 1, yy / 3, z)
        X = X * torch.tensor([2, 1 / 3]) + torch.tensor([1, 0])
    if how == "helper": plot_decision_boundary(model, X, y, ax=ax)
    if how == "confidence": plot_confidence(model, X, y, ax=ax)
    if how == "probability":
        ax.contourf(xx, yy, scores.softmax(1)[:, 1].reshape(xx.shape), levels=20)
    if how not in ("helper", "confidence"): ax.scatter(*X.T, c=y)
    ax.set_title("Mine")
    plt.show()
from helpers.confidence import plot_confidence
"""
HONEST = (
    *("helper", "confidence", "contourf", "coarse", "line", "mesh", "smooth mesh", "mesh turned"),
    *("pcolor", "image", "image from the top", "colours", "dots", "dots by class"),
    *("dots by chance", "triangles", "coloured triangles", "hexagons", "axes swapped", "rescaled"),
)
WRONG = {
    "only around the middle": "plot_regions_part",
    "upside down": "plot_other_regions",
    "one colour": "plot_other_regions",
    "noise": "plot_other_regions",
    "a corner": "plot_other_regions",
}


@pytest.fixture(scope="module", params=["moons", "spirals"])
def trained(request: pytest.FixtureRequest) -> tuple[Lesson, str]:
    """A session whose model is trained, and its name."""
    of = request.param
    train = loop(epochs=200) if of == "moons" else spiral_loop(epochs=300)
    notebook = {"moons": "01_moons", "spirals": "03_spirals"}[of]
    lesson = play(notebook, until=f"{of}_train", **{f"{of}_train": train})
    lesson.run(OWN)
    return lesson, of


def said_of(trained: tuple[Lesson, str], source: str) -> str:
    import matplotlib.pyplot as plt

    plt.close("all")  # as the inline backend does after each cell
    lesson, of = trained
    done = lesson.answer(f"{of}_plot", source.replace("MODEL", f"{of[:-1]}_model"))
    assert done.error_in_exec is None
    return lesson.verdict(f"check_{of}_plot").code


def pair(how: str, model: str = "MODEL") -> str:
    return "\n".join(f"draw({how!r}, {model}, X_{side}, y_{side})" for side in ("train", "test"))


@pytest.mark.parametrize("how", HONEST)
def test_however_regions_are_drawn(trained: tuple[Lesson, str], how: str) -> None:
    assert said_of(trained, pair(how)) == "plot_right"


def test_probabilities_of_two_classes(trained: tuple[Lesson, str]) -> None:
    wanted = "plot_right" if trained[1] == "moons" else "plot_other_regions"
    assert said_of(trained, pair("probability")) == wanted  # of three, one says little


@pytest.mark.parametrize("how", WRONG)
def test_regions_of_nobody(trained: tuple[Lesson, str], how: str) -> None:
    assert said_of(trained, pair(how)) == WRONG[how]


ANOTHER = {
    "a new one": "torch.manual_seed(5)\nother = type(MODEL)()\n",
    "a straight line": (
        "other = nn.Linear(2, MODEL(X[:2]).shape[1])\n"
        "steps = torch.optim.Adam(other.parameters(), lr=0.05)\n"
        "for _ in range(200):\n"
        "    steps.zero_grad()\n"
        "    out = other(X_train)\n"
        "    loss_fn(out.squeeze(1) if out.shape[1] == 1 else out, y_train).backward()\n"
        "    steps.step()\n"
    ),
}


@pytest.mark.parametrize("other", ANOTHER)
@pytest.mark.parametrize("how", ["helper", "mesh", "contourf"])
def test_regions_of_another_model(trained: tuple[Lesson, str], how: str, other: str) -> None:
    assert said_of(trained, ANOTHER[other] + pair(how, "other")) == "plot_other_regions"


def test_a_picture_stays_right_when_the_model_learns_on_or_is_made_anew() -> None:
    lesson = play("01_moons", moons_train=loop(epochs=100))
    lesson.run(loop(epochs=30).replace("y_train)", "1 - y_train)"))
    assert lesson.verdict("check_moons_plot").passed
    lesson.run("moon_model = nn.Linear(2, 1)")
    assert lesson.verdict("check_moons_plot").passed


def test_a_model_that_draws_by_chance_is_not_compared() -> None:
    lesson = play(
        "01_moons", moons_train="pass",
        moons_model="moon_model = nn.Sequential(nn.Linear(2, 64), nn.ReLU(), nn.Dropout(0.5), "
        "nn.Linear(64, 1))",
        moons_plot=OWN.replace("model.eval()", "model.train()") + pair("mesh", "moon_model"),
    )  # fmt: skip
    assert lesson.verdict("check_moons_plot").passed


#: How two pictures are put side by side without `ax`.
SIDE_BY_SIDE = {
    "subplot": "plt.figure(figsize=(12, 6))\nplt.subplot(1, 2, 1)\nplt.title('Train')\nA\n"
    "plt.subplot(1, 2, 2)\nplt.title('Test')\nB",
    "titles after": "plt.subplot(121, facecolor='lightgrey')\nA\nplt.title('Train')\n"
    "plt.subplot(122)\nB\nplt.title('Test')\nplt.legend()\nplt.tight_layout()\nplt.show()",
    "one figure each": "plt.figure(figsize=(4, 4))\nA\nplt.show()\nplt.figure()\nB\nplt.show()",
    "nothing at all": "A\nB",
    "chosen axes": "fig, (left, right) = plt.subplots(1, 2)\nplt.sca(left)\nA\nplt.sca(right)\nB",
    "settings taken back": "import matplotlib\nmatplotlib.rcdefaults()\nplt.subplot(1, 2, 1)\nA\n"
    "plt.subplot(1, 2, 2)\nB\nplt.show()",
}


@pytest.mark.parametrize("form", SIDE_BY_SIDE)
def test_side_by_side(trained: tuple[Lesson, str], form: str) -> None:
    source = SIDE_BY_SIDE[form]
    for letter, side in (("A", "train"), ("B", "test")):
        call = f"plot_decision_boundary(MODEL, X_{side}, y_{side})"
        source = source.replace(f"\n{letter}", f"\n{call}").replace(f"{letter}\n", f"{call}\n")
    assert said_of(trained, source) == "plot_right"
