/**
 * Where things are, from noisy places and exact velocities: a Kalman filter
 * (Kalman 1960) per axis, whose motion model is what the velocities say.
 *
 * A thing is measured at z with deviation r; v is its velocity, w that from the
 * grip, which moved by du. Means and changes are over the two ends of a step:
 *
 *   in the grip   m = du + mean(w),  c = change of w    where |mean w| < |mean v|
 *   else          m = mean(v),       c = change of v
 *   moved         x += m,            P += (drift |c|)^2
 *   measured      k = P / (P + r^2), x += k (z - x),  P *= 1 - k
 *
 * from x = z and P = r^2. So the estimate of a thing at rest is the mean of its
 * measurements; a jerk, over which the ends of a step say little, opens the
 * filter again. In the grip the displacement du is exact, while the velocities
 * at the ends miss a quarter of it: the arm runs fastest in between.
 *
 * An axis whose velocity is not to be had is taken to move with the grip while
 * the thing stirs at all.
 *
 * @module
 */

import type { Vec } from "../types.ts";

/** Three numbers, one per axis. */
export type Triple = readonly [number, number, number];

/** A thing whose place is measured with noise and whose velocity is not: indices of first entries. */
export interface NoisyThing {
  /** Its place, three entries, m. */
  readonly place: number;
  /** Its place from the grip, three entries, m. */
  readonly fromGrip: number;
  /** Its velocity from the grip, three entries, m/step. */
  readonly velocity: number;
  /** Its angular velocity, three entries, rad/step. */
  readonly spin: number;
  /** Standard deviation r (m) of the noise on each axis of its place; 0 is exact. */
  readonly noise: Triple;
  /** Error of a step's motion per change of velocity; 0 trusts the velocities. */
  readonly drift: number;
  /** Whether the grip may carry it. */
  readonly carried: boolean;
  /** Axes, 0 to 2, whose velocity is not to be had. */
  readonly blind: readonly number[];
}

/** What a filter reads: indices of first entries, and what it estimates. */
export interface Filter {
  /** Place of the grip, three entries, m. */
  readonly grip: number;
  /** Velocity of the grip, three entries, m/step. */
  readonly gripVelocity: number;
  /** What is estimated, in the order of the estimate. */
  readonly things: readonly NoisyThing[];
}

/** What is known of one thing. */
export interface ThingEstimate {
  /** Where it is, m. */
  readonly place: Triple;
  /** Variance of that, m^2. */
  readonly variance: Triple;
  /** Its velocity, m/step. */
  readonly velocity: Triple;
  /** Its velocity from the grip, m/step. */
  readonly slip: Triple;
}

/** What is known: the memory of a filter. A value; nothing in it is lent. */
export interface Estimate {
  /** Where the grip is, m. */
  readonly grip: Triple;
  /** As the filter lists them. */
  readonly things: readonly ThingEstimate[];
}

/** Velocity (m/step) along an axis above which a thing stirs. */
const STIRRING_SPEED = 1e-3;
/** Angular velocity (rad/step) about an axis above which a thing stirs. */
const STIRRING_SPIN = 4e-3;
/** Error of a motion that is guessed from the grip's, as a fraction of it. */
const BLIND_DRIFT = 0.5;

/**
 * The filter of the hook tasks' 40 readings: the cube, then the hook.
 *
 * It leaves alone readings 12 to 14, which the original's noise writes over; of
 * these it would want the cube's velocity along x.
 *
 * @param noise Standard deviation (m) of the noise, at least 0; 0 shows what is measured.
 * @throws {RangeError} If the noise is negative or not finite.
 */
export function hookFilter(noise = 0.025): Filter {
  if (!(noise >= 0 && noise < Infinity)) {
    throw new RangeError(
      `Cannot filter as 'noise' must be finite and at least 0 m: current value is ${noise}`,
    );
  }
  return {
    grip: 0,
    gripVelocity: 20,
    things: [{
      place: 3,
      fromGrip: 6,
      velocity: 14,
      spin: 17,
      noise: [noise, noise, 0],
      drift: 0.25,
      carried: false,
      blind: [0],
    }, {
      place: 25,
      fromGrip: 37,
      velocity: 31,
      spin: 34,
      noise: [noise, noise, noise],
      drift: 0.1,
      carried: true,
      blind: [],
    }],
  };
}

/**
 * The estimate from the first observation of an episode: what it says.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * const first = Float32Array.from({ length: 40 }, (_, i) => i);
 * const { things: [cube, hook] } = initEstimate(hookFilter(), first);
 * assertEquals([cube.place, hook.place], [[3, 4, 5], [25, 26, 27]]);
 * ```
 */
export function initEstimate(filter: Filter, observation: Vec): Estimate {
  return {
    grip: tripleAt(observation, filter.grip),
    things: filter.things.map((thing) => ({
      place: tripleAt(observation, thing.place),
      variance: perAxis((i) => thing.noise[i] ** 2),
      velocity: velocityOf(filter, thing, observation),
      slip: tripleAt(observation, thing.velocity),
    })),
  };
}

/** The estimate one step later, with what is observed then. */
export function nextEstimate(
  filter: Filter,
  before: Estimate,
  observation: Vec,
): Estimate {
  const grip = tripleAt(observation, filter.grip);
  const step = difference(grip, before.grip);
  return {
    grip,
    things: filter.things.map((thing, j) =>
      nextThing(filter, thing, before.things[j], step, observation)
    ),
  };
}

function nextThing(
  filter: Filter,
  thing: NoisyThing,
  before: ThingEstimate,
  step: Triple,
  o: Vec,
): ThingEstimate {
  const velocity = velocityOf(filter, thing, o);
  const slip = tripleAt(o, thing.velocity);
  const moving = mean(before.velocity, velocity);
  const slipping = mean(before.slip, slip);
  const rides = thing.carried && length(slipping) < length(moving);
  const doubt = thing.drift *
    (rides
      ? length(difference(slip, before.slip))
      : length(difference(velocity, before.velocity)));
  const stirs = isStirring(thing, velocity, o);
  const place: [number, number, number] = [0, 0, 0];
  const variance: [number, number, number] = [0, 0, 0];
  for (let i = 0; i < 3; i++) {
    const isBlind = thing.blind.includes(i);
    const guess = stirs ? step[i] : 0;
    const motion = isBlind ? guess : rides ? step[i] + slipping[i] : moving[i];
    const error = isBlind ? BLIND_DRIFT * guess : doubt;
    const expected = before.place[i] + motion;
    const spread = before.variance[i] + error * error;
    const noise = thing.noise[i] ** 2;
    // Without noise the measurement is the place, whatever was expected.
    const gain = noise === 0 ? 1 : spread / (spread + noise);
    place[i] = expected + gain * (o[thing.place + i] - expected);
    variance[i] = (1 - gain) * spread;
  }
  return { place, variance, velocity, slip };
}

/** Whether a thing moves at all, by the velocities that are to be had. */
function isStirring(
  { spin, blind }: NoisyThing,
  velocity: Triple,
  o: Vec,
): boolean {
  return velocity.some((v, i) =>
    !blind.includes(i) && Math.abs(v) > STIRRING_SPEED ||
    Math.abs(o[spin + i]) > STIRRING_SPIN
  );
}

/** Velocity (m/step) of a thing; 0 along a blind axis, so that what stands there counts for nothing. */
function velocityOf(filter: Filter, thing: NoisyThing, o: Vec): Triple {
  return perAxis((i) =>
    thing.blind.includes(i)
      ? 0
      : o[thing.velocity + i] + o[filter.gripVelocity + i]
  );
}

function tripleAt(o: Vec, at: number): Triple {
  return [o[at], o[at + 1], o[at + 2]];
}

function perAxis(of: (axis: number) => number): Triple {
  return [of(0), of(1), of(2)];
}

function mean(a: Triple, b: Triple): Triple {
  return perAxis((i) => (a[i] + b[i]) / 2);
}

function difference(a: Triple, b: Triple): Triple {
  return perAxis((i) => a[i] - b[i]);
}

function length([x, y, z]: Triple): number {
  return Math.sqrt(x * x + y * y + z * z);
}
