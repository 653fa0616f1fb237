"""What a candidate's row must be to mean anything: one base, places that exist, months in an order that can be."""

from __future__ import annotations

from collections.abc import Iterator

from scheduler.files.check_absence import check_absence
from scheduler.files.check_past import check_past
from scheduler.files.check_tables import arena_ref, office_ref, rotation_refs, ruleset_problem
from scheduler.files.resolve import candidate_percent, leave_spans, unfit_rotations
from scheduler.files.rows import FileRow, ReadableRows
from scheduler.files.schema import FileCandidate, FileFixed, FileGroup, FileGroupChoice, FileSupervisor
from scheduler.files.values import LAST_YEAR
from scheduler.instance.problems import Path, Problem, shown, unknown
from scheduler.instance.types import PRACTICE, Span
from scheduler.month import format_month
from scheduler.rulesets import ruleset_ids

CandidateRow = FileRow[FileCandidate]


def check_candidates(readable: ReadableRows) -> Iterator[Problem]:
    """Every problem of meaning in the candidates, and in what they all depend on."""
    yield from _common_base(readable)
    yield from _some_office(readable)
    for row in readable.candidates:
        yield from _base(readable, row)
        yield from _places(readable, row)
        yield from _group_and_supervisor(readable, row)
        yield from _rotations(readable, row)
        yield from _running_in_closed(readable, row)
        yield from _percent(row)
        if readable.horizon is not None and row.sound("start"):
            yield from _months(readable, row, readable.horizon)
            yield from _current(row, readable.horizon)
            yield from _fixed(readable, row, readable.horizon)
            yield from check_past(readable, row, readable.horizon.start)
            yield from check_absence(row)
            yield from _recognised(readable, row, readable.horizon)


def nobody(readable: ReadableRows) -> Iterator[Problem]:
    """A problem where there is nobody to plan."""
    if not readable.candidates and "candidates" in readable.complete:
        yield Problem("no-candidates", ("candidates",))


def _bases(readable: ReadableRows, candidate: FileCandidate) -> list[str]:
    return [rotation for rotation in readable.allowed(candidate) if readable.rotations_by_id[rotation].data.base]


def _common_base(readable: ReadableRows) -> Iterator[Problem]:
    """Said once, of the rotations, when candidates may take all of them."""
    free = [row.data for row in readable.candidates if not row.data.allowed and row.sound("allowed")]
    if free and "rotations" in readable.complete:
        yield from _one_base(("rotations",), _bases(readable, free[0]))


def _base(readable: ReadableRows, row: CandidateRow) -> Iterator[Problem]:
    known = all(rotation in readable.rotations_by_id for rotation in row.data.allowed)
    if row.data.allowed and known and "rotations" in readable.complete:
        yield from _one_base(row.path("allowed"), _bases(readable, row.data))
    yield from rotation_refs(readable, row.path("allowed"), row.data.allowed)


def _one_base(path: Path, bases: list[str]) -> Iterator[Problem]:
    if not bases:
        yield Problem("no-base", path)
    elif len(bases) > 1:
        yield Problem("several-bases", path, ", ".join(shown(base) for base in bases[:10]))


def _some_office(readable: ReadableRows) -> Iterator[Problem]:
    uses_practice = any(PRACTICE in row.data.mix for row in readable.rotations)
    known = "arenas" in readable.complete and len(readable.merged_arenas) == len(readable.ids["arenas"])
    if readable.candidates and uses_practice and known and not readable.offices:
        yield Problem("no-office", ("arenas",))


def _places(readable: ReadableRows, row: CandidateRow) -> Iterator[Problem]:
    data = row.data
    if isinstance(data.practice, str):
        yield from office_ref(readable, row.path("practice"), data.practice)
    else:
        for index, step in enumerate(data.practice or []):
            yield from office_ref(readable, row.path("practice", index, "practice"), step.practice)
    if data.post is not None:
        yield from arena_ref(readable, row.path("post"), data.post)
    if data.ruleset is not None and data.ruleset not in ruleset_ids():
        yield ruleset_problem(row.path("ruleset"), data.ruleset)
    yield from _credited(readable, row)
    yield from _roster(readable, row)


def _credited(readable: ReadableRows, row: CandidateRow) -> Iterator[Problem]:
    """Time in a category that the candidate's ruleset has not."""
    rules, given = readable.rules_for(row.data), row.data.credited
    if rules is None or given is None:
        return
    for key in sorted(given.model_fields_set - {*rules.services}):
        fields = {"allowed": ", ".join(rules.services)}
        yield Problem("unknown-key", row.path("credited", key), shown(key), fields=fields, choices=rules.services)


def _roster(readable: ReadableRows, row: CandidateRow) -> Iterator[Problem]:
    named, rosters, rules = row.data.legevakt, readable.rosters, readable.rules_for(row.data)
    allowed = {"allowed": ", ".join(rosters) or "–"}
    if named is not None and named not in readable.ids["arenas"]:
        yield unknown("unknown-arena", row.path("legevakt"), named, rosters)
    elif named is not None and named in readable.merged_arenas and named not in rosters:
        yield Problem("not-a-roster", row.path("legevakt"), shown(named), fields=allowed, choices=rosters)
    if named is None and len(rosters) > 1 and rules is not None and row.sound("legevakt", "shifts_done"):
        missing = rules.legevakt_shifts - row.data.shifts_done
        if missing > 0:
            yield Problem("roster-not-named", row.path("legevakt"), fields={**allowed, "missing": missing})


def _group_and_supervisor(readable: ReadableRows, row: CandidateRow) -> Iterator[Problem]:
    group, groups = row.data.group, readable.ids["groups"]
    if isinstance(group, FileGroupChoice):
        yield from _group_table(readable, row, group)
    elif group not in {"free", "done"} and group not in groups:
        yield unknown("unknown-group", row.path("group"), group, readable.group_choices)
    if isinstance(row.data.supervisor, str):
        yield from _supervisor(readable, row.path("supervisor"), row.data.supervisor)
    else:
        for index, step in enumerate(row.data.supervisor or []):
            yield from _supervisor(readable, row.path("supervisor", index, "supervisor"), step.supervisor)


def _supervisor(readable: ReadableRows, path: Path, supervisor: str) -> Iterator[Problem]:
    if supervisor not in readable.ids["supervisors"]:
        yield unknown("unknown-supervisor", path, supervisor, readable.known["supervisors"])
    elif any(other.data.id == supervisor and _never_counts(other.data) for other in readable.supervisors):
        yield Problem("supervisor-not-specialist", path, shown(supervisor))


def _group_table(readable: ReadableRows, row: CandidateRow, group: FileGroupChoice) -> Iterator[Problem]:
    """Groups that there are; a settled one, or two, or else that the plan may choose two."""
    for key, group_id in (("id", group.id), ("second", group.second)):
        if group_id is not None and group_id not in readable.ids["groups"]:
            path = row.path("group", key) if group.second is None else row.path("group")  # it may be a list
            yield unknown("unknown-group", path, group_id, readable.known["groups"])
    if group.id is None and (group.second is not None or not group.split):
        yield Problem("missing-key", row.path("group", "id"), fields={"name": "id"})
    if group.id is not None and group.split:
        yield Problem("split-settled", row.path("group", "split"), fields={"group": shown(group.id)})
    found = {other.data.id: other.data for other in readable.groups}
    first, second = found.get(group.id or ""), found.get(group.second or "")
    if first is not None and second is not None and first.id != second.id and _cannot_follow(first, second):
        yield Problem("group-years-order", row.path("group"), shown(second.id), fields={"first": first.id})


def _cannot_follow(first: FileGroup, second: FileGroup) -> bool:
    """Whether the second group has no second year, or that begins before the first year of the first one is over."""
    return second.months <= 12 or second.start + 12 < first.start + min(first.months, 12)


def _never_counts(supervisor: FileSupervisor) -> bool:
    return not supervisor.is_specialist and supervisor.exempt_to is None


def _rotations(readable: ReadableRows, row: CandidateRow) -> Iterator[Problem]:
    """Every rotation that the row names must exist and be one the candidate may take."""
    data = row.data
    named: list[tuple[Path, str]] = [] if data.current is None else [(("current",), data.current.rotation)]
    named += [(("fixed", index), block.rotation) for index, block in enumerate(data.fixed)]
    named += [(("wishes", index), wish.rotation) for index, wish in enumerate(data.wishes)]
    for keys, rotation in named:
        path = row.path(*keys, "rotation")
        if rotation not in readable.ids["rotations"]:
            yield unknown("unknown-rotation", path, rotation, readable.known["rotations"])
        elif data.allowed and rotation not in data.allowed:
            allowed = ", ".join(shown(other) for other in data.allowed[:10])
            yield Problem("rotation-not-allowed", path, shown(rotation), fields={"allowed": allowed})


def _recognised(readable: ReadableRows, row: CandidateRow, horizon: Span) -> Iterator[Problem]:
    """No rotation that the row names, nor the base, is one that the candidate's ruleset does not recognise."""
    data, rules = row.data, readable.rules_for(row.data)
    if rules is None or not row.sound("percent", "leave", "absence", "finish_by"):
        return
    rotations = [other.data for other in readable.rotations_by_id.values()]
    unfit = unfit_rotations(data, rules, rotations, readable.merged_arenas, horizon)
    named: list[tuple[Path, str]] = [(row.path(), base) for base in _bases(readable, data)]
    named += [] if data.current is None else [(row.path("current", "rotation"), data.current.rotation)]
    named += [(row.path("fixed", index, "rotation"), block.rotation) for index, block in enumerate(data.fixed)]
    named += [(row.path("wishes", index, "rotation"), wish.rotation) for index, wish in enumerate(data.wishes)]
    named += [(row.path("allowed", index), rotation) for index, rotation in enumerate(data.allowed)]
    for path, rotation in named:
        if rotation in unfit:
            yield Problem("rotation-not-recognised", path, shown(rotation), fields={"ruleset": rules.ruleset})


def _running_in_closed(readable: ReadableRows, row: CandidateRow) -> Iterator[Problem]:
    """A running block is one of its rotation's, which therefore cannot be allowed none."""
    running = None if row.data.current is None else readable.rotations_by_id.get(row.data.current.rotation)
    if running is not None and running.data.max_blocks == 0:
        yield Problem("current-no-blocks", row.path("current", "rotation"), shown(running.data.id))


def _percent(row: CandidateRow) -> Iterator[Problem]:
    if candidate_percent(row.data.percent).at((LAST_YEAR + 1) * 12) == 0:
        yield Problem("no-work-ahead", row.path("percent"), "0")


def _months(readable: ReadableRows, row: CandidateRow, horizon: Span) -> Iterator[Problem]:
    """Start, deadline and leave against each other and against the horizon."""
    data = row.data
    windowed = data.earliest_start != data.start
    last = format_month(horizon.end - 1)
    if data.earliest_start > data.latest_start:
        fields = {"latest": format_month(data.latest_start)}
        yield Problem("window-order", row.path("start", "earliest"), format_month(data.earliest_start), fields=fields)
    elif data.latest_start >= horizon.end:
        path = row.path("start", "latest") if windowed else row.path("start")
        yield Problem("start-after-horizon", path, format_month(data.latest_start), fields={"last": last})
    yield from _deadline(readable, row, max(data.earliest_start, horizon.start))
    for index, leave in enumerate(data.leave):
        if leave.from_ <= leave.to < data.earliest_start and leave.to >= horizon.start:
            fields = {"start": format_month(data.earliest_start)}
            yield Problem("leave-before-start", row.path("leave", index), format_month(leave.from_), fields=fields)


def _deadline(readable: ReadableRows, row: CandidateRow, first: int) -> Iterator[Problem]:
    own, rules = row.data.finish_by, readable.rules_for(row.data)
    if own is not None and own < first:
        fields = {"first": format_month(first)}
        yield Problem("finish-by-too-early", row.path("finish_by"), format_month(own), fields=fields)
    until = row.data.until
    if until is not None and until < first:
        fields = {"first": format_month(first)}
        yield Problem("until-too-early", row.path("until"), format_month(until), fields=fields)
    if rules is not None and rules.finish_by is not None and rules.finish_by < first:
        path = row.path("start") if row.data.ruleset is None else row.path("ruleset")
        fields = {"deadline": format_month(rules.finish_by), "first": format_month(first)}
        yield Problem("ruleset-closed", path, rules.ruleset, fields=fields)


def _current(row: CandidateRow, horizon: Span) -> Iterator[Problem]:
    current = row.data.current
    if current is None:
        return
    fields = {"horizon": format_month(horizon.start)}
    if current.since > horizon.start:
        yield Problem("current-after-horizon", row.path("current", "since"), format_month(current.since), fields=fields)
    elif row.data.earliest_start > horizon.start:
        start = format_month(row.data.earliest_start)
        yield Problem("current-before-start", row.path("current"), start, fields=fields)


def _fixed(readable: ReadableRows, row: CandidateRow, horizon: Span) -> Iterator[Problem]:
    """Fixed blocks against each other, against leave, start and the running block."""
    if not row.sound("fixed"):
        return
    sane = [(index, block) for index, block in enumerate(row.data.fixed) if block.from_ <= block.to]
    yield from _overlaps(row, sane)
    for index, block in sane:
        start = max(block.from_, horizon.start)
        planned = range(start, min(block.to + 1, horizon.end))
        if planned and start < row.data.earliest_start:
            fields = {"start": format_month(row.data.earliest_start)}
            yield Problem("fixed-before-start", row.path("fixed", index, "from"), format_month(start), fields=fields)
        yield from _fixed_on_leave(readable, row, index, planned)
        yield from _fixed_against_current(readable, row, index, horizon.start)


def _overlaps(row: CandidateRow, blocks: list[tuple[int, FileFixed]]) -> Iterator[Problem]:
    latest: tuple[int, FileFixed] | None = None
    for index, block in sorted(blocks, key=lambda item: item[1].from_):
        if latest is not None and block.from_ <= latest[1].to:
            later, earlier = max(index, latest[0]), min(index, latest[0])
            fields = {"other": f"fixed[{earlier}]", "month": format_month(block.from_)}
            yield Problem("fixed-overlap", row.path("fixed", later), fields=fields)
        if latest is None or block.to > latest[1].to:
            latest = (index, block)


def _fixed_on_leave(readable: ReadableRows, row: CandidateRow, index: int, planned: range) -> Iterator[Problem]:
    rotation = readable.rotations_by_id.get(row.data.fixed[index].rotation)
    if (
        rotation is None
        or rotation.data.base
        or not rotation.sound("base")
        or not row.sound("percent", "leave", "absence")
    ):
        return
    percent, leave = candidate_percent(row.data.percent), leave_spans(row.data)
    away = [month for month in planned if percent.at(month) == 0 or any(month in span for span in leave)]
    if away:
        fields = {"rotation": shown(rotation.data.id)}
        yield Problem("fixed-on-leave", row.path("fixed", index), format_month(away[0]), fields=fields)


def _fixed_against_current(readable: ReadableRows, row: CandidateRow, index: int, first: int) -> Iterator[Problem]:
    """The running block holds the first month unless that is leave, or the block has reached its longest by then."""
    current, block = row.data.current, row.data.fixed[index]
    if current is None or not block.from_ <= first <= block.to or block.rotation == current.rotation:
        return
    running = readable.rotations_by_id.get(current.rotation)
    if running is None or not row.sound("percent", "leave", "absence") or current.since > first:
        return
    percent, leave = candidate_percent(row.data.percent), leave_spans(row.data)
    months = range(current.since, first + 1)
    served = [month for month in months if percent.at(month) and not any(month in span for span in leave)]
    longest = running.data.max_months
    if first in served and (longest is None or len(served) - 1 < longest):
        fields = {"current": shown(current.rotation), "month": format_month(first)}
        yield Problem("fixed-against-current", row.path("fixed", index), shown(block.rotation), fields=fields)
