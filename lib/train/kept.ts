/**
 * The networks of policies that a run keeps beside those it trains: the
 * champion's until it has been looked at, and those that are served.
 *
 * @module
 */

import type { Learner } from "../learn/learner.ts";
import { actingBy, type Snapshot, takeSnapshot } from "../learn/snapshot.ts";
import type { Crew } from "./train.ts";
import type { Serving } from "./serving.ts";

/** Snapshots by what they are; both are part of a checkpoint. */
export interface Kept {
  /** Who is next to be looked at; absent where nobody is. */
  readonly champion?: Snapshot;
  /** Absent while the base is served. */
  readonly served?: Snapshot;
}

/** What to keep after a stage that led from one standing to another. */
export function keep(
  learner: Learner,
  kept: Kept,
  before: Serving,
  { champion, served }: Serving,
): Kept {
  const crowned = champion?.step !== before.champion?.step;
  const next = champion && (crowned ? takeSnapshot(learner) : kept.champion);
  // Who is served from now on was the champion.
  const changed = served?.step !== before.served?.step;
  const own = changed ? kept.champion : kept.served;
  return {
    ...next === undefined ? {} : { champion: next },
    ...own === undefined ? {} : { served: own },
  };
}

/** A crew whose policy is that of the snapshot. */
export function playing(
  learner: Learner,
  { evaluate }: Pick<Crew, "evaluate">,
  snapshot: Uint8Array,
): Pick<Crew, "evaluate"> {
  return {
    evaluate: (player, set, first, count) =>
      actingBy(learner, snapshot, () => evaluate(player, set, first, count)),
  };
}
