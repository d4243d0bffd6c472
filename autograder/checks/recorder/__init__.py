"""Watches a notebook's cells as they run: text, pictures, optimizer steps, errors.

It judges nothing. It draws no random numbers, binds no name and changes nothing that a cell uses.
"""
