/** A stress test that nobody played. */

import { AXES } from "../../../lib/suite/stress.ts";
import type { Report } from "../../../tasks/_stress/report.ts";
import type { Curve } from "../../../tasks/_stress/sweep.ts";

/** The curve of an axis, whose policy loses `slope` per value. */
function curveOf(id: string, top: number, slope: number): Curve {
  const { label, unit, undisturbed, values } = AXES[id];
  const around = (mean: number) => ({
    mean,
    low: mean - 0.05,
    high: mean + 0.05,
  });
  const points = values.map((value, i) => ({
    value,
    base: around(top / 2),
    policy: around(top - slope * i),
    difference: around(top / 2 - slope * i),
  }));
  return { id, label, unit, undisturbed, points };
}

/** The report of a run on a task. */
export function reportOn(task: string, measure: Report["measure"]): Report {
  const top = measure === "return" ? -40 : 0.9;
  return {
    task,
    run: "runs/a <b>",
    policy: { step: 300, served: false, moved: true },
    episodes: 20,
    seed: 0,
    measure,
    curves: ["mass", "delay"].map((id) => curveOf(id, top, 0.1)),
    leftOut: [{ axis: "size", why: "the size cannot be scaled" }],
  };
}
