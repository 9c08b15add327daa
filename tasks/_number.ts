/**
 * Numbers among the options of a command, checked against their range.
 *
 * @module
 */

import { refuse } from "../lib/errors.ts";
import type { Arguments } from "./_cli.ts";

/**
 * A whole number from `low` to `high`, or the fallback where none was given.
 *
 * @param more What a refusal says besides.
 */
export function whole<F extends number | undefined>(
  { text }: Pick<Arguments, "text">,
  name: string,
  fallback: F,
  low: number,
  high: number,
  more = "",
): number | F {
  const given = text[name];
  if (given === undefined) return fallback;
  const value = Number(given);
  return /^\d+$/.test(given) && value >= low && value <= high
    ? value
    : refuseNumber(name, given, `a whole number from ${low} to ${high}${more}`);
}

/** A number from `low` to `high`, or the fallback where none was given. */
export function real(
  { text }: Pick<Arguments, "text">,
  name: string,
  fallback: number,
  low: number,
  high: number,
): number {
  const given = text[name];
  if (given === undefined) return fallback;
  const value = given.trim() === "" ? NaN : Number(given);
  return value >= low && value <= high
    ? value
    : refuseNumber(name, given, `a number from ${low} to ${high}`);
}

function refuseNumber(name: string, given: string, allowed: string): never {
  return refuse({
    _tag: "ConfigError",
    message: `Cannot use '--${name} ${given}': it must be ${allowed}`,
  });
}
