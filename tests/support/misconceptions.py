"""Wrong answers as people write them, by exercise, each with the code of its message."""

from __future__ import annotations

from typing import Any

from tests.support.playing import loop, spiral_loop

# --- exercise 1 and 7a: data -----------------------------------------------------------------
MOONS = "from sklearn.datasets import make_moons\n"

DRAW = MOONS + "X, y = make_moons(1000, noise=0.07, random_state=42)\n"

TENSORS = (
    "X = torch.tensor(X, dtype=torch.float32)\n"
    "y = torch.tensor(y, dtype=torch.float32)\n"
)  # fmt: skip

SPLIT = (
    "X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.2, random_state=42)\n"
)

SPIRALS = (
    "X = torch.tensor(spiral_points, dtype=torch.float32)\n"
    "y = torch.tensor(spiral_classes, dtype=torch.int64)\n"
)

DATA: list[tuple[Any, ...]] = [
    ("numpy-arrays", "moons_data", DRAW + SPLIT,
     "tensors", "not_yet", "data_not_tensors"),
    ("tensors-after-the-split-only", "moons_data",
     DRAW + SPLIT + "X_train, X_test = torch.tensor(X_train).float(), torch.tensor(X_test).float()",
     "tensors", "not_yet", "data_not_tensors"),
    ("float64-features", "moons_data",
     DRAW + "X = torch.from_numpy(X)\ny = torch.from_numpy(y).float()\n" + SPLIT,
     "tensors", "not_yet", "data_features_dtype"),
    ("int64-labels-for-moons", "moons_data",
     DRAW + "X = torch.from_numpy(X).float()\ny = torch.from_numpy(y)\n" + SPLIT,
     "tensors", "not_yet", "data_labels_dtype"),
    ("float-labels-for-spirals", "spirals_data",
     SPIRALS + "y = y.float()\n" + SPLIT,
     "tensors", "not_yet", "data_labels_float"),
    ("int32-labels-for-spirals", "spirals_data",
     SPIRALS + "y = y.int()\n" + SPLIT,
     "tensors", "not_yet", "data_labels_dtype"),
    ("noise-a-tenth", "moons_data",
     MOONS + "X, y = make_moons(1000, noise=0.1, random_state=42)\n" + TENSORS + SPLIT,
     "split", "not_yet", "data_noise"),
    ("noise-forgotten", "moons_data",
     MOONS + "X, y = make_moons(n_samples=1000, random_state=42)\n" + TENSORS + SPLIT,
     "split", "not_yet", "data_noise"),
    ("random-state-zero", "moons_data",
     MOONS + "X, y = make_moons(1000, noise=0.07, random_state=0)\n" + TENSORS + SPLIT,
     "split", "not_yet", "data_random_state"),
    ("random-state-forgotten", "moons_data",
     MOONS + "X, y = make_moons(1000, noise=0.07)\n" + TENSORS + SPLIT,
     "split", "not_yet", "data_random_state"),
    ("hundred-samples", "moons_data",
     MOONS + "X, y = make_moons(noise=0.07, random_state=42)\n" + TENSORS + SPLIT,
     "split", "not_yet", "data_sample_count"),
    ("thousand-for-each-moon", "moons_data",
     MOONS + "X, y = make_moons((1000, 1000), noise=0.07, random_state=42)\n" + TENSORS + SPLIT,
     "split", "not_yet", "data_sample_count"),
    ("test-size-four-fifths", "moons_data",
     DRAW + TENSORS + SPLIT.replace("test_size=0.2", "test_size=0.8"),
     "split", "not_yet", "data_sizes_swapped"),
    ("train-and-test-names-swapped", "moons_data",
     DRAW + TENSORS + SPLIT.replace("X_train, X_test, y_train, y_test",
                                    "X_test, X_train, y_test, y_train"),
     "split", "not_yet", "data_sizes_swapped"),
    ("default-quarter-for-testing", "moons_data",
     DRAW + TENSORS + SPLIT.replace("test_size=0.2, ", ""),
     "split", "not_yet", "data_split_ratio"),
    ("no-split-seed", "moons_data",
     DRAW + TENSORS + SPLIT.replace(", random_state=42", ""),
     "split", "not_yet", "data_split_seed"),
    ("stratified", "moons_data",
     DRAW + TENSORS + SPLIT.replace("random_state=42", "random_state=42, stratify=y"),
     "split", "not_yet", "data_split_seed"),
    ("spirals-without-split-seed", "spirals_data",
     SPIRALS + SPLIT.replace(", random_state=42", ""),
     "split", "not_yet", "data_split_seed"),
    ("unpacked-in-pairs", "moons_data",
     DRAW + TENSORS + SPLIT.replace("X_train, X_test, y_train, y_test",
                                    "X_train, y_train, X_test, y_test"),
     "split", "not_yet", "data_unpack_order"),
    ("unpacked-in-pairs-spirals", "spirals_data",
     SPIRALS + SPLIT.replace("X_train, X_test, y_train, y_test",
                             "X_train, y_train, X_test, y_test"),
     "split", "not_yet", "data_unpack_order"),
    ("labels-before-features", "moons_data",
     DRAW + TENSORS + SPLIT.replace("X_train, X_test, y_train, y_test",
                                    "y_train, y_test, X_train, X_test"),
     "split", "not_yet", "data_unpack_order"),
    ("labels-inverted", "moons_data",
     DRAW + "y = 1 - y\n" + TENSORS + SPLIT,
     "split", "not_yet", "data_labels_inverted"),
    ("labels-from-one", "moons_data",
     DRAW + "y = y + 1\n" + TENSORS + SPLIT,
     "tensors", "not_yet", "data_labels_from_one"),
    ("labels-from-one-spirals", "spirals_data",
     SPIRALS + "y += 1\n" + SPLIT,
     "tensors", "not_yet", "data_labels_from_one"),
    ("labels-minus-one-and-one", "moons_data",
     DRAW + "y = 2 * y - 1\n" + TENSORS + SPLIT,
     "tensors", "not_yet", "data_label_values"),
    ("labels-shuffled-alone", "moons_data",
     DRAW + TENSORS + "y = y[torch.randperm(1000)]\n" + SPLIT,
     "split", "not_yet", "data_pairs_broken"),
    ("two-split-calls", "moons_data",
     DRAW + TENSORS
     + "X_train, X_test = train_test_split(X, test_size=0.2, random_state=42)\n"
     + "y_train, y_test = train_test_split(y, test_size=0.2)\n",
     "split", "not_yet", "data_pairs_broken"),
    ("features-shuffled-first", "moons_data",
     DRAW + TENSORS + "order = torch.randperm(1000)\nX, y = X[order], y[order]\n" + SPLIT,
     "split", "not_yet", "data_rows_reordered"),
    ("spirals-split-without-shuffle", "spirals_data",
     SPIRALS + SPLIT.replace("random_state=42", "shuffle=False"),
     "split", "not_yet", "data_not_shuffled"),
    ("spirals-sliced-by-hand", "spirals_data",
     SPIRALS + "X_train, X_test, y_train, y_test = X[:240], X[240:], y[:240], y[240:]",
     "split", "not_yet", "data_not_shuffled"),
    ("two-arms-alone", "spirals_data",
     SPIRALS + "X, y = X[:200], y[:200]\n" + SPLIT,
     "tensors", "not_yet", "data_class_missing"),
    ("moons-sliced-by-hand", "moons_data",
     DRAW + TENSORS + "X_train, X_test, y_train, y_test = X[:800], X[800:], y[:800], y[800:]",
     "split", "not_yet", "data_not_shuffled"),
    ("test-rows-from-the-training-rows", "moons_data",
     DRAW + TENSORS + SPLIT + "X_test, y_test = X_train[:200], y_train[:200]",
     "split", "not_yet", "data_overlap"),
    ("split-rows-scaled", "moons_data",
     DRAW + TENSORS + SPLIT
     + "mean = X_train.mean(0)\nX_train, X_test = X_train - mean, X_test - mean",
     "split", "not_yet", "data_rows_unknown"),
    ("spirals-scaled", "spirals_data",
     SPIRALS + "X = X / X.std()\n" + SPLIT,
     "split", "not_yet", "data_spirals_changed"),
    ("one-feature-lost", "moons_data",
     DRAW + TENSORS + "X = X[:, :1]\n" + SPLIT,
     "tensors", "not_yet", "data_shape"),
    ("logarithm-of-features", "moons_data",
     DRAW + TENSORS + "X = torch.log(X)\n" + SPLIT,
     "split", "not_yet", "data_not_finite"),
    ("data-left-as-a-function", "moons_data",
     DRAW + "X, y = make_moons, 0\n" + "X_train = X_test = y_train = y_test = None",
     "split", "not_yet", "data_unreadable"),
]  # fmt: skip


# --- exercises 2 and 7b: model ---------------------------------------------------------------
def network(forward: str, out: int = 1, layers: str = "", name: str = "moon_model") -> str:
    """A class with three linear layers and the given body of `forward`."""
    return f"""
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(2, 16)
        self.fc2 = nn.Linear(16, 16)
        self.fc3 = nn.Linear(16, {out})
        self.relu = nn.ReLU()
        {layers or "pass"}

    def forward(self, x):
        {forward}

{name} = Net()
"""


BENT = "return self.fc3(self.relu(self.fc2(self.relu(self.fc1(x)))))"

STRAIGHT = "moon_model = nn.Sequential(nn.Linear(2, 16), nn.Linear(16, 16), nn.Linear(16, 1))"

ENDS_WITH = "moon_model = nn.Sequential(nn.Linear(2, 16), nn.ReLU(), nn.Linear(16, {out}), {last})"

MODELS: list[tuple[Any, ...]] = [
    ("no-activation", "moons_model", STRAIGHT,
     "nonlinear", "not_yet", "model_linear"),
    ("no-activation-but-dropout", "moons_model",
     "moon_model = nn.Sequential(nn.Linear(2, 16), nn.Dropout(0.2), nn.Linear(16, 1))",
     "nonlinear", "not_yet", "model_linear"),
    ("logistic-regression", "moons_model",
     "moon_model = nn.Sequential(nn.Linear(2, 1), nn.Sigmoid())",
     "nonlinear", "not_yet", "model_linear"),
    ("activation-made-and-never-used", "moons_model",
     network("return self.fc3(self.fc2(self.fc1(x)))"),
     "nonlinear", "not_yet", "model_activation_unused"),
    ("activation-result-thrown-away", "moons_model",
     network("x = self.fc1(x)\n        self.relu(x)\n        return self.fc3(self.fc2(x))"),
     "nonlinear", "not_yet", "model_activation_unused"),
    ("spirals-no-activation", "spirals_model",
     "spiral_model = nn.Sequential(nn.Linear(2, 32), nn.Linear(32, 3))",
     "nonlinear", "not_yet", "model_linear"),
    ("weights-all-zero", "moons_model",
     network(BENT) + "for p in moon_model.parameters():\n    nn.init.zeros_(p)",
     "nonlinear", "not_yet", "model_equal_weights"),
    ("weights-all-equal", "moons_model",
     network(BENT) + "for p in moon_model.parameters():\n    nn.init.constant_(p, -1.0)",
     "nonlinear", "not_yet", "model_equal_weights"),
    ("all-training-rows-in-forward", "moons_model", network(BENT.replace("(x)", "(X_train)")),
     "nonlinear", "not_yet", "argument_unused"),
    ("one-training-row-in-forward", "moons_model", network(BENT.replace("(x)", "(X_train[:1])")),
     "outputs", "not_yet", "argument_unused"),
    ("another-argument-in-forward", "moons_model",
     "x = X_train[:256]\n" + network(BENT).replace("forward(self, x)", "forward(self, inputs)"),
     "nonlinear", "not_yet", "argument_unused"),
    ("a-mean-over-the-rows", "moons_model", network(BENT + ".mean(dim=0)"),
     "outputs", "not_yet", "model_rows"),
    ("nothing-returned-by-forward", "moons_model", network(BENT.replace("return ", "x = ")),
     "outputs", "not_yet", "model_rows"),
    ("init-with-single-underscores", "moons_model",
     network(BENT).replace("__init__(self)", "_init_(self)"),
     "outputs", "raised", "raised_init_name"),
    ("a-near-name", "moons_model", network(BENT, name="moons_model"),
     "outputs", "not_yet", "name_missing_near"),
    ("x-is-not-used", "moons_model",
     network("return self.fc3(self.relu(self.fc2(torch.ones(len(x), 16))))"),
     "nonlinear", "not_yet", "model_constant"),
    ("square-root-of-features", "moons_model", network("x = x.sqrt()\n        " + BENT),
     "outputs", "not_yet", "model_nan"),
    ("nan-in-the-bend", "moons_model", network("x = x.log()\n        " + BENT),
     "nonlinear", "not_yet", "model_nan"),
    ("relu-at-the-end", "moons_model", ENDS_WITH.format(out=1, last="nn.ReLU()"),
     "outputs", "not_yet", "model_relu_output"),
    ("relu-at-the-end-by-clamp", "moons_model",
     "torch.manual_seed(0)\n"  # in one start out of many, all outputs are positive by chance
     + network("x = self.fc2(self.relu(self.fc1(x)))\n        return self.fc3(x).clamp(min=0)"),
     "outputs", "not_yet", "model_relu_output"),
    ("relu-at-the-end-spirals", "spirals_model",
     network("return F.relu(self.fc3(F.relu(self.fc1(x))))", 3, name="spiral_model").replace(
         "\nclass", "import torch.nn.functional as F\n\nclass"),
     "outputs", "not_yet", "model_relu_output"),
    ("softmax-of-one", "moons_model", ENDS_WITH.format(out=1, last="nn.Softmax(dim=1)"),
     "outputs", "not_yet", "model_softmax_of_one"),
    ("argmax-inside", "spirals_model",
     network("return self.fc3(self.relu(self.fc1(x))).argmax(dim=1)", 3, name="spiral_model"),
     "outputs", "not_yet", "model_argmax_inside"),
    ("argmax-of-two-inside", "moons_model",
     network("return self.fc3(self.relu(self.fc1(x))).argmax(dim=1).float()", 2),
     "outputs", "not_yet", "model_argmax_inside"),
    ("rounded-inside", "moons_model",
     network("return torch.round(torch.sigmoid(self.fc3(self.relu(self.fc1(x)))))"),
     "outputs", "not_yet", "model_argmax_inside"),
    ("rounded-inside-to-one-number", "moons_model",
     network("return torch.round(torch.sigmoid(0.01 * self.fc3(self.relu(self.fc1(x))) - 1))"),
     "outputs", "not_yet", "model_argmax_inside"),
    ("detached-inside", "moons_model", network(BENT + ".detach()"),
     "outputs", "not_yet", "model_no_gradient"),
    ("no-grad-inside", "moons_model",
     network("with torch.no_grad():\n            " + BENT),
     "outputs", "not_yet", "model_no_gradient"),
    ("two-inputs-two-outputs-three", "moons_model", network(BENT, 3),
     "outputs", "not_yet", "model_outputs_moons"),
    ("one-output-for-spirals", "spirals_model", network(BENT, 1, name="spiral_model"),
     "outputs", "not_yet", "model_outputs_spirals"),
    ("two-outputs-for-spirals", "spirals_model", network(BENT, 2, name="spiral_model"),
     "outputs", "not_yet", "model_outputs_spirals"),
    ("super-init-forgotten", "moons_model",
     network(BENT).replace("        super().__init__()\n", ""),
     "outputs", "raised", "raised_super_init"),
    ("no-forward", "moons_model",
     network(BENT).replace("def forward", "def predict"),
     "outputs", "raised", "raised_no_forward"),
    ("inner-sizes", "moons_model",
     "moon_model = nn.Sequential(nn.Linear(2, 16), nn.ReLU(), nn.Linear(8, 1))",
     "outputs", "raised", "raised_inner_sizes"),
    ("brackets-forgotten", "moons_model",
     network(BENT).replace("= Net()", "= Net"),
     "outputs", "not_yet", "model_is_class"),
    ("a-function", "moons_model", "def moon_model(x):\n    return x[:, 0]",
     "outputs", "not_yet", "model_not_module"),
    ("an-activation-alone", "moons_model", "moon_model = nn.ReLU()",
     "outputs", "not_yet", "model_no_parameters"),
    ("layers-in-a-plain-list", "moons_model",
     network("return self.steps[1](self.relu(self.steps[0](x)))").replace(
         "self.fc1 = nn.Linear(2, 16)", "self.steps = [nn.Linear(2, 16), nn.Linear(16, 1)]"
     ).replace("        self.fc2 = nn.Linear(16, 16)\n", "").replace(
         "        self.fc3 = nn.Linear(16, 1)\n", ""),
     "outputs", "not_yet", "model_no_parameters"),
    ("another-name", "moons_model", network(BENT, name="model"),
     "outputs", "not_yet", "name_missing"),
    ("a-typing-error", "moons_model", network(BENT).replace("nn.ReLU", "nn.Relu"),
     "outputs", "raised", "raised_attribute_near"),
    ("a-layer-under-two-names", "moons_model", network(BENT.replace("fc2", "fc_2")),
     "outputs", "raised", "raised_attribute_near"),
]  # fmt: skip

# --- exercises 3 and 7c: loss and optimizer --------------------------------------------------
ADAM = "\noptimizer = torch.optim.Adam(moon_model.parameters(), lr=0.01)"

SPIRAL_ADAM = ADAM.replace("moon", "spiral")

SIGMOID_MODEL = {"moons_model": ENDS_WITH.format(out=1, last="nn.Sigmoid()")}

SOFTMAX_MODEL = {
    "spirals_model": ENDS_WITH.format(out=3, last="nn.Softmax(dim=1)").replace("moon", "spiral")
}

LOSSES: list[tuple[Any, ...]] = [
    ("bce-on-logits", "moons_loss_optimizer", "loss_fn = nn.BCELoss()" + ADAM,
     "loss", "not_yet", "loss_bce_on_logits"),
    ("sigmoid-twice", "moons_loss_optimizer", "loss_fn = nn.BCEWithLogitsLoss()" + ADAM,
     "loss", "not_yet", "loss_sigmoid_twice", SIGMOID_MODEL),
    ("softmax-twice", "spirals_loss_optimizer", "loss_fn = nn.CrossEntropyLoss()" + SPIRAL_ADAM,
     "loss", "not_yet", "loss_softmax_twice", SOFTMAX_MODEL),
    ("cross-entropy-with-one-logit", "moons_loss_optimizer",
     "loss_fn = nn.CrossEntropyLoss()" + ADAM,
     "loss", "not_yet", "loss_cross_entropy_one_logit"),
    ("softmax-over-the-rows", "moons_loss_optimizer",
     "def loss_fn(logits, y):\n    p = torch.softmax(logits.squeeze(), dim=0)\n"
     "    return -(y * p.log() + (1 - y) * (1 - p).log()).mean()" + ADAM,
     "loss", "not_yet", "loss_over_rows"),
    ("no-labels-in-it", "spirals_loss_optimizer",
     "def loss_fn(logits, y):\n    return -logits.mean()" + SPIRAL_ADAM,
     "loss", "not_yet", "loss_without_labels"),
    ("mean-squared-error", "moons_loss_optimizer", "loss_fn = nn.MSELoss()" + ADAM,
     "loss", "not_yet", "loss_mse"),
    ("mean-absolute-error", "moons_loss_optimizer", "loss_fn = nn.L1Loss()" + ADAM,
     "loss", "not_yet", "loss_mse"),
    ("mse-on-probabilities", "moons_loss_optimizer", "loss_fn = nn.MSELoss()" + ADAM,
     "loss", "not_yet", "loss_mse_probabilities", SIGMOID_MODEL),
    ("mse-for-spirals", "spirals_loss_optimizer", "loss_fn = nn.MSELoss()" + SPIRAL_ADAM,
     "loss", "not_yet", "loss_mse"),
    ("binary-loss-for-spirals", "spirals_loss_optimizer",
     "loss_fn = nn.BCEWithLogitsLoss()" + SPIRAL_ADAM,
     "loss", "not_yet", "loss_binary_for_many"),
    ("nll-on-logits", "spirals_loss_optimizer", "loss_fn = nn.NLLLoss()" + SPIRAL_ADAM,
     "loss", "not_yet", "loss_nll"),
    ("sign-of-the-loss", "moons_loss_optimizer",
     "bce = nn.BCEWithLogitsLoss()\ndef loss_fn(a, b):\n    return -bce(a, b)" + ADAM,
     "loss", "not_yet", "loss_sign"),
    ("sign-forgotten-in-a-loss-of-ones-own", "moons_loss_optimizer",
     "def loss_fn(z, y):\n    p = z.sigmoid()\n"
     "    return (y * p.log() + (1 - y) * (1 - p).log()).mean()" + ADAM,
     "loss", "not_yet", "loss_sign"),
    ("a-loss-that-raises", "moons_loss_optimizer",
     "def loss_fn(z, y):\n    return z.cross_entropy(y)" + ADAM,
     "loss", "raised", "raised_attribute"),
    ("absolute-error-on-probabilities", "moons_loss_optimizer", "loss_fn = nn.L1Loss()" + ADAM,
     "loss", "not_yet", "loss_mse_probabilities", SIGMOID_MODEL),
    ("loss-class-without-brackets", "moons_loss_optimizer",
     "loss_fn = nn.BCEWithLogitsLoss" + ADAM,
     "loss", "not_yet", "loss_is_class"),
    ("loss-by-name", "moons_loss_optimizer", "loss_fn = 'bce'" + ADAM,
     "loss", "not_yet", "loss_not_callable"),
    ("loss-under-another-name", "moons_loss_optimizer",
     "criterion = nn.BCEWithLogitsLoss()" + ADAM,
     "loss", "not_yet", "name_missing"),
    ("optimizer-of-another-model", "moons_loss_optimizer",
     "loss_fn = nn.BCEWithLogitsLoss()\n"
     "optimizer = torch.optim.Adam(nn.Linear(2, 1).parameters(), lr=0.01)",
     "optimizer", "not_yet", "optimizer_other_model"),
    ("optimizer-of-a-second-copy", "spirals_loss_optimizer",
     "loss_fn = nn.CrossEntropyLoss()\n"
     "optimizer = torch.optim.Adam(SpiralModel().parameters(), lr=0.02)",
     "optimizer", "not_yet", "optimizer_other_model"),
    ("optimizer-of-the-last-layer", "moons_loss_optimizer",
     "loss_fn = nn.BCEWithLogitsLoss()\n"
     "optimizer = torch.optim.SGD(moon_model.layers[4].parameters(), lr=0.1)",
     "optimizer", "not_yet", "optimizer_partial"),
    ("optimizer-by-name", "moons_loss_optimizer",
     "loss_fn = nn.BCEWithLogitsLoss()\noptimizer = 'adam'",
     "optimizer", "not_yet", "optimizer_not_optimizer"),
    ("optimizer-class-alone", "moons_loss_optimizer",
     "loss_fn = nn.BCEWithLogitsLoss()\noptimizer = torch.optim.Adam",
     "optimizer", "not_yet", "optimizer_is_class"),
    ("learning-rate-zero", "moons_loss_optimizer",
     "loss_fn = nn.BCEWithLogitsLoss()\n"
     "optimizer = torch.optim.SGD(moon_model.parameters(), lr=0)",
     "optimizer", "not_yet", "optimizer_rate"),
    ("an-optimizer-that-stands-still", "moons_loss_optimizer",
     "loss_fn = nn.BCEWithLogitsLoss()\nclass Idle(torch.optim.SGD):\n"
     "    def step(self, closure=None):\n        pass\n"
     "optimizer = Idle(moon_model.parameters(), lr=0.1)",
     "optimizer", "not_yet", "optimizer_still"),
    ("an-optimizer-for-no-model", "moons_loss_optimizer",
     "loss_fn = nn.BCEWithLogitsLoss()\n"
     "optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.1)\n"
     "moon_model = 3",
     "optimizer", "not_yet", "model_not_module"),
]  # fmt: skip

# --- exercise 4a: logits, probabilities, labels ----------------------------------------------
ASK = "with torch.no_grad():\n    y_logits = moon_model(X_train[:10]).squeeze(1)\n"

PROBS = "y_probs = torch.sigmoid(y_logits)\n"

OUTPUTS: list[tuple[Any, ...]] = [
    ("all-rows", "moons_outputs",
     ASK.replace("[:10]", "[:100]") + PROBS + "y_labels = y_probs.round()",
     "", "not_yet", "outputs_row_count"),
    ("rows-of-x", "moons_outputs",
     ASK.replace("X_train", "X") + PROBS + "y_labels = y_probs.round()",
     "", "not_yet", "outputs_wrong_rows"),
    ("rows-of-the-test-set", "moons_outputs",
     ASK.replace("X_train", "X_test") + PROBS + "y_labels = y_probs.round()",
     "", "not_yet", "outputs_not_the_models"),
    ("sigmoid-in-the-logits", "moons_outputs",
     ASK + "y_logits = torch.sigmoid(y_logits)\ny_probs = y_logits\ny_labels = y_probs.round()",
     "", "not_yet", "outputs_logits_are_probabilities"),
    ("sigmoid-twice-in-the-probabilities", "moons_outputs",
     ASK + "y_probs = torch.sigmoid(torch.sigmoid(y_logits))\ny_labels = y_probs.round()",
     "", "not_yet", "outputs_sigmoid_twice"),
    ("sigmoid-after-a-sigmoid-model", "moons_outputs", ASK + PROBS + "y_labels = y_probs.round()",
     "", "not_yet", "outputs_probs_already", SIGMOID_MODEL),
    ("softmax-of-one-logit", "moons_outputs",
     "y_logits = moon_model(X_train[:10])\n"
     "y_probs = torch.softmax(y_logits, dim=1)\ny_labels = y_probs.round()",
     "", "not_yet", "outputs_softmax_of_one"),
    ("softmax-over-the-rows", "moons_outputs",
     ASK + "y_probs = torch.softmax(y_logits, dim=0)\ny_labels = y_probs.round()",
     "", "not_yet", "outputs_probs_wrong"),
    ("labels-are-rounded-logits", "moons_outputs", ASK + PROBS + "y_labels = y_logits.round()",
     "", "not_yet", "outputs_labels_from_logits",
     {"moons_model": network(BENT) + "with torch.no_grad():\n    moon_model.fc3.weight.mul_(9)"}),
    ("labels-are-probabilities", "moons_outputs", ASK + PROBS + "y_labels = y_probs",
     "", "not_yet", "outputs_labels_not_whole"),
    ("labels-the-other-way-round", "moons_outputs",
     ASK + PROBS + "y_labels = (y_probs < 0.5).float()",
     "", "not_yet", "outputs_labels_wrong"),
    ("one-label-for-all", "moons_outputs", ASK + PROBS + "y_labels = y_probs.argmax().reshape(1)",
     "", "not_yet", "outputs_row_count"),
    ("probabilities-for-two-columns", "moons_outputs",
     ASK + "y_probs = torch.stack([1 - y_logits.sigmoid(), y_logits.sigmoid()], 1)\n"
     "y_labels = y_probs.argmax(1)",
     "", "not_yet", "outputs_shape_probs"),
    ("labels-in-two-columns", "moons_outputs",
     ASK + PROBS + "y_labels = torch.stack([y_probs, y_probs], 1).round()",
     "", "not_yet", "outputs_shape_labels"),
    ("logits-doubled", "moons_outputs",
     ASK + "y_logits = torch.stack([y_logits, y_logits], 1)\n" + PROBS
     + "y_labels = y_probs.round()",
     "", "not_yet", "outputs_shape"),
    ("a-list-of-labels", "moons_outputs", ASK + PROBS + "y_labels = y_probs.round().tolist()",
     "", "not_yet", "outputs_not_tensors"),
    ("logits-are-nan", "moons_outputs", ASK + PROBS + "y_labels = y_probs.round()",
     "", "not_yet", "outputs_nan", {"moons_model": network("return self.fc3(self.fc1(x).log())")}),
]  # fmt: skip

# --- exercises 4b and 7d: training -----------------------------------------------------------
BCE = "loss_fn = nn.BCEWithLogitsLoss()\noptimizer = "

SGD = BCE + "torch.optim.SGD(moon_model.parameters(), lr={rate})"

SMALL = (
    "torch.manual_seed(0)\nmoon_model = nn.Sequential(nn.Linear(2, 2), nn.ReLU(), nn.Linear(2, 1))"
)

TRAINING: list[tuple[Any, ...]] = [
    ("no-backward", "moons_train", loop(epochs=21, backward="pass"),
     "accuracy", "not_yet", "train_no_backward"),
    ("backward-commented-out", "spirals_train",
     spiral_loop(epochs=21, backward="# loss.backward()"),
     "accuracy", "not_yet", "train_no_backward"),
    ("no-step", "moons_train", loop(epochs=21, step="pass"),
     "accuracy", "not_yet", "train_no_step"),
    ("step-without-brackets", "moons_train", loop(epochs=21, step="optimizer.step"),
     "accuracy", "not_yet", "train_no_step"),
    ("no-step-progress", "moons_train", loop(epochs=21, step="pass"),
     "progress", "not_yet", "progress_no_steps"),
    ("no-training-at-all", "moons_train", "print('done')",
     "accuracy", "not_yet", "train_no_training"),
    ("model-made-anew-after-training", "moons_train",
     loop(epochs=60) + "\nmoon_model = MoonModel().to(device)",
     "accuracy", "not_yet", "train_model_made_anew"),
    ("another-model-trained", "moons_train",
     "other = MoonModel()\noptimizer = torch.optim.Adam(other.parameters(), lr=0.01)"
     + loop(model="other", epochs=21),
     "accuracy", "not_yet", "train_other_model"),
    ("another-models-optimizer", "moons_train", loop(epochs=21),
     "accuracy", "not_yet", "train_optimizer_left_behind",
     {"moons_loss_optimizer": BCE + "torch.optim.Adam(MoonModel().parameters(), lr=0.01)"}),
    ("labels-flipped-in-the-loop", "moons_train", "y_train = 1 - y_train" + loop(epochs=150),
     "accuracy", "not_yet", "train_labels_inverted"),
    ("labels-flipped-in-a-short-loop", "moons_train", "y_train = 1 - y_train" + loop(epochs=20),
     "accuracy", "not_yet", "train_labels_inverted"),
    ("probability-of-the-other-class", "moons_train",
     loop(epochs=60).replace("loss_fn(logits, y_train)", "loss_fn(-logits, y_train)"),
     "accuracy", "not_yet", "train_labels_inverted"),
    ("float-labels-for-cross-entropy", "spirals_train", spiral_loop(epochs=5),
     "accuracy", "raised", "raised_float_labels",
     {"spirals_data": SPIRALS + "y = y.float()\n" + SPLIT}),
    ("integer-labels-for-bce-of-probabilities", "moons_train",
     loop(epochs=5).replace("loss_fn(logits", "nn.BCELoss()(logits.sigmoid()"),
     "accuracy", "raised", "raised_int_labels",
     {"moons_data": DRAW + TENSORS + "y = y.long()\n" + SPLIT}),
    ("int32-labels-for-cross-entropy", "spirals_train", spiral_loop(epochs=5),
     "accuracy", "raised", "raised_float_labels",
     {"spirals_data": SPIRALS + "y = y.int()\n" + SPLIT}),
    ("test-labels-for-training-outputs", "moons_train",
     loop(epochs=5).replace("== y_train", "== y_test"),
     "accuracy", "raised", "raised_sizes_differ"),
    ("item-of-all-losses", "moons_train",
     loop(epochs=5).replace("loss = loss_fn(logits, y_train)", "logits.item()"),
     "accuracy", "raised", "raised_item"),
    ("integer-labels-for-bce", "moons_train", loop(epochs=5),
     "accuracy", "raised", "raised_float_into_int",
     {"moons_data": DRAW + TENSORS + "y = y.long()\n" + SPLIT}),
    ("float64-features-in-the-loop", "moons_train", loop(epochs=5),
     "accuracy", "raised", "raised_double_features",
     {"moons_data": DRAW + TENSORS + "X = X.double()\n" + SPLIT}),
    ("not-squeezed", "moons_train", loop(epochs=5, squeeze=""),
     "accuracy", "raised", "raised_target_size"),
    ("labels-from-one-in-the-loop", "spirals_train",
     "y_train = y_train + 1" + spiral_loop(epochs=5),
     "accuracy", "raised", "raised_target_range"),
    ("one-hot-labels-by-mistake", "spirals_train",
     "y_train = y_train.unsqueeze(1)" + spiral_loop(epochs=5),
     "accuracy", "raised", "raised_one_row_per_class"),
    ("loss-of-labels", "moons_train",
     loop(epochs=5).replace("loss = loss_fn(logits, ", "loss = loss_fn((logits > 0).float(), "),
     "accuracy", "raised", "raised_no_gradient"),
    ("logits-outside-the-loop", "moons_train",
     "logits = moon_model(X_train).squeeze(1)\nloss = loss_fn(logits, y_train)\n"
     "for epoch in range(10):\n    optimizer.zero_grad()\n    loss.backward()",
     "accuracy", "raised", "raised_second_backward"),
    ("bce-raises-on-logits", "moons_train", loop(epochs=5),
     "accuracy", "raised", "raised_probabilities_needed",
     {"moons_loss_optimizer": "loss_fn = nn.BCELoss()" + ADAM}),
    ("numpy-of-the-logits", "moons_train",
     loop(epochs=5, zero_grad="guess = logits.numpy()"),
     "accuracy", "raised", "raised_numpy_gradient"),
    ("a-name-nobody-knows", "moons_train", loop(epochs=5).replace("loss_fn(", "criterion("),
     "accuracy", "raised", "raised_name"),
    ("model-and-data-on-two-devices", "moons_train",  # as CUDA says it; no GPU is needed here
     "raise RuntimeError('Expected all tensors to be on the same device, but found at least two "
     "devices, cuda:0 and cpu!')",
     "accuracy", "raised", "raised_devices"),
    ("no-progress", "moons_train", loop(epochs=21, report="pass"),
     "progress", "not_yet", "progress_none"),
    ("progress-after-the-loop", "moons_train",
     loop(epochs=21, report="pass") + "print('Epoch', epoch, loss.item(), acc, 0.2, test_acc)",
     "progress", "not_yet", "progress_once"),
    ("progress-every-hundred", "moons_train",
     loop(epochs=301, report="if epoch % 100 == 0: print(f'Epoch {epoch} loss {loss:.3f} '"
          "f'acc {acc} test loss {test_loss:.3f} acc {test_acc}')"),
     "progress", "not_yet", "progress_too_rare"),
    ("progress-invented", "moons_train",
     "loss = loss_fn(moon_model(X_train).squeeze(1), y_train)\nloss.backward()\n"
     "optimizer.step()\nfor n in range(0, 300, 10):\n"
     "    print(f'Epoch {n}: loss 0.{300 - n} accuracy 0.9 test 0.{300 - n} 0.9')",
     "progress", "not_yet", "progress_more_than_steps"),
    ("progress-of-the-loss-alone", "moons_train",
     loop(epochs=31, report="if epoch % 10 == 0: print(f'Epoch {epoch}: loss {loss.item():.4f}')"),
     "progress", "not_yet", "progress_few_numbers"),
    ("progress-without-the-test-set", "spirals_train",
     spiral_loop(epochs=31, report="if epoch % 10 == 0: print(f'Epoch {epoch}: {loss:.4f} {acc}')"),
     "progress", "not_yet", "progress_few_numbers"),
    ("nan-from-a-huge-rate", "moons_train", loop(epochs=30),
     "accuracy", "not_yet", "tried_adam",
     {"moons_model": "moon_model = nn.Sequential(nn.Linear(2, 64), nn.ELU(), nn.Linear(64, 1))",
      "moons_loss_optimizer": BCE + "torch.optim.SGD(moon_model.parameters(), lr=1e30)"}),
    # What trials on copies have shown.
    ("gradients-never-cleared", "spirals_train", spiral_loop(epochs=150, zero_grad="pass"),
     "accuracy", "not_yet", "tried_loop_differs",
     {"spirals_loss_optimizer": "loss_fn = nn.CrossEntropyLoss()\n"
      "optimizer = torch.optim.SGD(spiral_model.parameters(), lr=0.5)"}),
    ("too-few-epochs", "moons_train", loop(epochs=20),
     "accuracy", "not_yet", "tried_more"),
    ("too-few-epochs-spirals", "spirals_train", spiral_loop(epochs=15),
     "accuracy", "not_yet", "tried_more"),
    ("rate-too-high-for-adam", "spirals_train", spiral_loop(epochs=120),
     "accuracy", "not_yet", "tried_rate",
     {"spirals_loss_optimizer": "loss_fn = nn.CrossEntropyLoss()\n"
      "optimizer = torch.optim.Adam(spiral_model.parameters(), lr=5)"}),
    ("rate-too-low-for-adam", "moons_train", loop(epochs=120),
     "accuracy", "not_yet", "tried_rate",
     {"moons_loss_optimizer": BCE + "torch.optim.Adam(moon_model.parameters(), lr=0.00001)"}),
    ("rate-too-low-for-sgd", "moons_train", loop(epochs=120),
     "accuracy", "not_yet", "tried_rate", {"moons_loss_optimizer": SGD.format(rate=0.001)}),
    ("a-recipe-that-stalled", "moons_train", loop(epochs=220),
     "accuracy", "not_yet", "tried_units", {"moons_model": SMALL}),
    ("reports-without-an-epoch", "moons_train",
     loop(epochs=20, report="if epoch % 10 == 0: print('loss', loss.item(), acc)"),
     "progress", "not_yet", "progress_no_epoch"),
    ("a-straight-line-trained", "moons_train", loop(epochs=220),
     "accuracy", "not_yet", "tried_bends",
     {"moons_model": "moon_model = nn.Sequential(nn.Linear(2, 8), nn.Linear(8, 1))"}),
    ("an-error-after-some-steps", "moons_train",
     loop(epochs=20).rstrip() + "\n    if epoch == 15:\n        X_train[:, 7]",
     "accuracy", "raised", "raised_index"),
    ("somewhat-too-short", "moons_train", loop(epochs=150),
     "accuracy", "not_yet", "tried_units", {"moons_model": SMALL}),
    ("trained-on-the-test-rows", "spirals_train", spiral_loop(epochs=150, rows="_test"),
     "accuracy", "not_yet", "train_on_test_rows",
     {"spirals_model": "torch.manual_seed(0)\nspiral_model = nn.Sequential(\n"
      "    nn.Linear(2, 256), nn.Tanh(), nn.Linear(256, 256), nn.Tanh(), nn.Linear(256, 3))",
      "spirals_loss_optimizer": "loss_fn = nn.CrossEntropyLoss()\n"
      "optimizer = torch.optim.SGD(spiral_model.parameters(), lr=0.5)"}),
    ("trained-on-the-test-rows-briefly", "moons_train", loop(epochs=15, rows="_test"),
     "accuracy", "not_yet", "tried_more"),
    ("trained-on-all-rows-briefly", "moons_train", loop(epochs=15, rows=""),
     "accuracy", "not_yet", "tried_more"),
]  # fmt: skip

# --- exercises 5 and 7e: plots ---------------------------------------------------------------
PLOTS: list[tuple[Any, ...]] = [
    ("nothing-drawn", "moons_plot", "print('a picture')",
     "", "not_yet", "plot_nothing_drawn"),
    ("points-without-regions", "moons_plot",
     "plt.scatter(*X_train.T, c=y_train)\nplt.show()",
     "", "not_yet", "plot_no_regions"),
    ("training-rows-alone", "moons_plot",
     "plot_decision_boundary(moon_model, X_train, y_train)",
     "", "not_yet", "plot_set_missing"),
    ("points-invented", "moons_plot",
     "for n in (800, 200):\n    figure, ax = plt.subplots()\n"
     "    ax.imshow([[0, 0], [0, 1]])\n    ax.scatter(*torch.rand(2, n))",
     "", "not_yet", "plot_other_points"),
    ("both-sets-in-one-picture", "moons_plot",
     "for rows in ((X_train, y_train), (X_test, y_test)):\n"
     "    plot_decision_boundary(moon_model, *rows, ax=plt.gca())",
     "", "not_yet", "plot_one_axes"),
    ("the-test-rows-twice", "spirals_plot",
     "for _ in range(2):\n    plot_decision_boundary(spiral_model, X_test, y_test)",
     "", "not_yet", "plot_set_missing"),
]  # fmt: skip


# --- exercise 6: tanh ------------------------------------------------------------------------
def tanh(body: str) -> str:
    """The function with this body, and the imports that learners add."""
    return f"import math\nimport numpy as np\ndef tanh(x):\n    {body}\n"


EXPS = "a, b = torch.exp(x), torch.exp(-x)\n    return "

TANH: list[tuple[Any, ...]] = [
    ("sigmoid", tanh("return 1 / (1 + torch.exp(-x))"), "values", "not_yet", "tanh_sigmoid"),
    ("no-brackets", tanh(EXPS + "a - b / a + b"), "values", "not_yet", "tanh_brackets"),
    ("brackets-on-top-only", tanh(EXPS + "(a - b) / a + b"), "values", "not_yet", "tanh_brackets"),
    ("brackets-below-only", tanh(EXPS + "a - b / (a + b)"), "values", "not_yet", "tanh_brackets"),
    ("sign", tanh(EXPS + "(b - a) / (a + b)"), "values", "not_yet", "tanh_sign"),
    ("half", tanh("return (torch.exp(x) - 1) / (torch.exp(x) + 1)"),
     "values", "not_yet", "tanh_half"),
    ("double", tanh("e = torch.exp(4 * x)\n    return (e - 1) / (e + 1)"),
     "values", "not_yet", "tanh_double"),
    ("derivative", tanh(EXPS + "1 - ((a - b) / (a + b)) ** 2"),
     "values", "not_yet", "tanh_derivative"),
    ("swapped", tanh(EXPS + "(a + b) / (a - b)"), "values", "not_yet", "tanh_swapped"),
    ("sinh", tanh(EXPS + "(a - b) / 2"), "values", "not_yet", "tanh_sinh"),
    ("cosh", tanh(EXPS + "(a + b) / 2"), "values", "not_yet", "tanh_cosh"),
    ("tan", tanh("return torch.sin(x) / torch.cos(x)"), "values", "not_yet", "tanh_tan"),
    ("minus-missing-above", tanh(EXPS + "(a - a) / (a + b)"),
     "values", "not_yet", "tanh_exponent_sign"),
    ("minus-missing-below", tanh(EXPS + "(a - b) / (a + a)"),
     "values", "not_yet", "tanh_exponent_sign"),
    ("an-x-from-outside", "x = torch.linspace(-1, 1, 7)\n"
     + tanh(EXPS + "(a - b) / (a + b)").replace("tanh(x)", "tanh(z)"),
     "values", "not_yet", "argument_unused"),
    ("one-number-for-all", tanh("return torch.full_like(x, 0.5)"),
     "values", "not_yet", "tanh_constant"),
    ("same-signs", tanh(EXPS + "(a + b) / (a + b)"), "values", "not_yet", "tanh_same_signs"),
    ("identity", tanh("return x"), "values", "not_yet", "tanh_identity"),
    ("identity-is-not-made-of-anything", tanh("return x"), "pure", "not_yet",
     "tanh_values_first"),
    ("e-as-2.718", tanh("e = 2.718\n    return (e**x - e**-x) / (e**x + e**-x)"),
     "values", "not_yet", "tanh_coarse_e"),
    ("e-as-2.72", tanh("e = 2.72\n    return (e**x - e**-x) / (e**x + e**-x)"),
     "values", "not_yet", "tanh_coarse_e"),
    ("something-else", tanh("return x / (1 + x.abs())"), "values", "not_yet", "tanh_values_wrong"),
    ("numpy-inside", tanh("a, b = np.exp(x), np.exp(-x)\n    return (a - b) / (a + b)"),
     "gradient", "not_yet", "tanh_numpy_gradient"),
    ("numpy-inside-purity", tanh("a, b = np.exp(x), np.exp(-x)\n    return (a - b) / (a + b)"),
     "pure", "not_yet", "tanh_numpy"),
    ("numpy-on-a-detached-copy", tanh("return torch.from_numpy(np.tanh(x.detach().numpy()))"),
     "gradient", "not_yet", "tanh_library"),
    ("numpy-tanh-for-the-values", tanh("return torch.from_numpy(np.tanh(x.detach().numpy()))"),
     "values", "not_yet", "tanh_library"),
    ("numpy-tanh-on-a-detached-copy", tanh("return torch.from_numpy(np.tanh(x.detach().numpy()))"),
     "pure", "not_yet", "tanh_library"),
    ("math-tanh-in-a-list",
     tanh("return torch.tensor([math.tanh(v) for v in x.flatten()]).reshape(x.shape)"),
     "pure", "not_yet", "tanh_library"),
    ("numpy-on-a-detached-copy-of-exps",
     tanh("a, b = np.exp(x.detach().numpy()), np.exp(-x.detach().numpy())\n"
          "    return torch.from_numpy((a - b) / (a + b))"),
     "gradient", "not_yet", "tanh_numpy"),
    ("math-exp-in-a-list",
     tanh("return torch.tensor([2 / (1 + math.exp(-2 * v)) - 1 for v in x.flatten()])"
          ".reshape(x.shape)"),
     "stable", "not_yet", "tanh_numpy"),
    ("sigmoid-is-stable-but-wrong", tanh("return torch.sigmoid(x)"),
     "stable", "not_yet", "tanh_values_first"),
    ("sign-is-stable-but-wrong", tanh("return torch.sign(x)"),
     "pure", "not_yet", "tanh_values_first"),
    ("math-exp-on-a-tensor", tanh("return (math.exp(x) - math.exp(-x)) / 2"),
     "values", "raised", "raised_item"),
    ("no-grad-around-it",
     tanh("with torch.no_grad():\n        return 2 / (1 + torch.exp(-2 * x)) - 1"),
     "gradient", "not_yet", "tanh_no_gradient"),
    ("torch-tanh", tanh("return torch.tanh(x)"), "values", "not_yet", "tanh_library"),
    ("functional-tanh", tanh("return torch.nn.functional.tanh(x)"),
     "pure", "not_yet", "tanh_library"),
    ("module-tanh", tanh("return torch.nn.Tanh()(x)"), "pure", "not_yet", "tanh_library"),
    ("method-tanh", tanh("return x.tanh()"), "stable", "not_yet", "tanh_library"),
    ("library-tanh-itself", "tanh = torch.tanh", "pure", "not_yet", "tanh_library"),
    ("library-tanh-through-tanhshrink", tanh("return x - torch.nn.functional.tanhshrink(x)"),
     "pure", "not_yet", "tanh_library"),
    ("library-tanh-scripted", "@torch.jit.script\ndef tanh(x):\n    return torch.tanh(x)",
     "pure", "not_yet", "tanh_library"),
    ("a-constant", tanh("return torch.ones_like(x) * 0.5"), "values", "not_yet", "tanh_constant"),
    ("input-changed", tanh("x *= 2\n    return 2 / (1 + torch.exp(-x)) - 1"),
     "values", "not_yet", "tanh_mutates"),
    ("input-changed-gradient", tanh("x.mul_(2)\n    return 2 / (1 + torch.exp(-x)) - 1"),
     "gradient", "not_yet", "tanh_values_first"),
    ("nothing-returned", tanh("y = 2 / (1 + torch.exp(-2 * x)) - 1"),
     "values", "not_yet", "tanh_returns_none"),
    ("printed-not-returned", tanh("print(2 / (1 + torch.exp(-2 * x)) - 1)"),
     "values", "not_yet", "tanh_returns_none"),
    ("a-list-returned", tanh("return [2 / (1 + torch.exp(-2 * v)) - 1 for v in x]"),
     "values", "not_yet", "tanh_not_a_tensor"),
    ("a-sum", tanh("return (2 / (1 + torch.exp(-2 * x)) - 1).sum()"),
     "values", "not_yet", "tanh_shape"),
    ("a-number", "tanh = 3", "values", "not_yet", "tanh_not_callable"),
    ("root-of-a-negative", tanh("return torch.sqrt(x) / 3"),
     "values", "not_yet", "tanh_not_finite"),
    ("slope-of-something-else",
     tanh("y = 2 / (1 + torch.exp(-2 * x)) - 1\n    return y.detach() + x - x.detach()"),
     "gradient", "not_yet", "tanh_gradient_wrong"),
    ("overflow-two-exps", tanh(EXPS + "(a - b) / (a + b)"), "stable", "not_yet", "tanh_overflow"),
    ("sinh-far-away", tanh(EXPS + "(a - b) / 2"), "stable", "not_yet",
     "tanh_values_first"),
    ("cosh-far-away", tanh(EXPS + "(a + b) / 2"), "stable", "not_yet",
     "tanh_values_first"),
    ("overflow-exp-of-2x", tanh("e = torch.exp(2 * x)\n    return (e - 1) / (e + 1)"),
     "stable", "not_yet", "tanh_overflow"),
    ("zero-far-away",
     tanh("y = 2 / (1 + torch.exp(-2 * x)) - 1\n    return torch.where(x.abs() < 40, y, 0 * x)"),
     "stable", "not_yet", "tanh_far_wrong"),
]  # fmt: skip

ROWS = [
    *DATA, *MODELS, *LOSSES, *OUTPUTS, *TRAINING, *PLOTS,
    *((name, "tanh", *rest) for name, *rest in TANH),
]  # fmt: skip
