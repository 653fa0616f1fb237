// The views: what rows there are, and which bars stand in each.
import type { Bar, Board, Span, View } from "./types";

/** A bar as a view draws it: the months drawn, and the block it is (part of). */
export interface Shown extends Span {
  bar: Bar;
  share: number;
}

export interface Row {
  id: string;
  kind: "heading" | "person" | "arena";
  /** Whose row it is; of an arena's row, nobody's. */
  who: string | null;
  label: string;
  /** Bars in lanes, so that none lies on another. */
  lanes: Shown[][];
  /** Months that are marked behind the bars. */
  band: Span | null;
}

export interface Labels {
  nobody: string;
  elsewhere: string;
  group(id: string, span: Span): string;
}

export function rowsOf(board: Board, view: View, labels: Labels): Row[] {
  switch (view) {
    case "candidate":
      return board.people.map((person) => personRow(board, person.id));
    case "group":
      return groupRows(board, labels);
    case "municipality":
      return municipalityRows(board, labels);
    case "arena":
      return arenaRows(board);
  }
}

function personRow(board: Board, who: string, prefix = "", band: Span | null = null): Row {
  const shown = board.bars.filter((bar) => bar.who === who).map((bar) => ({ ...drawn(bar), bar, share: 100 }));
  return { id: `${prefix}${who}`, kind: "person", who, label: nameOf(board, who), lanes: [shown], band };
}

function drawn(span: Span): Span {
  return { start: span.start, end: span.end };
}

function groupRows(board: Board, labels: Labels): Row[] {
  const rows: Row[] = [];
  for (const group of board.groups) {
    if (!group.members.length) continue;
    rows.push(heading(`group:${group.id}`, labels.group(group.id, group)));
    rows.push(...group.members.map((who) => personRow(board, who, `${group.id}:`, drawn(group))));
  }
  const rest = board.people.filter((person) => !person.groups.length);
  if (rest.length) {
    rows.push(heading("group:", labels.nobody));
    rows.push(...rest.map((person) => personRow(board, person.id, ":")));
  }
  return rows;
}

function municipalityRows(board: Board, labels: Labels): Row[] {
  const all = [...board.municipalities, { id: null, name: labels.elsewhere }];
  return all.flatMap(({ id, name }) => {
    const own = board.people.filter((person) => person.municipality === id);
    return own.length ? [heading(`municipality:${id ?? ""}`, name), ...own.map((person) => personRow(board, person.id))] : [];
  });
}

function heading(id: string, label: string): Row {
  return { id, kind: "heading", who: null, label, lanes: [], band: null };
}

function arenaRows(board: Board): Row[] {
  const bars = new Map(board.bars.map((bar) => [bar.key, bar]));
  const stays = new Map<string, Shown[]>(board.arenas.map((arena) => [arena.id, []]));
  for (const stay of board.stays) {
    const bar = bars.get(stay.bar);
    if (bar) stays.get(stay.arena)?.push({ ...drawn(stay), bar, share: stay.share });
  }
  return board.arenas.map((arena) => ({
    id: `arena:${arena.id}`,
    kind: "arena",
    who: null,
    label: arena.name,
    lanes: inLanes(stays.get(arena.id) ?? []),
    band: null,
  }));
}

/** As few lanes as there are bars at the same time; there is always one. */
export function inLanes<T extends Span>(spans: readonly T[]): T[][] {
  const lanes: T[][] = [];
  for (const span of [...spans].sort((one, other) => one.start - other.start || one.end - other.end)) {
    const free = lanes.find((lane) => (lane.at(-1)?.end ?? 0) <= span.start);
    if (free) free.push(span);
    else lanes.push([span]);
  }
  return lanes.length ? lanes : [[]];
}

export function nameOf(board: Board, who: string): string {
  const name = board.people.find((person) => person.id === who)?.name ?? who;
  return name === who ? who : `${who} ${name}`;
}

/** Rows that a word is found in: the row's own label, whose municipality it is, or who or what stands in it. */
export function found(board: Board, rows: readonly Row[], word: string): Row[] {
  const wanted = word.trim().toLocaleLowerCase();
  if (!wanted) return [...rows];
  const names = new Map(board.rotations.map((rotation) => [rotation.id, rotation.name]));
  const says = (text: string): boolean => text.toLocaleLowerCase().includes(wanted);
  const towns = new Map(board.municipalities.map(({ id, name }) => [id, name]));
  const town = new Map(board.people.map((person) => [person.id, towns.get(person.municipality ?? "") ?? ""]));
  return rows.filter(
    (row) =>
      says(row.label) ||
      says(town.get(row.who ?? "") ?? "") ||
      row.lanes.some((lane) =>
        lane.some(({ bar }) =>
          row.kind === "arena"
            ? says(nameOf(board, bar.who))
            : bar.kind === "block" && says(names.get(bar.rotation ?? "") ?? ""),
        ),
      ),
  );
}
