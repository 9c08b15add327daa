/** What looks may spend: never more than there is, in the end all of it. */

import { assert, assertAlmostEquals, assertThrows } from "@std/assert";
import { levelOfLook } from "../../lib/rollout/spending.ts";

Deno.test("levels sum to at most delta over any number of looks, and to delta in the limit", () => {
  for (const delta of [0.5, 0.05, 1e-4]) {
    let spent = 0;
    let last = Infinity;
    for (let look = 1; look <= 100_000; look++) {
      const level = levelOfLook(delta, look);
      assert(level > 0 && level < last);
      last = level;
      spent += level;
      // The rest after K looks lies between 1/(K+1) and 1/K of 6 delta / pi^2.
      const rest = delta - spent;
      const unit = 6 * delta / Math.PI ** 2;
      const rounding = 1e-12 * delta;
      assert(rest > unit / (look + 1) - rounding, `${look}`);
      assert(rest < unit / look + rounding, `${look}`);
    }
  }
});

Deno.test("the second look costs a quarter of the first, the tenth a hundredth", () => {
  const first = levelOfLook(0.05, 1);
  assertAlmostEquals(levelOfLook(0.05, 2), first / 4, 1e-15);
  assertAlmostEquals(levelOfLook(0.05, 10), first / 100, 1e-15);
});

Deno.test("a delta outside (0, 1) and a look that is no count are refused with their value", () => {
  for (const delta of [0, 1, NaN]) {
    assertThrows(() => levelOfLook(delta, 1), RangeError, `'delta'`);
  }
  for (const look of [0, 1.5, NaN, Infinity]) {
    assertThrows(() => levelOfLook(0.05, look), RangeError, `value is ${look}`);
  }
});
