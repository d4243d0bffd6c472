"""Exercises 1 and 7a: data."""

from __future__ import annotations

from tests.checks.answers.answer import but, honest, of, unearned, wrong

MOONS = """
X, y = make_moons(1000, noise=0.07, random_state=RANDOM_SEED)
X = torch.from_numpy(X).type(torch.float)
y = torch.from_numpy(y).type(torch.float)
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.2, random_state=RANDOM_SEED)
"""
SPIRALS = """
X = torch.from_numpy(spiral_points).type(torch.float32)
y = torch.from_numpy(spiral_classes).type(torch.LongTensor)
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.2, random_state=RANDOM_SEED)
"""
#: What 7 of 40 people do instead of the split that was asked for.
STRATIFIED = but(MOONS, "random_state=RANDOM_SEED)\n", "random_state=42, stratify=y)\n").replace(
    "0.07, random_state=42, stratify=y", "0.07, random_state=RANDOM_SEED"
)
UNSEEDED = but(MOONS, "test_size=0.2, random_state=RANDOM_SEED", "test_size=0.2")
A_FIFTH_TO_TRAIN = but(MOONS, "test_size=0.2", "train_size=0.2")

ANSWERS = [
    *of(
        "moons_data",
        honest("from-numpy-type-float", MOONS + "len(X_train), len(X_test)"),
        honest("train-size-and-device", """
            from sklearn.datasets import make_moons
            n_samples = 1000
            X, y = make_moons(n_samples=n_samples, noise=.07, random_state=42)
            X = torch.tensor(X, dtype=torch.float32).to(device)
            y = torch.tensor(y, dtype=torch.float32).to(device)
            X_train, X_test, y_train, y_test = train_test_split(
                X, y, train_size=0.8, random_state=42)
            X_train.shape, y_train.shape
        """),
        honest("looked-at-in-a-table-first", """
            import pandas as pd
            X, y = make_moons(1000, noise=0.07, random_state=42)
            moons = pd.DataFrame({"X0": X[:, 0], "X1": X[:, 1], "label": y})
            print(moons.head(10))
            print(moons.label.value_counts())
            plt.scatter(x=X[:, 0], y=X[:, 1], c=y, cmap=plt.cm.RdYlBu)
            X, y = torch.FloatTensor(X), torch.FloatTensor(y)
            X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=200,
                                                                random_state=42)
        """),
        honest("arrays-split-then-all-six-turned", """
            X, y = make_moons(1000, noise=0.07, random_state=42)
            X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=.2, random_state=42)
            X, X_train, X_test = [torch.from_numpy(a).float() for a in (X, X_train, X_test)]
            y, y_train, y_test = [torch.from_numpy(a).float() for a in (y, y_train, y_test)]
        """),
        honest("labels-in-a-column", MOONS.replace(
            "type(torch.float)\nX_train", "type(torch.float).unsqueeze(dim=1)\nX_train")),
        wrong("labels-long", but(MOONS, "(y).type(torch.float)", "(y).type(torch.LongTensor)"),
              lost={"tensors": "float32"}),
        wrong("still-float64", but(MOONS, ".type(torch.float)", ""),
              lost={"tensors": "float32"}),
        wrong("only-the-parts-are-tensors", """
            X, y = make_moons(1000, noise=0.07, random_state=42)
            X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=.2, random_state=42)
            X_train, X_test = torch.Tensor(X_train), torch.Tensor(X_test)
            y_train, y_test = torch.Tensor(y_train), torch.Tensor(y_test)
        """, lost={"tensors": "`X`.* NumPy array"}),
        wrong("split-unseeded", UNSEEDED, lost={"split": "random_state=42"}, never="noise|shuffl"),
        wrong("split-stratified", STRATIFIED, lost={"split": "stratify"}),
        wrong("noise-forgotten", but(MOONS, "noise=0.07, ", ""),
              lost={"split": "noise"}, never=r"e-\d|train_test_split"),
        wrong("noise-of-a-tutorial", but(MOONS, "noise=0.07", "noise=0.03"),
              lost={"split": r"0\.03.*0\.07"}),
        wrong("a-fifth-to-train", A_FIFTH_TO_TRAIN,
              lost={"split": "train"}),
        wrong("default-size", but(MOONS, "test_size=0.2, ", ""), lost={"split": "20%|200"}),
        wrong("unpacked-in-pairs",
              but(MOONS, "X_test, y_train, y_test =", "y_train, X_test, y_test ="),
              lost={"split": "order"}, aside=("tensors",)),
        wrong("scaled", """
            from sklearn.preprocessing import StandardScaler
            X, y = make_moons(1000, noise=0.07, random_state=42)
            X = StandardScaler().fit_transform(X)
            X = torch.from_numpy(X).type(torch.float)
            y = torch.from_numpy(y).type(torch.float)
            X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=.2, random_state=42)
        """, lost={"split": "scal|shift|stretch|change"}, never="Pass random_state"),
        wrong("small-x", but(MOONS, "X_train, X_test", "x_train, x_test"),
              lost={"tensors": "x_train", "split": "x_train"}),
        unearned("the-rescue", 'X, y, X_train, X_test, y_train, y_test = '
                 'autograder.checks.rescue("moons_data")',
                 lost={"tensors": "rescue", "split": "rescue"}),
        unearned("any-numbers-of-that-form", """
            X = torch.rand(1000, 2)
            y = torch.randint(0, 2, (1000,)).float()
            X_train, X_test, y_train, y_test = X[:800], X[800:], y[:800], y[800:]
        """, lost={"split": "make_moons|draw"}, aside=("tensors",)),
    ),
    *of(
        "spirals_data",
        honest("long-tensor", SPIRALS + "len(X_train), len(X_test), len(y_train), len(y_test)"),
        honest("torch-tensor-with-dtypes", """
            X = torch.tensor(spiral_points, dtype=torch.float32, device=device)
            y = torch.tensor(spiral_classes, dtype=torch.long, device=device)
            X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=60, random_state=42)
            print(X_train.shape, y_train.dtype)
        """),
        honest("arrays-split-then-all-six-turned", """
            X_train, X_test, y_train, y_test = train_test_split(
                spiral_points, spiral_classes, test_size=0.2, random_state=42)
            X, y = torch.tensor(spiral_points).float(), torch.tensor(spiral_classes).long()
            X_train, X_test = torch.tensor(X_train).float(), torch.tensor(X_test).float()
            y_train, y_test = torch.tensor(y_train).long(), torch.tensor(y_test).long()
        """),
        wrong("arrays-split-and-only-the-parts-turned", """
            X, y = spiral_points, spiral_classes
            X_train, X_test, y_train, y_test = train_test_split(
                X, y, test_size=0.2, random_state=42)
            X_train, X_test = torch.tensor(X_train).float(), torch.tensor(X_test).float()
            y_train, y_test = torch.tensor(y_train).long(), torch.tensor(y_test).long()
        """, lost={"tensors": "`X`.* NumPy array"}),
        wrong("no-x-and-no-y", """
            X_train, X_test, y_train, y_test = train_test_split(
                torch.tensor(spiral_points).float(), torch.tensor(spiral_classes).long(),
                test_size=0.2, random_state=42)
        """, lost={"tensors": "`X`"}),
        wrong("labels-float", but(SPIRALS, "torch.LongTensor", "torch.float32"),
              lost={"tensors": "int64"}),
        wrong("labels-int32", but(SPIRALS, "torch.LongTensor", "torch.int32"),
              lost={"tensors": "int64"}, never="[Ff]loat"),
        wrong("stratified", but(SPIRALS, "random_state=RANDOM_SEED", "random_state=42, stratify=y"),
              lost={"split": "stratify"}),
        wrong("first-rows-to-train", """
            X = torch.from_numpy(spiral_points).float()
            y = torch.from_numpy(spiral_classes).long()
            train_split = int(0.8 * len(X))
            X_train, y_train = X[:train_split], y[:train_split]
            X_test, y_test = X[train_split:], y[train_split:]
        """, lost={"split": "order|shuffl|sorted|first rows"}, aside=("tensors",)),
        unearned("the-rescue", 'X, y, X_train, X_test, y_train, y_test = '
                 'autograder.checks.rescue("spirals_data")',
                 lost={"tensors": "rescue", "split": "rescue"}),
    ),
]  # fmt: skip
