/**
 * An exported policy back in the simulator: played as a robot would play it,
 * from what is sensed now and a memory in the caller's hand, on the episodes
 * that its run was judged on.
 *
 * @module
 */

import { zero } from "../lib/control/controller.ts";
import { decodeArtefact, type Manifest } from "../lib/edge/artefact.ts";
import { type EdgeController, loadController } from "../lib/edge/mod.ts";
import { refuse } from "../lib/errors.ts";
import { foldIn } from "../lib/rng/key.ts";
import { unroll } from "../lib/rollout/unroll.ts";
import type { Crew } from "../lib/train/train.ts";
import { evaluationKey } from "../lib/train/training.ts";
import type { Controller, Policy } from "../lib/types.ts";
import type { RunConfig } from "./_config.ts";
import { readControllerFile } from "./_controller_file.ts";
import { environmentHash } from "./_export/artefact.ts";
import { reading, unwrap } from "./_files.ts";
import { loadMujoco } from "./_physics.ts";
import { findTask, openBase, openTask } from "./_suite.ts";

/** An artefact that is ready to be judged against its base. */
export interface OpenArtefact {
  readonly manifest: Manifest;
  readonly crew: Pick<Crew, "evaluate">;
  /** Whether this version's environment is the one that the gate's verdict was reached in. */
  readonly sameEnvironment: boolean;
}

/**
 * Opens an artefact in the environment that it was trained for.
 *
 * @param file The user's controller, where the policy was learnt over one.
 * @throws {Refusal} Of a `ConfigError` if it cannot be read, or this version
 * does not have its task or controller.
 */
export async function openArtefact(
  path: string,
  file?: string,
): Promise<OpenArtefact> {
  const bytes = reading(`read '${path}'`, () => Deno.readFileSync(path));
  const { manifest } = refusing(path, () => decodeArtefact(bytes));
  const { task, env, base: { kind, name, options: controller } } = manifest;
  const listed = unwrap(findTask(task, kind === "task" ? name : undefined));
  const base = await chosenBase(path, manifest, listed.task.sizes, file);
  const choice = { task, env, controller, base };
  const { evaluationEnv } = openTask(await loadMujoco(), choice);
  const own = kind === "none"
    ? zero(evaluationEnv.spec.actionSize)
    : await openBase(choice);
  const given = kind === "file" ? { base: asFunction(own) } : {};
  const policy = refusing(path, () => loadController(bytes, undefined, given));
  const played = asRobot(policy, manifest);
  return {
    manifest,
    sameEnvironment: environmentHash({ task, env }) === manifest.environment,
    crew: {
      evaluate: (player, set, first, count) =>
        Promise.resolve(Array.from({ length: count }, (_, i) => {
          const episode = foldIn(evaluationKey(set), first + i);
          return player === "base"
            ? unroll(evaluationEnv, own, episode)
            : unroll(evaluationEnv, played, episode);
        })),
    },
  };
}

/** The policy fed with one frame of what the environment shows: what a robot senses. */
function asRobot(
  policy: EdgeController,
  { channels, senses }: Manifest,
): Controller<Float64Array> {
  const first = (senses.frames - 1) * channels.length;
  return {
    id: policy.id,
    init: () => policy.init(),
    act: (memory, observation, desired) => {
      const sensed = observation.subarray(first, first + channels.length);
      return policy.act(memory, sensed, desired);
    },
  };
}

function asFunction(policy: Policy) {
  return (observation: Float32Array, goal: Float32Array) =>
    policy.act(undefined, observation, goal).action;
}

/** The base as a run would name it; a file has to be given again. */
async function chosenBase(
  path: string,
  { task, base: { kind, name } }: Manifest,
  sizes: Parameters<typeof readControllerFile>[1],
  file?: string,
): Promise<RunConfig["base"]> {
  if (kind === "file" && file !== undefined) {
    return await readControllerFile(file, sizes);
  }
  if (kind === "file") {
    return refuse({
      _tag: "ConfigError",
      message:
        `Cannot evaluate '${path}' as its controller came from '${name}', which is not in it: name that file with --controller`,
    });
  }
  if (file === undefined) return kind === "none" ? anyBase(task) : name;
  return refuse({
    _tag: "ConfigError",
    message:
      `Cannot use '--controller ${file}' as '${path}' brings its own: leave it away`,
  });
}

/** A controller whose environment is the plain one. */
function anyBase(task: string): string {
  return Object.keys(unwrap(findTask(task)).task.bases)[0];
}

/** What is wrong with the file leaves as a refusal that names it. */
function refusing<A>(path: string, run: () => A): A {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return refuse({
      _tag: "ConfigError",
      message: `Cannot use '${path}'. ${error.message}`,
    });
  }
}
