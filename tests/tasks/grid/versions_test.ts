import { assert, assertEquals } from "@std/assert";
import type { Confirmed } from "../../../tasks/_grid/rows.ts";
import {
  firstDifference,
  sameVersions,
} from "../../../tasks/_grid/versions.ts";
import { hash, run } from "./sample.ts";

const arm = { task: "push", arm: "default" };

function confirmed(before: string, code: string): Confirmed {
  return {
    ...arm,
    seed: 1,
    step: 2000,
    before: hash(before),
    code: hash(code),
  };
}

const same = sameVersions([confirmed("a", "b"), confirmed("c", "b")]);

Deno.test("confirmations span an equivalence: reflexive, symmetric, transitive", () => {
  const codes = ["a", "b", "c"].map(hash);
  for (const one of codes) {
    for (const other of codes) assert(same(arm, one, other));
  }
  assert(same(arm, hash("d"), hash("d")));
});

Deno.test("a confirmation holds for its versions and its arm alone", () => {
  assert(!same(arm, hash("a"), hash("d")));
  assert(!same({ ...arm, arm: "paper" }, hash("a"), hash("b")));
  assert(!same({ ...arm, task: "pusher" }, hash("a"), hash("b")));
});

Deno.test("rows differ in what was measured, not in their hashes", () => {
  const there = run({}, [0.5, 0.7]).slice(0, 2);
  const again = there.map((row) => ({
    ...row,
    config: hash("1"),
    code: hash("2"),
  }));
  assertEquals(firstDifference(there, again), undefined);
  // What came after is not compared.
  assertEquals(firstDifference(there, [...again, again[1]]), undefined);
  const other = again.with(1, { ...again[1], success: 0.69 });
  const says = "'success' of step 1000 is 0.7 there and 0.69 now";
  assertEquals(firstDifference(there, other), says);
  const short = "no row of step 1000 came out";
  assertEquals(firstDifference(there, again.slice(0, 1)), short);
});
