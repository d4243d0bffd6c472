"""Zips and worksheets as an LMS makes them, and what came of them in a course."""

import zipfile

HEADER = (
    "Identifier,Full name,Email address,Status,Grade,Maximum grade,Grade can be changed,"
    "Last modified (submission),Last modified (grade),Feedback comments"
)
ENGLISH = (
    f"\ufeff{HEADER}\n"
    "Participant 41,Ada Lovelace,ADA@example.org,Submitted,,5,Yes,"
    '"Monday, 2 March 2026, 9:05 PM",-,\n'
    "Participant 42,Blaise Pascal,blaise@example.org,No submission,,5,Yes,-,-,\n"
)
GERMAN = (
    "ID;Vollständiger Name;ID-Nummer;E-Mail-Adresse;Status;Bewertung;Zuletzt geändert\n"
    "Teilnehmer/in41;Ada Lovelace;S0041;ada@example.org;Abgegeben;;"
    "Montag, 2. März 2026, 21:05\n"
)
BLIND = (
    "Identifier,Status,Grade,Maximum grade,Last modified (submission)\n"
    'Participant 41,Submitted,,5,"Monday, 2 March 2026, 9:05 PM"\n'
)
NOTEBOOK = b'{"cells": []}'


def zipped(folder, files, name="work.zip"):
    path = folder / name
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for each, content in files.items():
            file.writestr(each, content)
    return path


def submitted(course):
    """What lies there, by learner and file."""
    root = course / "grading/submitted"
    found = {}
    for path in sorted(root.rglob("*")):
        if path.is_file():
            student, assignment, *file = path.relative_to(root).parts
            assert assignment == "classification"
            found[student, "/".join(file)] = path.read_bytes()
    return found
