"""A sheet goes back byte for byte, whoever has saved it, but for the cells that were set."""

import codecs
import csv
import io
import random

import pytest

from autograder.lms import sheet
from autograder.lms.sheet import NoSheet, Sheet, encoding_of, parsed, read_content, text_of
from autograder.lms.worksheet import is_worksheet

TEXT = 'Name,Mark\r\n"Müller, A. ""Z""",\r\nMöller,1\r\n'
FORMS = {
    "utf-8": TEXT.encode(),
    "utf-8 with its mark": TEXT.encode("utf-8-sig"),
    "cp1252": TEXT.replace("A.", "A. €").encode("cp1252"),
    "utf-16": codecs.BOM_UTF16_LE + TEXT.replace("A.", "王伟").encode("utf-16-le"),
    "utf-16, the other way round": codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"),
    "utf-16 without its mark": TEXT.encode("utf-16-le"),
    "utf-16 without its mark, the other way round": TEXT.encode("utf-16-be"),
    "bytes of nobody's": TEXT.encode("latin-1") + b"\x81,\xff",
    "semicolons": TEXT.replace(",", ";").encode(),
    "tabs": TEXT.replace(",", "\t").encode("utf-16"),
    "unix": TEXT.replace("\r", "").encode(),
    "an old Macintosh": TEXT.replace("\n", "").encode(),
    "empty lines": f"\r\n\r\n{TEXT}\r\n,\r\n".encode(),
}


@pytest.mark.parametrize("content", FORMS.values(), ids=FORMS)
def test_a_sheet_in_any_form(content):
    found = Sheet(content)
    assert found.content == content
    line = next(n for n, row in enumerate(found.rows) if row[0].startswith("M"))
    assert found.rows[line][0][-3:] == '"Z"'
    assert {"Müller", "Name"} <= {row[0][:6].rstrip(",;\t") for row in found.rows}
    found.set(line, 1, "5,5")
    again = Sheet(found.content)
    assert again.rows == found.rows
    assert again.cell(line, 1) == "5,5"
    assert len(again.content) - len(content) <= 10, "nothing else is new"


@pytest.mark.parametrize(
    ("old", "new", "written"),
    [
        ('a,"",b\n', "5", 'a,"5",b\n'),
        ("a,,b\n", "5", "a,5,b\n"),
        ("a,,b\n", "5,5", 'a,"5,5",b\n'),
        ("a;;b\n", "5,5", "a;5,5;b\n"),
        ('a,"x""y",b', 'z"', 'a,"z""",b'),
        ("a\n", "5", "a,5\n"),
        ("a, 1 ,b\r\n", "5", "a,5,b\r\n"),
    ],
)
def test_a_cell_is_set_in_the_sheets_own_way(old, new, written):
    found = Sheet(old)
    found.set(0, 1, new)
    assert found.content == written.encode()


def test_lines_are_taken_out_as_they_stand():
    found = Sheet(b'a,b\r\n"x\r\ny",1\nz,"2"')
    found.drop({1})
    assert found.content == b'a,b\r\nz,"2"'
    assert found.rows == [["a", "b"], ["z", "2"]]


def test_any_text_is_read_as_by_csv_and_goes_back():
    draw = random.Random(3)
    for _ in range(3000):
        text = "".join(draw.choices('ab,;\t"\r\n "', k=draw.randrange(40)))
        found = Sheet(text)
        assert found.content == text.encode()
        lines = csv.reader(io.StringIO(text, newline=""), delimiter=found.separator)
        assert [row or [""] for row in lines] == found.rows, repr(text)


def test_any_bytes_go_back():
    draw = random.Random(4)
    for start in (b"", *FORMS.values()):
        for _ in range(50):
            content = start + draw.randbytes(draw.randrange(30))
            assert Sheet(content).content == content


def test_a_cell_longer_than_csv_takes():
    text = f'a,"{"x" * 200_000}"\n'
    assert parsed(text)[0] == [["a", "x" * 200_000]]


def test_quotes_that_nobody_closes_take_no_time():
    assert len(Sheet('"' + '""' * 100_000 + "x").rows) == 1
    assert len(Sheet('"a""' * 30_000).rows) == 1


def test_no_sheet_is_that_large(tmp_path, monkeypatch):
    monkeypatch.setattr(sheet, "LARGEST", 2**20)
    path = tmp_path / "big.csv"
    path.write_bytes(b"," * (2**20 + 1))
    with pytest.raises(NoSheet, match=r"big\.csv is larger than 1 MB"):
        read_content(path)
    with pytest.raises(NoSheet, match="larger than 1 MB"):
        Sheet(path.read_bytes())
    assert not is_worksheet(text_of(path.read_bytes()))
    monkeypatch.setattr(sheet, "MOST_CELLS", 1000)
    for text in ("," * 2000, "a,b\n" * 600, ";" * 2000):
        with pytest.raises(NoSheet, match="more than 1,000 cells"):
            Sheet(text)


def test_binary_zeros_alone_make_no_other_encoding():
    assert encoding_of(b"a\0,b\nc,d\n") == "utf-8"
    assert encoding_of(b"") == "utf-8"
