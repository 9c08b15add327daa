/**
 * Numbers from outside: what a caller senses and remembers, what a function of
 * the caller's answers. Whoever calls may be untyped.
 *
 * @module
 */

import { refuseAct } from "./refuse.ts";

/** Whether a value is a number, and finite. */
export const isFiniteNumber: (value: unknown) => boolean = Number.isFinite;

/**
 * Fills `into` with what comes from outside, from entry `from` on: it must be
 * numbers, finite also as 32-bit floats, `size` of them in all.
 */
export function take(
  name: string,
  values: ArrayLike<number>,
  size: number,
  into: Float32Array | Float64Array,
  from = 0,
): void {
  if (values?.length !== size) {
    refuseAct(`'${name}' must have ${size} entries: it has ${values?.length}`);
  }
  for (let i = 0; i < into.length; i++) {
    const value = values[from + i];
    if (!(isFiniteNumber(value) && isFiniteNumber(Math.fround(value)))) {
      refuseAct(`'${name}' must be finite: entry ${from + i} is ${value}`);
    }
    into[i] = value;
  }
}
