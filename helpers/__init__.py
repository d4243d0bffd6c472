"""What the lessons import: data, predictions, accuracy, plots and words for them.

These modules know PyTorch and matplotlib; they know nothing of checks, grading or nbgrader.
Nothing is imported here, so that each lesson pays only for what it uses:

    from helpers.data import draw_moons
    from helpers.accuracy import accuracy, logits_to_labels
    from helpers.plotting import plot_decision_boundary
"""
