/** Burn-in by value: the rule from a table, and the coin of its rounds. */

import { assert, assertEquals } from "@std/assert";
import { key } from "../../lib/rng/key.ts";
import {
  enterEpoch,
  observeValues,
  playsQuietly,
  startRelease,
} from "../../lib/train/release.ts";

/** Whether the actor stands still in epochs 0, 1, ..., where `means` are m_0, m_1, ... */
function burning(means: readonly number[], threshold: number): boolean[] {
  let release = startRelease();
  const found = [release.burning];
  means.forEach((mean, epoch) => {
    // Two stages of unequal length, whose mean is the epoch's.
    release = observeValues(release, mean + 3, 10, release.burning);
    release = observeValues(release, mean - 1, 30, release.burning);
    assertEquals(enterEpoch(release, epoch, threshold), release);
    release = enterEpoch(release, epoch + 1, threshold);
    found.push(release.burning);
  });
  return found;
}

Deno.test("the actor stands still in epoch 0 and after every epoch whose value moved by more than the threshold", () => {
  const table: readonly (readonly [readonly number[], number, string])[] = [
    [[], 1, "1"],
    [[-0.5], 1, "10"],
    [[-1], 1, "10"],
    [[-1.5], 1, "11"],
    [[-4, -6, -6.5, -7.25], 1, "11100"],
    // It comes back.
    [[-0.5, -1, -3, -3.5], 1, "10010"],
    [[-0.5, -1, -3, -3.5], 0.25, "11111"],
    [[2, 2, 2], 0, "1100"],
    [[0], 0, "10"],
  ];
  for (const [means, threshold, expected] of table) {
    const found = burning(means, threshold).map(Number).join("");
    assertEquals(found, expected, `${means} at ${threshold}`);
  }
});

Deno.test("whether the actor ever moved is known", () => {
  const still = observeValues(startRelease(), -1, 40, true);
  assert(!still.moved);
  assert(!observeValues(still, -1, 0, false).moved);
  const moved = observeValues(enterEpoch(still, 1, 1), -1, 1, false);
  assert(moved.moved);
  assert(enterEpoch(moved, 2, 1).moved);
});

Deno.test("half of the rounds of burn-in are quiet, by the seed alone, and none after it", () => {
  const burning = startRelease();
  const free = enterEpoch(burning, 1, 1);
  assert(!free.burning);
  const quiet = (seed: number) =>
    Array.from(
      { length: 400 },
      (_, i) => playsQuietly(burning, key(seed), 2 * i),
    );
  const heads = quiet(1).filter(Boolean).length;
  assert(Math.abs(heads - 200) < 50, `${heads} of 400`);
  assertEquals(quiet(1), quiet(1));
  assert(quiet(1).join() !== quiet(2).join());
  for (let i = 0; i < 50; i++) assert(!playsQuietly(free, key(1), i));
});
