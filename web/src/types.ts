// What the page sends; scheduler/report/board.py and scheduler/web/pages/timeline.py say what it means.
// Months are numbers, ends are exclusive.

export interface Span {
  start: number;
  end: number;
}

export interface Person {
  id: string;
  name: string;
  first: number;
  end: number;
  finish: number | null;
  earliest: number;
  delay: number;
  until: number | null;
  office: string;
  groups: string[];
  municipality: string | null;
  rotations: string[];
}

export interface Bar extends Span {
  key: string;
  who: string;
  kind: "block" | "base" | "leave" | "gap";
  rotation: string | null;
  percents: [number, number, number][];
  moved: boolean;
}

export interface Stay extends Span {
  arena: string;
  who: string;
  share: number;
  bar: string;
}

export interface Rotation {
  id: string;
  name: string;
  tone: number;
  base: boolean;
  least: number;
  most: number | null;
}

export interface Board extends Span {
  people: Person[];
  rotations: Rotation[];
  tones: { fill: string; ink: string; edge: string; label: string }[];
  bars: Bar[];
  arenas: { id: string; name: string; office: boolean }[];
  stays: Stay[];
  room: { label: string; unit: string; cells: [string, string, string][] }[];
  groups: (Span & { id: string; members: string[] })[];
  municipalities: { id: string; name: string }[];
}

export interface Fault {
  id: string;
  said: string;
  who: string | null;
  bars: string[];
  kept: boolean;
}

export interface Pin extends Span {
  who: string;
  rotation: string;
}

export interface Job {
  id: number;
  over: boolean;
  seconds: number;
  outcome: string | null;
  said: string;
}

export interface Data {
  version: number;
  what: string;
  board: Board;
  faults: Fault[];
  known: string[];
  settled: string[];
  pins: Pin[];
  edits: number;
  steps: { back: number; forward: number };
  today: number;
  links: Record<"why" | "ways" | "data", string>;
  mending: Job | null;
  /** What else has come of a change than the plan that is shown. */
  said?: string;
}

export interface FirstData extends Data {
  words: Record<string, string>;
  months: string[];
}

/** Leave, or with `percent` another post; as typed. */
export interface Absence {
  candidate: string;
  start: string;
  end: string;
  percent: string | null;
}

export interface Edit {
  candidate: string;
  rotation: string;
  to: Span;
  of: Span | null;
}

export type Edge = "start" | "end";
export type View = "candidate" | "arena" | "group" | "municipality";
export const VIEWS: readonly View[] = ["candidate", "arena", "group", "municipality"];
