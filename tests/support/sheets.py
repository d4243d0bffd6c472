"""Sheets as LMSs write them: Moodle's worksheet, and the gradebooks of Canvas and others.

By the rules of the systems' own sources, and not by what our code looks for.
"""

import csv
import io
from dataclasses import dataclass, field

MONDAY = "Monday, 2 March 2026, 9:05 PM"
#: The heads of Moodle's columns, and its words, in some languages.
LANGUAGES = {
    "en": {
        "participant": "Participant ", "heads": (
            "Identifier", "Full name", "Status", "Allow submissions from", "Due date",
            "Cut-off date", "Group", "Marker", "Grade", "Maximum grade", "Scale",
            "Marking workflow state", "Grade can be changed", "Last modified (submission)",
            "Online text", "Last modified (grade)", "Feedback comments",
        ), "yes": "Yes", "no": "No", "state": "Not marked", "date": MONDAY,
    },
    "de": {
        "participant": "Teilnehmer/in", "heads": (
            "ID", "Vollständiger Name", "Status", "Abgabebeginn", "Fälligkeitsdatum",
            "Letzte Abgabemöglichkeit", "Gruppe", "Bewerter/in", "Bewertung", "Bestwertung",
            "Skala", "Bewertungsworkflow-Status", "Bewertung kann geändert werden",
            "Zuletzt geändert (Abgabe)", "Texteingabe online", "Zuletzt geändert (Bewertung)",
            "Feedback als Kommentar",
        ), "yes": "Ja", "no": "Nein", "state": "Nicht bewertet",
        "date": "Montag, 2. März 2026, 21:05",
    },
    "zh": {
        "participant": "参与者", "heads": (
            "标识", "全名", "状态", "允许提交自", "到期日期", "截止日期", "小组", "评分人", "成绩",
            "最高分", "等级", "评分流程状态", "成绩可以更改", "最后修改(提交)", "在线文本",
            "最后修改(成绩)", "评语",
        ), "yes": "是", "no": "否", "state": "未评分", "date": "2026年3月2日 星期一 21:05",
    },
}  # fmt: skip


@dataclass
class Line:
    """A participant, as Moodle knows one; `shown` are the identity fields of the site."""

    number: str
    name: str = ""
    shown: tuple[str, ...] = ()
    submitted: bool = True
    group: str = "Default group"
    grade: str = ""
    locked: bool = False
    status: str = ""
    text: str = ""


@dataclass
class Form:
    """How a site writes a worksheet: what it shows, and which columns the assignment has."""

    shown: tuple[str, ...] = ("Email address",)
    language: str = "en"
    blind: bool = False
    override: str = ""
    group: bool = False
    marker: str = ""
    maximum: str = "100.00"
    scale: str = ""
    workflow: bool = False
    text: bool = False
    graded: str = "-"
    sheet: dict[str, str] = field(default_factory=lambda: {"delimiter": ","})


def worksheet(lines, form=None, **more):
    """A worksheet of Moodle's, as text."""
    form = form or Form(**more)
    words = LANGUAGES[form.language]
    heads = words["heads"]

    def row(n, line):
        """One column after the other: what it holds, if it is there. The head has no line."""

        def cell(there, head, value):
            return [heads[head] if line is None else value] if there else []

        who = line or Line("")
        status = who.status or ("Submitted for grading" if who.submitted else "No submission")
        changed = words["no" if who.locked else "yes"]
        own = who.shown if line else form.shown
        made = [
            *cell(True, 0, words["participant"] + who.number),
            *cell(not form.blind, 1, who.name),
            *(() if form.blind else own),
            *cell(True, 2, status),
            *cell(form.override, 3, form.override if n == 0 else "-"),
            *cell(form.override, 4, form.override),
            *cell(form.override, 5, "-"),
            *cell(form.group, 6, who.group),
            *cell(form.marker, 7, form.marker),
            *cell(True, 8, who.grade),
            *cell(not form.scale, 9, form.maximum),
            *cell(form.scale, 10, form.scale),
            *cell(form.workflow, 11, words["state"]),
            *cell(True, 12, changed),
            *cell(True, 13, words["date"] if who.submitted else "-"),
            *cell(form.text, 14, who.text),
            *cell(True, 15, form.graded),
            *cell(True, 16, ""),
        ]
        return made

    return written([row(-1, None), *(row(n, line) for n, line in enumerate(lines))], **form.sheet)


def written(rows, delimiter=",", end="\n", mark="\ufeff"):
    """Rows as CSV."""
    target = io.StringIO()
    csv.writer(target, delimiter=delimiter, lineterminator=end).writerows(rows)
    return mark + target.getvalue()


def canvas(lines, titles, possible, *, sis=True, names=False, hidden=False, comma=False, **form):
    """Canvas's gradebook. A line is (name, id, SIS user, SIS login, marks...)."""

    def shown(mark):
        return mark.replace(".", ",") if comma else mark

    head = ["LastName", "FirstName"] if names else ["Student"]
    head += ["ID", *(["SIS User ID"] if sis else []), "SIS Login ID", "Section", *titles]
    sums = ["Assignments Current Score", "Current Score", "Final Score"]
    rows = [head + sums]
    width = len(head) - len(titles)
    if hidden:
        rows.append([""] * width + ["Manual Posting"] * len(titles) + [""] * len(sums))
    only = ["(read only)"] * len(sums)
    points = ["    Points Possible"] + [""] * (width - 1)
    rows.append(points + [shown(each) for each in possible] + only)
    for name, number, user, login, *marks in lines:
        who = name.split(", ") if names else [name]
        rows.append([*who, number, *([user] if sis else []), login, "Section 1"])
        rows[-1] += [*map(shown, marks), "", "", ""]
    return written(rows, **form)


def blackboard(lines, titles, **form):
    """Blackboard's grade center. A line is (last name, first name, username, id, marks...)."""
    head = ["Last Name", "First Name", "Username", "Student ID", "Last Access", "Availability"]
    rows = [[*head, "Weighted Total [Total Pts: up to 0 Score] |1", *titles]]
    rows += [
        [*line[:4], "2026-03-02 21:05:00", "Yes", "", *line[4:]]
        for line in lines
    ]  # fmt: skip
    return written(rows, **form)


def brightspace(lines, titles, **form):
    """Brightspace's grades. A line is (OrgDefinedId, username, last name, first name, marks...)."""
    head = ["OrgDefinedId", "Username", "Last Name", "First Name", *titles]
    rows = [[*head, "End-of-Line Indicator"]]
    rows += [[f"#{line[0]}", f"#{line[1]}", *line[2:], "#"] for line in lines]
    return written(rows, **form)
