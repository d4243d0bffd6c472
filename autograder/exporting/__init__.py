"""Marks for other programs: a table, Canvas's form and Moodle's; reads the gradebook alone."""
