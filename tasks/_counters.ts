/**
 * The counters in a checkpoint's header: what a run goes on from, and what says
 * which policy it serves.
 *
 * A checksum finds what was damaged; it does not find a header that was written
 * with other counters than this version's.
 *
 * @module
 */

import { z } from "zod";
import { refuse } from "../lib/errors.ts";
import type { Gate } from "../lib/rollout/gate.ts";
import type { Release } from "../lib/train/release.ts";
import type { Safety, Tally } from "../lib/train/safety.ts";
import type { Counters } from "../lib/train/schedule.ts";
import type { Best, Champion, Served, Serving } from "../lib/train/serving.ts";
import type { Scored, Trust } from "../lib/train/trust.ts";
import type { Checkpoint } from "./_checkpoint.ts";

/** A rule for each field, so that a new one cannot be forgotten here. */
type Fields<A> = Readonly<Record<keyof A, z.ZodType>>;

const count = z.number().int().min(0);
const pair = z.object({ base: z.number(), policy: z.number() });

const gate = z.object(
  {
    pairs: count,
    wins: count,
    losses: count,
    wealth: z.number().min(0),
    passed: z.boolean(),
  } satisfies Fields<Gate>,
);

const tally = z.object(
  { episodes: count, successes: count } satisfies Fields<Tally>,
);

const release = z.object(
  {
    epoch: count,
    sum: z.number(),
    batches: count,
    mean: z.number(),
    burning: z.boolean(),
    moved: z.boolean(),
  } satisfies Fields<Release>,
);

/** A number whose squares can be summed. */
const summable = z.number().min(-1e150).max(1e150);

const scored = z.object(
  { success: z.boolean(), return: summable } satisfies Fields<Scored>,
);

const trust = z.object(
  {
    base: z.array(scored),
    recent: z.array(summable),
    gained: z.boolean(),
  } satisfies Fields<Trust>,
);

const best = z.object(
  { score: z.number(), low: z.number().optional() } satisfies Fields<Best>,
);

const champion = z.object(
  {
    step: count,
    score: z.number(),
    best,
    promising: z.boolean(),
  } satisfies Fields<Champion>,
);

const served = z.object(
  {
    step: count,
    score: z.number(),
    best,
    look: count.min(1),
    gate,
  } satisfies Fields<Served>,
);

const serving = z.object(
  {
    looks: count,
    tried: z.number().optional(),
    triedAt: count.optional(),
    champion: champion.optional(),
    served: served.optional(),
  } satisfies Fields<Serving>,
);

const counters = z.object(
  {
    steps: count,
    episodes: count,
    updates: count,
    actorUpdates: count,
    evaluatedAt: z.number().int().min(-1),
    success: pair.optional(),
    returns: pair.optional(),
    modelSteps: z.number().min(0),
    release,
    safety: z.object(
      { base: tally, candidate: tally } satisfies Fields<Safety>,
    ),
    trust,
    serving,
    gate,
  } satisfies Fields<Counters>,
);

/**
 * How far the run had come at a checkpoint.
 *
 * @throws {Refusal} Of a `CheckpointError` where a counter is missing or is not
 * one.
 */
export function countersOf(
  { step, header }: Pick<Checkpoint, "step" | "header">,
): Counters {
  const { success, error } = counters.safeParse(header.counters);
  if (success) return header.counters as Counters;
  const { path, message } = error.issues[0];
  const place = ["counters", ...path].join(".");
  return refuse({
    _tag: "CheckpointError",
    message:
      `Cannot restore step ${step} as the header of its checkpoint was damaged or edited (${place}: ${message}): put back what was there, or remove it to go back to an earlier checkpoint`,
  });
}
