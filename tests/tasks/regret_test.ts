/** What the figure of regret shows of runs whose sums are known. */

import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertThrows,
} from "@std/assert";
import { parseHTML } from "linkedom";
import { Refusal } from "../../lib/errors.ts";
import type { Curve } from "../../tasks/_figure.ts";
import { regretCurve } from "../../tasks/_regret.ts";

/** Rounds of two episodes of 50 steps, with the successes of each. */
function curve(
  successes: readonly number[],
  floors?: readonly number[],
): Curve {
  const rounds = successes.map((success, i) => ({
    kind: "play",
    step: 100 * (i + 1),
    episodes: 2 * (i + 1),
    success,
    ...floors ? { floor: floors[i] } : {},
  }));
  const evaluation = {
    kind: "evaluation",
    step: 0,
    success: 0.5,
    base: 0.5,
    low: 0.4,
    high: 0.6,
  };
  return { seed: 1, path: "metrics.jsonl", rows: [evaluation, ...rounds] };
}

/** Heights of the corners of each line, in pixels. */
function heights(svg: string): readonly (readonly number[])[] {
  const { document } = parseHTML(svg) as unknown as {
    document: {
      querySelectorAll: (
        selector: string,
      ) => Iterable<{ getAttribute: (name: string) => string | null }>;
    };
  };
  return [...document.querySelectorAll("[aria-label=line] path")].map((path) =>
    (path.getAttribute("d") ?? "").slice(1).split("L").map((corner) =>
      Number(corner.split(",")[1])
    )
  );
}

Deno.test("who does as well as the base has no regret, and who fails loses what the base would have had", () => {
  const [level] = heights(regretCurve([curve([0.5, 0.5, 0.5])], "toy"));
  for (const y of level) assertEquals(y, level[0]);
  const [falling] = heights(regretCurve([curve([0, 0, 0, 0])], "toy"));
  const drops = falling.slice(1).map((y, i) => y - falling[i]);
  // One success of the base in each round of two episodes: equal steps downwards.
  for (const drop of drops) {
    assert(drop > 0);
    assertAlmostEquals(drop, drops[0], 0.02);
  }
});

Deno.test("gains after losses come back to nothing lost", () => {
  const [line] = heights(regretCurve([curve([0, 0.5, 1])], "toy"));
  const [even] = heights(regretCurve([curve([0, 0.5, 1, 0.5])], "toy"));
  // After 0 and 2 of two, as many as the base: the height of zero, kept by a round like its own.
  assert(line[2] < line[0]);
  assertEquals(even[2], even[3]);
});

Deno.test("what safe exploration allows is drawn where the rows tell it, and only there", () => {
  const safe = regretCurve([curve([0.5, 0.5], [0.8, 1.6])], "toy");
  assertEquals(heights(safe).length, 3);
  assert(safe.includes("least that is allowed"));
  const free = regretCurve([curve([0.5, 0.5])], "toy");
  assertEquals(heights(free).length, 2);
  assert(!free.includes("allowed"));
});

Deno.test("runs without a training episode, and rows without figures, are refused", () => {
  const none = { ...curve([]), rows: curve([]).rows };
  assertThrows(() => regretCurve([none], "toy"), Refusal, "no run holds");
  const broken = curve([0.5, NaN]);
  assertThrows(
    () => regretCurve([broken], "toy"),
    Refusal,
    "'success' of its play of step 200 must be a number from 0 to 1",
  );
});
