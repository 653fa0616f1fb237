import assert from "node:assert/strict";
import { test } from "node:test";
import { found, inLanes, rowsOf } from "../src/rows";
import { bar, board, person } from "./world";

const labels = { nobody: "none", elsewhere: "nowhere", group: (id: string) => id };
const bars = [bar("A01", 12, 14, "gp"), bar("A01", 14, 20), bar("A02", 18, 22), bar("A02", 22, 24)];

test("by candidate there is a row for each, with all that it has", () => {
  const rows = rowsOf(board(bars), "candidate", labels);
  assert.deepEqual(rows.map((row) => [row.id, row.lanes.flat().length]), [["A01", 2], ["A02", 2]]);
});

test("by arena those who are there at the same time lie in lanes of their own", () => {
  const [ward] = rowsOf(board(bars), "arena", labels);
  assert.deepEqual(ward?.lanes.map((lane) => lane.map((shown) => shown.bar.key)), [["A01:14", "A02:22"], ["A02:18"]]);
});

test("by group who is in none comes last, and an empty group is left out", () => {
  const both = [person("A01"), person("A02", { groups: ["G1"] })];
  const made = board(bars, both);
  made.groups = [
    { id: "G0", start: 0, end: 12, members: [] },
    { id: "G1", start: 12, end: 36, members: ["A02"] },
  ];
  const rows = rowsOf(made, "group", labels);
  assert.deepEqual(rows.map((row) => row.label), ["G1", "A02", "none", "A01"]);
  assert.deepEqual(rows[1]?.band, { start: 12, end: 36 });
});

test("by municipality each has its own below its name, who has none comes last, and an empty one is left out", () => {
  const made = board(bars, [person("A01"), person("A02", { municipality: "b" })]);
  made.municipalities = [{ id: "a", name: "Ås" }, { id: "b", name: "Bø" }];
  const rows = rowsOf(made, "municipality", labels);
  assert.deepEqual(rows.map((row) => row.label), ["Bø", "A02", "nowhere", "A01"]);
  assert.deepEqual(found(made, rows, "bø").map((row) => row.label), ["Bø", "A02"]);
  assert.deepEqual(found(made, rowsOf(made, "candidate", labels), "bø").map((row) => row.label), ["A02"]);
});

test("lanes are as few as there are at a time", () => {
  const spans = [{ start: 5, end: 9 }, { start: 1, end: 5 }, { start: 2, end: 6 }, { start: 6, end: 8 }];
  assert.equal(inLanes(spans).length, 2);
  assert.deepEqual(inLanes([]), [[]]);
});

test("a row is found by its label, and by what or who stands in it", () => {
  const made = board(bars, [person("A01", { name: "Kari" }), person("A02", { name: "Ola" })]);
  made.bars = bars.filter((one) => one.who === "A01" || one.rotation !== "ward");
  const find = (view: "candidate" | "arena", word: string): string[] =>
    found(made, rowsOf(made, view, labels), word).map((row) => row.id);
  assert.deepEqual(find("candidate", " kari"), ["A01"]);
  assert.deepEqual(find("candidate", "sykehjem"), ["A01"]);
  assert.deepEqual(find("candidate", ""), ["A01", "A02"]);
  assert.deepEqual(find("arena", "kari"), ["arena:ward"]);
  assert.deepEqual(find("arena", "nobody"), []);
});
