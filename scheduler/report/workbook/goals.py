"""Learning goals: for each goal and candidate, which arena gives it and when."""

from __future__ import annotations

from scheduler.accounting import Trajectory
from scheduler.month import calendar_month, year
from scheduler.report.facts import GoalSource, goal_sources
from scheduler.report.workbook.book import BAND, RED, RED_TINT, Book, Sheet, shortened
from scheduler.report.workbook.layout import FIRST_ROW, HEAD_ROW

_GOAL_WIDTH, _COUNT_WIDTH, _CANDIDATE_WIDTH = 7, 9, 18
_LONGEST_ARENA = 26


def write_goals(book: Book) -> None:
    """The sheet: a row a goal, a column a candidate."""
    sheet = book.titled_sheet("goals", "note-goals")
    sheet.set_row(HEAD_ROW, 44)
    sheet.set_column(0, 0, _GOAL_WIDTH)
    sheet.set_column(1, 1, _COUNT_WIDTH)
    sheet.freeze_panes(FIRST_ROW, 2)
    sheet.repeat_rows(HEAD_ROW)
    sheet.repeat_columns(0, 1)
    sheet.write_string(HEAD_ROW, 0, book.say("head-goal"), book.head())
    sheet.write_string(HEAD_ROW, 1, book.say("head-lacking_goal"), book.head())
    goals = sorted(set().union(*(trajectory.candidate.rules.goals for trajectory in book.trajectories)))
    sheet.ignore_errors({"number_stored_as_text": f"A{FIRST_ROW + 1}:A{FIRST_ROW + len(goals) + 1}"})
    given = [goal_sources(trajectory) for trajectory in book.trajectories]
    done = [
        trajectory.candidate.goals_done | set(known) for trajectory, known in zip(book.trajectories, given, strict=True)
    ]
    wanted = [trajectory.candidate.rules.goals for trajectory in book.trajectories]
    lacks = [sum(goal in w and goal not in d for w, d in zip(wanted, done, strict=True)) for goal in goals]
    for row, (goal, lack) in enumerate(zip(goals, lacks, strict=True), start=FIRST_ROW):
        sheet.write_string(row, 0, f"{goal:03d}", book.cell(bold=True))
        sheet.write_number(row, 1, lack, book.cell(align="center", num_format='0;-0;"·"'))
    for column, (trajectory, known) in enumerate(zip(book.trajectories, given, strict=True), start=2):
        sheet.set_column(column, column, _CANDIDATE_WIDTH)
        head = f"{trajectory.candidate.id}\n{book.name_of(trajectory.entry)}".strip()
        sheet.write_string(HEAD_ROW, column, head, book.head(align="center"))
        for row, goal in enumerate(goals, start=FIRST_ROW):
            _write_goal(book, sheet, row, column, trajectory, goal, known.get(goal))


def _write_goal(
    book: Book, sheet: Sheet, row: int, column: int, trajectory: Trajectory, goal: int, source: GoalSource | None
) -> None:
    look: dict[str, object] = {"align": "center", "font_size": 8, "shrink": True}
    if goal not in trajectory.candidate.rules.goals:
        words, look = "", {**look, "bg_color": BAND}
    elif goal in trajectory.candidate.goals_done:
        words, look = book.say("goal-before"), {**look, "bg_color": BAND}
    elif source is None:
        words = book.say("goal-later" if trajectory.unfinished else "goal-lacking")
        look = look if trajectory.unfinished else {**look, "bg_color": RED_TINT, "font_color": RED, "bold": True}
    else:
        first = source.arenas[0]
        name = shortened(trajectory.instance.arenas[first].name, _LONGEST_ARENA)
        arena = book.say("own-practice") if first in trajectory.entry.offices else name
        words = f"{arena} {calendar_month(source.month):02d}.{year(source.month) % 100:02d}"
    sheet.write_string(row, column, words, book.cell(**look))
