import assert from "node:assert/strict";
import { test } from "node:test";
import { isPinned, moved, placed, removal, swap, swappable, united } from "../src/moving";
import { bar, board, person } from "./world";

const whole = person("A01"); // months 12 up to 36

test("a block keeps its length and stays inside the candidate's months", () => {
  assert.deepEqual(moved({ start: 14, end: 20 }, 3, null, whole), { start: 17, end: 23 });
  assert.deepEqual(moved({ start: 14, end: 20 }, -9, null, whole), { start: 12, end: 18 });
  assert.deepEqual(moved({ start: 14, end: 20 }, 99, null, whole), { start: 30, end: 36 });
});

test("an edge is moved alone, and never past the other one", () => {
  assert.deepEqual(moved({ start: 14, end: 20 }, 2, "end", whole), { start: 14, end: 22 });
  assert.deepEqual(moved({ start: 14, end: 20 }, -9, "end", whole), { start: 14, end: 15 });
  assert.deepEqual(moved({ start: 14, end: 20 }, -9, "start", whole), { start: 12, end: 20 });
  assert.deepEqual(moved({ start: 14, end: 20 }, 9, "start", whole), { start: 19, end: 20 });
});

test("what is taken away is served in the base rotation", () => {
  const block = bar("A01", 14, 20);
  assert.deepEqual(removal(board([bar("A01", 12, 14, "gp"), block]), block), {
    candidate: "A01", rotation: "gp", to: { start: 14, end: 20 }, of: null,
  });
});

test("two who swap have each other's beginnings and their own lengths", () => {
  const [one, other] = swap(bar("A01", 14, 20), bar("A02", 20, 23));
  assert.deepEqual(one, { candidate: "A01", rotation: "ward", to: { start: 20, end: 26 }, of: { start: 14, end: 20 } });
  assert.deepEqual(other, { candidate: "A02", rotation: "ward", to: { start: 14, end: 17 }, of: { start: 20, end: 23 } });
});

test("one swaps with others' blocks of the same rotation at another time, unless they are pinned", () => {
  const mine = bar("A01", 14, 20);
  const bars = [mine, bar("A01", 22, 24), bar("A02", 14, 20), bar("A02", 20, 22), bar("A02", 12, 14, "gp")];
  assert.deepEqual(swappable(board(bars), [], mine).map((one) => one.key), ["A02:20"]);
  const pins = [{ who: "A02", rotation: "ward", start: 20, end: 22 }];
  assert.deepEqual(swappable(board(bars), pins, mine), []);
  assert.equal(isPinned(pins, bar("A02", 20, 22)), true);
  assert.equal(isPinned(pins, bar("A01", 20, 22)), false);
});

test("a new block is as short as the rotation may be, and ends with the candidate's months", () => {
  const made = placed(board([]), whole, "ward", 20);
  assert.deepEqual(made, { candidate: "A01", rotation: "ward", to: { start: 20, end: 22 }, of: null });
  assert.deepEqual(placed(board([]), whole, "ward", 35).to, { start: 34, end: 36 });
});

test("places that touch are lit as one", () => {
  const spans = [{ start: 20, end: 22 }, { start: 14, end: 16 }, { start: 16, end: 18 }, { start: 15, end: 17 }];
  assert.deepEqual(united(spans), [{ start: 14, end: 18 }, { start: 20, end: 22 }]);
  assert.deepEqual(spans[1], { start: 14, end: 16 }); // what was given stays as it was
});
