/**
 * Policy and base along stress axes: the same fresh episodes at every value,
 * which are those that `eval` plays, so that any two points and any two runs
 * compare episode by episode.
 *
 * @module
 */

import type { Interval } from "../../lib/rollout/statistics.ts";
import { TASKS } from "../../lib/suite/registry.ts";
import type { Axis } from "../../lib/suite/stress.ts";
import { judge, type Judging, type Verdict } from "../_judge.ts";
import type { PoolCrew } from "../_workers/crew.ts";

/** Both at one value of an axis; of success, or of returns where those are the measure. */
export interface Point {
  /** In the unit of the axis. */
  readonly value: number;
  readonly base: Interval;
  readonly policy: Interval;
  /** Paired, policy less base. */
  readonly difference: Interval;
}

/** The points of an axis, in the order of their values. */
export interface Curve
  extends Pick<Axis, "id" | "label" | "unit" | "undisturbed"> {
  readonly points: readonly Point[];
}

/** Where a sweep stands. */
export interface Standing {
  /** Episodes of each player done. */
  readonly done: number;
  /** How many there are to do. */
  readonly all: number;
  /** What is being played, for example `mass 0.5`. */
  readonly stage: string;
}

/**
 * Plays all values of the axes, the undisturbed one once for all.
 *
 * @param crew Its policy is the one to judge; it ends up disturbed.
 */
export async function sweep(
  crew: Pick<PoolCrew, "evaluate" | "disturb">,
  axes: readonly Axis[],
  judging: Omit<Judging, "served" | "best">,
  progress: (standing: Standing) => void,
): Promise<readonly Curve[]> {
  const { episodes, task } = judging;
  const dense = TASKS[task].dense === true;
  const all = episodes *
    axes.reduce((sum, { values }) => sum + values.length - 1, 1);
  let before = 0;
  async function play(stage: string): Promise<Omit<Point, "value">> {
    progress({ done: before, all, stage });
    const verdict = await judge(
      crew,
      { ...judging, served: "policy" },
      (done) => progress({ done: before + done, all, stage }),
    );
    before += episodes;
    return measured(verdict, dense);
  }
  const undisturbed = await play("undisturbed");
  const curves: Curve[] = [];
  for (const { id, label, unit, undisturbed: neutral, values } of axes) {
    const points: Point[] = [];
    for (const value of values) {
      if (value !== neutral) await crew.disturb({ axis: id, value });
      const found = value === neutral
        ? undisturbed
        : await play(`${id} ${value}`);
      points.push({ value, ...found });
    }
    curves.push({ id, label, unit, undisturbed: neutral, points });
  }
  return curves;
}

function measured(
  { base, policy, difference, returns }: Verdict,
  dense: boolean,
): Omit<Point, "value"> {
  if (dense) {
    const { base, policy, difference } = returns;
    return { base, policy, difference };
  }
  const [own, learnt] = [base, policy].map(({ success, low, high }) => ({
    mean: success,
    low,
    high,
  }));
  return { base: own, policy: learnt, difference };
}
