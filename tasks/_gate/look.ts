/**
 * `gate.json`: what the looks of `deno task gate` at a run have found, the
 * latest at the top and those before it under `earlier`, so that a further look
 * knows what is left of the chance of error.
 *
 * @module
 */

import { join } from "node:path";
import { z } from "zod";
import { refuse } from "../../lib/errors.ts";
import { isThere, reading, writeWholeText } from "../_files.ts";

const count = z.number().int().min(0);
const digest = z.string().regex(/^[0-9a-f]{64}$/);

const lookSchema = z.strictObject({
  /** `unfinished` is a look that was interrupted, or is being played now. */
  verdict: z.enum(["passed", "not passed", "unfinished"]),
  /** Whether it asks for a better policy, or for one that is not worse by the margin. */
  kind: z.enum(["superiority", "non-inferiority"]),
  /** What decides a pair: success, or the return where rewards are dense. */
  measure: z.enum(["success", "return"]),
  /** Counts the looks at this run, from 1. */
  look: count.min(1),
  /** Chance of error asked for, over all looks. */
  delta: z.number().gt(0).lt(1),
  /** What this look may spend of it. */
  level: z.number().gt(0).lt(1),
  /** Rate by which the policy may be worse; 0 for superiority. */
  margin: z.number().min(0).lt(1),
  /** Pairs after which the look gives up. */
  most: count,
  /** Pairs played. */
  pairs: count,
  /** Pairs in which the policy alone did well. */
  wins: count,
  /** Pairs in which the base alone did. */
  losses: count,
  /** Evidence against a policy that is worse than asked; 1/level is enough. */
  wealth: z.number().min(0),
  /** Seed of the episodes. */
  seed: count,
  /** Environment step of the checkpoint. */
  step: count,
  /** SHA-256 of the learner's state in it: which policy was judged. */
  policy: digest,
  /** `configHash` of the run. */
  config: digest,
  /** `environmentHash` of this version at the time. */
  environment: digest,
});

const fileSchema = lookSchema.extend({
  schema: z.literal(1),
  earlier: z.array(lookSchema),
});

/** One look at a run. */
export type Look = Readonly<z.infer<typeof lookSchema>>;

/** Where the looks at the run in `dir` are kept. */
export function gateFile(dir: string): string {
  return join(dir, "gate.json");
}

/**
 * The looks at a run, oldest first; none where there is no `gate.json`.
 *
 * @throws {Refusal} Of a `ConfigError` where the file is not whole.
 */
export function readLooks(dir: string): readonly Look[] {
  const path = gateFile(dir);
  if (!isThere(path)) return [];
  const text = reading(`read '${path}'`, () => Deno.readTextFileSync(path));
  const { success, data, error } = fileSchema.safeParse(parsed(text));
  if (!success) {
    const { path: place, message } = error.issues[0];
    return refuse({
      _tag: "ConfigError",
      message: `Cannot use '${path}' as it was damaged or edited (${
        place.join(".") || "all of it"
      }: ${message}): put back what was there, since it keeps count of the looks`,
    });
  }
  const { schema: _, earlier, ...latest } = data;
  return [...earlier, latest];
}

/** Writes the looks, of which there is at least one. */
export function writeLooks(dir: string, looks: readonly Look[]): void {
  const earlier = looks.slice(0, -1);
  const file = { schema: 1, ...looks[looks.length - 1], earlier };
  writeWholeText(
    gateFile(dir),
    `${JSON.stringify(file, null, 2)}\n`,
    ": the looks at a run must be counted",
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
