/**
 * The JSON of a request, checked field by field against what the policy reads.
 *
 * What does not fit is thrown as a `Refusal` that says where and why.
 *
 * @module
 */

import type { EdgeSpec } from "../../lib/edge/mod.ts";
import { nearest, refuse } from "../../lib/errors.ts";

/** A JSON object. */
export type Fields = Readonly<Record<string, unknown>>;

/** Bytes that are no UTF-8 become a sign that no field and no number holds. */
const decoder = new TextDecoder();

/** The JSON object in a body. */
export function readFields(body: Uint8Array): Fields {
  const value = parse(body);
  if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    return value as Fields;
  }
  return bad(`the body must be a JSON object: it is ${kindOf(value)}`);
}

function parse(body: Uint8Array): unknown {
  if (body.length === 0) bad("the body is empty: it must be a JSON object");
  try {
    return JSON.parse(decoder.decode(body));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    // The engine's own words would repeat what was observed.
    const place = /position (\d+)/.exec(error.message)?.[1];
    const where = place === undefined ? "" : ` from character ${place} on`;
    return bad(`the body is not JSON${where}`);
  }
}

/** No name is misspelt. */
export function checkNames(fields: Fields, allowed: readonly string[]): void {
  for (const name in fields) {
    if (allowed.includes(name)) continue;
    // A name may hold anything, and a sentence is one line.
    const shown = name.slice(0, 64).replace(/[\p{C}\p{Zl}\p{Zp}]/gu, "?");
    const near = nearest(shown, allowed);
    const hint = near === undefined ? "" : `. Did you mean '${near}'?`;
    bad(`'${shown}' is none of ${allowed.join(", ")}${hint}`);
  }
}

/** Copies the numbers of one row to its place. */
export function fill(
  name: string,
  given: unknown,
  channels: readonly string[],
  to: Float32Array,
  row: number,
): void {
  const size = channels.length;
  const values = listOf(name, given, size);
  for (let i = 0; i < size; i++) {
    const at = row * size + i;
    const value = values[i];
    if (typeof value !== "number") {
      bad(
        `'${name}' must hold numbers: entry ${i}, ${channels[i]}, is ${
          kindOf(value)
        }`,
      );
    }
    to[at] = value;
    if (!Number.isFinite(to[at])) {
      bad(
        `'${name}' must be finite in 32 bits: entry ${i}, ${
          channels[i]
        }, is ${value}`,
      );
    }
  }
}

/** Memory is 64-bit and goes to and fro unchanged. */
export function readMemory(
  name: string,
  given: unknown,
  { memorySize }: EdgeSpec,
): Float64Array {
  const values = listOf(name, given, memorySize);
  const odd = values.findIndex((value) => !Number.isFinite(value));
  if (odd >= 0) {
    bad(
      `'${name}' must hold finite numbers: entry ${odd} is ${
        kindOf(values[odd])
      }`,
    );
  }
  return Float64Array.from(values as readonly number[]);
}

/** A list of any length. */
export function list(name: string, given: unknown): readonly unknown[] {
  if (Array.isArray(given)) return given;
  return given === undefined
    ? bad(`'${name}' is missing`)
    : bad(`'${name}' must be a list: it is ${kindOf(given)}`);
}

/** A list of so many entries. */
export function listOf(
  name: string,
  given: unknown,
  size: number,
): readonly unknown[] {
  const values = list(name, given);
  if (values.length === size) return values;
  return bad(`'${name}' must have ${size} entries: it has ${values.length}`);
}

function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "number") return `${value}`;
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}

/** Refuses the request. */
export function bad(fault: string): never {
  return refuse({
    _tag: "ConfigError",
    message: `Cannot read the request as ${fault}`,
  });
}
