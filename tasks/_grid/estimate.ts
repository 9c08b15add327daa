/**
 * How long a cell will take: from the timings of other seeds where there are
 * any, else from rough costs of one core.
 *
 * @module
 */

import { baseOf } from "./arms.ts";
import type { Cell } from "./cells.ts";
import type { Timing } from "./rows.ts";

/** Seconds to start a training and to end it. */
const START = 3;

/** Seconds per control step of physics, by task, as measured on one core of a server. */
const PHYSICS: Readonly<Record<string, number>> = {
  "noisy-hook": 0.001,
  "complex-hook": 0.0015,
  "pusher": 0.0003,
};
const FETCH = 0.0006;

/** Seconds per decision of controllers that simulate. */
const DECISION: Readonly<Record<string, number>> = {
  "tree-mpc": 0.05,
};

/** Seconds of updates per environment step, by preset. */
const UPDATES: Readonly<Record<string, number>> = {
  default: 0.0136,
  td3: 0.0027,
};
const PAPER = 0.0055;

/** Seconds of wall-clock that a cell will take on one core, undisturbed. */
export function estimateSeconds(
  cell: Cell,
  timings: readonly Timing[],
): number {
  const { task, arm, schedule } = cell;
  const own = timings.filter((row) =>
    row.kind === "final" && row.task === task.id && row.arm === arm.id &&
    row.step >= schedule.steps
  );
  if (own.length > 0) {
    const total = own.reduce((sum, row) => sum + row.training + row.judging, 0);
    return START + total / own.length + judgingSeconds(cell);
  }
  const evaluations = Math.floor(schedule.steps / schedule.every) + 1;
  const watched = evaluations * schedule.episodes * task.horizon;
  const updates = UPDATES[arm.preset] ?? PAPER;
  return START + schedule.steps * (stepSeconds(cell) + updates) +
    watched * stepSeconds(cell) + judgingSeconds(cell);
}

/** The last evaluation plays base and policy; a controller alone is played once. */
function judgingSeconds(cell: Cell): number {
  const { task, arm, schedule } = cell;
  const players = arm.kind === "controller" ? 1 : 2;
  return players * schedule.finalEpisodes * task.horizon * stepSeconds(cell);
}

function stepSeconds({ task, arm }: Cell): number {
  const base = baseOf(arm, task);
  return (PHYSICS[task.id] ?? FETCH) + (DECISION[base] ?? 0);
}
