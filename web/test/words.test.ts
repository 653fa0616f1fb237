import assert from "node:assert/strict";
import { test } from "node:test";
import { monthCode, Words } from "../src/words";

const names = ["jan.", "feb.", "mars", "april", "mai", "juni", "juli", "aug.", "sep.", "okt.", "nov.", "des."];
const words = new Words({ months: "{first} – {last}", two: "{a} og {b}, {a}", places: "{n} {n:plass|{of} plasser}" }, names);

test("a sentence is filled in, and one that is not there is a fault", () => {
  assert.equal(words.say("two", { a: 1, b: "x" }), "1 og x, 1");
  assert.throws(() => words.say("three"), /three/);
});

test("a number has its singular and its plural", () => {
  assert.equal(words.say("places", { n: 1, of: "gode" }), "1 plass");
  assert.equal(words.say("places", { n: 2, of: "gode" }), "2 gode plasser");
});

test("what a user has written is not filled in again", () => {
  assert.equal(words.say("two", { a: "{b}", b: "$&" }), "{b} og $&, {b}");
});

test("months are said with both ends in them", () => {
  assert.equal(words.months({ start: 24320, end: 24323 }), "sep. 2026 – nov. 2026");
  assert.equal(words.months({ start: 24320, end: 24321 }), "sep. 2026");
  assert.equal(words.letter(24327), "A");
});

test("a month is spelled as files do", () => {
  assert.deepEqual([24320, 24323, 24324].map(monthCode), ["2026-09", "2026-12", "2027-01"]);
});
