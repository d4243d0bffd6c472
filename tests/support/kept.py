"""Reads what grading has kept beside nbgrader's marks, as any program could: with SQL."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing, contextmanager

from nbgrader.api import Gradebook

from autograder.course.nbgrader_log import quiet


def records(course, assignment="classification"):
    """Records as they were written, by learner and notebook; {} where nothing was graded.

    Args:
        course: the folder, or the gradebook's file.
        assignment: whose.
    """
    place = course if course.is_file() else course / "grading/gradebook.db"
    if not place.is_file():
        return {}
    found = {}
    for (content,) in _rows(place, "content", "autograder_record", assignment, "student, notebook"):
        record = json.loads(content)
        found.setdefault(record["student"], {})[record["notebook"]] = record
    return found


@contextmanager
def nbgraders(course):
    """nbgrader's own view of the gradebook."""
    url = f"sqlite:///{course / 'grading/gradebook.db'}"
    with quiet(), Gradebook(url, "moons-and-spirals") as gradebook:
        yield gradebook


def points(course, student, assignment="classification"):
    """The gradebook's points by check cell, of notebooks not handed in as well."""
    with nbgraders(course) as gradebook:
        notebooks = gradebook.find_submission(assignment, student).notebooks
        return {grade.name: float(grade.score) for each in notebooks for grade in each.grades}


def decisions(course, assignment="classification"):
    """What persons have decided, the oldest first: learner, check, kind, points, author, reason."""
    names = 'student, "check", kind, points, "by", reason'
    place = course / "grading/gradebook.db"
    return _rows(place, names, "autograder_decision", assignment, "number")


def _rows(place, names, table, assignment, order):
    with closing(sqlite3.connect(place)) as database:
        tables = "select 1 from sqlite_master where name = ?"
        if not database.execute(tables, (table,)).fetchone():
            return []
        query = f"select {names} from {table} where assignment = ? order by {order}"
        return database.execute(query, (assignment,)).fetchall()


#: Points that persons have given, in nbgrader's own tables: learner, check, points.
BY_HAND = """
select submitted_assignment.student_id, base_cell.name, grade.manual_score
from grade
join base_cell on grade.cell_id = base_cell.id
join submitted_notebook on grade.notebook_id = submitted_notebook.id
join submitted_assignment on submitted_notebook.assignment_id = submitted_assignment.id
where grade.manual_score is not null
"""
