"""The plots of the benchmark page: how time grows with size, and how the gap closes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import matplotlib as mpl

mpl.use("Agg")
import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from benchmarks.measure import NAMES, TITLES

Row = dict[str, Any]
COLOURS = {"ours": "#0072B2", "textbook-cpsat": "#D55E00", "textbook-highs": "#009E73", "greedy": "#7F7F7F"}
MARKERS = {"ours": "o", "textbook-cpsat": "s", "textbook-highs": "^", "greedy": "D"}
PROOF = "*"
SHORTEST_S = 0.01
MOST_PANELS = 6
TICKS = (0, 5, 10, 100, 1000, 10_000)
LOWEST_TOP = 15


def write_plots(results: Row, folder: Path) -> list[Path]:
    """Write ``growth.png`` and ``gap.png``; the paths."""
    paths = [folder / "growth.png", folder / "gap.png"]
    for path, draw in zip(paths, (_growth, _gap), strict=True):
        figure = draw(results)
        figure.savefig(path, dpi=130, metadata={"Software": None})
        plt.close(figure)
    return paths


# --- growth ---------------------------------------------------------------------------------------------------------


def _growth(results: Row) -> Any:
    """Two panels against the number of candidates: seconds to the first plan, and to the proof of delay and wishes."""
    figure, panels = plt.subplots(1, 2, figsize=(11, 4.8), sharey=True)
    figure.subplots_adjust(left=0.07, right=0.98, top=0.93, bottom=0.2, wspace=0.08)
    limit = max((run["limit_s"] for run in results["runs"]), default=0.0)
    runs = [run for run in results["runs"] if run["tightness"] == 0.5 and run["kind"] != "sarpsborg"]
    for panel, title, pick in (
        (panels[0], "First plan", _first),
        (panels[1], "Delay and wishes proved best", _proved),
    ):
        for name in NAMES:
            if panel is panels[1] and name == "greedy":
                continue  # it proves nothing
            _series(panel, [run for run in runs if run["contender"] == name], name, pick, limit)
        _size_axis(panel, runs, title, limit)
    panels[0].set_ylabel("seconds")
    handles, _ = panels[0].get_legend_handles_labels()
    figure.legend(handles=handles, loc="lower center", ncols=len(handles), frameon=False, fontsize=9)
    return figure


def _first(run: Row) -> float | None:
    seconds: float | None = run["first_plan_s"]
    return seconds


def _proved(run: Row) -> float | None:
    times = [run["proved_s"].get(level) for level in ("delay", "wishes")]
    return None if None in times else max(time for time in times if time is not None)


def _series(panel: Axes, runs: list[Row], name: str, pick: Any, limit: float) -> None:
    """Times reached as a line; what was not reached as hollow marks at the limit."""
    reached = sorted((run["candidates"], max(pick(run), SHORTEST_S)) for run in runs if pick(run) is not None)
    failed = [run["candidates"] for run in runs if pick(run) is None]
    colour, marker = COLOURS[name], MARKERS[name]
    panel.plot(*zip(*reached, strict=True) if reached else ([], []), color=colour, marker=marker, label=TITLES[name])
    shift = 1 + 0.05 * NAMES.index(name)  # hollow marks of several contenders beside each other
    panel.plot([n * shift for n in failed], [limit] * len(failed), marker, color=colour, mfc="white", clip_on=False)


def _size_axis(panel: Axes, runs: list[Row], title: str, limit: float) -> None:
    panel.set_title(title, loc="left", fontsize=11)
    panel.set_xscale("log")
    panel.set_yscale("log")
    sizes = sorted({run["candidates"] for run in runs})
    panel.set_xticks(sizes, [f"{n:,}" for n in sizes])
    panel.minorticks_off()
    panel.set_xlabel("candidates")
    panel.axhline(limit, color="#BBBBBB", linewidth=0.8, linestyle="--")
    if sizes:
        panel.set_xlim(sizes[0] / 1.6, sizes[-1] * 1.6)
    across = panel.get_yaxis_transform()
    words = panel.text(
        0.02, limit / 1.15, "longest time limit; hollow marks: not reached", fontsize=8, va="top", transform=across
    )
    words.set_in_layout(False)
    panel.grid(color="#EEEEEE")
    panel.spines[["top", "right"]].set_visible(False)


# --- gap ------------------------------------------------------------------------------------------------------------


def _gap(results: Row) -> Any:
    """One panel a case: the delay of the best plan (solid) and the proved bound (dashed) over time."""
    cases = list(dict.fromkeys(run["case"] for run in results["runs"] if run["tightness"] == 0.5))[-MOST_PANELS:]
    n_columns = min(3, max(len(cases), 2))
    n_rows = -(-max(len(cases), 1) // n_columns)
    size = (3.9 * n_columns + 0.6, 3.1 * n_rows + 0.8)
    figure, axes = plt.subplots(n_rows, n_columns, figsize=size, squeeze=False)
    figure.subplots_adjust(left=0.08, right=0.98, top=0.93, bottom=0.95 / size[1], wspace=0.25, hspace=0.5)
    panels = list(axes.flat)
    for panel, case in zip(panels, cases, strict=False):
        for run in results["runs"]:
            if run["case"] == case:
                _course(panel, run, run["limit_s"])
        panel.set_title(case, loc="left", fontsize=10)
        panel.set_xscale("log")
        panel.set_yscale("symlog", linthresh=10)
        top = max(2 * panel.get_ylim()[1], LOWEST_TOP)
        panel.set_ylim(-0.8, top)
        panel.set_yticks([tick for tick in TICKS if tick < top], [f"{tick:,}" for tick in TICKS if tick < top])
        panel.set_xlim(1, 1000)
        panel.grid(color="#EEEEEE")
        panel.spines[["top", "right"]].set_visible(False)
        panel.set_xlabel("seconds")
    for panel in axes[:, 0]:
        panel.set_ylabel("delay, months in all")
    for panel in panels[len(cases) :]:
        panel.set_visible(False)
    handles = [Line2D([], [], color=COLOURS[name], label=TITLES[name]) for name in NAMES]
    handles.append(Line2D([], [], color="#444444", linestyle="--", label="proved bound"))
    handles.append(Line2D([], [], color="#444444", linestyle="", marker=PROOF, markersize=9, label="proved best"))
    figure.legend(handles=handles, loc="lower center", ncols=len(handles), frameon=False, fontsize=9)
    return figure


def _course(panel: Axes, run: Row, limit: float) -> None:
    points = [one for one in run["course"] if one["level"] == "delay"]
    end = min(max(run["total_s"] or limit, SHORTEST_S), limit)
    for key, style in (("value", "-"), ("bound", "--")):
        known = [(max(point["seconds"], SHORTEST_S), max(point[key], 0)) for point in points if point[key] is not None]
        best: list[tuple[float, float]] = []
        for time, number in known:
            better = min if key == "value" else max
            best.append((time, better(number, best[-1][1]) if best else number))
        if best:
            best.append((max(end, best[-1][0]), best[-1][1]))
            colour, width = COLOURS[run["contender"]], 1.8 if key == "value" else 1.1
            panel.plot(*zip(*best, strict=True), style, color=colour, linewidth=width, drawstyle="steps-post")
            if key == "value":
                panel.plot(*best[0], "o", color=colour, markersize=4)  # told once, a plan has no line yet
    if "delay" in run["proved_s"]:
        best_value = min(point["value"] for point in points if point["value"] is not None)
        panel.plot(run["proved_s"]["delay"], best_value, PROOF, color=COLOURS[run["contender"]], markersize=9)
