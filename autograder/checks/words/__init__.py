"""What the checks say: verdicts, the catalogue of messages, how both are shown.

It knows no exercise beyond its entry in the table, and looks at no object.
"""
