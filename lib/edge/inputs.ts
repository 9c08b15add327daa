/**
 * Numbers from outside: what a caller senses and remembers, what a function of
 * the caller's answers. Whoever calls may be untyped.
 *
 * @module
 */

import { refuseAct } from "./refuse.ts";

/** Whether a value is a number, and finite. */
export const isFiniteNumber: (value: unknown) => boolean = Number.isFinite;

/** Copies what comes from outside; it must be numbers, `size` of them. */
export function take(
  name: string,
  values: ArrayLike<number>,
  into: Float32Array | Float64Array,
  size: number,
): void {
  if (values?.length !== size) {
    refuseAct(`'${name}' must have ${size} entries: it has ${values?.length}`);
  }
  checkFinite(name, values);
  into.set(values);
}

/** Also as 32-bit floats. */
export function checkFinite(name: string, values: ArrayLike<number>): void {
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (isFiniteNumber(value) && isFiniteNumber(Math.fround(value))) continue;
    refuseAct(`'${name}' must be finite: entry ${i} is ${value}`);
  }
}
