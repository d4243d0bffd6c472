"""Every check with five answers: right, right in another form, nearly right, constant, untouched.

And the states that a session can be in: not started, run in another session, raised, no recorder;
and models that only look things up.
"""

from __future__ import annotations

import pytest

from autograder.checks.datasets import MOONS, SPIRALS, Dataset
from autograder.checks.judges.scores import facts_of
from autograder.checks.table import CHECKS, PART_OF, PARTS
from autograder.checks.words.messages import catalogue
from autograder.checks.words.verdict import Verdict
from tests.support.lesson import STUB, Lesson
from tests.support.playing import NOTEBOOKS, loop, notebook_of, play, solution, spiral_loop
from tests.support.ungraded_answers import RIGHT

DRAW = (
    "from sklearn.datasets import make_moons\n{0} = make_moons(1000, noise=0.07, random_state=42)\n"
)
TENSORS = "X, y = torch.from_numpy(a).float(), torch.from_numpy(b).float()\n"
ARMS = "X, y = torch.from_numpy(spiral_points).float(), torch.from_numpy(spiral_classes)\n"
SPLIT = (
    "X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.2, random_state=42)\n"
)
MOON_DATA, SPIRAL_DATA = DRAW.format("a, b") + TENSORS + SPLIT, ARMS + SPLIT
NET = "torch.manual_seed(1)\n{0} = nn.Sequential(nn.Linear(2, 32), {1}nn.Linear(32, {2}))"
ADAM = "\noptimizer = torch.optim.Adam({0}.parameters(), lr={1})"
TABLES = "fig, (a, b) = plt.subplots(1, 2)\n"
EXPS = "def tanh(x):\n    a, b = torch.exp(x), torch.exp(-x)\n    return "
HALF = "def tanh(x):\n    return torch.full_like(x, 0.5)"


def picture(model: str, first: str, second: str) -> str:
    """Two pictures of the learner's own."""
    grid = (
        "line = torch.linspace(-2, 3, 60)\n"
        "xs, ys = torch.meshgrid(line, line, indexing='xy')\n"
        f"z = {model}(torch.stack([xs, ys], -1).reshape(-1, 2)).detach()\n"
        "z = (z > 0 if z.shape[1] == 1 else z.argmax(1)).float().reshape(60, 60)\n"
    )
    return (
        TABLES
        + grid
        + "\n".join(
            f"{ax}.contourf(xs, ys, z)\n{ax}.scatter(*X{rows}.T)"
            for ax, rows in (("a", first), ("b", second))
        )
    )


#: By check: the second right answer, the near miss and its code, the constant and its code.
ANSWERS: dict[str, tuple[str, str, str, str, str]] = {
    "check_moons_data_tensors": (
        MOON_DATA,
        MOON_DATA.replace("b).float()", "b)"), "data_labels_dtype",
        MOON_DATA.replace("b).float()", "b).float() * 0"), "data_class_missing"),
    "check_moons_data_split": (
        DRAW.format("X, y") + SPLIT,  # NumPy arrays with the right numbers earn this point
        MOON_DATA.replace("test_size=0.2, random_state=42", "test_size=0.2, random_state=41"),
        "data_split_seed",
        MOON_DATA.replace("a).float()", "a).float() * 0"), "data_random_state"),
    "check_moons_model_outputs": (
        NET.format("moon_model", "nn.Tanh(), ", 2),
        NET.format("moon_model", "nn.ReLU(), ", 3), "model_outputs_moons",
        NET.format("moon_model", "nn.ReLU(), ", 1)[:-1] + ", nn.Softmax(dim=1))",
        "model_softmax_of_one"),
    "check_moons_model_nonlinear": (
        NET.format("moon_model", "nn.GELU(), ", 1),
        NET.format("moon_model", "", 1), "model_linear",
        NET.format("moon_model", "nn.ReLU(), ", 1)
        + "\nfor p in moon_model.parameters():\n    p.data.zero_()", "model_equal_weights"),
    "check_moons_loss_optimizer_loss": (
        "loss_fn = nn.functional.binary_cross_entropy_with_logits" + ADAM.format("moon_model", .01),
        "loss_fn = nn.BCELoss()" + ADAM.format("moon_model", .01), "loss_bce_on_logits",
        "loss_fn = lambda logits, y: (logits * 0).sum()" + ADAM.format("moon_model", .01),
        "loss_pushes_wrong_way"),
    "check_moons_loss_optimizer_optimizer": (
        "loss_fn = nn.BCEWithLogitsLoss()\n"
        "optimizer = torch.optim.SGD(list(moon_model.parameters()), lr=0.1)",
        "loss_fn = nn.BCEWithLogitsLoss()" + ADAM.format("MoonModel()", .01),
        "optimizer_other_model",
        "loss_fn = nn.BCEWithLogitsLoss()\noptimizer = 0.01", "optimizer_not_optimizer"),
    "check_moons_outputs": (
        "y_logits = moon_model(X_train[:10])\n"
        "y_probs = 1 / (1 + torch.exp(-y_logits))\ny_labels = (y_logits > 0).float()",
        "y_logits = moon_model(X[:10])\ny_probs = y_logits.sigmoid()\ny_labels = y_probs.round()",
        "outputs_wrong_rows",
        "y_logits = y_probs = y_labels = torch.zeros(10)", "outputs_not_the_models"),
    "check_moons_train_progress": (
        loop(epochs=41),
        loop(epochs=101).replace("% 10", "% 20"), "progress_too_rare",
        loop(epochs=41).replace("print(epoch,", "print(10,"), "progress_once"),
    "check_moons_train_accuracy": (
        loop(epochs=200),
        loop(epochs=30), "tried_more",
        loop(epochs=30) + "for p in moon_model.parameters():\n    p.data.zero_()",
        "tried_more"),
    "check_moons_plot": (
        picture("moon_model", "_train", "_test"),
        picture("moon_model", "_train", "_train"), "plot_set_missing",
        "plt.plot([1, 2, 3])", "plot_no_regions"),
    "check_tanh_values": (
        EXPS + "(a - b) / (a + b)", EXPS + "a - b / (a + b)", "tanh_brackets",
        HALF, "tanh_constant"),
    "check_tanh_gradient": (
        EXPS + "(a - b) / (a + b)", EXPS + "(a - b) / (a + b.detach())", "tanh_gradient_wrong",
        HALF, "tanh_values_first"),
    "check_tanh_pure": (
        EXPS + "(a - b) / (a + b)", "def tanh(x):\n    return x.tanh()", "tanh_library",
        HALF, "tanh_values_first"),
    "check_tanh_stable": (
        "def tanh(x):\n    return 2 * torch.sigmoid(2 * x) - 1",
        EXPS + "(a - b) / (a + b)", "tanh_overflow", HALF, "tanh_values_first"),
    "check_spirals_data_tensors": (
        SPIRAL_DATA,
        SPIRAL_DATA.replace("from_numpy(spiral_points).float()", "from_numpy(spiral_points)"),
        "data_features_dtype",
        SPIRAL_DATA.replace("from_numpy(spiral_classes)", "zeros(300).long()"),
        "data_class_missing"),
    "check_spirals_data_split": (
        "X, y = spiral_points, spiral_classes\n" + SPLIT,
        SPIRAL_DATA.replace("random_state=42", "random_state=42, stratify=y"), "data_split_seed",
        SPIRAL_DATA.replace("spiral_points).float()", "spiral_points).float() * 0"),
        "data_spirals_changed"),
    "check_spirals_model_outputs": (
        NET.format("spiral_model", "nn.SiLU(), ", 4),
        NET.format("spiral_model", "nn.ReLU(), ", 2), "model_outputs_spirals",
        "class Fixed(nn.Module):\n    def forward(self, x):\n"
        "        return torch.zeros(len(x), 3)\n"
        "spiral_model = Fixed()", "model_no_parameters"),
    "check_spirals_model_nonlinear": (
        NET.format("spiral_model", "nn.ELU(), ", 3),
        NET.format("spiral_model", "", 3), "model_linear",
        NET.format("spiral_model", "nn.ReLU(), ", 3)
        + "\nfor p in spiral_model.parameters():\n    p.data.zero_()", "model_equal_weights"),
    "check_spirals_loss_optimizer_loss": (
        "loss_fn = nn.functional.cross_entropy" + ADAM.format("spiral_model", .02),
        "loss_fn = nn.NLLLoss()" + ADAM.format("spiral_model", .02), "loss_nll",
        "loss_fn = lambda logits, y: (logits * 0).sum()" + ADAM.format("spiral_model", .02),
        "loss_pushes_wrong_way"),
    "check_spirals_loss_optimizer_optimizer": (
        "loss_fn = nn.CrossEntropyLoss()\n"
        "optimizer = torch.optim.RMSprop(spiral_model.parameters(), lr=0.01)",
        "loss_fn = nn.CrossEntropyLoss()" + ADAM.format("list(spiral_model.children())[0][0]", .02),
        "optimizer_partial",
        "loss_fn = nn.CrossEntropyLoss()\noptimizer = None", "optimizer_not_optimizer"),
    "check_spirals_train_progress": (
        spiral_loop(epochs=41),
        spiral_loop(epochs=41, report="if epoch % 10 == 0: print(epoch, loss.item())"),
        "progress_few_numbers",
        spiral_loop(epochs=41, report="print('still training')"), "progress_no_epoch"),
    "check_spirals_train_accuracy": (
        spiral_loop(epochs=300),
        spiral_loop(epochs=15), "tried_more",
        "print(1)", "train_no_training"),
    "check_spirals_plot": (
        picture("spiral_model", "_train", "_test"),
        picture("spiral_model", "_test", "_test"), "plot_set_missing",
        "plt.bar([1], [2])", "plot_no_regions"),
}  # fmt: skip


def test_every_check_has_its_answers() -> None:
    assert set(ANSWERS) == set(CHECKS) == set(PART_OF)


@pytest.fixture(scope="module")
def solved() -> dict[str, str]:
    """What each check says of the solutions, asked at the end of each notebook."""
    said = {}
    for notebook in ("01_moons", "02_tanh", "03_spirals"):
        lesson = play(notebook)
        ids = [check for check in CHECKS if notebook_of(check) == notebook]
        said |= {check: lesson.verdict(check).code for check in ids}
    return said


def test_the_solutions_are_right(solved: dict[str, str]) -> None:
    assert {check: code for check, code in solved.items() if not code.endswith("_right")} == {}


def test_the_solutions_meet_every_message_of_praise(solved: dict[str, str]) -> None:
    elsewhere = {code for answers in RIGHT.values() for code, _ in answers}
    praise = {code for code in catalogue() if code.endswith("_right")}
    assert set(solved.values()) == praise - elsewhere


def answered(check: str, answer: str) -> Lesson:
    part = PART_OF[check].id
    skipped = {}
    if part.endswith("_plot"):
        skipped = {part.replace("plot", "train"): "pass"}
    return play(notebook_of(check), until=part, **{**skipped, part: answer})


@pytest.mark.parametrize("check", CHECKS)
def test_a_second_right_answer_a_near_miss_and_a_constant(check: str) -> None:
    right, *wrong = ANSWERS[check]
    verdict = answered(check, right).verdict(check)
    assert verdict.passed, verdict.text()
    for answer, code in (wrong[:2], wrong[2:]):
        verdict = answered(check, answer).verdict(check)
        assert (verdict.outcome, verdict.code) == ("not_yet", code), verdict.text()


def stub(part: str) -> str:
    """The cell as it is released."""
    if part == "tanh":
        return 'def tanh(x):\n    """Words."""\n    # YOUR CODE HERE\n    pass'
    return STUB


def said_of(lesson: Lesson, *parts: str) -> dict[str, tuple[str, str]]:
    """Outcome and code of every check of some parts."""
    verdicts = {check: lesson.verdict(check) for part in parts for check in PARTS[part].checks}
    return {check: (found.outcome, found.code) for check, found in verdicts.items()}


@pytest.mark.parametrize("notebook", NOTEBOOKS.values())
def test_the_untouched_notebook(notebook: str) -> None:
    parts = [part for part in PARTS if notebook_of(part) == notebook]
    said = said_of(play(notebook, **{part: stub(part) for part in parts}), *parts)
    # A training or plot cell says so too, though the model that it needs may be missing.
    asked = {("not_started", "blank"), ("not_started", "cell_not_run")}
    assert {check: found for check, found in said.items() if found not in asked} == {}


@pytest.mark.parametrize("part", PARTS)
def test_a_stub_after_solved_parts(part: str) -> None:
    said = said_of(answered(next(iter(PARTS[part].checks)), stub(part)), part)
    assert set(said.values()) == {("not_started", "blank")}, said


@pytest.mark.parametrize("notebook", NOTEBOOKS.values())
def test_cells_that_have_not_run(notebook: str) -> None:
    parts = [part for part in PARTS if notebook_of(part) == notebook]
    said = said_of(play(notebook, until=None), *parts)
    assert set(said.values()) == {("not_started", "cell_not_run")}, said
    new = play(notebook, until=None, records=False)
    said = said_of(new, *parts)
    assert set(said.values()) == {("not_started", "session_is_new")}, said
    for check in said:
        assert "Run the cells above first" in new.verdict(check).message


@pytest.mark.parametrize("part", PARTS)
def test_a_cell_that_raised(part: str) -> None:
    answer = "raise ValueError('my own')"
    if part == "tanh":
        answer = "def tanh(x):\n    return torch.exq(x)"
    lesson = answered(next(iter(PARTS[part].checks)), answer)
    for check in PARTS[part].graded:
        verdict = lesson.verdict(check.id)
        assert verdict.outcome == "raised", (check.id, verdict)
        assert "exq" in verdict.message or "ValueError: my own" in verdict.message
        assert verdict.code == "raised_other" or not check.shown


def test_without_a_recorder_progress_and_plot_are_not_seen_and_all_else_is_judged() -> None:
    said: dict[str, Verdict] = {}
    play("01_moons", records=False, after=lambda lesson, part: said.update(
        {check: lesson.verdict(check) for check in PARTS[part].checks}))  # fmt: skip
    assert set(said) == {check for check in CHECKS if notebook_of(check) == "01_moons"}
    assert said["check_moons_train_progress"].code == "progress_not_seen"
    assert said["check_moons_plot"].code == "plot_not_seen"
    for check, verdict in said.items():
        unseen = check.endswith(("plot", "progress"))
        assert verdict.outcome == ("not_started" if unseen else "correct"), (check, verdict)


def test_outputs_still_pass_after_the_training_loop_bound_the_name_again() -> None:
    rebinding = loop(epochs=21).replace("logits", "y_logits")
    lesson = play("01_moons", until="moons_train", moons_train=rebinding)
    assert len(lesson.names["y_logits"]) == 200
    assert lesson.verdict("check_moons_outputs").passed


def test_outputs_bound_again_with_no_recorder_are_not_called_wrong() -> None:
    rebinding = loop(epochs=21).replace("logits", "y_logits")
    lesson = play("01_moons", until="moons_train", records=False, moons_train=rebinding)
    verdict = lesson.verdict("check_moons_outputs")
    assert (verdict.outcome, verdict.code) == ("not_started", "outputs_bound_again")


@pytest.mark.parametrize("rows", ["X_train", "X_test"])
def test_outputs_of_other_rows_are_an_answer_and_not_none(rows: str) -> None:
    answer = QUICK_OUTPUTS.replace("X_train[:10]", rows)
    verdict = play("01_moons", until="moons_outputs", moons_outputs=answer).verdict(
        "check_moons_outputs"
    )
    assert (verdict.outcome, verdict.code) == ("not_yet", "outputs_row_count")


def test_a_blank_whose_names_a_later_cell_left_is_still_a_blank() -> None:
    rebinding = loop(epochs=21).replace("logits", "y_logits") + "\ny_probs = y_labels = y_logits"
    lesson = play("01_moons", until="moons_train", moons_outputs=STUB, moons_train=rebinding)
    lesson.answer("moons_outputs", STUB)  # run once more, now that the names are there
    verdict = lesson.verdict("check_moons_outputs")
    assert (verdict.outcome, verdict.code) == ("not_started", "blank")


QUICK_OUTPUTS = (
    "y_logits = moon_model(X_train[:10]).squeeze().detach()\n"
    "y_probs = torch.sigmoid(y_logits)\ny_labels = torch.round(y_probs)"
)


#: Models that learned nothing. `{name}`, `{last}`: the model's name and how it answers.
NEAREST = """
class Nearest(nn.Module):
    def __init__(self, X, y):
        super().__init__()
        self.unused = nn.Linear(2, {classes})
        self.register_buffer("X", X)
        self.register_buffer("y", y)
    def forward(self, x):
        nearest = self.y[torch.cdist(x, self.X).argmin(1)]
        return {answer} + 0 * self.unused(x){squeeze}
{name} = Nearest(X_train, y_train)
"""
EXACT = """
class Exact(nn.Module):
    def __init__(self):
        super().__init__()
        self.bias = nn.Parameter(torch.zeros(1))
        self.known = {tuple(x.tolist()): float(y) for x, y in zip(X, y)}
    def forward(self, x):
        return torch.tensor([self.known.get(tuple(r.tolist()), 0) for r in x]) * 2 - 1 + self.bias
moon_model = Exact()
"""


@pytest.mark.parametrize(
    ("notebook", "blanks"),
    [
        ("01_moons", {"name": "moon_model", "classes": 1, "answer": "2 * nearest - 1",
                      "squeeze": "[:, 0]"}),
        ("03_spirals", {"name": "spiral_model", "classes": 3, "squeeze": "",
                        "answer": "nn.functional.one_hot(nearest, 3).float()"}),
    ],
)  # fmt: skip
def test_a_nearest_neighbour_in_buffers_has_learned_nothing(
    notebook: str, blanks: dict[str, object]
) -> None:
    part = "moons_train" if "moons" in notebook else "spirals_train"
    lesson = play(notebook, until=part, **{part: NEAREST.format(**blanks)})
    verdict = lesson.verdict(f"check_{part}_accuracy")
    assert (verdict.outcome, verdict.code) == ("not_yet", "train_parameters_unused"), verdict.text()


def test_a_table_of_the_rows_does_not_hold_on_fresh_draws() -> None:
    lesson = play("01_moons", until="moons_train", moons_train=EXACT)
    verdict = lesson.verdict("check_moons_train_accuracy")
    assert (verdict.outcome, verdict.code) == ("not_yet", "train_not_general"), verdict.text()


def test_a_model_that_fitted_the_test_rows_alone_does_not_hold_on_fresh_draws() -> None:
    bumps = """
class Bumps(nn.Module):  # one narrow bump on each test row: it learns rows, and no pattern
    def __init__(self):
        super().__init__()
        self.register_buffer("centres", X_test.clone())
        self.heights = nn.Parameter(torch.zeros(len(X_test), 3))
    def forward(self, x):
        return torch.exp(-torch.cdist(x, self.centres) ** 2 / 1e-5) @ self.heights
torch.manual_seed(0)
spiral_model = Bumps()
"""
    lesson = play(
        "03_spirals", until="spirals_train", spirals_model=bumps,
        spirals_train=spiral_loop(epochs=60, rows="_test"),
    )  # fmt: skip
    verdict = lesson.verdict("check_spirals_train_accuracy")
    assert (verdict.outcome, verdict.code) == ("not_yet", "train_on_test_rows"), verdict.text()


def test_a_model_that_forbids_copies_cannot_hide_behind_that() -> None:
    source = NEAREST.format(
        name="moon_model", classes=1, answer="2 * nearest - 1", squeeze="[:, 0]"
    )
    for body in ("1 / 0", "self"):
        forbidding = f"\nNearest.__deepcopy__ = lambda self, memo: {body}"
        lesson = play("01_moons", until="moons_train", moons_train=source + forbidding)
        before = lesson.names["moon_model"].unused.weight.clone()
        assert lesson.verdict("check_moons_train_accuracy").code == "train_no_copy"
        assert (lesson.names["moon_model"].unused.weight == before).all()


def test_a_model_made_anew_may_get_the_old_ones_address() -> None:
    lesson = play("01_moons", until="moons_train", moons_train=loop(epochs=21))
    for _ in range(4):  # ids are used again soon
        lesson.answer("moons_model", solution("moons_model"))
        lesson.answer("moons_loss_optimizer", solution("moons_loss_optimizer"))
        verdict = lesson.verdict("check_moons_train_accuracy")
        assert verdict.code in ("train_model_made_anew", "train_no_training"), verdict


def test_the_bars_are_those_of_the_design() -> None:
    # Straight lines score .887 and .53 on fresh rows; honest models that pass, .931 and .843.
    assert 0.887 < MOONS.fresh_bar < 0.931 < MOONS.pass_above
    assert 0.53 < SPIRALS.fresh_bar < 0.843 < SPIRALS.pass_above
    assert (MOONS.fresh_draws, MOONS.rows) == (5, 1000)
    assert (SPIRALS.fresh_draws, SPIRALS.rows) == (5, 300)
    # Zeroing drops honest models to .50 and .37 at most, and leaves look-up tables at 1.
    assert 0.50 < MOONS.zeroed_bar < 1
    assert 0.37 < SPIRALS.zeroed_bar < 1
    from autograder.checks.judges.tanh import TOLERANCE
    from autograder.checks.registry import questions

    points = questions("check_tanh_values", 1)["points"]
    assert TOLERANCE == 1e-5
    assert points.shape == (400,)
    assert points.dtype == "float32"
    assert abs(points).max() <= 10


def test_fresh_draws_are_never_those_of_a_small_seed() -> None:
    from autograder.checks.datasets import PUBLIC_SEED, fresh

    assert PUBLIC_SEED.bit_length() > 64
    for seed in (0, 42, PUBLIC_SEED):
        assert not (fresh(SPIRALS, seed)[0][:300] == fresh(SPIRALS, seed + 1)[0][:300]).all()


@pytest.mark.parametrize(
    ("notebook", "answer"),
    [("01_moons", "(2 * near - 1)"), ("03_spirals", "nn.functional.one_hot(near, 3).float()")],
)
def test_a_table_times_a_parameter_and_rows_as_parameters(notebook: str, answer: str) -> None:
    part = "moons_train" if "moons" in notebook else "spirals_train"
    name = "moon_model" if "moons" in notebook else "spiral_model"
    for rows, scale, code in (
        ("X_train.clone()", "* self.scale", "train_parameters_unused"),
        ("nn.Parameter(X_train.clone())", "", "train_no_training"),
    ):
        table = f"""class Table(nn.Module):
    def __init__(self):
        super().__init__()
        self.scale, self.rows = nn.Parameter(torch.ones(1)), {rows}
        self.labels = y_train.clone()
    def forward(self, x):
        near = self.labels[torch.cdist(x, self.rows).argmin(1)]
        return {answer} {scale}
{name} = Table()"""
        lesson = play(notebook, until=part, **{part: table})
        verdict = lesson.verdict(f"check_{part}_accuracy")
        assert (verdict.outcome, verdict.code) == ("not_yet", code), verdict.text()


@pytest.mark.parametrize("how", ["p -= 0.5 * p.grad", "p.data = p.data - 0.5 * p.grad"])
def test_a_loop_without_an_optimizer_is_a_training_too(how: str) -> None:
    source = f"""for epoch in range(1500):
    loss = loss_fn(moon_model(X_train).squeeze(1), y_train)
    moon_model.zero_grad()
    loss.backward()
    with torch.no_grad():
        for p in moon_model.parameters():
            {how}
moon_model.zero_grad()"""
    lesson = play("01_moons", until="moons_train", moons_train=source)
    assert lesson.verdict("check_moons_train_accuracy").passed


#: Ways to keep a look-up table from being found out, with what a check finds.
HIDING = {
    # The parameters are looked at: zero means that a check asks.
    "zeros noticed": ("self.unused.weight.abs().sum() == 0", "train_parameters_unused"),
    # Any other parameters than one's own mean that a check asks.
    "changes noticed": ("not torch.equal(self.unused.weight, own)", "train_parameters_probed"),
}


@pytest.mark.parametrize(("notices", "code"), HIDING.values(), ids=HIDING)
def test_a_table_that_looks_whether_it_is_being_checked(notices: str, code: str) -> None:
    source = NEAREST.format(
        name="moon_model", classes=1, answer="2 * nearest - 1", squeeze="[:, 0]"
    ).replace(
        "    def forward(self, x):\n",
        f"    def forward(self, x):\n        if {notices}:\n            return 0 * x.sum(1)\n",
    )
    source += "own = moon_model.unused.weight.detach().clone()\n"
    lesson = play("01_moons", until="moons_train", moons_train=source)
    verdict = lesson.verdict("check_moons_train_accuracy")
    assert (verdict.outcome, verdict.code) == ("not_yet", code), verdict.text()


# --- which cell it is ----------------------------------------------------------------------------

LINE_PASTED_OVER = {
    "jupyterlab": lambda part: {"cellId": part},
    "colab": lambda part: {"colab": {"cell_id": part}},
}


@pytest.mark.parametrize("sends", LINE_PASTED_OVER.values(), ids=list(LINE_PASTED_OVER))
@pytest.mark.parametrize("line", ["", "# Exercise 1: as it was in another course\n"])
def test_a_cell_is_known_by_the_id_that_a_front_end_sends(sends, line) -> None:
    lesson = play("01_moons", until="moons_outputs")
    for part, source in (("moons_train", loop(epochs=121)), ("moons_plot", "print('nothing')")):
        lesson.shell.parent_header = {"metadata": sends(part)}
        lesson.run(line + source)
    assert [run.exercise for run in lesson.runs[-2:]] == ["4b", "5"]
    assert lesson.verdict("check_moons_train_progress").passed
    assert lesson.verdict("check_moons_plot").code == "plot_nothing_drawn"


VS_CODE = {"metadata": {"cellId": "vscode-notebook-cell:/n.ipynb#W0"}}


@pytest.mark.parametrize(
    "sent", [None, {}, {"metadata": None}, {"metadata": {"cellId": ["4b"]}}, VS_CODE]
)
def test_where_none_is_sent_the_line_tells(sent) -> None:
    lesson = Lesson("01_moons", until=None)
    lesson.shell.parent_header = sent
    lesson.run("# Exercise 4b\nx = 3")
    lesson.run("x = 3")
    assert [run.exercise for run in lesson.runs[-2:]] == ["4b", None]


def test_no_verdict_is_called_the_error_of_a_cell_without_its_line() -> None:
    lesson = Lesson("01_moons", until=None)
    lesson.run("import autograder.checks")
    lesson.run("X = [")
    for check in ("check_moons_data_tensors", "check_moons_data_split"):
        lesson.run(f"autograder.checks.check({check!r}, globals())")
        assert lesson.verdict(check).code == "raised_syntax"


# --- compiled models -----------------------------------------------------------------------------

#: A compiler that works for nobody.
BROKEN = """
def broken(graph, inputs):
    raise RuntimeError("no compiler")
"""


@pytest.mark.parametrize(
    "how", ["moon_model = torch.compile(moon_model, backend=broken)",
            "moon_model.compile(backend=broken)",
            "moon_model.forward = torch.compile(moon_model.forward, backend=broken)"]
)  # fmt: skip
def test_no_check_compiles_a_model_to_ask_it(how: str) -> None:
    lesson = play("01_moons", until="moons_loss_optimizer")
    lesson.run(f"{BROKEN}{how}")
    for check in ("check_moons_model_outputs", "check_moons_model_nonlinear"):
        assert lesson.verdict(check).passed
    assert lesson.run("plot_decision_boundary(moon_model, X_test, y_test)").success
    assert not lesson.run("moon_model(X_test)").success  # the learner's own call is as it was


@pytest.mark.parametrize("dataset", [MOONS, SPIRALS])
def test_one_row_too_few_is_told(dataset: Dataset) -> None:
    rows = dataset.rows // 5
    most = next(n for n in range(rows, 0, -1) if not n / rows > dataset.pass_above)
    words = f" ({most} of {rows}: one more row is needed)"
    assert facts_of(dataset, {"test": most / rows})["test"] == f"{most / rows:.1%}{words}"
    for other in (most - 1, most + 1):
        assert facts_of(dataset, {"test": other / rows})["test"] == f"{other / rows:.1%}"


def test_a_learner_who_lacks_one_row_reads_so() -> None:
    """The recipe, seed and split with which 57 of 60 were reached."""
    lesson = play(
        "03_spirals", until="spirals_train",
        spirals_model="torch.manual_seed(42)\nspiral_model = nn.Sequential(nn.Linear(2, 10), "
        "nn.ReLU(), nn.Linear(10, 10), nn.ReLU(), nn.Linear(10, 3))",
        spirals_loss_optimizer="loss_fn = nn.CrossEntropyLoss()" + ADAM.format("spiral_model", .01),
        spirals_train=spiral_loop(epochs=1000),
    )  # fmt: skip
    verdict = lesson.verdict("check_spirals_train_accuracy")
    outputs = lesson.names["spiral_model"](lesson.names["X_test"])
    right = int((outputs.argmax(1) == lesson.names["y_test"]).sum())
    assert ("57 of 60: one more row" in verdict.message) == (right == 57)
