import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertThrows,
} from "@std/assert";
import fc from "fast-check";
import {
  type Estimate,
  type Filter,
  hookFilter,
  initEstimate,
  nextEstimate,
} from "../../lib/control/estimate.ts";

type Three = readonly number[];

/** One moment as the filter of one thing reads it. */
interface Reading {
  readonly grip: Three;
  readonly gripVelocity: Three;
  readonly place: Three;
  /** Velocity from the grip. */
  readonly slip: Three;
  readonly spin: Three;
}

const R = 0.025;

/** A filter of one thing over observations `[place, slip, spin, grip, gripVelocity, from grip]`. */
function oneThing(
  drift: number,
  carried: boolean,
  blind: number[] = [],
): Filter {
  const noise = [R, R, R] as const;
  const thing = { place: 0, fromGrip: 15, velocity: 3, spin: 6, noise };
  return {
    grip: 9,
    gripVelocity: 12,
    things: [{ ...thing, drift, carried, blind }],
  };
}

function observe(
  { place, slip, spin, grip, gripVelocity }: Reading,
): Float32Array {
  return Float32Array.of(
    ...place,
    ...slip,
    ...spin,
    ...grip,
    ...gripVelocity,
    0,
    0,
    0,
  );
}

function run(
  filter: Filter,
  readings: readonly Reading[],
): readonly Estimate[] {
  let estimate: Estimate | undefined;
  return readings.map((reading) =>
    estimate = estimate === undefined
      ? initEstimate(filter, observe(reading))
      : nextEstimate(filter, estimate, observe(reading))
  );
}

// Numbers that a 32-bit float holds exactly, so that oracles can be exact too.
const grid = fc.integer({ min: -512, max: 512 }).map((i) => i / 1024);
const triple = fc.tuple(grid, grid, grid);
const readings = fc.array(
  fc.record({
    grip: triple,
    gripVelocity: triple,
    place: triple,
    slip: triple,
    spin: triple,
  }),
  { minLength: 1, maxLength: 8 },
);
const mean = (values: readonly number[]) =>
  values.reduce((sum, x) => sum + x, 0) / values.length;
const still = [0, 0, 0];

Deno.test("the estimate of a thing at rest is the mean of its measurements, whatever the grip does", () => {
  fc.assert(fc.property(readings, fc.boolean(), (all, carried) => {
    const resting = all.map((reading) => ({
      ...reading,
      slip: reading.gripVelocity.map((v) => -v),
    }));
    run(oneThing(0.25, carried), resting).forEach(({ things: [thing] }, t) => {
      for (let i = 0; i < 3; i++) {
        const seen = all.slice(0, t + 1).map(({ place }) => place[i]);
        assertAlmostEquals(thing.place[i], mean(seen), 1e-12);
        assertAlmostEquals(thing.variance[i], R * R / (t + 1), 1e-12);
      }
    });
  }));
});

Deno.test("of a thing fast in the grip, the mean is taken of where it is from the grip", () => {
  fc.assert(fc.property(readings, (all) => {
    const carriedAlong = all.map((reading) => ({
      ...reading,
      gripVelocity: [0.02, 0, 0],
      slip: still,
    }));
    const found = run(oneThing(0.25, true), carriedAlong);
    found.forEach(({ things: [thing], grip }, t) => {
      for (let i = 0; i < 3; i++) {
        const seen = all.slice(0, t + 1).map(({ place, grip }) =>
          place[i] - grip[i]
        );
        assertAlmostEquals(thing.place[i] - grip[i], mean(seen), 1e-12);
      }
    });
  }));
});

Deno.test("of a thing at constant velocity, the mean is taken of where it set out", () => {
  fc.assert(fc.property(readings, triple, (all, v) => {
    const sliding = all.map((reading) => ({
      ...reading,
      slip: v.map((x, i) => x - reading.gripVelocity[i]),
    }));
    run(oneThing(0.25, false), sliding).forEach(({ things: [thing] }, t) => {
      for (let i = 0; i < 3; i++) {
        const seen = all.slice(0, t + 1).map(({ place }, s) =>
          place[i] - s * v[i]
        );
        assertAlmostEquals(thing.place[i] - t * v[i], mean(seen), 1e-12);
      }
    });
  }));
});

Deno.test("the estimate is the least-squares fit of everything seen", () => {
  // Minimises sum (z_t - x_t)^2 / r^2 + sum (x_t - x_(t-1) - m_t)^2 / q_t^2 over
  // the path x: a tridiagonal system, solved here from its last row upwards.
  fc.assert(fc.property(readings, (all) => {
    const drift = 0.5;
    const v = all.map(({ slip, gripVelocity }) =>
      slip.map((x, i) => x + gripVelocity[i])
    );
    const jerks = v.slice(1).map((to, t) =>
      Math.hypot(...to.map((x, i) => x - v[t][i]))
    );
    if (jerks.some((jerk) => jerk < 1e-3)) return;
    const last = run(oneThing(drift, false), all)[all.length - 1].things[0];
    for (let i = 0; i < 3; i++) {
      const stiffness = jerks.map((jerk) => (drift * jerk) ** -2);
      const motion = jerks.map((_, t) => (v[t][i] + v[t + 1][i]) / 2);
      const diagonal = all.map((_, t) =>
        R ** -2 + (stiffness[t - 1] ?? 0) + (stiffness[t] ?? 0)
      );
      const right = all.map(({ place }, t) =>
        place[i] / R ** 2 + (t > 0 ? stiffness[t - 1] * motion[t - 1] : 0) -
        (t < jerks.length ? stiffness[t] * motion[t] : 0)
      );
      for (let t = 0; t < jerks.length; t++) {
        const factor = stiffness[t] / diagonal[t];
        diagonal[t + 1] -= factor * stiffness[t];
        right[t + 1] += factor * right[t];
      }
      const end = all.length - 1;
      assertAlmostEquals(last.place[i], right[end] / diagonal[end], 1e-6);
      assertAlmostEquals(last.variance[i], 1 / diagonal[end], 1e-9);
    }
  }));
});

Deno.test("on the move the gain settles where k^2 / (1 - k) = q^2 / r^2", () => {
  const jerk = 0.03125;
  const shaking = Array.from({ length: 200 }, (_, t): Reading => ({
    grip: still,
    gripVelocity: still,
    place: still,
    slip: [t % 2 * jerk, 0, 0],
    spin: still,
  }));
  const drift = 0.4;
  const { things: [{ variance }] } = run(oneThing(drift, false), shaking)[199];
  const gain = variance[0] / (R * R);
  assertAlmostEquals(gain * gain / (1 - gain), (drift * jerk / R) ** 2, 1e-9);
});

Deno.test("along a blind axis a thing moves with the grip while it stirs, and rests otherwise", () => {
  const filter = oneThing(0.25, false, [0]);
  const at = (x: number, spin: number): Reading => ({
    grip: [x, 0, 0],
    gripVelocity: still,
    place: still,
    slip: still,
    spin: [0, 0, spin],
  });
  const [, resting] = run(filter, [at(0, 0), at(0.5, 0.003)]);
  assertEquals(resting.things[0].place[0], 0);
  const [, stirring] = run(filter, [at(0, 0), at(0.5, 0.005)]);
  // 0.5 m of motion that is half as uncertain: the measurement 0 has the say.
  const spread = R ** 2 + 0.25 ** 2;
  const expected = 0.5 * (1 - spread / (spread + R ** 2));
  assertAlmostEquals(stirring.things[0].place[0], expected, 1e-12);
});

const observations = fc.array(
  fc.array(grid, { minLength: 40, maxLength: 40 }).map((row) =>
    Float32Array.from(row)
  ),
  { minLength: 1, maxLength: 6 },
);

function track(
  filter: Filter,
  seen: readonly Float32Array[],
): readonly Estimate[] {
  let estimate: Estimate | undefined;
  return seen.map((o) =>
    estimate = estimate === undefined
      ? initEstimate(filter, o)
      : nextEstimate(filter, estimate, o)
  );
}

Deno.test("the hook filter does not read what the original's noise writes over", () => {
  fc.assert(fc.property(observations, triple, (seen, junk) => {
    const spoilt = seen.map((o) => {
      const copy = o.slice();
      copy.set(junk, 12);
      return copy;
    });
    const places = (all: readonly Estimate[]) =>
      all.map(({ things }) =>
        things.map(({ place, variance }) => [place, variance])
      );
    const filter = hookFilter();
    assertEquals(places(track(filter, spoilt)), places(track(filter, seen)));
  }));
});

Deno.test("without noise the hook filter finds what is measured", () => {
  fc.assert(fc.property(observations, (seen) => {
    track(hookFilter(0), seen).forEach(({ things: [cube, hook] }, t) => {
      assertEquals([...cube.place], [...seen[t].subarray(3, 6)]);
      assertEquals([...hook.place], [...seen[t].subarray(25, 28)]);
    });
  }));
});

Deno.test("the filter is the same wherever the table stands", () => {
  fc.assert(fc.property(observations, triple, (seen, by) => {
    const moved = seen.map((o) => {
      const copy = o.slice();
      for (const at of [0, 3, 25]) by.forEach((x, i) => copy[at + i] += x);
      return copy;
    });
    const filter = hookFilter();
    const here = track(filter, seen);
    track(filter, moved).forEach(({ things }, t) =>
      things.forEach(({ place }, j) =>
        place.forEach((x, i) =>
          assertAlmostEquals(x, here[t].things[j].place[i] + by[i], 1e-9)
        )
      )
    );
  }));
});

Deno.test("an estimate is a value: what it came from may change, and it may be used twice", () => {
  fc.assert(fc.property(observations, observations, ([first], [second]) => {
    const filter = hookFilter();
    const before = initEstimate(filter, first);
    const copy = structuredClone(before);
    const once = nextEstimate(filter, before, second);
    first.fill(NaN);
    assertEquals(nextEstimate(filter, before, second), once);
    assertEquals(before, copy);
  }));
});

Deno.test("a filter of no noise at all is one, a negative one is refused", () => {
  assert(
    hookFilter(0).things.every(({ noise }) => noise.every((r) => r === 0)),
  );
  for (const noise of [-0.1, NaN, Infinity]) {
    assertThrows(() => hookFilter(noise), RangeError, `${noise}`);
  }
});
