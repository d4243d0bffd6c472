"""Exercise 4a: from logits to labels."""

from __future__ import annotations

from tests.checks.answers.answer import but, honest, of, unearned, wrong
from tests.checks.answers.data import STRATIFIED
from tests.checks.answers.models import SIGMOID, TWO_OUTPUTS, V0

ROUNDED = """
y_logits = moon_model(X_train.to(device)[:10]).squeeze()
y_probs = torch.sigmoid(y_logits)
y_labels = torch.round(y_probs)
print(y_logits, y_probs, y_labels)
"""

ANSWERS = of(
    "moons_outputs",
    honest("rounded", ROUNDED),
    honest("above-a-half", """
        moon_model.eval()
        with torch.inference_mode():
            y_logits = moon_model(X_train[:10])
        y_probs = y_logits.sigmoid()
        y_labels = (y_probs > .5).float()
        y_labels.T
    """),
    honest("true-or-false", but(ROUNDED, "torch.round(y_probs)", "y_probs >= 0.5")),
    honest("argmax-of-two", """
        y_logits = moon_model(X_train[:10].to(device))
        y_probs = torch.softmax(y_logits, dim=1)
        y_labels = y_probs.argmax(dim=1)
    """, before={"moons_model": TWO_OUTPUTS}),
    honest("a-model-with-its-own-sigmoid", """
        y_logits = moon_model(X_train[:10]).squeeze()
        y_probs = y_logits
        y_labels = torch.round(y_probs)
    """, before={"moons_model": SIGMOID}),
    honest("own-rows-after-a-stratified-split", ROUNDED, before={"moons_data": STRATIFIED}),
    wrong("rows-of-x", but(ROUNDED, "X_train.to(device)", "X"), lost={"outputs": "X_train"}),
    wrong("test-rows", but(ROUNDED, "X_train.to(device)", "X_test"), lost={"outputs": "X_train"}),
    wrong("all-rows", but(ROUNDED, "X_train.to(device)[:10]", "X_train"),
          lost={"outputs": "ten|10"}, never="Not started|later cell"),
    wrong("five-rows", but(ROUNDED, "[:10]", "[:5]"), lost={"outputs": "10 rows"}),
    wrong("logits-rounded", but(ROUNDED, "round(y_probs)", "round(y_logits)"),
          before={"moons_model": V0 + "moon_model.layer_3.bias.data.fill_(0.3)"},
          lost={"outputs": "logits"}),
    wrong("probabilities-for-labels", but(ROUNDED, "torch.round(y_probs)", "y_probs"),
          lost={"outputs": "whole"}),
    wrong("sigmoid-twice", but(ROUNDED, "round(y_probs)", "round(torch.sigmoid(y_probs))",
                               "torch.sigmoid(y_logits)", "torch.sigmoid(torch.sigmoid(y_logits))"),
          lost={"outputs": "twice"}),
    wrong("softmax-of-one", but(ROUNDED, "torch.sigmoid(y_logits)",
                                "torch.softmax(moon_model(X_train[:10]), dim=1).squeeze()"),
          lost={"outputs": "softmax"}),
    wrong("sigmoid-under-the-logits-name", but(ROUNDED, "moon_model(X_train.to(device)[:10])",
                                               "torch.sigmoid(moon_model(X_train[:10]))"),
          lost={"outputs": "sigmoid"}),
    wrong("off-to-numpy", but(ROUNDED, "torch.round(y_probs)", "y_probs.detach().numpy().round()"),
          lost={"outputs": "y_labels.* NumPy array"}),
    wrong("upside-down", but(ROUNDED, "torch.round(y_probs)", "(y_probs < 0.5).int()"),
          lost={"outputs": "Labels that do not follow"}),
    wrong("y-logit", but(ROUNDED, "y_logits", "y_logit"), lost={"outputs": "y_logit`"}),
    unearned("zeros", """
        y_logits = torch.zeros(10)
        y_probs = torch.zeros(10) + 0.5
        y_labels = torch.zeros(10)
    """, lost={"outputs": "moon_model"}),
    unearned("the-labels-copied", """
        y_labels = y_train[:10]
        y_probs = y_labels * 0.98 + 0.01
        y_logits = torch.log(y_probs / (1 - y_probs))
    """, lost={"outputs": "moon_model"}),
)  # fmt: skip
