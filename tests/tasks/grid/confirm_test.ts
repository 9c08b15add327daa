/** Which rows tell whether a version learns the same. */

import { assertEquals } from "@std/assert";
import { telling } from "../../../tasks/_grid/confirm.ts";
import { run } from "./sample.ts";

/** Steps of the compared rows of a run over a controller of 0.5. */
function steps(successes: readonly number[], some = {}) {
  return telling(run(some, successes)).map(({ step }) => step);
}

Deno.test("rows are compared up to the second of a policy that has left its controller", () => {
  assertEquals(steps([0.5, 0.7, 0.8, 0.9]), [0, 1000, 2000]);
  assertEquals(steps([0.5, 0.5, 0.5, 0.7, 0.8]), [0, 1000, 2000, 3000, 4000]);
  assertEquals(steps([0.1, 0.1, 0.2, 0.3]), [0, 1000, 2000]);
});

Deno.test("a policy that never leaves its controller is compared whole, and dense rewards by their returns", () => {
  assertEquals(steps([0.5, 0.5]), [0, 1000, 1000]);
  const dense = { baseReturn: -50, baseReturnError: 1 };
  const rows = run(dense, [0.5, 0.5, 0.5, 0.5, 0.6, 0.5]);
  const steady = rows.filter(({ success }) => success === 0.5).length;
  assertEquals([steady, telling(rows).length], [6, 6]);
});
