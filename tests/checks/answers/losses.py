"""Exercises 3 and 7c: losses and optimizers."""

from __future__ import annotations

from tests.checks.answers.answer import but, honest, of, unearned, wrong
from tests.checks.answers.models import LOG_SOFTMAX, SIGMOID, SOFTMAX, TWO_OUTPUTS, V0

SGD = """
loss_fn = nn.BCEWithLogitsLoss()
optimizer = torch.optim.SGD(params=moon_model.parameters(), lr=0.1)
"""
ADAM = but(SGD, "SGD", "Adam", "0.1", "0.01")
BCE = but(ADAM, "BCEWithLogitsLoss", "BCELoss")
CROSS = but(ADAM, "BCEWithLogitsLoss", "CrossEntropyLoss")
SPIRAL_ADAM = """
loss_fn = nn.CrossEntropyLoss()
optimizer = torch.optim.Adam(spiral_model.parameters(), lr=0.02)
"""

ANSWERS = [
    *of(
        "moons_loss_optimizer",
        honest("bce-with-logits-sgd", SGD),
        honest("bce-after-a-sigmoid", BCE, before={"moons_model": SIGMOID}),
        honest("cross-entropy-for-two", CROSS, before={"moons_model": TWO_OUTPUTS}),
        honest("functional-and-adamw", """
            import torch.nn.functional as F
            loss_fn = F.binary_cross_entropy_with_logits
            optimizer = torch.optim.AdamW(moon_model.parameters(), lr=1e-2, weight_decay=1e-4)
        """),
        honest("written-out", """
            def loss_fn(logits, y):
                p = torch.sigmoid(logits)
                return -(y * torch.log(p + 1e-8) + (1 - y) * torch.log(1 - p + 1e-8)).mean()

            learning_rate = 0.05
            optimizer = torch.optim.RMSprop(moon_model.parameters(), lr=learning_rate)
        """),
        honest("squeezes-by-itself", """
            bce = nn.BCEWithLogitsLoss()
            loss_fn = lambda logits, y: bce(logits.squeeze(), y.squeeze().float())
            optimizer = torch.optim.SGD(moon_model.parameters(), lr=0.1, momentum=0.9)
        """),
        wrong("bce-on-logits", BCE, lost={"loss": "logits"}),
        wrong("mse", but(SGD, "BCEWithLogitsLoss", "MSELoss"), lost={"loss": "MSELoss|distance"}),
        wrong("mse-after-a-sigmoid", but(SGD, "BCEWithLogitsLoss", "MSELoss"),
              before={"moons_model": SIGMOID},
              lost={"loss": "On probabilities"}, never="right and confident"),
        wrong("cross-entropy-on-one-logit", CROSS, lost={"loss": "CrossEntropyLoss"}),
        wrong("cross-entropy-on-one-logit-squeezed", """
            ce = nn.CrossEntropyLoss()
            loss_fn = lambda y_pred, y: ce(y_pred.squeeze(), y.float())
            optimizer = torch.optim.SGD(moon_model.parameters(), lr=0.1)
        """, lost={"loss": "CrossEntropyLoss|rows"}),
        wrong("sigmoid-twice", ADAM, before={"moons_model": SIGMOID}, lost={"loss": "sigmoid"}),
        wrong("loss-not-made", but(SGD, "BCEWithLogitsLoss()", "BCEWithLogitsLoss"),
              lost={"loss": "bracket"}),
        wrong("a-number-for-a-loss", """
            loss_fn = nn.BCEWithLogitsLoss()(moon_model(X_train).squeeze(), y_train)
            optimizer = torch.optim.SGD(moon_model.parameters(), lr=0.1)
        """, lost={"loss": "Tensor|function"}),
        wrong("misspelt-loss", but(SGD, "BCEWithLogitsLoss", "BCEWithLogitLoss"),
              lost={"loss": "BCEWithLogitsLoss|spelling", "optimizer": ""}),
        wrong("parameters-without-brackets", but(SGD, "parameters()", "parameters"),
              lost={"optimizer": "bracket"}),
        wrong("another-models-parameters", SGD + "moon_model = MoonModelV0()",
              before={"moons_model": V0}, lost={"optimizer": "none of the parameters"}),
        wrong("only-the-last-layer", but(SGD, "moon_model.parameters()",
                                         "moon_model.layer_3.parameters()"),
              before={"moons_model": V0}, lost={"optimizer": "2 of the 6"}),
        wrong("rate-of-zero", but(SGD, "lr=0.1", "lr=0"), lost={"optimizer": "rate"}),
        unearned("the-rescue", 'loss_fn, optimizer = '
                 'autograder.checks.rescue("moons_loss_optimizer", moon_model)',
                 lost={"loss": "rescue", "optimizer": "rescue"}),
        unearned("stand-ins", """
            loss_fn = lambda y_pred, y: torch.tensor(0.1, requires_grad=True)
            class Optimizer:
                def zero_grad(self): pass
                def step(self): pass
            optimizer = Optimizer()
        """, lost={"loss": "", "optimizer": "torch.optim"}),
    ),
    *of(
        "spirals_loss_optimizer",
        honest("cross-entropy-adam", SPIRAL_ADAM),
        honest("smoothed", but(SPIRAL_ADAM, "CrossEntropyLoss()",
                               "CrossEntropyLoss(label_smoothing=0.1)", "Adam(", "AdamW(")),
        honest("nll-after-log-softmax", but(SPIRAL_ADAM, "CrossEntropyLoss", "NLLLoss"),
               before={"spirals_model": LOG_SOFTMAX}),
        honest("sgd-with-momentum", """
            import torch.nn.functional as F
            loss_fn = F.cross_entropy
            optimizer = torch.optim.SGD(spiral_model.parameters(), lr=0.1, momentum=0.9)
        """),
        honest("mse-on-one-hot", but(SPIRAL_ADAM, "nn.CrossEntropyLoss()",
               "lambda out, y: nn.functional.mse_loss(out, nn.functional.one_hot(y, 3).float())")),
        wrong("nll-on-logits", but(SPIRAL_ADAM, "CrossEntropyLoss", "NLLLoss"),
              lost={"loss": "NLLLoss"}),
        wrong("the-moons-loss", but(SPIRAL_ADAM, "CrossEntropyLoss", "BCEWithLogitsLoss"),
              lost={"loss": "three|yes-or-no"}),
        wrong("softmax-twice", SPIRAL_ADAM, before={"spirals_model": SOFTMAX},
              lost={"loss": "softmax"}),
        wrong("the-moons-optimizer", """
            loss_fn = nn.CrossEntropyLoss()
            model_0 = nn.Sequential(nn.Linear(2, 10), nn.ReLU(), nn.Linear(10, 3))
            optimizer = torch.optim.Adam(params=model_0.parameters(), lr=0.01)
        """, lost={"optimizer": "none of the parameters"}),
        wrong("optimizer-not-made", but(SPIRAL_ADAM, "Adam(spiral_model.parameters(), lr=0.02)",
                                        "Adam"), lost={"optimizer": "class|bracket"}),
        unearned("the-rescue", 'loss_fn, optimizer = '
                 'autograder.checks.rescue("spirals_loss_optimizer", spiral_model)',
                 lost={"loss": "rescue", "optimizer": "rescue"}),
    ),
]  # fmt: skip
