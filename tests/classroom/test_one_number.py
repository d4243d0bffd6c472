"""What a learner has is the same number wherever it is shown, whatever has happened before."""

from __future__ import annotations

import csv
import json
import random
import re
import shutil

import pytest

from autograder.cli.main import main
from tests.support.classes import FULL
from tests.support.histories import LEARNERS, Class, graded, happen  # noqa: F401 - a fixture
from tests.support.page_text import text_of


def shown(course, capsys):
    """Each learner's points by the table, its JSON, explain, page, class page and export."""

    def said(*words):
        capsys.readouterr()
        assert main(list(words)) in (0, 1), words
        return capsys.readouterr().out

    table = said("grade")
    found = {
        "json": {
            row["student"]: row["score"] for row in json.loads(said("grade", "--json"))["learners"]
        }
    }
    said("report")
    said("export")
    pages = course / "grading/report/classification"
    index = text_of((pages / "index.html").read_text("utf-8"))
    lines = csv.DictReader(
        (course / "grading/export/classification-csv.csv").open(encoding="utf-8-sig")
    )
    found["export"] = {line["learner"]: float(line["score"]) for line in lines}
    for each in LEARNERS:
        explained = said("explain", each)
        part = said("explain", each, "tanh")
        left = re.search(r"leaves ([\d.]+) of", part) or re.search(r"\): ([\d.]+) of", part)
        page = text_of((pages / f"learners/{each}.html").read_text("utf-8"))
        of = {
            "table": re.search(rf"^ {each} +([\d.]+) of {FULL}", table, re.MULTILINE),
            "explain": re.match(rf"{each}: ([\d.]+) of {FULL}", explained),
            "explain part": left,
            "page": re.search(rf"([\d.]+) of {FULL} points", page),
            "class page": re.search(rf"\b{each} ([\d.]+) [\d.]+ (−?[\d.]+ )?(yes|no)\b", index),
        }
        for place, match in of.items():
            assert match, (place, each)
            found.setdefault(place, {})[each] = float(match[1])
    return found


@pytest.mark.parametrize("seed", range(4))
def test_six_places_say_the_same(graded, tmp_path, monkeypatch, capsys, seed):  # noqa: F811
    folder, results = graded
    course = shutil.copytree(folder, tmp_path / "course")
    monkeypatch.chdir(course)
    chance = random.Random(100 + seed)
    a_class = Class(course, results)
    for student in LEARNERS:
        a_class.resubmit(student, student)
    a_class.grade()
    done = [happen(a_class, chance) for _ in range(12)]
    a_class.grade()
    expected = {
        student: pytest.approx(sum(points for points, _ in checks.values()) - lost.expected)
        for student, (checks, lost) in a_class.expected().items()
    }
    for place, found in shown(course, capsys).items():
        assert found == expected, (place, done)
