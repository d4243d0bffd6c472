"""Evidence: what a learner's objects do, as plain arrays and facts, and how that travels.

Collecting changes nothing and judges nothing.
"""
