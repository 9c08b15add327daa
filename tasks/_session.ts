/**
 * A session: Workers with physics, shared memory with the learner in it, and
 * the main thread's own view of that learner.
 *
 * @module
 */

import { instantiate, twins } from "../kernels/mod.ts";
import { zero } from "../lib/control/controller.ts";
import { refuse } from "../lib/errors.ts";
import { initialiseLearner, type Learner } from "../lib/learn/learner.ts";
import { putSnapshot, snapshotBytes } from "../lib/learn/snapshot.ts";
import { usedSections } from "../lib/replay/episodes.ts";
import { derive, key } from "../lib/rng/key.ts";
import type { Kept } from "../lib/train/kept.ts";
import type { Counters } from "../lib/train/schedule.ts";
import { layOut } from "../lib/train/training.ts";
import type { EnvSpec } from "../lib/types.ts";
import {
  type Checkpoint,
  latestCheckpoint,
  matchCheckpoint,
} from "./_checkpoint.ts";
import type { RunConfig } from "./_config.ts";
import { quoted, unwrap } from "./_files.ts";
import { loadKernels } from "./_kernels.ts";
import { openMemory, sizedRecipe } from "./_memory.ts";
import type { Run } from "./_run.ts";
import { checkRun } from "./_suite.ts";
import { openPool, type PoolCrew } from "./_workers/crew.ts";

/** Everything that a run works with. */
export interface Session {
  readonly spec: EnvSpec;
  /** Name of the base controller. */
  readonly base: string;
  readonly learner: Learner;
  readonly crew: PoolCrew;
  readonly close: () => void;
}

/**
 * Starts the Workers, lays out the learner with its first parameters; with
 * `profile`, the Workers keep account of their time.
 */
export async function openSession(
  config: RunConfig,
  workers: number,
  profile = false,
): Promise<Session> {
  const { task, env, controller, base, backend, seed } = unwrap(
    checkRun(config),
  );
  const compiling = loadKernels(backend);
  const pool = await openPool({ task, env, controller, base }, workers);
  try {
    const module = await compiling;
    const recipe = sizedRecipe(config, pool.spec);
    const memory = openMemory(config, pool.spec);
    const crew = await pool.join({
      module,
      memory,
      recipe,
      backend,
      seed,
      profile,
    });
    const kernels = module === null
      ? twins(memory)
      : instantiate(module, memory);
    const placeholder = zero(pool.spec.actionSize);
    const { learner } = layOut(pool.spec, placeholder, recipe, kernels);
    initialiseLearner(learner, derive(key(seed), "parameters"));
    const { spec, close } = pool;
    return { spec, base: pool.base, learner, crew, close };
  } catch (error) {
    pool.close();
    throw error;
  }
}

/** The bytes that a checkpoint keeps of the learner. */
function sessionSections(
  learner: Learner,
  counters: Counters,
): Readonly<Record<string, Uint8Array>> {
  return {
    learner: learner.state,
    ...usedSections(learner.replay, counters.episodes),
  };
}

/** All bytes that a checkpoint keeps: the learner, and what is kept beside it. */
export function allSections(
  learner: Learner,
  counters: Counters,
  kept: Kept,
): Readonly<Record<string, Uint8Array>> {
  return { ...sessionSections(learner, counters), ...kept };
}

/**
 * The newest checkpoint of a run.
 *
 * @param use Completes "Cannot ...", for example `evaluate`.
 * @throws {Refusal} Of a `CheckpointError` where there is none that fits.
 */
export function newestCheckpoint(
  { dir, config }: Run,
  use: string,
): Checkpoint {
  const checkpoint = unwrap(latestCheckpoint(dir)) ?? refuse({
    _tag: "CheckpointError",
    message:
      `Cannot ${use} '${dir}': it holds no checkpoint yet; go on training it with: deno task train --resume ${
        quoted(dir)
      }`,
  });
  return unwrap(matchCheckpoint(checkpoint, config, use));
}

/** Puts a checkpoint back; `replay` may be left out where nothing is learnt. */
export function restoreSession(
  learner: Learner,
  checkpoint: Checkpoint,
  counters: Counters,
  replay: boolean,
): void {
  const places = replay
    ? sessionSections(learner, counters)
    : { learner: learner.state };
  for (const [name, place] of Object.entries(places)) {
    place.set(sectionOf(checkpoint, name, place.length));
  }
  if (replay) checkLengths(learner, checkpoint, counters);
}

/** What a checkpoint keeps beside the learner. */
export function restoreKept(
  learner: Learner,
  checkpoint: Checkpoint,
  { serving }: Counters,
): Kept {
  const bytes = (name: string) =>
    sectionOf(checkpoint, name, snapshotBytes(learner)).slice();
  return {
    ...serving.champion ? { champion: bytes("champion") } : {},
    ...serving.served ? { served: bytes("served") } : {},
  };
}

/** Lets the learner act by the policy of the run: what is served, else what was learnt last. */
export function restorePolicy(
  learner: Learner,
  checkpoint: Checkpoint,
  counters: Counters,
): void {
  restoreSession(learner, checkpoint, counters, false);
  const { served } = restoreKept(learner, checkpoint, counters);
  if (served !== undefined) putSnapshot(learner, served);
}

function sectionOf(
  { step, sections }: Checkpoint,
  name: string,
  length: number,
): Uint8Array<ArrayBuffer> {
  const bytes = sections[name];
  return bytes?.length === length ? bytes : refuse({
    _tag: "CheckpointError",
    message: `Cannot restore step ${step}: section '${name}' holds ${
      bytes?.length ?? 0
    } bytes, this version needs ${length}; read it with the version in versions.json`,
  });
}

/** Lengths lead the kernels to moments, so that a wrong one would lead them anywhere. */
function checkLengths(
  { replay }: Learner,
  { step }: Checkpoint,
  { episodes }: Counters,
): void {
  const used = replay.lengths.subarray(0, Math.min(episodes, replay.capacity));
  const wrong = used.find((n) => n < 1 || n > replay.horizon);
  if (wrong === undefined) return;
  refuse({
    _tag: "CheckpointError",
    message: `Cannot restore step ${step}: an episode of replay has ${wrong} ` +
      `steps, allowed are 1 to ${replay.horizon}; resume from an earlier checkpoint`,
  });
}
