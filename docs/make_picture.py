"""Draws docs/boundaries.png, the picture at the top of the README, with the lessons' own helpers.

Two small networks are trained as in the solutions; `make picture` runs this.
"""

import sys
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import torch
from torch import nn

from helpers.data import draw_moons, draw_spirals
from helpers.plotting import plot_decision_boundary


def trained(X, y, hidden, outputs, rate, epochs):
    """A two-layer network after training, from seed 42."""
    torch.manual_seed(42)
    model = nn.Sequential(
        nn.Linear(2, hidden), nn.ReLU(), nn.Linear(hidden, hidden), nn.ReLU(),
        nn.Linear(hidden, outputs),
    )  # fmt: skip
    loss_fn = nn.BCEWithLogitsLoss() if outputs == 1 else nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=rate)
    for _ in range(epochs):
        logits = model(X).squeeze(dim=1) if outputs == 1 else model(X)
        loss = loss_fn(logits, y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return model


def main():
    """Train, draw, save."""
    figure, axes = plt.subplots(1, 2, figsize=(11, 4.4), layout="constrained")
    X, y = draw_moons()
    model = trained(X, y, 16, 1, 0.01, 300)
    plot_decision_boundary(model, X, y, ax=axes[0], title="01_moons")
    X, y = draw_spirals()
    model = trained(X, y, 32, 3, 0.02, 400)
    plot_decision_boundary(model, X, y, ax=axes[1], title="03_spirals")
    figure.savefig(Path(__file__).with_name("boundaries.png"), dpi=80, metadata={"Software": None})
    return 0


if __name__ == "__main__":
    sys.exit(main())
