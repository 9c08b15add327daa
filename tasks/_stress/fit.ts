/**
 * Which axes apply to a task: those that it can be opened under. The others are
 * told apart before anything is played.
 *
 * @module
 */

import * as E from "fp-ts/Either";
import { refuse, type RplError } from "../../lib/errors.ts";
import { key } from "../../lib/rng/key.ts";
import { TASKS } from "../../lib/suite/registry.ts";
import { type Axis, changesOf } from "../../lib/suite/stress.ts";
import type { Mujoco } from "../../lib/world/mujoco.ts";
import { attempt } from "../_files.ts";
import { openTask } from "../_suite.ts";
import type { TaskChoice } from "../_workers/protocol.ts";

/** An axis that does not apply. */
export interface LeftOut {
  readonly axis: string;
  /** A sentence without its full stop. */
  readonly why: string;
}

/** The axes that apply, and the others. */
export interface Fitting {
  readonly axes: readonly Axis[];
  readonly leftOut: readonly LeftOut[];
}

/**
 * Tries each axis on the task.
 *
 * @throws {Refusal} Of a `ConfigError`, if none applies.
 */
export function fitting(
  mujoco: Mujoco,
  choice: TaskChoice,
  axes: readonly Axis[],
): Fitting {
  const tried = axes.map((axis) => ({
    axis,
    found: attempt(() => tryOut(mujoco, choice, axis)),
  }));
  const leftOut = tried.flatMap(({ axis: { id }, found }) =>
    E.isLeft(found) ? [{ axis: id, why: reasonOf(found.left) }] : []
  );
  if (leftOut.length === axes.length) {
    refuse({
      _tag: "ConfigError",
      message: `Cannot stress '${choice.task}' along ${
        leftOut.map(({ axis, why }) => `'${axis}' (${why})`).join(", ")
      }: choose other axes with --axes, or leave it out for all`,
    });
  }
  const fit = tried.filter(({ found }) => E.isRight(found));
  return { axes: fit.map(({ axis }) => axis), leftOut };
}

/** Why a model could not be altered; that it did not compile is no news to a person. */
function reasonOf({ _tag, message }: RplError): string {
  return _tag === "ModelError"
    ? message.replace(/^Cannot [^:]+: /, "")
    : message;
}

/** Settings under every value, and an episode begun under one of them. */
function tryOut(mujoco: Mujoco, choice: TaskChoice, axis: Axis): void {
  const { undisturbed, id } = axis;
  const values = axis.values.filter((value) => value !== undisturbed);
  for (const value of values) {
    changesOf(TASKS[choice.task], { axis: id, value }).options?.(choice.env);
  }
  const disturbance = { axis: id, value: values[0] };
  const { evaluationEnv, close } = openTask(mujoco, { ...choice, disturbance });
  try {
    evaluationEnv.drop(evaluationEnv.reset(key(0)).state);
  } finally {
    close();
  }
}
