"""Written where there is what a grader lacks: a GPU, a package, a newer Python.

Their authors saw them work. Only the grader is asked. Rows of different exercises stand in one
notebook, in this order: no two of these may change the same given cell.
"""

from __future__ import annotations

import sys

from tests.checks.answers.answer import but, honest, of, wrong
from tests.checks.answers.data import MOONS
from tests.checks.answers.loops import LOOP
from tests.checks.answers.models import V0
from tests.support.released import read

_DRIVE = "from google.colab import drive\ndrive.mount('/content/drive')\n"
IMPORTS = next(cell.source for cell in read("notebooks", "01_moons").cells if cell.id == "imports")
ON_A_GPU = but(
    IMPORTS, 'device = "cuda" if torch.cuda.is_available() else "cpu"', 'device = "cuda"'
)
SENT = but(
    LOOP, ".to(device)", ".cuda()", "for epoch in", "moon_model = moon_model.cuda()\nfor epoch in"
)
#: Valid from Python 3.12 on.
NESTED = but(LOOP, 'print(f"Epoch: {epoch} |', 'print(f"Epoch: {f"{epoch}"} |')
_NEW = sys.version_info >= (3, 12)

ANSWERS = [
    *of(
        "moons_data",
        honest("seaborn-imported", MOONS, given={"imports": f"import seaborn as sns\n{IMPORTS}"},
               elsewhere=True),
        honest("drive-mounted", MOONS, elsewhere=True, given={"imports": _DRIVE + IMPORTS}),
        honest("tensors-made-on-cuda", MOONS.replace("(torch.float)", "(torch.float).to('cuda')"),
               elsewhere=True),
        honest("a-widget-for-pictures", MOONS, elsewhere=True,
               given={"imports": f"%matplotlib widget\n{IMPORTS}"}),
    ),
    *of(
        "moons_model",
        honest("sent-to-cuda", V0.replace(".to(device)", ".to('cuda')"), elsewhere=True),
        honest("compiled", V0 + "moon_model = torch.compile(moon_model)", elsewhere=True),
    ),
    *of(
        "moons_train",
        honest("dot-cuda", SENT, elsewhere=True),
        honest("nested-quotes", NESTED, elsewhere=True) if _NEW else
        wrong("nested-quotes", NESTED, elsewhere=True, never="bracket",
              lost={"accuracy": r"Python 3|newer", "progress": r"Python 3|newer"}),
        honest("a-device-that-is-cuda", LOOP, given={"imports": ON_A_GPU}, elsewhere=True),
    ),
]  # fmt: skip
