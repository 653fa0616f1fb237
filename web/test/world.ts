// A board of two in one ward, to be solved in the head. Month 12 is January of year 1.
import type { Bar, Board, Person } from "../src/types";

export function person(id: string, fields: Partial<Person> = {}): Person {
  return {
    id, name: id, first: 12, end: 36, finish: 23, earliest: 23, delay: 0, until: null, office: "", groups: [],
    municipality: null, rotations: ["gp", "ward"], ...fields,
  };
}

export function bar(who: string, start: number, end: number, rotation: string | null = "ward"): Bar {
  const kind = rotation === null ? "leave" : rotation === "gp" ? "base" : "block";
  return { key: `${who}:${start}`, who, start, end, kind, rotation, percents: [], moved: false };
}

export function board(bars: Bar[], people = [person("A01"), person("A02")]): Board {
  return {
    start: 12,
    end: 30,
    people,
    rotations: [
      { id: "gp", name: "Fastlege", tone: 0, base: true, least: 1, most: null },
      { id: "ward", name: "Sykehjem", tone: 1, base: false, least: 2, most: 8 },
    ],
    tones: [],
    bars,
    arenas: [{ id: "ward", name: "Ward", office: false }],
    stays: bars.flatMap((one) =>
      one.kind === "block" ? [{ arena: "ward", who: one.who, start: one.start, end: one.end, share: 100, bar: one.key }] : [],
    ),
    room: [],
    groups: [],
    municipalities: [],
  };
}
