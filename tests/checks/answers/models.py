"""Exercises 2 and 7b: models."""

from __future__ import annotations

from tests.checks.answers.answer import but, honest, of, unearned, wrong

V0 = """
class MoonModelV0(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer_1 = nn.Linear(in_features=2, out_features=10)
        self.layer_2 = nn.Linear(in_features=10, out_features=10)
        self.layer_3 = nn.Linear(in_features=10, out_features=1)
        self.relu = nn.ReLU()

    def forward(self, x):
        return self.layer_3(self.relu(self.layer_2(self.relu(self.layer_1(x)))))

torch.manual_seed(RANDOM_SEED)
moon_model = MoonModelV0().to(device)
moon_model
"""
CALL = "self.layer_3(self.relu(self.layer_2(self.relu(self.layer_1(x)))))"
#: The sigmoid is in the model.
SIGMOID = but(V0, f"return {CALL}", f"return torch.sigmoid({CALL})")
STRAIGHT = but(V0, CALL, "self.layer_3(self.layer_2(self.layer_1(x)))")
TWO_OUTPUTS = but(V0, "out_features=1)", "out_features=2)")

SPIRAL_V0 = """
class SpiralModel(nn.Module):
    def __init__(self, input_features, output_features, hidden_units=32):
        super().__init__()
        self.linear_layer_stack = nn.Sequential(
            nn.Linear(in_features=input_features, out_features=hidden_units),
            nn.ReLU(),
            nn.Linear(in_features=hidden_units, out_features=hidden_units),
            nn.ReLU(),
            nn.Linear(in_features=hidden_units, out_features=output_features),
        )

    def forward(self, x):
        return self.linear_layer_stack(x)

torch.manual_seed(RANDOM_SEED)
spiral_model = SpiralModel(2, 3).to(device)
spiral_model
"""
LOG_SOFTMAX = but(SPIRAL_V0, "self.linear_layer_stack(x)",
                  "torch.log_softmax(self.linear_layer_stack(x), dim=1)")  # fmt: skip
SOFTMAX = but(LOG_SOFTMAX, "log_softmax", "softmax")
SPIRAL_STRAIGHT = but(SPIRAL_V0, "            nn.ReLU(),\n", "")

ANSWERS = [
    *of(
        "moons_model",
        honest("class-v0", V0),
        honest("sequential", """
            moon_model = nn.Sequential(
                nn.Linear(in_features=2, out_features=16),
                nn.ReLU(),
                nn.Linear(in_features=16, out_features=16),
                nn.ReLU(),
                nn.Linear(in_features=16, out_features=1)
            ).to(device)
        """),
        honest("functional", """
            import torch.nn.functional as F
            class Net(nn.Module):
                def __init__(self):
                    super(Net, self).__init__()
                    self.fc1 = nn.Linear(2, 64)
                    self.fc2 = nn.Linear(64, 64)
                    self.fc3 = nn.Linear(64, 1)
                def forward(self, x):
                    x = F.relu(self.fc1(x))
                    x = F.relu(self.fc2(x))
                    return self.fc3(x).squeeze()
            moon_model = Net()
        """),
        honest("two-logits", TWO_OUTPUTS, told={"outputs": "2 logits|two logits"}),
        honest("ends-with-a-sigmoid", SIGMOID, told={"outputs": "probabilit"}, never="one logit"),
        honest("sized-by-arguments-with-tanh", """
            class MoonModelV2(nn.Module):
                def __init__(self, input_features, output_features, hidden_units=8):
                    super().__init__()
                    self.stack = nn.Sequential(
                        nn.Linear(input_features, hidden_units), nn.Tanh(),
                        nn.Linear(hidden_units, hidden_units), nn.Tanh(),
                        nn.Linear(hidden_units, output_features))
                def forward(self, x: torch.Tensor) -> torch.Tensor:
                    return self.stack(x)
            moon_model = MoonModelV2(input_features=2, output_features=1, hidden_units=20)
            print(moon_model.state_dict().keys())
        """),
        wrong("no-activation", STRAIGHT, lost={"nonlinear": "straight"}),
        wrong("activation-made-and-not-used", but(V0, f"return {CALL}", """x = self.layer_1(x)
        self.relu(x)
        x = self.layer_2(x)
        self.relu(x)
        return self.layer_3(x)"""), lost={"nonlinear": "ReLU"}),
        wrong("super-forgotten", but(V0, "        super().__init__()\n", ""),
              lost={"outputs": r"super\(\)", "nonlinear": r"super\(\)"}),
        wrong("sizes-do-not-meet", but(V0, "nn.Linear(in_features=10, out_features=10)",
                                       "nn.Linear(in_features=16, out_features=10)"),
              lost={"outputs": "in_features|next", "nonlinear": "in_features|next"}),
        wrong("three-outputs", but(V0, "out_features=1)", "out_features=3)"),
              lost={"outputs": "3"}),
        wrong("relu-at-the-end", but(V0, f"return {CALL}", f"return self.relu({CALL})"),
              lost={"outputs": "ReLU"}),
        wrong("rounds-inside", but(SIGMOID, "torch.sigmoid(", "torch.round(torch.sigmoid(",
                                   "(x)))))", "(x))))))"),
              lost={"outputs": "[Ll]abels|whole"}, aside=("nonlinear",)),
        wrong("brackets-forgotten", but(V0, "MoonModelV0().to(device)", "MoonModelV0"),
              lost={"outputs": "bracket", "nonlinear": "bracket"}),
        wrong("single-underscores", but(V0, "__init__(self)", "_init_(self)"),
              lost={"outputs": "__init__|underscore", "nonlinear": "__init__|underscore"},
              never="indented"),
        wrong("foward", but(V0, "def forward", "def foward"),
              lost={"outputs": "forward", "nonlinear": "forward"}),
        wrong("moons-model", but(V0, "moon_model", "moons_model"),
              lost={"outputs": "moons_model", "nonlinear": "moons_model"}),
        wrong("softmax-of-one", but(V0, f"return {CALL}", f"return torch.softmax({CALL}, dim=1)"),
              lost={"outputs": "softmax"}, aside=("nonlinear",)),
        unearned("the-rescue", 'moon_model = autograder.checks.rescue("moons_model")',
                 lost={"outputs": "rescue", "nonlinear": "rescue"}),
        unearned("the-goal-in-a-class", """
            class MoonModel(nn.Module):
                def __init__(self):
                    super().__init__()
                    self.layer = nn.Linear(2, 1)
                def forward(self, x):
                    return ideal_moons(x)
            moon_model = MoonModel()
        """, lost={"outputs": "gradient|parameters"}, aside=("nonlinear",)),
    ),
    *of(
        "spirals_model",
        honest("class-with-a-stack", SPIRAL_V0),
        honest("sequential", """
            spiral_model = nn.Sequential(
                nn.Linear(2, 100), nn.ReLU(), nn.Linear(100, 100), nn.ReLU(), nn.Linear(100, 3))
        """),
        honest("four-outputs", but(SPIRAL_V0, "(2, 3)", "(2, 4)"), told={"outputs": "4"},
               never="three logits"),
        honest("log-softmax", LOG_SOFTMAX),
        honest("softmax", SOFTMAX, told={"outputs": "probabilities"}, never="3 logits"),
        wrong("one-output", but(SPIRAL_V0, "(2, 3)", "(2, 1)"), lost={"outputs": "[Tt]hree"}),
        wrong("two-outputs", but(SPIRAL_V0, "(2, 3)", "(2, 2)"), lost={"outputs": "[Tt]hree"}),
        wrong("only-linear", SPIRAL_STRAIGHT, lost={"nonlinear": "straight"}),
        wrong("relu-after-the-last-only", but(
            SPIRAL_STRAIGHT, "output_features),\n", "output_features),\n            nn.ReLU(),\n"),
              lost={"outputs": "ReLU"}, aside=("nonlinear",)),
        wrong("forward-returns-nothing", but(SPIRAL_V0, "return self.linear", "self.linear"),
              lost={"outputs": "return", "nonlinear": "return"}, never="not one of the errors"),
        wrong("spirals-model", but(SPIRAL_V0, "spiral_model", "model_1"),
              lost={"outputs": "spiral_model", "nonlinear": "spiral_model"}),
        unearned("the-rescue", 'spiral_model = autograder.checks.rescue("spirals_model")',
                 lost={"outputs": "rescue", "nonlinear": "rescue"}),
        unearned("no-layers", """
            class SpiralModel(nn.Module):
                def forward(self, x):
                    return ideal_spirals(x)
            spiral_model = SpiralModel()
        """, lost={"outputs": "parameters", "nonlinear": "parameters"}),
    ),
]  # fmt: skip
