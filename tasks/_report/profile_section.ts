/**
 * All tasks together: the performance profile of final success over tasks and
 * seeds, arm by arm. Where the tables give the middle of an arm's runs on one
 * task, it shows how many of all its runs end badly.
 *
 * @module
 */

import { derive, key } from "../../lib/rng/key.ts";
import { profileBand } from "../../lib/rollout/performance_profile.ts";
import { type Arm, ARMS } from "../_grid/arms.ts";
import { type Content, html, raw } from "./html.ts";
import { type ArmProfile, profiles } from "./profile_chart.ts";
import type { ArmSummary } from "./summary.ts";
import { legend, OURS } from "./task_section.ts";

/** The ends of an arm's runs by task. */
interface ArmEnds {
  readonly arm: Arm;
  readonly ends: readonly (readonly number[])[];
}

/** Runs on a task, tasks and arms from which on a profile says more than tables. */
const FEWEST = 2;

/**
 * The section, or nothing where it would repeat the tables: it takes two tasks
 * on which our arm has two runs, and another arm with as many on all of them.
 * Returns are left out, as tasks measure them on scales of their own.
 */
export function profileSection(
  summaries: readonly (readonly ArmSummary[])[],
): Content {
  const tasks = summaries.filter((arms) =>
    endsOf(arms, OURS).length >= FEWEST && arms[0].task.dense !== true
  );
  const drawn = ARMS.flatMap((arm) => {
    const ends = tasks.map((arms) => endsOf(arms, arm.id));
    return ends.every(({ length }) => length >= FEWEST) ? [{ arm, ends }] : [];
  });
  if (tasks.length < FEWEST || drawn.length < FEWEST) return "";
  const names = tasks.map(([{ task }]) => task.id).join(", ");
  return html`<section id="profile"><h2>All tasks together</h2>
<p>How many runs end how well, over ${names}: a line gives the share of an arm's runs whose final success lies above the mark on the bottom axis. Of two lines the upper one is better; the area under one is the arm's mean success. Tasks weigh alike, and runs are as long as their tables say. Bands are 95 % stratified bootstraps over the seeds of each task, mark by mark.</p>
${legend(drawn.map(({ arm, ends }) => ({ arm, seeds: ends.flat().length })))}
<figure>${raw(profiles(drawn.map(profileOf)))}</figure>
<p class="faint">Runs: ${
    drawn.map(({ arm, ends }) => `${arm.id} ${ends.flat().length}`).join(", ")
  }.${leftOut(drawn)}</p></section>`;
}

/** Final successes of an arm's finished runs on a task. */
function endsOf(
  arms: readonly ArmSummary[],
  id: string,
): readonly number[] {
  return arms.find(({ arm }) => arm.id === id)?.finals ?? [];
}

/** With every score as a threshold, as between scores nothing changes. */
function profileOf({ arm, ends }: ArmEnds): ArmProfile {
  const thresholds = [...new Set([0, ...ends.flat(), 1])].sort((a, b) => a - b);
  const label = `profile ${arm.id}`;
  const options = { key: derive(key(0), label) };
  return { arm, points: profileBand(ends, thresholds, options) };
}

/** Arms that take part in all tasks but are not drawn. */
function leftOut(drawn: readonly ArmEnds[]): string {
  const missing = ARMS.filter((arm) =>
    arm.tasks === undefined && !drawn.some((other) => other.arm === arm)
  );
  return missing.length === 0
    ? ""
    : ` Not drawn, as they have fewer than ${FEWEST} runs on one of these tasks: ${
      missing.map(({ id }) => id).join(", ")
    }.`;
}
