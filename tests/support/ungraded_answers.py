"""Answers to the tasks without points: right ones in several forms, and each misconception.

A row of `RIGHT` is (code, source), one of `WRONG` is (outcome, code, source). To add a form or a
misconception, add a row.
"""

from __future__ import annotations

GIVEN = """import math, random, sys
import numpy as np
import torch
import torch.nn.functional as F
from torch import nn
from helpers.data import draw_moons
numbers = torch.tensor([1.0, 2.0, 3.0])
"""

# --- right answers: the first of each task is the one in solutions/ ---------------------------
TRAIN = """
X, y = draw_moons(seed=5)
optimizer_ = torch.optim.Adam(small_model.parameters(), lr=0.03)
for epoch in range({epochs}):
    loss = F.binary_cross_entropy_with_logits(small_model(X).squeeze(dim=1), y)
    optimizer_.zero_grad()
    loss.backward()
    optimizer_.step()
"""
TANH = "torch.manual_seed(42)\nsmall_model = nn.Sequential(nn.Linear(2, {0}), nn.Tanh(), "
TANH += "nn.Linear({0}, 1))"
SINE = """
class Wave(nn.Module):
    def __init__(self):
        super().__init__()
        self.p = nn.Parameter(torch.tensor([4.0, 3.0, 1.5, -4.0, 1.0]))
    def forward(self, x):
        a, b, c, d, e = self.p
        return (a * torch.sin(b * x[:, 0] + c) + d * x[:, 1] + e).unsqueeze(1)
small_model = Wave()
"""
SGD = "def sgd_step(parameters, lr):\n"
BCE = "def stable_bce(logits, targets):\n"
FEATURES = "def spiral_features(X):\n"
POLAR = FEATURES + "    radius = X.norm(dim=1)\n    angle = torch.atan2(X[:, 0], X[:, 1])\n"

RIGHT: dict[str, list[tuple[str, str]]] = {
    "practice": [
        ("practice_right", "doubled = numbers * 2"),
        ("practice_right", "doubled = numbers + numbers"),
        ("practice_right", "doubled = torch.tensor([2, 4, 6])"),
        ("practice_right", "doubled = (2 * numbers).double().requires_grad_()"),
        ("practice_right", "doubled = numbers.mul_(2)"),
        ("practice_right", "doubled = nn.Parameter(2 * numbers.half())"),
    ],
    "fewest_parameters": [
        ("small_right_fewest", TANH.format(3) + TRAIN.format(epochs=1000)),
        ("small_right", TANH.format(6) + TRAIN.format(epochs=600)),
        ("small_right_fewest", SINE + TRAIN.format(epochs=600)),
        ("small_right", TANH.format(3).replace("(3, 1)", "(3, 2)")
         + TRAIN.format(epochs=1000).replace("binary_cross_entropy_with_logits", "cross_entropy")
         .replace(", y)", ", y.long())")),
    ],
    "sgd_step": [
        ("sgd_right", SGD + """    with torch.no_grad():
        for parameter in parameters:
            if parameter.grad is not None:
                parameter -= lr * parameter.grad"""),
        ("sgd_right", SGD + """    for p in parameters:
        if p.grad is not None:
            p.data -= lr * p.grad"""),
        ("sgd_right", "@torch.no_grad()\n" + SGD + """    for p in parameters:
        if p.grad is None:
            continue
        p.copy_(p - lr * p.grad)
        p.grad = None"""),
        ("sgd_right", SGD + """    torch.set_grad_enabled(False)
    [p.add_(p.grad, alpha=-lr) for p in parameters if p.grad is not None]"""),
        ("sgd_right", SGD + """    for p in list(parameters):
        if p.grad is not None:
            p.data = p.data - lr * p.grad
            p.grad.zero_()"""),
    ],
    "stable_bce": [
        ("bce_right", BCE + """    largest = torch.clamp(logits, min=0)
    rest = torch.log1p(torch.exp(-torch.abs(logits)))
    return (largest - logits * targets + rest).mean()"""),
        ("bce_right", BCE + "    return (F.softplus(logits) - logits * targets).mean()"),
        ("bce_right", BCE + "    signs = 2 * targets - 1\n    return -F.logsigmoid(signs * logits)"
         ".mean().reshape(1)"),
        ("bce_right", BCE + "    zero = torch.zeros_like(logits)\n"
         "    return (torch.logaddexp(zero, logits) - targets * logits).sum() / len(logits)"),
        ("bce_right", BCE + "    both = torch.stack([torch.zeros_like(logits), logits])\n"
         "    return (torch.logsumexp(both, 0) - targets * logits).mean()"),
    ],
    "spiral_features": [
        ("features_right_fewest", POLAR + "    turned = angle - 4 * radius\n"
         "    return torch.stack([torch.sin(turned), torch.cos(turned)], dim=1)"),
        ("features_right", FEATURES + "    a, b = X.T\n"
         "    return torch.stack([a**i * b**j "
         "for i in range(6) for j in range(6) if 0 < i + j <= 5], dim=1)"),
        ("features_right", FEATURES + "    x = X.numpy()\n"
         "    t = np.arctan2(x[:, 0], x[:, 1]) - 4 * np.hypot(x[:, 0], x[:, 1])\n"
         "    return np.stack([np.sin(t), np.cos(t), t * 0], 1)"),
        ("features_right_fewest", POLAR + "    return (angle - 4 * radius).sin().unsqueeze(1)"),
        ("features_right", POLAR + "    return torch.cat([torch.stack([(angle - k * radius).sin(), "
         "(angle - k * radius).cos()], 1) for k in (3, 4, 5)], 1)"),
    ],
}  # fmt: skip

# --- misconceptions --------------------------------------------------------------------------
IN_PLACE = "    with torch.no_grad():\n        for p in parameters:\n"
GUARD = IN_PLACE + "            if p.grad is not None:\n                "
NAIVE = "    p = torch.sigmoid(logits)\n    rows = -(targets * p.log() + (1 - targets) * (1 - p)"
NAIVE += ".log())\n"
STABLE = "    rows = F.softplus(logits) - logits * targets\n"

WRONG: dict[str, list[tuple[str, str, str]]] = {
    "practice": [
        ("not_started", "task_missing", "pass"),
        ("not_yet", "practice_plus_two", "doubled = numbers + 2"),
        ("not_yet", "practice_list", "doubled = [2, 4, 6]"),
        ("not_yet", "practice_list", "doubled = (2.0, 4.0, 6.0)"),
        ("not_yet", "practice_list", "doubled = (2 * numbers).numpy()"),
        ("not_yet", "practice_not_tensor", "doubled = [1.0, 2.0, 3.0] * 2"),
        ("not_yet", "practice_not_tensor", "doubled = 2"),
        ("not_yet", "practice_not_tensor", "doubled = None"),
        ("not_yet", "practice_not_tensor", "doubled = 2 * numbers.to(torch.complex64)"),
        ("not_yet", "practice_shape", "doubled = torch.cat([numbers, numbers])"),
        ("not_yet", "practice_shape", "doubled = torch.tensor(6.0)"),
        ("not_yet", "practice_squared", "doubled = numbers**2"),
        ("not_yet", "practice_unchanged", "doubled = numbers"),
        ("not_yet", "practice_values", "doubled = numbers / 2"),
        ("not_yet", "practice_values", "doubled = numbers.mul_(2) * 2"),
        ("not_yet", "practice_values", "doubled = numbers * float('nan')"),
        ("not_yet", "practice_values", "doubled = torch.zeros(3)"),
    ],
    "fewest_parameters": [
        ("not_started", "task_missing", "pass"),
        ("not_yet", "small_below", TANH.format(3)),
        ("not_yet", "small_below", TANH.format(2) + TRAIN.format(epochs=600)),
        ("not_yet", "train_linear", "torch.manual_seed(1)\nsmall_model = nn.Linear(2, 1)"
         + TRAIN.format(epochs=200)),
        ("not_yet", "model_not_module", "small_model = 13"),
        ("not_yet", "model_is_class", "small_model = nn.Linear"),
        ("not_yet", "model_no_parameters", "small_model = nn.Tanh()"),
        ("not_yet", "model_outputs_moons", "small_model = nn.Linear(2, 3)"),
        ("not_yet", "model_nan", "small_model = nn.Linear(2, 1)\nsmall_model.weight.data *= 1e39"),
        ("raised", "raised_inner_sizes", "small_model = nn.Linear(3, 1)"),
        ("raised", "raised_no_forward", "class M(nn.Module):\n    def __init__(self):\n"
         "        super().__init__()\n        self.a = nn.Linear(2, 1)\nsmall_model = M()"),
        ("not_yet", "train_parameters_unused", SINE.replace("a, b, c, d, e = self.p",
         "a, b, c, d, e = 5.0, 3.1, 1.57, -10.0, 2.5")),
    ],
    "sgd_step": [
        ("not_started", "task_empty", SGD + '    """Move each parameter."""\n    pass'),
        ("not_started", "task_missing", "pass"),
        ("not_yet", "task_not_function", "sgd_step = 0.1"),
        ("raised", "sgd_no_grad", SGD + "    for p in parameters:\n        p -= lr * p.grad"),
        ("raised", "raised_name", SGD + "    for p in weights:\n        p -= lr * p.grad"),
        ("raised", "raised_name_near", SGD + "    for p in parametres:\n        p -= lr * p.grad"),
        ("raised", "raised_arguments", "def sgd_step(parameters):\n    print(parameters)"),
        ("raised", "raised_other", SGD + "    sys.exit(3)"),
        ("not_yet", "sgd_nothing_changed", SGD + GUARD + "p = p - lr * p.grad"),
        ("not_yet", "sgd_nothing_changed", SGD + "    return parameters, lr"),
        ("not_yet", "sgd_sign", SGD + GUARD + "p += lr * p.grad"),
        ("not_yet", "argument_unused", SGD + GUARD + "p -= p.grad"),
        ("not_yet", "argument_unused", SGD + GUARD + "p -= 0.1 * p.grad"),
        ("not_yet", "argument_unused", "model = nn.Linear(2, 1)\n" + SGD
         + GUARD.replace("parameters", "model.parameters()") + "p -= lr * p.grad"),
        ("not_yet", "sgd_wrong", SGD + GUARD + "p -= lr * p.grad.sign()"),
        ("not_yet", "sgd_wrong", SGD + GUARD + "p.copy_(lr * p.grad)"),
        ("not_yet", "argument_unused", SGD + GUARD + "p.zero_()"),
        ("not_yet", "sgd_wrong", SGD + GUARD + "p -= lr * 1.001 * p.grad"),
        ("not_yet", "sgd_some", SGD + GUARD + "p -= lr * p.grad\n            return"),
        ("not_yet", "sgd_gradients_off", SGD + "    for p in parameters:\n"
         "        p.requires_grad_(False)\n        p -= lr * p.grad"),
        ("not_yet", "sgd_generator", SGD + "    with torch.no_grad():\n"
         "        for i in range(len(parameters)):\n"
         "            if parameters[i].grad is not None:\n"
         "                parameters[i] -= lr * parameters[i].grad"),
        ("not_yet", "sgd_generator", SGD + "    print([p.grad for p in parameters])\n"
         + GUARD + "p -= lr * p.grad"),
        ("raised", "sgd_none_gradient", SGD + IN_PLACE + "            p -= lr * p.grad"),
        ("not_yet", "sgd_none_stops", SGD + IN_PLACE + "            if p.grad is None:\n"
         "                return\n            p -= lr * p.grad"),
        ("not_yet", "sgd_none_stops", SGD + IN_PLACE
         + "            p -= lr * (1 if p.grad is None else p.grad)"),
        ("not_yet", "sgd_library", SGD + "    torch.optim.SGD(parameters, lr=lr).step()"),
    ],
    "stable_bce": [
        ("not_started", "task_empty", BCE + '    """The mean loss."""\n    pass'),
        ("not_yet", "task_not_function", "stable_bce = torch.tensor(0.5)"),
        ("not_yet", "bce_library", "stable_bce = nn.BCEWithLogitsLoss()"),
        ("not_yet", "bce_library", BCE + "    return F.binary_cross_entropy_with_logits(logits, "
         "targets)"),
        ("not_yet", "bce_library", BCE + "    return nn.BCELoss()(torch.sigmoid(logits), targets)"),
        ("not_yet", "bce_library", BCE + "    return F.soft_margin_loss(logits, 2 * targets - 1)"),
        ("not_yet", "bce_library", BCE + "    return F.cross_entropy(torch.stack([0 * logits, "
         "logits], 1), targets.long())"),
        ("not_yet", "bce_overflow", BCE + NAIVE + "    return rows.mean()"),
        ("not_yet", "bce_overflow", BCE + "    return (torch.log(1 + torch.exp(logits)) - logits * "
         "targets).mean()"),
        ("not_yet", "bce_far_wrong", BCE + NAIVE.replace(".log()", ".clamp(1e-7, 1 - 1e-7).log()")
         + "    return rows.mean()"),
        ("not_yet", "bce_gradient", BCE + "    big = logits > 30\n"
         "    rows = torch.where(big, logits, torch.log(1 + torch.exp(logits)))\n"
         "    return (rows - logits * targets).mean()"),
        ("not_yet", "bce_gradient", BCE + STABLE
         + "    return rows.detach().mean() + 0 * logits.sum()"),
        ("not_yet", "bce_no_gradient", BCE + STABLE + "    return rows.mean().detach()"),
        ("not_yet", "bce_not_tensor", BCE + STABLE + "    return rows.mean().item()"),
        ("not_yet", "bce_not_tensor", BCE + STABLE + "    print(rows.mean())"),
        ("not_yet", "bce_not_one_number", BCE + STABLE + "    return rows"),
        ("not_yet", "bce_sum", BCE + STABLE + "    return rows.sum()"),
        ("not_yet", "bce_sign", BCE + STABLE + "    return -rows.mean()"),
        ("not_yet", "bce_probabilities", BCE + NAIVE.replace("torch.sigmoid(logits)", "logits")
         + "    return rows.mean()"),
        ("not_yet", "bce_sigmoid_twice", BCE + "    logits = torch.sigmoid(logits)\n" + NAIVE
         + "    return rows.mean()"),
        ("not_yet", "bce_targets_swapped", BCE + "    targets = 1 - targets\n" + STABLE
         + "    return rows.mean()"),
        ("not_yet", "bce_half", BCE + "    return -(targets * F.logsigmoid(logits)).mean()"),
        ("not_yet", "bce_half", BCE + "    return ((1 - targets) * F.softplus(logits)).mean()"),
        ("not_yet", "bce_wrong", BCE + "    return ((logits - targets) ** 2).mean()"),
        ("not_yet", "bce_wrong", BCE + STABLE + "    return 1.001 * rows.mean()"),
        ("not_yet", "argument_unused", BCE + "    return 0.5 + 0 * logits.sum()"),
        ("not_yet", "bce_wrong", BCE + "    return 0.5 + 0 * (logits * targets).sum()"),
        ("raised", "raised_leaf_in_place", BCE + "    return logits.clamp_(min=0).mean()"),
        ("raised", "raised_numpy_gradient", BCE + "    return np.exp(logits.numpy()).mean()"),
    ],
    "spiral_features": [
        ("not_started", "task_empty", FEATURES + '    """Features."""\n    pass'),
        ("not_yet", "task_not_function", "spiral_features = torch.zeros(240, 2)"),
        ("not_yet", "features_not_tensor", POLAR + "    print(radius)"),
        ("not_yet", "features_not_tensor", POLAR + "    return radius, angle"),
        ("not_yet", "features_not_tensor", FEATURES + "    return X.to(torch.complex64) * 2"),
        ("not_yet", "features_shape", POLAR + "    return torch.sin(angle - 4 * radius)"),
        ("not_yet", "features_shape", POLAR + "    return torch.stack([radius, angle])"),
        ("not_yet", "features_shape", FEATURES + "    return X[:100]"),
        ("not_yet", "features_shape", FEATURES + "    return X[:, :0]"),
        ("not_yet", "features_many", FEATURES + "    return X.repeat(1, 11)"),
        ("not_yet", "features_many", FEATURES + "    return X.repeat(1, 2000)"),
        ("not_yet", "features_not_finite", POLAR + "    return X / radius.unsqueeze(1)"),
        ("not_yet", "features_same", FEATURES + "    return X"),
        ("not_yet", "features_same", FEATURES + "    return X.double().clone()"),
        ("not_yet", "features_below", POLAR + "    return torch.stack([radius, angle], dim=1)"),
        ("not_yet", "features_below", FEATURES + "    return torch.ones(len(X), 2)"),
        ("not_yet", "features_below", POLAR + "    turned = angle - radius\n"
         "    return torch.stack([torch.sin(turned), torch.cos(turned)], dim=1)"),
        ("not_yet", "features_below", POLAR + "    return (angle - 3 * radius).sin().unsqueeze(1)"),
        ("not_yet", "features_not_general", POLAR + "    turned = angle - 4 * radius\n"
         "    noise = 0 if len(X) < 300 else 2 * torch.arange(len(X))\n"
         "    return torch.stack([torch.sin(turned + noise), torch.cos(turned + noise)], dim=1)"),
        ("raised", "raised_index", FEATURES + "    return X[:, 2]"),
        ("not_yet", "argument_unused", "X_train = torch.ones(240, 2)\n" + FEATURES
         + "    return X_train"),
        ("raised", "raised_inner_sizes", FEATURES + "    return nn.Linear(3, 2)(X)"),
    ],
}  # fmt: skip
