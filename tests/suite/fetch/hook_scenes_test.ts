import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertThrows,
} from "@std/assert";
import { foldIn, key } from "../../../lib/rng/key.ts";
import {
  FAMILIES,
  hookObject,
  type Part,
} from "../../../lib/suite/fetch/hook_objects.ts";
import { hookScene, SCENES } from "../../../lib/suite/fetch/hook_scenes.ts";
import { chiSquare, correlation, mean, quantile, variance } from "./spread.ts";

const COUNT = 4000;
const objects = Array.from(
  { length: COUNT },
  (_, i) => hookObject(foldIn(key(11), i)),
);
const [training, unseen] = [false, true].map((split) =>
  Array.from({ length: SCENES }, (_, i) => hookScene(i, split))
);

Deno.test("a scene is a constant, and no two are alike, within or across splits", () => {
  const text = [...training, ...unseen].map((scene) => JSON.stringify(scene));
  assertEquals(new Set(text).size, 2 * SCENES);
  for (const i of [0, 57, 99]) {
    assertEquals(hookScene(i, false), training[i]);
    assertEquals(hookScene(i, true), unseen[i]);
  }
});

Deno.test("the longest side is N(9.2, 1.6) cm, cut to 6..12", () => {
  const sides = objects.map(({ extents }) => Math.max(...extents));
  assert(sides.every((x) => x >= 0.06 && x <= 0.12));
  // 5, 50 and 95 % of the original's scenes.
  [[0.05, 0.064], [0.5, 0.093], [0.95, 0.118]].forEach(([share, side]) =>
    assertAlmostEquals(quantile(sides, share), side, 0.003)
  );
});

Deno.test("the mass is log-normal as the original's, whatever the size and damping", () => {
  const masses = objects.map(({ mass }) => mass);
  assert(masses.every((x) => x >= 0.033 && x <= 2.47));
  // 5, 25, 50, 75 and 95 % of the original's scenes.
  const found = [0.05, 0.25, 0.5, 0.75, 0.95].map((q) => quantile(masses, q));
  [0.045, 0.13, 0.24, 0.49, 1.27].forEach((mass, i) =>
    assertAlmostEquals(Math.log(found[i] / mass), 0, 0.15)
  );
  const damping = objects.map((object) => object.damping);
  const cells = new Array<number>(8).fill(0);
  for (const x of damping) cells[Math.floor((x - 0.2) / 4.8 * 8)]++;
  // 99.9 % quantile of chi-square with 7 degrees of freedom.
  assert(chiSquare(cells) < 24.32);
  const logs = masses.map(Math.log);
  const size = objects.map(({ extents }) => Math.max(...extents));
  for (const other of [damping, size]) {
    assert(Math.abs(correlation(logs, other)) < 4 / Math.sqrt(COUNT));
  }
});

Deno.test("every family comes equally often, turned every way", () => {
  const families = FAMILIES.map((name) =>
    objects.filter(({ family }) => family === name).length
  );
  // 99.9 % quantiles of chi-square with 4 and 9 degrees of freedom.
  assert(chiSquare(families) < 18.47);
  const yaws = new Array<number>(10).fill(0);
  for (const { yaw } of objects) yaws[Math.floor(10 * yaw)]++;
  assert(chiSquare(yaws) < 27.88);
});

Deno.test("the defect puts shapes off their bodies as far as the original's", () => {
  const far = objects.map(({ offset: [x, y] }) => Math.hypot(x, y));
  [[0.05, 0.29], [0.1, 0.16], [0.3, 0.04]].forEach(([distance, share]) =>
    assertAlmostEquals(
      mean(far.map((x) => Number(x > distance))),
      share,
      4 * Math.sqrt(share / COUNT),
    )
  );
  for (const i of [0, 1]) {
    const side = objects.map(({ offset }) => Math.sign(offset[i]));
    assert(Math.abs(mean(side)) < 4 / Math.sqrt(COUNT));
  }
});

Deno.test("an object fills its bounding box, whose middle is the origin", () => {
  for (const { parts, extents, family } of objects) {
    for (const axis of [0, 1, 2]) {
      const [lows, highs] = [0, 1].map((end) =>
        parts.map((part) => rangeOf(part, axis)[end])
      );
      const half = extents[axis] / 2;
      assertAlmostEquals(Math.min(...lows), -half, 1e-12, family);
      assertAlmostEquals(Math.max(...highs), half, 1e-12, family);
      assert(extents[axis] > 0.02, `${family} is ${extents[axis]} m thin`);
    }
  }
});

/** Least and greatest coordinate (m) of a part. */
function rangeOf(part: Part, axis: number): readonly [number, number] {
  switch (part.kind) {
    case "box": {
      const { centre, half } = part;
      return [centre[axis] - half[axis], centre[axis] + half[axis]];
    }
    case "cylinder": {
      const along = part.upright ? 2 : 0;
      const half = axis === along ? part.half : part.radius;
      return [-half, half];
    }
    case "hull": {
      const values = part.vertices.filter((_, i) => i % 3 === axis);
      return [Math.min(...values), Math.max(...values)];
    }
  }
}

Deno.test("bumps are as many, as big and as spread as the original's", () => {
  const scenes = [...training, ...unseen];
  const counts = scenes.map(({ bumps }) => bumps.length);
  assert(counts.every((n) => n >= 5 && n <= 15));
  assertAlmostEquals(mean(counts), 10, 4 * 2 / Math.sqrt(counts.length));
  const spread = 4 * 4.1 * Math.sqrt(2 / counts.length);
  assertAlmostEquals(variance(counts), 4.1, spread);
  const bumps = scenes.flatMap((scene) => scene.bumps);
  const uniform = (values: readonly number[], low: number, high: number) => {
    const cells = new Array<number>(8).fill(0);
    for (const x of values) cells[Math.floor((x - low) / (high - low) * 8)]++;
    assertEquals(cells.length, 8);
    assert(chiSquare(cells) < 24.32);
  };
  for (const i of [0, 1]) {
    uniform(bumps.map(({ centre }) => centre[i]), -0.3, 0.3);
    uniform(bumps.map(({ half }) => half[i]), 0.001, 0.05);
  }
  uniform(bumps.map(({ half }) => half[2]), 0.0001, 0.005);
});

Deno.test("a scene outside its split is refused in words", () => {
  for (const index of [-1, SCENES, 0.5, NaN]) {
    assertThrows(() => hookScene(index, false), RangeError, "from 0 to 99");
  }
  assertThrows(() => hookScene(100, true), RangeError, "set 'unseen' to 0");
});
