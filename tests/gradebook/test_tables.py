"""Our own tables in a gradebook that an earlier version has made."""

import pytest
from sqlalchemy import Column, Float, MetaData, Table, create_engine, insert, inspect, select

from autograder.gradebook import tables
from autograder.gradebook.errors import why_not


@pytest.fixture
def connection():
    with create_engine("sqlite://").connect() as connection:
        yield connection


def test_only_a_gradebook_without_any_is_fresh(connection):
    assert tables.make(connection)
    assert not tables.make(connection)


def test_what_an_earlier_version_lacks_is_made_and_the_rest_is_kept(connection, monkeypatch):
    assert tables.make(connection)
    whose = {"grade": "1", "assignment": "a", "student": "ada", "waits": "flag"}
    connection.execute(insert(tables.EFFECTS).values(**whose))
    tables.DECISIONS.drop(connection)
    newer = MetaData()
    for table in tables.ALL.sorted_tables:
        table.to_metadata(newer)
    later = newer.tables[tables.EFFECTS.name]
    later.append_column(Column("check", Float))  # a word of SQL's own
    monkeypatch.setattr(tables, "ALL", newer)
    assert not tables.make(connection)
    there = {*inspect(connection).get_table_names()}
    assert tables.DECISIONS.name in there
    read = Table(tables.EFFECTS.name, MetaData(), autoload_with=connection)
    assert {
        name: connection.execute(select(read)).mappings().one()[name] for name in whose
    } == whose
    assert connection.execute(select(read.c.check)).scalar_one() is None


def test_a_password_in_the_address_is_not_shown():
    told = why_not("postgresql://grader:hush@db.example.org/marks", "connection refused")
    assert "hush" not in told
    assert "db.example.org/marks" in told
    assert why_not("sqlite:////course/gradebook.db", "is locked").startswith(
        "The gradebook /course/gradebook.db is locked."
    )
