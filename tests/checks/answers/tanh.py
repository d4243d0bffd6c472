"""Exercise 6: tanh. Aspects: `values` (2 points), `gradient`, `pure`, `stable`."""

from __future__ import annotations

from tests.checks.answers.answer import Answer, honest, of, unearned, wrong

#: What nobody earns whose values are wrong, or whose tanh is the library's.
ALL = ("values", "gradient", "pure", "stable")


def nothing(says: str, **others: str) -> dict[str, str]:
    """All four are lost; the first message says why, the others nothing that is asked here."""
    return {**dict.fromkeys(ALL, ""), "values": says, **others}


#: What leaves torch has the points for values alone.
OUTSIDE = {"gradient": "NumPy|torch", "pure": "NumPy|torch|number", "stable": ""}
LIBRARY = "library|own tanh|ready-made"

_EXPS: list[Answer] = of(
    "tanh",
    honest("quotient", """
        def tanh(x):
            return (torch.exp(x) - torch.exp(-x)) / (torch.exp(x) + torch.exp(-x))
    """, lost={"stable": "inf|not a number|not finite"}),
    honest("quotient-and-a-plot-of-torchs", """
        A = torch.arange(-100, 100, 1)
        plt.plot(torch.tanh(A.float()))
        def tanh(x: torch.Tensor) -> torch.Tensor:
            e_pos = torch.exp(x)
            e_neg = torch.exp(-x)
            return (e_pos - e_neg) / (e_pos + e_neg)
        plt.plot(tanh(A.float()))
        print(torch.allclose(torch.tanh(torch.arange(-9., 9.)), tanh(torch.arange(-9., 9.))))
    """, lost={"stable": "inf|not a number|not finite"}),
    honest("of-two-x", """
        def tanh(x):
            return (torch.exp(2*x) - 1) / (torch.exp(2*x) + 1)
    """, lost={"stable": "inf|not a number|not finite"}),
    honest("expm1", """
        def tanh(x):
            t = torch.expm1(2 * x)
            return t / (t + 2)
    """, lost={"stable": "inf|not a number|not finite"}),
    honest("sinh-over-cosh", """
        def tanh(x):
            return torch.sinh(x) / torch.cosh(x)
    """, lost={"stable": "inf|not a number|not finite"}, never="before exp|e to the x"),
    honest("powers-of-e", """
        import math
        def tanh(x):
            return (math.e**x - math.e**(-x)) / (math.e**x + math.e**(-x))
    """, lost={"stable": "inf|not a number|not finite"}),
    honest("one-row-at-a-time", """
        def tanh(x):
            out = []
            for value in x:
                up, down = torch.exp(value), torch.exp(-value)
                out.append((up - down) / (up + down))
            return torch.stack(out)
    """, lost={"stable": "inf|not a number|not finite"}),
    honest("one-fraction", """
        def tanh(x):
            return 2 / (1 + torch.exp(-2 * x)) - 1
    """),
    honest("sigmoid", """
        def tanh(x):
            return 2 * torch.sigmoid(2 * x) - 1
        plt.plot(tanh(torch.arange(-10, 10, 1, dtype=torch.float)))
    """),
    honest("lambda", "tanh = lambda x: (2 * x).sigmoid().mul(2).sub(1)"),
    honest("clamped", """
        def tanh(x):
            x = torch.clamp(x, -15, 15)
            return (torch.exp(x) - torch.exp(-x)) / (torch.exp(x) + torch.exp(-x))
    """),
    honest("by-size", """
        def tanh(x):
            t = torch.exp(-2 * torch.abs(x))
            return torch.sign(x) * (1 - t) / (1 + t)
    """),
    honest("ones-far-away", """
        def tanh(x):
            inner = (torch.exp(x) - torch.exp(-x)) / (torch.exp(x) + torch.exp(-x))
            return torch.where(x.abs() > 20, torch.sign(x), inner)
    """),
    honest("softmax-of-two", """
        def tanh(x):
            p = torch.softmax(torch.stack([x, -x]), dim=0)
            return p[0] - p[1]
    """),
)  # fmt: skip

_WRONG: list[Answer] = of(
    "tanh",
    wrong("numpys-exp", """
        import numpy as np
        def tanh(x):
            return (np.exp(x) - np.exp(-x)) / (np.exp(x) + np.exp(-x))
    """, lost=OUTSIDE),
    wrong("numpys-sinh", """
        def tanh(x):
            x = x.detach().numpy()
            return torch.from_numpy(np.sinh(x) / np.cosh(x))
    """, lost=OUTSIDE),
    wrong("math-in-a-loop", """
        import math
        def tanh(x):
            out = torch.zeros_like(x)
            for i, v in enumerate(x.flatten().tolist()):
                out.view(-1)[i] = (math.exp(v) - math.exp(-v)) / (math.exp(v) + math.exp(-v))
            return out
    """, lost=OUTSIDE),
    wrong("sigmoid-alone", """
        def tanh(x):
            return 1 / (1 + torch.exp(-x))
    """, lost=nothing("sigmoid")),
    wrong("factor-forgotten", """
        def tanh(x):
            return 2 * torch.sigmoid(x) - 1
    """, lost=nothing("half")),
    wrong("brackets", """
        def tanh(x):
            return torch.exp(x) - torch.exp(-x) / torch.exp(x) + torch.exp(-x)
    """, lost=nothing("[Bb]rackets")),
    wrong("other-sign", """
        def tanh(x):
            return (torch.exp(-x) - torch.exp(x)) / (torch.exp(-x) + torch.exp(x))
    """, lost=nothing("sign")),
    wrong("a-minus-forgotten", """
        def tanh(x):
            return (torch.exp(x) - torch.exp(x)) / (torch.exp(x) + torch.exp(x))
    """, lost=nothing("sign|numerator")),
    wrong("e-of-four-digits", """
        def tanh(x):
            e = 2.718
            return (e**x - e**(-x)) / (e**x + e**(-x))
    """, lost=nothing(r"\be\b")),
    wrong("nothing-returned", """
        def tanh(x):
            result = (torch.exp(x) - torch.exp(-x)) / (torch.exp(x) + torch.exp(-x))
            print(result[:3])
    """, lost=nothing("return")),
    wrong("of-another-name", """
        A = torch.arange(-10, 10, 1, dtype=torch.float)
        def tanh(x):
            return (torch.exp(A) - torch.exp(-A)) / (torch.exp(A) + torch.exp(-A))
    """, lost=nothing(r"does not use|never use|ignore|own argument|\bx\b.*not used|without x"),
          never="NumPy|detach"),
    wrong("changes-x", """
        def tanh(x):
            x *= 2
            return 2 / (1 + torch.exp(-x)) - 1
    """, lost=nothing("left as it was|changed x"), never="NumPy"),
    wrong("rounded-off", """
        def tanh(x):
            return torch.round((torch.exp(x) - torch.exp(-x)) / (torch.exp(x) + torch.exp(-x)),
                               decimals=3)
    """, lost=nothing("")),
    wrong("series", """
        def tanh(x):
            return x - x**3 / 3 + 2 * x**5 / 15
    """, lost=nothing("")),
    wrong("softsign", """
        def tanh(x):
            return x / (1 + torch.abs(x))
    """, lost=nothing("")),
    wrong("still-empty", '''
        def tanh(x):
            """Hyperbolic tangent of each element of the tensor x; the same shape comes back."""
            # YOUR CODE HERE
            pass
    ''', lost=nothing("empty")),
    wrong("tan-h", """
        def my_tanh(x):
            return (torch.exp(x) - torch.exp(-x)) / (torch.exp(x) + torch.exp(-x))
    """, lost=nothing("did not make `tanh`")),
)  # fmt: skip

_UNEARNED: list[Answer] = of(
    "tanh",
    unearned("torch-tanh", """
        def tanh(x):
            return torch.tanh(x)
    """, lost=nothing(LIBRARY, pure=LIBRARY)),
    unearned("nn-tanh", "tanh = nn.Tanh()".replace("nn", "torch.nn"),
             lost=nothing(LIBRARY, pure=LIBRARY)),
    unearned("numpys-tanh", """
        def tanh(x):
            return torch.tensor(np.tanh(x.detach().numpy()))
    """, lost=nothing(LIBRARY, pure=LIBRARY)),
    unearned("maths-tanh", """
        import math
        def tanh(x):
            return torch.tensor([math.tanh(v) for v in x.flatten()]).reshape(x.shape)
    """, lost=nothing(LIBRARY, pure=LIBRARY)),
    unearned("x-over-x-times-the-librarys", """
        def tanh(x):
            up, down = torch.exp(x), torch.exp(-x)
            quotient = (up - down) / (up + down)
            return torch.where(torch.isnan(quotient), x.tanh(), x.tanh())
    """, lost=nothing(LIBRARY, pure=LIBRARY)),
    unearned("a-table", """
        steps = torch.linspace(-10, 10, 2_000_001, dtype=torch.float64)
        table = torch.tanh(steps).float()
        def tanh(x):
            place = ((x.double() + 10) * 100_000).round().long().clamp(0, 2_000_000)
            return table[place]
    """, lost={"gradient": "", "pure": "", "stable": ""}),
)  # fmt: skip
ANSWERS = [*_EXPS, *_WRONG, *_UNEARNED]
