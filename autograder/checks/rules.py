"""The rule of a check in words, with the judges' own numbers."""

from autograder.checks.datasets import TEST_ROWS
from autograder.checks.judges import progress, tanh
from autograder.checks.table import Check, Part
from autograder.checks.words.messages import rules


def rule_of(part: Part, check: Check) -> str:
    """What a check of a part asks for.

    Raises:
        KeyError: its kind has no rule, or the rule has a name in braces that is not known of it.
    """
    facts: dict[str, object] = {
        "test_share": f"{TEST_ROWS:.0%}",
        "every": progress.EVERY,
        "tolerance": tanh.TOLERANCE,
        "slope_tolerance": tanh.SLOPE_TOLERANCE,
    }
    if dataset := part.dataset:
        facts |= {
            "label_dtype": dataset.label_dtype,
            "rows": dataset.rows,
            "classes": dataset.classes,
            "loss": "binary cross-entropy" if dataset.binary else "cross-entropy",
            "pass_above": f"{dataset.pass_above:.0%}",
            "fresh_bar": f"{dataset.fresh_bar:.0%}",
            "fresh_rows": dataset.rows * dataset.fresh_draws,
        }
    return rules()[check.kind]["rule"].format(**facts)
