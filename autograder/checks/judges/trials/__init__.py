"""Tries changes on copies of a model that fell short, and tells which of them help.

Comes in: a learner's model, loss, optimizer and rows, and what the recorder saw of the training.
Goes out: findings, as plain numbers. It knows no words and no mark, and leaves nothing behind.
"""
