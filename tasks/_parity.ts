/**
 * Parity: replays a file of recorded episodes in this physics and reports how
 * far positions, readings, rewards and successes stray from the record.
 *
 * @module
 */

import { z } from "zod";
import { refuse } from "../lib/errors.ts";
import { pickAndPlace } from "../lib/suite/fetch/pick_and_place.ts";
import { push, slipperyPush } from "../lib/suite/fetch/push.ts";
import {
  type Deviation,
  NO_DEVIATION,
  replay,
  type Rollout,
  worse,
} from "../lib/suite/fetch/replay.ts";
import { CHANNELS } from "../lib/suite/fetch/sense.ts";
import type { FetchTask } from "../lib/suite/fetch/task.ts";
import type { Mujoco } from "../lib/world/mujoco.ts";
import { counted } from "./_count.ts";
import { reading } from "./_files.ts";
import { loadMujoco } from "./_physics.ts";

/** What all rollouts of one kind, for example `push/random`, gave. */
export interface Parity {
  /** Task and controller as recorded. */
  readonly kind: string;
  /** How many there were. */
  readonly rollouts: number;
  /** The worst of all. */
  readonly deviation: Deviation;
}

/** Whether the physics repeats, and what to print of it. */
export interface ParityReport {
  /** Whether everything repeats. */
  readonly ok: boolean;
  /** A table and a verdict. */
  readonly lines: string[];
}

/** A recorded episode and the kind it belongs to. */
export interface Recorded {
  /** Task and controller as recorded. */
  readonly kind: string;
  /** The episode. */
  readonly rollout: Rollout;
}

const SCENES: Readonly<Record<string, (mujoco: Mujoco) => FetchTask>> = {
  "push": (mujoco) => push(mujoco, { slots: 1 }),
  "slippery-push": (mujoco) => slipperyPush(mujoco, { slots: 1 }),
  "pick-and-place": (mujoco) => pickAndPlace(mujoco, { slots: 1 }),
};

const point = z.tuple([z.number(), z.number(), z.number()]);
const sceneNames = Object.keys(SCENES);

const recordedSchema = z.object({
  task: z.string().refine((task) => sceneNames.includes(sceneOf(task)), {
    error: `must begin with one of ${sceneNames.join(", ")}`,
  }),
  qpos: z.array(z.number()).length(22),
  qvel: z.array(z.number()).length(21),
  mocap_pos: point,
  mocap_quat: z.array(z.number()).length(4),
  goal: point,
  first_observation: z.array(z.number()).length(CHANNELS.length),
  actions: z.array(z.array(z.number()).length(4)).min(1),
  observations: z.array(z.array(z.number()).length(CHANNELS.length)),
  achieved: z.array(point),
  rewards: z.array(z.number()),
  success: z.array(z.union([z.boolean(), z.literal([0, 1])])),
}).superRefine((episode, context) => {
  const steps = episode.actions.length;
  for (
    const name of ["observations", "achieved", "rewards", "success"] as const
  ) {
    const found = episode[name].length;
    if (found === steps) continue;
    context.addIssue({
      code: "custom",
      path: [name],
      message: `must have ${
        counted(steps, "entry", "entries")
      }, one per action: it has ${found}`,
    });
  }
});

const fileSchema = z.object({ rollouts: z.array(recordedSchema).min(1) });

/**
 * Replays the file at `path`; all is well where every position stays within
 * `tolerance` (m) and every reward and success is the recorded one.
 *
 * @throws {Refusal} With a `StorageError`, if the file cannot be read; with a
 * `ConfigError`, if it is no record of rollouts.
 */
export async function parity(
  path: string,
  tolerance: number,
): Promise<ParityReport> {
  const text = reading(
    `read the recorded rollouts '${path}'`,
    () => Deno.readTextFileSync(path),
  );
  const recorded = parseRollouts(text, path);
  return formatParity(replayAll(await loadMujoco(), recorded), tolerance);
}

/**
 * The episodes in `text`; `name` is what errors call it.
 *
 * @throws {Refusal} With a `ConfigError` that names the places at fault.
 */
export function parseRollouts(text: string, name: string): readonly Recorded[] {
  const parsed = fileSchema.safeParse(parseJson(text, name));
  if (parsed.success) {
    return parsed.data.rollouts.map((episode) => ({
      kind: episode.task,
      rollout: rolloutOf(episode),
    }));
  }
  const issues = parsed.error.issues.slice(0, 5)
    .map(({ path, message }) =>
      `  ${path.join(".") || "the file"}: ${message}`
    );
  const more = parsed.error.issues.length - issues.length;
  if (more > 0) issues.push(`  and ${more} more`);
  return refuse({
    _tag: "ConfigError",
    message: `Cannot replay '${name}' as it is no record of rollouts:\n${
      issues.join("\n")
    }`,
  });
}

function parseJson(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    return refuse({
      _tag: "ConfigError",
      message: `Cannot replay '${name}' as it is not JSON: ${
        error instanceof Error ? error.message : error
      }`,
    });
  }
}

function rolloutOf(episode: z.infer<typeof recordedSchema>): Rollout {
  return {
    start: {
      position: episode.qpos,
      velocity: episode.qvel,
      goal: episode.goal,
      mocapPosition: episode.mocap_pos,
      mocapOrientation: episode.mocap_quat,
    },
    first: episode.first_observation,
    actions: episode.actions,
    observations: episode.observations,
    achieved: episode.achieved,
    rewards: episode.rewards,
    success: episode.success.map(Boolean),
  };
}

function sceneOf(kind: string): string {
  return kind.split("/")[0];
}

/** Replays every episode and gathers the deviations by kind. */
export function replayAll(
  mujoco: Mujoco,
  recorded: readonly Recorded[],
): readonly Parity[] {
  const kinds = [...new Set(recorded.map(({ kind }) => kind))].sort();
  return kinds.map((kind) => {
    using task = SCENES[sceneOf(kind)](mujoco);
    const own = recorded.filter((episode) => episode.kind === kind);
    const deviation = own.map(({ rollout }) => replay(task, rollout))
      .reduce(worse, NO_DEVIATION);
    return { kind, rollouts: own.length, deviation };
  });
}

/** The table and the verdict. */
export function formatParity(
  all: readonly Parity[],
  tolerance: number,
): ParityReport {
  const good = all.map(({ deviation }) => isWithin(deviation, tolerance));
  const rows = all.map(({ kind, rollouts, deviation }, i) => [
    kind,
    `${rollouts}`,
    `${deviation.steps}`,
    length(deviation.object),
    length(deviation.gripper),
    `${deviation.observation.toExponential(1)} (${
      CHANNELS[deviation.worstReading]
    })`,
    `${deviation.rewards}`,
    `${deviation.successes}`,
    good[i] ? "ok" : "FAIL",
  ]);
  const ok = good.every(Boolean);
  const count = all.reduce((sum, { rollouts }) => sum + rollouts, 0);
  const failed = good.filter((fine) => !fine).length;
  return {
    ok,
    lines: [
      ...columns([HEAD, ...rows]),
      ok
        ? `ok: ${count} rollouts repeat, positions within ${tolerance} m, all rewards and successes equal`
        : `FAIL: ${failed} of ${all.length} kinds stray by more than ${tolerance} m or in rewards or successes`,
    ],
  };
}

const HEAD = [
  "kind",
  "rollouts",
  "steps",
  "object [m]",
  "gripper [m]",
  "worst reading",
  "rewards off",
  "successes off",
  "",
];

/** Written so that NaN fails. */
function isWithin(deviation: Deviation, tolerance: number): boolean {
  const { object, gripper, rewards, successes } = deviation;
  return object <= tolerance && gripper <= tolerance &&
    rewards === 0 && successes === 0;
}

function length(metres: number): string {
  return metres.toExponential(1);
}

function columns(rows: readonly (readonly string[])[]): string[] {
  const widths = HEAD.map((_, i) =>
    Math.max(...rows.map((row) => row[i].length))
  );
  return rows.map((row) =>
    row.map((cell, i) => cell.padEnd(widths[i])).join("  ").trimEnd()
  );
}
