"""Two persons decide about one class: neither replaces the other's points unaware."""

from __future__ import annotations

import multiprocessing
import random
from contextlib import chdir

import pytest

from autograder.classroom import enter
from autograder.classroom.course import open_course
from autograder.classroom.decisions import Replaces, decide
from autograder.classroom.plan import todos
from autograder.cli.main import main
from autograder.workers.job import Result
from tests.support.classes import NAME
from tests.support.kept import decisions, nbgraders, points

STABLE, VALUES = "check_tanh_stable", "check_tanh_values"
LEARNERS = ("ada", "cleo", "dan")


def give(points, by, *more, check=STABLE, whom=("--student", "dan")):
    return main(["decide", check, str(points), *whom, "--by", by, "--reason", "Because.", *more])


def asked(capsys):
    capsys.readouterr()
    main(["grade"])
    return [
        line.removeprefix("For a person: ")
        for line in capsys.readouterr().out.splitlines()
        if line.startswith("For a person: ")
    ]


def test_another_person_s_points_are_replaced_on_purpose_alone(course, capsys):
    assert give(0.5, "N. N.") == 0
    before = decisions(course)
    capsys.readouterr()
    assert give(1, "M. M.") == 2
    said = capsys.readouterr().err
    assert said.startswith("N. N. gave 0.5 points on 20")
    assert f"UTC for {STABLE} to dan: nothing was changed" in said
    assert (
        f"`autograder decide {STABLE} 1 --student dan --by 'M. M.' --reason Because. --replace`"
        in said
    )
    assert (decisions(course), points(course, "dan")[STABLE]) == (before, 0.5)
    assert give(1, "M. M.", "--dry-run") == 0
    said = capsys.readouterr().out
    assert "In place of this: N. N. gave 0.5 points" in said
    assert "asks for --replace" in said
    assert give(1, "M. M.", "--replace") == 0
    assert "In place of this: N. N. gave 0.5 points" in capsys.readouterr().out
    assert points(course, "dan")[STABLE] == 1


def test_one_s_own_points_are_replaced_freely(course):
    assert give(0.5, "N. N.") == 0
    assert give(1, " n. n.") == 0
    assert points(course, "dan")[STABLE] == 1


def test_confirming_another_person_s_points_replaces_none_of_them(course, capsys):
    assert give(0.5, "N. N.") == 0
    assert give("same", "M. M.") == 0
    assert "In place of this: N. N. gave 0.5 points" in capsys.readouterr().out
    assert points(course, "dan")[STABLE] == 0.5


def test_what_was_decided_for_everybody_is_another_person_s_too(course, capsys):
    everybody = ("--all",)
    assert give("full", "N. N.", whom=everybody) == 0
    assert give(0, "M. M.", whom=everybody) == 2
    assert "N. N. gave 1 point on 20" in capsys.readouterr().err
    assert give(0, "M. M.") == 2
    assert "to everybody" in capsys.readouterr().err
    assert give(0, "M. M.", "--replace") == 0
    assert (points(course, "dan")[STABLE], points(course, "ada")[STABLE]) == (0, 1)


def test_several_replaced_at_once_are_counted(course, capsys):
    assert give("full", "N. N.", check="tanh") == 0
    assert give(0, "M. M.", check="tanh") == 2
    assert "and so for 3 more checks" in capsys.readouterr().err


def type_in_formgrader(course, value, check=VALUES):
    with nbgraders(course) as book:
        grade = book.find_grade(check, NAME, "classification", "dan")
        grade.manual_score, grade.needs_manual_grade = value, False
        book.db.commit()


def test_points_typed_over_a_person_s_count_and_are_told_until_confirmed(course, capsys):
    assert give(2, "N. N.", check=VALUES) == 0
    type_in_formgrader(course, 1)
    told = [line for line in asked(capsys) if line.startswith("dan")]
    assert len(told) == 1
    assert (
        f"{VALUES}: 1 point typed in formgrader, in place of these: N. N. gave 2 points" in told[0]
    )
    assert points(course, "dan")[VALUES] == 1
    type_in_formgrader(course, 0.5)
    assert "in place of these: N. N. gave 2 points" in str(asked(capsys))
    assert give("same", "M. M.", check=VALUES) == 0
    assert not [line for line in asked(capsys) if line.startswith("dan")]
    assert points(course, "dan")[VALUES] == 0.5


def test_points_taken_back_in_formgrader_are_told_as_well(course, capsys):
    assert give(0.5, "N. N.", check=VALUES) == 0
    type_in_formgrader(course, None)
    assert f"{VALUES}: Points were taken back in formgrader" in str(asked(capsys))
    assert points(course, "dan")[VALUES] == 2
    assert give("same", "N. N.", check=VALUES) == 0
    assert "taken back" not in str(asked(capsys))


def test_points_typed_where_nobody_had_decided_are_told_to_nobody(course, capsys):
    type_in_formgrader(course, 1)
    assert not [line for line in asked(capsys) if line.startswith("dan")]


def test_a_question_is_taken_up_by_one(course, capsys):
    assert main(["take", "cleo", "--by", "N. N."]) == 0
    assert "cleo: 02_tanh: 4 checks taken up by N. N.\n" in capsys.readouterr().out
    assert asked(capsys)[0].endswith("Please read the answer. Taken up by N. N.")
    assert main(["take", "cleo", "--by", "M. M."]) == 2
    said = capsys.readouterr().err
    assert "N. N. has taken up check_tanh_values of cleo on 20" in said
    assert "`autograder take cleo --by 'M. M.' --replace`" in said
    assert main(["take", "cleo", "--by", "M. M.", "--replace"]) == 0
    assert "Taken up by M. M." in str(asked(capsys))
    assert main(["take", "cleo", "--by", "M. M.", "--back"]) == 0
    assert "Taken up" not in str(asked(capsys))


def test_a_take_ends_when_the_question_is_settled(course, capsys):
    assert main(["take", "cleo", "--by", "N. N.", "--part", "tanh"]) == 0
    capsys.readouterr()
    assert give("same", "M. M.", check=VALUES, whom=("--student", "cleo")) == 0
    assert f"Mind that N. N. has taken up {VALUES} of cleo on 20" in capsys.readouterr().out
    taken = open_course("classification").book.taken_by("cleo")
    assert (NAME, VALUES) not in taken
    assert {each.by for each in taken.values()} == {"N. N."}
    assert give("same", "M. M.", check="tanh", whom=("--student", "cleo")) == 0
    assert not open_course("classification").book.taken_by("cleo")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["ada", "--by", "N. N."], "Nothing of ada waits for a person."),
        (["cleo", "nobody", "--by", "N. N."], "Nothing of nobody waits for a person."),
        (["cleo", "--by", "N. N.", "--part", "03_spirals"], "Nothing of cleo in 03_spirals waits"),
        (["cleo", "--by", " "], "Say who takes it up"),
    ],
)
def test_a_take_of_nothing_is_refused(course, capsys, arguments, words):
    assert main(["take", *arguments]) == 2
    assert words in capsys.readouterr().err
    assert not open_course("classification").book.taken_by("cleo")


# --- at once --------------------------------------------------------------------------------------


def decides(folder, number, times, results):
    """One assistant's evening: so many decisions, some of them about another person's points."""
    chance, done, refused = random.Random(number), 0, 0
    with chdir(folder):
        course = open_course("classification")
        for _ in range(times):
            whom, check = chance.choice(LEARNERS), chance.choice([STABLE, VALUES])
            value, replace = chance.choice([0.0, 0.5, 1.0]), chance.random() < 0.5
            try:
                decide(
                    course, whom, [check], value, by=f"{number}", reason="Because.", replace=replace
                )
                done += 1
            except Replaces:
                refused += 1
        course.book.close()
    results.put((number, done, refused))


def test_many_decisions_at_once_lose_none_also_while_grading(course):
    """200 by five processes; each is on record or refused, and the newest counts."""
    forks = multiprocessing.get_context("fork")
    results = forks.Queue()
    them = [forks.Process(target=decides, args=(course, n, 40, results)) for n in range(5)]
    for each in them:
        each.start()
    mine = open_course("classification")
    while any(each.is_alive() for each in them):  # as `grade --force` enters what workers found
        for todo in todos(mine, "ada", force=True):
            enter.begin(mine, todo)
            failed = Result(error=("internal", "It was stopped."))
            enter.enter(mine, [enter.ToEnter(todo.submission, NAME, failed)])
    found = [results.get(timeout=60) for _ in them]
    assert [each.exitcode for each in them] == [0] * 5
    assert sum(done + refused for _, done, refused in found) == 200
    made = decisions(course)
    for number, done, _ in found:
        assert sum(by == f"{number}" for *_, by, _ in made) == done > 0
    newest = {(student, check): value for student, check, _, value, _, _ in made}
    for (student, check), value in newest.items():
        assert points(course, student)[check] == value
