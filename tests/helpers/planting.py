"""Planted instances: a valid plan is drawn first and the instance is built around it, just as wide as the plan needs.

Candidates draw their working life (percent, leave, credit from before) and a path of blocks; the finish is the first
month at whose end the service is complete. Everything else is then cut to fit: places, percent, shifts, supervisors and
groups to what is used month by month, requirements, goals and fixed months to what was done. So a solver that says
"impossible", or finds only worse plans, is wrong. ``plant(seed)`` gives the same instance every time.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any

from scheduler.accounting import with_figures
from scheduler.files import read_instance
from scheduler.instance.types import Instance
from scheduler.month import format_month
from scheduler.plan import Plan, PlanCandidate, PlanService
from tests.helpers.tiny import faults, plan_of

Row = dict[str, Any]
FTE = 10_000
START = 2027 * 12  # 2027-01
OPEN, OTHER, INSTITUTION = "open_practice", "other_general", "institution"
SERVICES = {"practice": OPEN, "ward": INSTITUTION, "hospital": INSTITUTION, "clinic": OTHER, "home": OTHER}
GOALS = {
    "office": ({1, 2, 3, 4, 5, 6, 7}, {6, 7}),  # of these 6 and 7 only with the full number of shifts
    "ward": ({8}, set()),
    "hospital": ({8, 3}, set()),
    "clinic": ({1, 2, 9}, set()),
    "home": ({3, 4, 10}, set()),
    "legevakt": ({6, 7, 11}, set()),
}
DELAY_ONLY, USUAL_ORDER = ["delay"], ["delay", "wishes", "away", "moves", "uncounted", "breadth"]
ORDERS = [*[DELAY_ONLY] * 6, *[USUAL_ORDER] * 3, ["delay", "wishes"], ["delay", "breadth"], ["wishes", "delay"]]
NO_SERVICE = PlanService.none()


TABLES = ("limits", "reservations", "requirements", "groups", "supervisors", "rotations", "candidates", "objective")


@dataclass(frozen=True)
class Planted:
    """An instance and a plan that is known to be valid for it; every 20th has the real numbers, every tenth a crowd."""

    seed: int
    tree: Row
    instance: Instance
    plan: Plan


@dataclass(frozen=True)
class _Rotation:
    id: str
    mix: Mapping[str, int]
    min_months: int = 1
    max_months: int = 999
    max_blocks: int = 1
    starts: tuple[int, ...] = tuple(range(1, 13))
    not_before: int = 0
    legevakt: bool = True
    after: tuple[str, ...] = ()
    base: bool = False

    def share(self, service: str) -> int:
        return sum(share for arena, share in self.mix.items() if SERVICES[arena] == service)

    def row(self) -> Row:
        row: Row = {"id": self.id, "mix": dict(self.mix), "min_months": self.min_months, "base": self.base}
        if not self.base:
            row |= {"max_months": self.max_months, "max_blocks": self.max_blocks, "not_before": self.not_before}
            row |= {"starts": list(self.starts), "legevakt": self.legevakt, "after": list(self.after)}
        return row


@dataclass
class _Life:
    """One candidate: what is given, and the path drawn."""

    id: str
    row: Row
    first: int
    percent: list[int]  # from START on, 0 on leave
    credited: dict[str, int]
    served: int = 0  # service months before the horizon
    elapsed: int = 0  # service months of the running block before the horizon
    running: _Rotation | None = None
    path: list[_Rotation | None] = field(default_factory=list)  # from ``first`` on
    unfinished: bool = False
    practice: str = ""
    group: str | None = None
    shifts: dict[int, int] = field(default_factory=dict)
    roster: str = "legevakt"
    supervisors: list[tuple[str, int, int]] = field(default_factory=list)  # id, first, last

    @property
    def end(self) -> int:
        return self.first + len(self.path)

    def months(self) -> Iterable[tuple[int, _Rotation]]:
        """Service months with their rotation."""
        for offset, rotation in enumerate(self.path):
            if rotation is not None:
                yield self.first + offset, rotation

    def arenas(self, rotation: _Rotation) -> dict[str, int]:
        return {self.practice if arena == "practice" else arena: share for arena, share in rotation.mix.items()}

    def blocks(self) -> list[tuple[_Rotation, int, int]]:
        """Blocks as rotation, first month, month after the last; a base block runs on across leave."""
        found: list[tuple[_Rotation, int, int]] = []
        for month, rotation in self.months():
            if found and found[-1][0] is rotation and (rotation.base or found[-1][2] == month):
                found[-1] = (rotation, found[-1][1], month + 1)
            else:
                found.append((rotation, month, month + 1))
        return found


def plant(seed: int, every_table: bool = False) -> Planted:
    """A valid plan and the instance around it; ``every_table``: small, and no table of the contract left out."""
    rng = Random(seed)
    while True:
        planter = _Planter(
            rng,
            real_numbers=seed % 20 == 19 and not every_table,
            crowded=seed % 10 == 4 and not every_table,
            every_table=every_table,
        )
        tree = planter.tree(f"Planted {seed}")
        if not every_table or all(tree[table] for table in TABLES):
            break
    instance = read_instance(tree)
    plan = plan_of(instance, [planter.entry(instance, life) for life in planter.lives])
    assert faults(instance, plan) == [], (seed, faults(instance, plan))
    return Planted(seed, tree, instance, plan)


class _Planter:
    def __init__(self, rng: Random, real_numbers: bool, crowded: bool, every_table: bool) -> None:
        self.rng = rng
        self.every_table = every_table
        self.real = real_numbers
        self.n_months = rng.randint(84, 96) if real_numbers else rng.randint(26, 44)
        self.end = START + self.n_months
        self.rules = self._draw_rules()
        self.rotations = self._draw_rotations()
        self.base = next(rotation for rotation in self.rotations if rotation.base)
        self.offices = [f"office-{number}" for number in range(1, rng.randint(1, 4) + 1)]
        self.groups = self._draw_groups()
        self.order = rng.choice(ORDERS)
        self.rosters = ["legevakt", "legevakt-2"][: rng.choice([1, 1, 1, 2])]
        self.slack = 0
        sizes = (
            [2, 2, 3]
            if every_table
            else [1, 2, 2, 3]
            if real_numbers
            else [6, 8, 10, 12]
            if crowded
            else [1, 1, 2, 2, 2, 3, 3, 3, 4, 5]
        )
        self.lives = [self._draw_life(f"A{number:02d}") for number in range(1, rng.choice(sizes) + 1)]
        self.supervisors = self._draw_supervisors() if self._table(0.6) else []

    def _chance(self, probability: float) -> bool:
        return self.rng.random() < probability

    def _table(self, probability: float) -> bool:
        """Whether a table that may be left out is used."""
        return self._chance(probability) or self.every_table

    # --- the frame: rules, rotations, groups -----------------------------------------------------------------------

    def _draw_rules(self) -> Row:
        rng = self.rng
        if self.real:
            return {"goals": "001-011", "goal_exposure": 1.0}
        total, institution = rng.randint(9, 18), rng.randint(2, 3)
        return {
            "total": total,
            "open_practice_min": rng.randint(4, total // 2),
            "institution_min": institution,
            "open_practice_cap": total - institution,
            "general_cap": total - institution,
            "other_general_cap": rng.randint(3, total // 2),
            "institution_cap": institution + rng.randint(0, 3),
            "goals": "001-011",
            "goal_exposure": rng.choice([0.5, 1.0]),
            "legevakt_shifts": rng.choice([0, 4, 8]),
            "legevakt_max_per_month": rng.randint(1, 2),
            "group_required": self._chance(0.6),
        }

    def _rule(self, key: str) -> int:
        real = {"total": 60, "open_practice_min": 24, "institution_min": 6, "open_practice_cap": 54, "general_cap": 54}
        real |= {"other_general_cap": 30, "institution_cap": 12, "legevakt_shifts": 40, "legevakt_max_per_month": 4}
        return int({**real, "group_required": True, **self.rules}[key])

    def _draw_rotations(self) -> list[_Rotation]:
        rng, scale = self.rng, 3 if self.real else 1
        starts = rng.choice([(3, 9), (1, 4, 7, 10), tuple(range(1, 13))])
        kinds = [
            _Rotation("gp", {"practice": 100}, rng.randint(1, 2 * scale), base=True),
            _Rotation("gp80-clinic20", {"practice": 80, "clinic": 20}, 2 * scale, 8 * scale, rng.randint(1, 2)),
            _Rotation("ward", {"ward": 100}, 2 * scale, 6 * scale, not_before=rng.choice([0, 3])),
            _Rotation("hospital", {"hospital": 100}, 3 * scale, 6 * scale, starts=starts, legevakt=False),
            _Rotation("clinic", {"clinic": 100}, scale, 6 * scale, rng.randint(1, 3)),
            _Rotation("home", {"home": 100}, 2 * scale, 5 * scale, after=rng.choice([(), ("gp",), ("clinic",)])),
            _Rotation("home40-gp60", {"home": 40, "practice": 60}, 2, 6 * scale, starts=starts),
        ]
        dropped = set(rng.sample(["gp80-clinic20", "home", "home40-gp60"], rng.randint(0, 2)))
        return [kind for kind in kinds if kind.id not in dropped]

    def _draw_groups(self) -> list[Row]:
        length = 24 if self.real else self.rng.choice([12, 18, 24])
        starts = range(START - 8, self.end - length + 1, self.rng.choice([3, 5, 6]))
        return [{"id": f"G{number}", "start": start, "months": length} for number, start in enumerate(starts, 1)]

    # --- a candidate's given life ----------------------------------------------------------------------------------

    def _draw_life(self, candidate_id: str) -> _Life:
        for _ in range(400):
            life = self._given(candidate_id)
            life.path = self._draw_path(life)
            if self._cut_at_finish(life) and self._join_group(life):
                break
        else:
            raise AssertionError("no path found")
        life.practice = self.rng.choice(self.offices)
        self._draw_shifts(life)
        self._draw_start_window(life)
        return life

    def _given(self, candidate_id: str) -> _Life:
        rng = self.rng
        begun = self._chance(0.35)
        first = START if begun else START + rng.randint(0, 10)
        steps = self._draw_percent()
        leave = self._draw_leave(first)
        percent = [self._percent(steps, leave, START + t) for t in range(self.n_months + 240)]
        credited = dict.fromkeys((OPEN, OTHER, INSTITUTION), 0)
        life = _Life(candidate_id, {"percent": steps, "leave": leave}, first, percent, credited)
        if begun:
            self._begin_before(life)
        elif self._chance(0.2):
            life.credited[rng.choice([OPEN, OTHER])] = rng.randint(1, 6) * FTE // 2
        return life

    def _draw_percent(self) -> list[Row]:
        rng = self.rng
        steps: list[Row] = []
        if self._chance(0.3):
            steps.append({"percent": rng.choice([50, 60, 80, 90])})
        for _ in range(rng.choice([0, 0, 1, 2])):
            begin = rng.randrange(START, self.end)
            row = {"percent": rng.choice([40, 50, 60, 80, 100]), "from": format_month(begin)}
            if self._chance(0.7):
                row["to"] = format_month(begin + rng.randint(2, 9))
            steps.append(row)
        return steps

    def _draw_leave(self, first: int) -> list[Row]:
        rows = []
        for _ in range(self.rng.choice([0, 0, 0, 1, 1, 2])):
            begin = self.rng.randrange(first, self.end - 4)
            rows.append({"from": format_month(begin), "to": format_month(begin + self.rng.randint(0, 5))})
        return rows

    def _percent(self, steps: list[Row], leave: list[Row], month: int) -> int:
        text = format_month(month)
        if any(row["from"] <= text <= row["to"] for row in leave):
            return 0
        covering = [row for row in steps if row.get("from", "0000") <= text <= row.get("to", "9999")]
        return int(covering[-1]["percent"]) if covering else 100

    def _begin_before(self, life: _Life) -> None:
        """Service before the horizon, and perhaps a block that is running or has just ended."""
        rng = self.rng
        credited_open = rng.randint(0, max(1, self._rule("open_practice_min")))
        life.credited[OPEN] = credited_open * FTE
        life.served = rng.randint(credited_open, credited_open + 6)
        life.row["start"] = format_month(START - max(rng.randint(9, 20), life.served))
        choices = [rotation for rotation in self.rotations if rotation.max_months > 1]
        if self._chance(0.7):
            rotation = rng.choice(choices)
            elapsed = rng.randint(1, min(rotation.max_months, 8))
            life.row["current"] = {"rotation": rotation.id, "since": format_month(START - elapsed)}
            life.running, life.elapsed = rotation, elapsed

    # --- a path of blocks ------------------------------------------------------------------------------------------

    def _draw_path(self, life: _Life) -> list[_Rotation | None]:
        """Blocks at random to the end of the horizon, each where and as long as its rotation allows."""
        path: dict[int, _Rotation] = {}
        used: Counter[str] = Counter()
        ended: list[str] = []
        now = self._draw_running(life, path, used, ended)
        last = path.get(now - 1)
        while now < self.end:
            able = [
                each_rotation
                for each_rotation in self.rotations
                if self._longest(life, each_rotation, now, path, used, ended) >= each_rotation.min_months
            ]
            able = [each_rotation for each_rotation in able if each_rotation is not last and not each_rotation.base]
            weights = [
                4 if each_rotation.share(INSTITUTION) and not used[each_rotation.id] else 1 for each_rotation in able
            ]
            resting = last is self.base
            if able and (resting or last is None or self._chance(0.5)) and self._chance(0.6):
                rotation = self.rng.choices(able, weights)[0]
                longest = self._longest(life, rotation, now, path, used, ended)
                n = self.rng.randint(rotation.min_months, min(longest, rotation.min_months + 6))
                for month in range(now, now + n):
                    path[month] = rotation
                used[rotation.id] += 1
                now += n
            else:
                rotation = self.base
                n = self.rng.randint(1, 6) if resting else max(self.base.min_months, self.rng.randint(1, 9))
                now = self._serve_base(life, path, now, n)
            ended.append(rotation.id)
            last = rotation
        return [path.get(month) for month in range(life.first, self.end)]

    def _serve_base(self, life: _Life, path: dict[int, _Rotation], now: int, n: int) -> int:
        """n service months of base from now on, leave passed over."""
        while n > 0 and now < self.end:
            if life.percent[now - START]:
                path[now] = self.base
                n -= 1
            now += 1
        return now

    def _draw_running(self, life: _Life, path: dict[int, _Rotation], used: Counter[str], ended: list[str]) -> int:
        """Go on with the block that runs into the horizon; the month after it."""
        rotation = life.running
        if rotation is None:
            return life.first
        used[rotation.id] += 1
        ended.append(rotation.id)
        works = life.percent[0] > 0
        if rotation.base:
            n = max(1, self.rng.randint(1, 6), rotation.min_months - life.elapsed)
            return self._serve_base(life, path, life.first, n)
        if not works or life.elapsed >= rotation.max_months:
            return life.first
        n = max(1, self.rng.randint(rotation.min_months, rotation.max_months) - life.elapsed)
        months = range(life.first, life.first + n)
        if any(not life.percent[month - START] for month in months):
            return self._serve_base(life, path, life.first, 1)  # not a valid path: the checks below will say so
        path.update(dict.fromkeys(months, rotation))
        return life.first + n

    def _longest(
        self,
        life: _Life,
        rotation: _Rotation,
        now: int,
        path: Mapping[int, _Rotation],
        used: Counter[str],
        ended: list[str],
    ) -> int:
        """The longest block of the rotation that may begin now; 0 if none may."""
        served = life.served + len(path)
        if used[rotation.id] >= rotation.max_blocks or served < rotation.not_before or rotation.base:
            return 0
        if now % 12 + 1 not in rotation.starts or any(other not in ended for other in rotation.after):
            return 0
        n = 0
        while n < rotation.max_months and now + n < self.end and life.percent[now + n - START]:
            n += 1
        return n

    # --- the finish, the group and the shifts ------------------------------------------------------------------------

    def _cut_at_finish(self, life: _Life) -> bool:
        """Cut the path where the service is complete and the last block whole; False if that never happens in time."""
        if not self._running_is_right(life):
            return False
        missing = self._rule("total") * FTE - self._counted(life.credited)
        worked = 0
        for month in range(life.first, life.first + 200):
            worked += 100 * life.percent[min(month - START, len(life.percent) - 1)]
            if worked >= missing:
                break
        life.unfinished = month >= self.end
        if life.unfinished:
            return self._chance(0.5)
        end = self._first_complete(life, life.first + 1)
        if end is None:
            return False
        life.path = life.path[: end - life.first]
        return True

    def _running_is_right(self, life: _Life) -> bool:
        rotation = life.running
        held = rotation is not None and life.percent[0] > 0 and life.elapsed < rotation.max_months
        return not held or life.path[0] is rotation

    def _counted(self, sums: Mapping[str, int]) -> int:
        open_practice = min(self._rule("open_practice_cap") * FTE, sums[OPEN])
        other = min(self._rule("other_general_cap") * FTE, sums[OTHER])
        institution = min(self._rule("institution_cap") * FTE, sums[INSTITUTION])
        return min(self._rule("general_cap") * FTE, open_practice + other) + institution

    def _first_complete(self, life: _Life, from_end: int) -> int | None:
        """The first end, not before ``from_end``, at which the service is complete and the last block whole."""
        sums, run = dict(life.credited), 0
        for offset, rotation in enumerate(life.path):
            month = life.first + offset
            if rotation is None:
                run = 0
            else:
                before = life.path[offset - 1] if offset else None
                running_on = offset == 0 and rotation is life.running and life.first == START
                run = run + 1 if before is rotation else (1 + life.elapsed if running_on else 1)
                for service in sums:
                    sums[service] += life.percent[month - START] * rotation.share(service)
            if month + 1 < from_end or not self._service_complete(sums):
                continue
            last = next(
                (each_rotation for each_rotation in reversed(life.path[: offset + 1]) if each_rotation is not None),
                None,
            )
            if last is None or last.base:
                return month + 1
            if rotation is not None and run >= last.min_months:
                return month + 1
            if rotation is None:
                return month + 1
        return None

    def _service_complete(self, sums: Mapping[str, int]) -> bool:
        enough = self._counted(sums) >= self._rule("total") * FTE
        open_enough = sums[OPEN] >= self._rule("open_practice_min") * FTE
        return enough and open_enough and sums[INSTITUTION] >= self._rule("institution_min") * FTE

    def _join_group(self, life: _Life) -> bool:
        """A free group that fits the path, one under way that is given, or none where none is needed."""
        if life.unfinished:
            life.row["group"] = "free"
            return True
        if not self.rules.get("group_required", True) or self._chance(0.15):
            life.row["group"] = "done"
            return True
        fitting = [group for group in self.groups if self._group_fits(life, group)]
        if not fitting:
            return False
        group = self.rng.choice(fitting)
        life.group = group["id"]
        if group["start"] < max(life.first, START):
            open_done = not self._open_years(life, group)
            life.row["group"] = {"id": group["id"], "open_year_done": True} if open_done else group["id"]
        else:
            life.row["group"] = "free" if self._chance(0.7) else group["id"]
        return True

    def _group_fits(self, life: _Life, group: Row) -> bool:
        over = group["start"] + group["months"]
        under_way = group["start"] < START
        if over > life.end or (not under_way and group["start"] < life.first):
            return False
        if under_way:
            return life.first == START
        leave = [sum(life.percent[month - START] == 0 for month in year) for year in self._years(group)]
        return max(leave) <= 2 and bool(self._open_years(life, group))

    def _years(self, group: Row) -> list[range]:
        over = group["start"] + group["months"]
        return [range(start, min(start + 12, over)) for start in range(group["start"], over, 12)]

    def _open_years(self, life: _Life, group: Row) -> list[range]:
        """Years that lie inside the plan and are leave or open practice throughout."""
        return [
            year
            for year in self._years(group)
            if year[0] >= life.first
            and all(
                rotation is None or rotation.share(OPEN) >= 50
                for rotation in life.path[year[0] - life.first : year[-1] + 1 - life.first]
            )
        ]

    def _draw_shifts(self, life: _Life) -> None:
        """Shifts in months that allow them; what is missing was done before."""
        need, most = self._rule("legevakt_shifts"), self._rule("legevakt_max_per_month")
        able = [month for month, rotation in life.months() if rotation.legevakt]
        if able and self._chance(0.3):
            cut = self.rng.choice(able[: len(able) // 2 + 1])
            life.row["legevakt_from"] = format_month(cut)
            able = [month for month in able if month >= cut]
        wanted = need - (self.rng.randint(0, need) if self._chance(0.5) else 0)
        seats = [month for month in able for _ in range(most)]
        life.shifts = dict(Counter(self.rng.sample(seats, min(wanted, len(seats)))))
        life.row["shifts_done"] = need - sum(life.shifts.values())
        life.roster = self.rng.choice(self.rosters)
        if len(self.rosters) > 1:
            life.row["legevakt"] = life.roster

    def _draw_start_window(self, life: _Life) -> None:
        if "start" in life.row:
            return
        start = format_month(life.first)
        life.row["start"] = start
        free = life.group is None and not life.unfinished
        if free and self._chance(0.3):
            late = format_month(life.first + self.rng.randint(1, 4))
            if not any(row["to"] < start for row in life.row["leave"]):
                life.row["start"] = {"earliest": start, "latest": late}

    # --- supervisors -----------------------------------------------------------------------------------------------

    def _draw_supervisors(self) -> list[Row]:
        """One each, or two one after the other; somebody attached to the ward takes those who serve there."""
        attached = self._chance(0.5)
        names = [f"V{number}" for number in range(1, max(2, len(self.lives)) + 1)]
        use: dict[str, Counter[int]] = defaultdict(Counter)
        for life in self.lives:
            split = self.rng.randrange(life.first, life.end) if self._chance(0.3) else life.end
            first, second = self.rng.choice(names), self.rng.choice(names)
            always = not attached and split == life.end and self._chance(0.4)
            for month, rotation in life.months():
                name = "V-ward" if attached and rotation.id == "ward" else first if month < split else second
                use[name][month] += 1
                life.supervisors.append((name, month, month))
            if always:
                life.row["supervisor"] = first
        rows: list[Row] = [{"id": "V0", "places": 5, "specialist": False}]
        for name, counts in sorted(use.items()):
            row: Row = {"id": name, "places": self._steps("places", counts, lambda _: self.slack)}
            rows.append(row | ({"arenas": ["ward", "clinic"]} if name == "V-ward" else {}))
        return rows

    # --- the instance around it ------------------------------------------------------------------------------------

    def tree(self, name: str) -> Row:
        """The instance's file, every table cut to the plan."""
        heads: dict[str, Counter[int]] = defaultdict(Counter)
        credit: dict[str, Counter[int]] = defaultdict(Counter)
        for life in self.lives:
            for month, rotation in life.months():
                for arena, share in life.arenas(rotation).items():
                    heads[arena][month] += 1
                    credit[arena][month] += share * life.percent[month - START]
        reservations = self._reservations()
        return {
            "schema": 1,
            "name": name,
            "horizon": {"start": format_month(START), "months": self.n_months},
            "rules": self.rules,
            "objective": {"order": self.order},
            "arenas": [*self._arenas(heads, credit, reservations), *self._roster_rows()],
            "limits": self._limits(reservations),
            "reservations": reservations,
            "rotations": [rotation.row() for rotation in self.rotations],
            "requirements": self._requirements(),
            "groups": self._group_rows(),
            "supervisors": self.supervisors,
            "candidates": [self._candidate_row(life) for life in self.lives],
        }

    def _steps(self, key: str, counts: Mapping[int, int], slack: Callable[[int], int]) -> list[Row]:
        """A step list that says exactly ``counts`` (plus slack) in every month of the horizon."""
        rows: list[Row] = []
        for month in range(START, self.end):
            value = counts.get(month, 0) + slack(month)
            if rows and rows[-1][key] == value:
                rows[-1]["to"] = format_month(month)
            else:
                rows.append({key: value, "from": format_month(month), "to": format_month(month)})
        return rows

    def _reservations(self) -> list[Row]:
        rows = []
        for arena in ("ward", "clinic", "hospital"):
            if self._table(0.25):
                begin = self.rng.randrange(START, self.end - 6)
                row = {"arena": arena, "who": "LIS1", "from": format_month(begin), "to": format_month(begin + 5)}
                rows.append(row | {"percent": self.rng.choice([20, 50]), "places": self.rng.randint(0, 1)})
        return rows

    def _reserved(self, rows: list[Row], arenas: Iterable[str], key: str) -> Callable[[int], int]:
        mine = [row for row in rows if row["arena"] in set(arenas)]
        return lambda month: sum(row[key] for row in mine if row["from"] <= format_month(month) <= row["to"])

    def _arenas(
        self, heads: Mapping[str, Counter[int]], credit: Mapping[str, Counter[int]], reservations: list[Row]
    ) -> list[Row]:
        rows = []
        for arena in [*self.offices, "ward", "hospital", "clinic", "home"]:
            kind = "office" if arena in self.offices else arena
            goals, with_shifts = GOALS[kind]
            row: Row = {"id": arena, "service": OPEN if kind == "office" else SERVICES[arena], "goals": _goals(goals)}
            row |= {"goals_with_shifts": _goals(with_shifts)} if with_shifts else {}
            if self._chance(0.8):
                loose, reserved = self.slack + int(self._chance(0.2)), self._reserved(reservations, [arena], "places")
                row["places"] = self._steps("places", heads[arena], lambda m, r=reserved, s=loose: r(m) + s)
            if self._table(0.4):
                percent = {month: -(-amount // 100) for month, amount in credit[arena].items()}
                row["percent"] = self._steps("percent", percent, self._reserved(reservations, [arena], "percent"))
            if self._table(0.25) and heads[arena]:
                begin = self.rng.choice(sorted(heads[arena]))
                window = range(begin, min(begin + self.rng.randint(1, 4), self.end))
                least = min(heads[arena][month] for month in window)
                row["min_places"] = [{"places": least, "from": format_month(window[0]), "to": format_month(window[-1])}]
            if kind == "office" and self._table(0.3):
                row["max_away"] = max(self._away(arena).values(), default=0)
            rows.append(row)
        return rows

    def _away(self, unit: str) -> Counter[int]:
        return Counter(
            month
            for life in self.lives
            if life.practice == unit
            for month, rotation in life.months()
            if unit not in life.arenas(rotation)
        )

    def _roster_rows(self) -> list[Row]:
        goals = _goals(GOALS["legevakt"][0])
        rows: list[Row] = []
        for roster in self.rosters:
            used: Counter[int] = Counter()
            for life in self.lives:
                if life.roster == roster:
                    used.update(life.shifts)
            spare = self.slack + self.rng.choice([0, 0, 1])
            steps = self._steps("shifts", used, lambda _, spare=spare: spare)
            rows.append({"id": roster, "service": "parallel", "goals": goals, "shifts": steps})
        return rows

    def _limits(self, reservations: list[Row]) -> list[Row]:
        if not self._table(0.4):
            return []
        arenas = self.rng.choice([["ward", "clinic"], ["clinic", "home"], ["ward", "hospital", self.offices[0]]])
        heads: Counter[int] = Counter()
        credit: Counter[int] = Counter()
        for life in self.lives:
            for month, rotation in life.months():
                shares = [share for arena, share in life.arenas(rotation).items() if arena in arenas]
                heads[month] += bool(shares)
                credit[month] += sum(shares) * life.percent[month - START]
        row: Row = {"id": "together", "arenas": arenas}
        if self._table(0.7):
            row["places"] = self._steps("places", heads, self._reserved(reservations, arenas, "places"))
        if self._chance(0.5):
            percent = {month: -(-amount // 100) for month, amount in credit.items()}
            row["percent"] = self._steps("percent", percent, self._reserved(reservations, arenas, "percent"))
        return [row] if len(row) > 2 else []

    def _requirements(self) -> list[Row]:
        rows: list[Row] = []
        for life in self.lives:
            if life.unfinished or not self._table(0.3):
                continue
            rotation = self.rng.choice([rotation for rotation, _, _ in life.blocks()])
            work = (
                sum(life.percent[month - START] for month, each_rotation in life.months() if each_rotation is rotation)
                / 100
            )
            n_blocks = sum(each_rotation is rotation for each_rotation, _, _ in life.blocks())
            if rotation is life.running:
                work += life.elapsed * self._percent(life.row["percent"], [], START - 1) / 100
                goes_on = next(iter(life.months()), None) if rotation.base else (life.first, life.path[0])
                n_blocks += goes_on is None or goes_on[1] is not rotation
            row: Row = {"id": f"R-{life.id}", "rotations": [rotation.id], "candidates": [life.id]}
            row |= self.rng.choice([{"min_months": work}, {"max_months": work}, {"min_months": work / 2}])
            row |= self.rng.choice([{}, {"min_blocks": n_blocks}, {"max_blocks": n_blocks}])
            rows.append(row)
        return rows

    def _group_rows(self) -> list[Row]:
        n_members = Counter(life.group for life in self.lives)
        return [
            {**group, "start": format_month(group["start"]), "places": n_members[group["id"]]} for group in self.groups
        ]

    def _candidate_row(self, life: _Life) -> Row:
        row: Row = {"id": life.id, "months_done": life.served, **life.row}
        row["credited"] = {service: credit / FTE for service, credit in life.credited.items()}
        row["goals_done"] = _goals(self._goals_done(life))
        row["fixed"] = self._fixed(life)
        row["wishes"] = self._wishes(life)
        if self._chance(0.6):
            row["practice"] = life.practice
        if not life.unfinished and self._chance(0.2):
            row["finish_by"] = format_month(life.end - 1 + self.rng.randint(0, 2))
        if self._chance(0.3):
            mine = {rotation.id for _, rotation in life.months()} | {self.base.id}
            mine |= {life.running.id} if life.running else set()
            mine |= {wish["rotation"] for wish in row["wishes"]}
            row["allowed"] = sorted(mine)
        return row

    def _goals_done(self, life: _Life) -> set[int]:
        """Goals that the path does not give, and some that it does."""
        exposure: Counter[str] = Counter()
        for month, rotation in life.months():
            for arena, share in life.arenas(rotation).items():
                exposure["office" if arena in self.offices else arena] += share * life.percent[month - START]
        least = float(self.rules["goal_exposure"]) * FTE
        given = {goal for arena, credit in exposure.items() if credit >= least for goal in GOALS[arena][0]}
        given |= GOALS["legevakt"][0]
        some = {goal for goal in given if self._chance(0.2)}
        return (set(range(1, 12)) - given) | some

    def _fixed(self, life: _Life) -> list[Row]:
        """Some of the blocks, whole or in part, are given."""
        rows = []
        for rotation, begin, end in life.blocks():
            if self._chance(0.12) and all(life.percent[month - START] for month in range(begin, end)):
                first = begin if self._chance(0.5) else self.rng.randrange(begin, end)
                last = end - 1 if self._chance(0.5) else self.rng.randrange(first, end)
                rows.append({"rotation": rotation.id, "from": format_month(first), "to": format_month(last)})
        return rows

    def _wishes(self, life: _Life) -> list[Row]:
        rows = []
        for rotation in self.rng.sample(self.rotations, self.rng.choice([1, 2] if self.every_table else [0, 0, 1, 2])):
            row: Row = {"rotation": rotation.id, "weight": self.rng.randint(1, 3)}
            if self._chance(0.5):
                begin = self.rng.randrange(life.first, life.end)
                row |= {"from": format_month(begin), "to": format_month(begin + self.rng.randint(0, 8))}
            rows.append(row)
        return rows

    # --- the plan --------------------------------------------------------------------------------------------------

    def entry(self, instance: Instance, life: _Life) -> PlanCandidate:
        """The life as a plan file's entry."""
        months = [
            {
                "month": life.first + offset,
                "rotation": rotation.id if rotation else None,
                "percent": life.percent[life.first + offset - START] if rotation else 0,
            }
            for offset, rotation in enumerate(life.path)
        ]
        given = instance.candidates[life.id].start_earliest
        supervisors = [{"id": name, "from": first, "to": last} for name, first, last in life.supervisors]
        tree = {
            "id": life.id,
            "start": life.first if life.first > START else given,
            "finish": None,
            "earliest_finish": life.first,
            "delay": 0,
            "practice": life.practice,
            "group": life.group,
            "months": months,
            "blocks": [],
            "service": NO_SERVICE,
            "shifts": [{"month": month, "shifts": n} for month, n in sorted(life.shifts.items())],
            "supervisors": supervisors,
        }
        return with_figures(instance, PlanCandidate.model_validate(tree))


def _goals(numbers: Iterable[int]) -> str:
    return ", ".join(f"{number:03d}" for number in sorted(numbers))
