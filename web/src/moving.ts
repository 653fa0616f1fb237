// Where a block comes to lie: whole months, inside its candidate's plan.
import type { Bar, Board, Edge, Edit, Person, Pin, Span } from "./types";

export function length(span: Span): number {
  return span.end - span.start;
}

export function overlap(one: Span, other: Span): boolean {
  return one.start < other.end && other.start < one.end;
}

export function same(one: Span, other: Span): boolean {
  return one.start === other.start && one.end === other.end;
}

/** The months of a block that is moved by so many, or whose edge is; never out of the candidate's months, never empty. */
export function moved(span: Span, by: number, edge: Edge | null, person: Person): Span {
  const within = (month: number, least: number, most: number): number => Math.max(least, Math.min(month, most));
  switch (edge) {
    case "start":
      return { start: within(span.start + by, person.first, span.end - 1), end: span.end };
    case "end":
      return { start: span.start, end: within(span.end + by, span.start + 1, person.end) };
    default: {
      const start = within(span.start + by, person.first, Math.max(person.first, person.end - length(span)));
      return { start, end: start + length(span) };
    }
  }
}

export function edit(bar: Bar, to: Span): Edit {
  return {
    candidate: bar.who,
    rotation: bar.rotation ?? "",
    to: { start: to.start, end: to.end },
    of: { start: bar.start, end: bar.end },
  };
}

/** The block's months in the base rotation. */
export function removal(board: Board, bar: Bar): Edit | null {
  const base = baseOf(board, bar.who);
  return base === null ? null : { candidate: bar.who, rotation: base, to: { start: bar.start, end: bar.end }, of: null };
}

/** The rotation that somebody is in between the blocks. */
export function baseOf(board: Board, who: string): string | null {
  const own = board.bars.find((bar) => bar.who === who && bar.kind === "base");
  return own?.rotation ?? board.rotations.find((rotation) => rotation.base)?.id ?? null;
}

/** Two who have blocks of the same rotation: each has the other's months, as long as the own block is. */
export function swap(one: Bar, other: Bar): Edit[] {
  const there = (bar: Bar, place: Bar): Span => ({ start: place.start, end: place.start + length(bar) });
  return [edit(one, there(one, other)), edit(other, there(other, one))];
}

/** The blocks with which another could be swapped: of the same rotation, somebody else's, at another time. */
export function swappable(board: Board, pins: readonly Pin[], bar: Bar): Bar[] {
  return board.bars.filter(
    (other) =>
      other.kind === "block" &&
      other.rotation === bar.rotation &&
      other.who !== bar.who &&
      other.start !== bar.start &&
      !isPinned(pins, other),
  );
}

export function isPinned(pins: readonly Pin[], bar: Bar): boolean {
  return pins.some((pin) => pin.who === bar.who && pin.rotation === bar.rotation && overlap(pin, bar));
}

/** A new block in a month: as short as the rotation may be, as far as the candidate's months go. */
export function placed(board: Board, person: Person, rotation: string, month: number): Edit {
  const least = board.rotations.find((one) => one.id === rotation)?.least ?? 1;
  const to = moved({ start: month, end: month + Math.max(1, least) }, 0, null, person);
  return { candidate: person.id, rotation, to, of: null };
}

/** Months that any of the spans has, as spans that do not touch. */
export function united(spans: readonly Span[]): Span[] {
  const result: Span[] = [];
  for (const span of [...spans].sort((one, other) => one.start - other.start)) {
    const last = result.at(-1);
    if (last && span.start <= last.end) last.end = Math.max(last.end, span.end);
    else result.push({ ...span });
  }
  return result;
}
