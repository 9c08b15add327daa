import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertThrows,
} from "@std/assert";
import fc from "fast-check";
import { aimAndStrike } from "../../lib/control/aim_and_strike.ts";

type Two = readonly [number, number];

/** What the controller sees: gripper and puck (m), their velocities (m/s). */
interface Scene {
  readonly grip: readonly [number, number, number];
  readonly puck: Two;
  readonly gripVelocity: Two;
  readonly puckVelocity: Two;
}

/** The puck's centre lies at this height (m). */
const HEIGHT = 0.42;

function observe({ grip, puck, gripVelocity, puckVelocity }: Scene) {
  const o = new Float32Array(25);
  o.set([...grip, ...puck, HEIGHT]);
  for (const i of [0, 1]) {
    o[14 + i] = (puckVelocity[i] - gripVelocity[i]) * 0.04;
    o[20 + i] = gripVelocity[i] * 0.04;
  }
  return o;
}

function act(scene: Scene, goal: Two, strength = 1): readonly number[] {
  const desired = Float32Array.of(...goal, HEIGHT);
  const { action } = aimAndStrike({ strength })
    .act(undefined, observe(scene), desired);
  return [...action];
}

const REST = { gripVelocity: [0, 0], puckVelocity: [0, 0] } as const;

/** A unit vector, in degrees from x. */
function direction(degrees: number): Two {
  const angle = degrees / 180 * Math.PI;
  return [Math.cos(angle), Math.sin(angle)];
}

/** Gripper so far behind a puck at the origin, seen along `u`. */
function behind([ux, uy]: Two, back: number, height = HEIGHT): Scene {
  return { ...REST, grip: [-back * ux, -back * uy, height], puck: [0, 0] };
}

const turns = fc.integer({ min: 0, max: 359 }).map(direction);
const distances = fc.double({ min: 0.05, max: 0.8, noNaN: true });

Deno.test("a strike from behind gives the speed that friction brakes within the distance", () => {
  fc.assert(fc.property(turns, distances, (u, d) => {
    const [ax, ay, az, fingers] = act(behind(u, 0.08), [d * u[0], d * u[1]]);
    // A puck leaves at 1.04 m/s per unit of action, and glides v^2 / (2 mu g).
    const [vx, vy] = [1.04 * ax, 1.04 * ay];
    const speed = vx * u[0] + vy * u[1];
    assertAlmostEquals(speed * speed / (2 * 0.1 * 9.81), d, 1e-4);
    assertAlmostEquals(vx * u[1] - vy * u[0], 0, 1e-4);
    assertAlmostEquals(az, 0, 1e-5);
    assertEquals(fingers, 0);
  }));
});

Deno.test("strength is a factor on the speed of the strike, and on nothing else", () => {
  const u = direction(30);
  const goal: Two = [0.4 * u[0], 0.4 * u[1]];
  const plain = act(behind(u, 0.08), goal);
  const hard = act(behind(u, 0.08), goal, 1.5);
  plain.forEach((a, i) => assertAlmostEquals(hard[i], 1.5 * a, 1e-5));
  const away = behind(u, 0.2, 0.5);
  assertEquals(act(away, goal, 1.5), act(away, goal));
});

Deno.test("a puck as fast as it must be is left alone, a slower one is struck on", () => {
  const wanted = Math.sqrt(2 * 0.1 * 9.81 * 0.3);
  const at = (speed: number) =>
    act({ ...behind([1, 0], 0.05), puckVelocity: [speed, 0] }, [0.3, 0]);
  assertEquals(at(wanted + 0.01), [0, 0, 0, 0]);
  assert(at(wanted - 0.01)[0] > 0.5);
});

Deno.test("while the puck glides and the gripper is not behind it the arm stays", () => {
  fc.assert(fc.property(turns, turns, distances, (u, w, d) => {
    const puckVelocity: Two = [0.3 * w[0], 0.3 * w[1]];
    const goal: Two = [d * u[0], d * u[1]];
    const scene = { ...behind(u, 0.2), puckVelocity };
    assertEquals(act(scene, goal), [0, 0, 0, 0]);
  }));
});

Deno.test("it stays when the puck lies at the goal", () => {
  fc.assert(fc.property(turns, (u) => {
    const goal: Two = [0.02 * u[0], 0.02 * u[1]];
    assertEquals(act(behind(u, 0.08), goal), [0, 0, 0, 0]);
  }));
});

/** Moves the gripper by its action, 3.2 cm per unit, until it strikes; the way it went. */
function approach(start: readonly [number, number, number], goal: Two) {
  const grip: [number, number, number] = [...start];
  const way = [[...grip]];
  for (let step = 0; step < 60; step++) {
    const low = grip[2] - HEIGHT < 0.012;
    const action = act({ ...REST, grip, puck: [0, 0] }, goal);
    const strikes = low && Math.abs(action[2]) < 0.2 &&
      Math.hypot(action[0], action[1]) > 0.2;
    if (strikes) return { grip, way };
    for (const i of [0, 1, 2]) {
      grip[i] += 0.032 * Math.max(-1, Math.min(1, action[i]));
    }
    grip[2] = Math.max(0.416, grip[2]);
    way.push([...grip]);
  }
  throw new Error(`no strike from ${start} at ${goal}`);
}

Deno.test("from wherever it starts it comes down behind the puck, and never through it", () => {
  fc.assert(fc.property(turns, turns, distances, (from, u, d) => {
    const start = [0.13 * from[0], 0.13 * from[1], 0.416] as const;
    const { grip, way } = approach(start, [d * u[0], d * u[1]]);
    const along = -(grip[0] * u[0] + grip[1] * u[1]);
    const aside = grip[0] * u[1] - grip[1] * u[0];
    // Where it comes down, 0.1 m, or where it stands already, 0.13 m.
    assert(along > 0.08 && along < 0.14, `struck from ${along} m behind`);
    assert(Math.abs(aside) < 0.02, `struck from ${aside} m aside`);
    for (const [x, y, z] of way) {
      // Puck and fingers are 2.5 and 2.1 cm wide, and 2 and 1.85 cm high from their centres.
      const clear = Math.hypot(x, y) > 0.046 || z - HEIGHT > 0.0385;
      assert(clear, `touched at ${x}, ${y}, ${z}`);
    }
  }));
});

Deno.test("the lent action is overwritten whole", () => {
  const policy = aimAndStrike();
  const seen = observe(behind([1, 0], 0.08));
  const goal = Float32Array.of(0.5, 0, HEIGHT);
  policy.act(undefined, seen, goal).action.fill(NaN);
  const { action } = policy.act(undefined, seen, goal);
  assert(action.every(Number.isFinite));
});

Deno.test("a strength that is none is refused", () => {
  for (const strength of [0, -1, 2.01, NaN, Infinity]) {
    assertThrows(() => aimAndStrike({ strength }), RangeError, "'strength'");
  }
});
