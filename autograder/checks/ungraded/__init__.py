"""Tasks that earn no points: practice and stretch.

A verdict here is shown and never raised, and no grader reads it.
"""
