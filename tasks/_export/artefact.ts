/**
 * From a trained run to the artefact that leaves the machine: which of its
 * parts act, under which names, and what is said of them.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { basename } from "node:path";
import project from "../../deno.json" with { type: "json" };
import type {
  Artefact,
  BaseManifest,
  GateManifest,
  Manifest,
  NetworkManifest,
  Senses,
  TrainingManifest,
} from "../../lib/edge/artefact.ts";
import { sensesOf } from "../../lib/edge/bases.ts";
import { layerNames } from "../../lib/edge/check_manifest.ts";
import { KERNELS } from "../../lib/edge/kernels.ts";
import type { Tensor } from "../../lib/edge/safetensors.ts";
import { refuse } from "../../lib/errors.ts";
import { shareOf } from "../../lib/learn/annealing.ts";
import type { Ensemble, Learner } from "../../lib/learn/learner.ts";
import { layers } from "../../lib/learn/network.ts";
import type { Normalizer } from "../../lib/learn/normalizer.ts";
import { readCache } from "../../lib/suite/pusher/cache.ts";
import { TASKS } from "../../lib/suite/registry.ts";
import type { EnvSpec } from "../../lib/types.ts";
import { configHash, type RunConfig } from "../_config.ts";
import type { Row } from "../_sinks/jsonl.ts";

/** A run with its networks in memory. */
export interface Trained {
  readonly config: RunConfig;
  readonly spec: EnvSpec;
  readonly learner: Learner;
  /** How the policy stood the gate, its run's own or a later one. */
  readonly gate: GateManifest;
  /** The last row of its metrics. */
  readonly final: Row;
  /** Whether its correction leaves alone, so that its controller need not act there. */
  readonly alone: boolean;
}

/**
 * The artefact of a run.
 *
 * @throws {Refusal} Of a `ConfigError` as {@link sensesIn}.
 */
export function artefactOf(trained: Trained): Artefact {
  const { config, spec, learner, gate, alone } = trained;
  const { recipe, task, env } = config;
  const base = baseManifest(config);
  const senses = sensesIn(config, alone);
  const visible = spec.visible ?? spec.observationSize;
  // A file's own controller may read what networks do not see.
  const plain = base.kind === "file" && senses.frames === 1;
  const width = plain ? spec.observationSize : visible / senses.frames;
  const first = (senses.frames - 1) * width;
  const manifest: Manifest = {
    task,
    env,
    observationSize: spec.observationSize,
    visible,
    channels: spec.channels.slice(first, first + width),
    goalChannels: TASKS[task].goalChannels,
    actionChannels: TASKS[task].actionChannels,
    dt: spec.dt,
    horizon: spec.horizon,
    senses,
    base,
    network: networkManifest(trained),
    kernels: KERNELS,
    training: trainingManifest(trained),
    gate,
    environment: environmentHash(config),
  };
  return {
    manifest,
    tensors: {
      ...tensorsOf("actor", learner.actor, 0),
      ...recipe.selection ? criticTensors(learner.critics) : {},
      ...normalizerTensors("observation", learner.observationNormalizer),
      ...normalizerTensors("goal", learner.goalNormalizer),
      ...base.kind === "task" && task === "pusher" ? cacheTensors(base) : {},
    },
  };
}

/** SHA-256 of what decides how policies are judged: task, its settings, the physics engine. */
export function environmentHash(
  { task, env }: Pick<RunConfig, "task" | "env">,
): string {
  const judged = { ...env, ...TASKS[task].evaluation };
  const physics = project.imports["@mujoco/mujoco"];
  const text = JSON.stringify([task, Object.entries(judged).sort(), physics]);
  return createHash("sha256").update(text).digest("hex");
}

/**
 * How the policy of a run sees where it goes. Known before any episode is played.
 *
 * @param alone Whether its correction leaves without the controller.
 * @throws {Refusal} Of a `ConfigError` if its controller must act there and
 * cannot without the simulator.
 */
export function sensesIn(config: RunConfig, alone: boolean): Senses {
  const { task, env } = config;
  const { kind, name } = baseManifest(config);
  const known = sensesOf(task, kind === "task" ? name : null, env);
  return known ?? (alone ? sensesOf(task, null, env) : undefined) ??
    refuseBase(config);
}

function baseManifest({ base, controller, recipe }: RunConfig): BaseManifest {
  if (recipe.over === "zero") {
    return { name: "none", kind: "none", options: {} };
  }
  return typeof base === "string"
    ? { name: base, kind: "task", options: controller }
    : { name: basename(base.file), kind: "file", options: {} };
}

function refuseBase({ task, base }: RunConfig): never {
  const why = base === "tree-mpc"
    ? "that controller searches in the simulator, which does not leave this machine: train over another with --controller"
    : "lib/edge does not carry that controller, to stay within 20 kB: train over it as your own file with --controller FILE";
  return refuse({
    _tag: "ConfigError",
    message:
      `Cannot export a policy over '${base}' of '${task}' as ${why}; or export its correction alone with --format onnx or --format tfjs`,
  });
}

function networkManifest({ config, learner, spec }: Trained): NetworkManifest {
  const { recipe } = config;
  const inside = recipe.criticAction === "residual" &&
    recipe.over === "controller";
  const twoViews = learner.recipe.bothViews && spec.mirror !== undefined &&
    learner.symmetric.view[0] === 1;
  return {
    hidden: recipe.hidden,
    critics: recipe.critics,
    layerNorm: recipe.layerNorm,
    frames: learner.frames.count,
    authority: shareOf(recipe.authority, learner.share.view[0]),
    clipBase: recipe.clipBase,
    selection: recipe.selection,
    inside,
    mirror: twoViews ? spec.mirror! : null,
  };
}

function trainingManifest({ config, final }: Trained): TrainingManifest {
  const number = (name: string) => Number(final[name]);
  return {
    seed: config.seed,
    steps: final.step,
    baseSuccess: number("base"),
    policySuccess: number("learnt"),
    episodes: number("episodes"),
    config: configHash(config),
  };
}

function criticTensors(critics: Ensemble): Record<string, Tensor> {
  const members = Array.from(
    { length: critics.members },
    (_, k) => tensorsOf(`critics.${k}`, critics, k),
  );
  return Object.assign({}, ...members);
}

/** The averaged parameters of a member: what is judged and served. */
function tensorsOf(
  name: string,
  { network, average, size }: Ensemble,
  member: number,
): Record<string, Tensor> {
  const params = average.view.subarray(member * size, (member + 1) * size);
  const found: Record<string, Tensor> = {};
  layers(network).forEach(({ inputs, outputs, weights, biases }, depth) => {
    const { weight, bias } = layerNames(name, depth);
    const data = params.slice(weights, biases);
    found[weight] = { shape: [inputs, outputs], data };
    const offsets = params.slice(biases, biases + outputs);
    found[bias] = { shape: [outputs], data: offsets };
  });
  return found;
}

function normalizerTensors(
  name: string,
  { width, mean, scale }: Normalizer,
): Record<string, Tensor> {
  return {
    [`${name}.mean`]: { shape: [width], data: mean.view.slice() },
    [`${name}.scale`]: { shape: [width], data: scale.view.slice() },
  };
}

/** What the cached controller looks up. */
function cacheTensors({ name, options }: BaseManifest): Record<string, Tensor> {
  if (name !== "cached") return {};
  const cache = readCache();
  const stack = (rows: readonly ArrayLike<number>[]): Tensor => {
    const used = rows.slice(0, options.samples);
    const data = Float32Array.from(used.flatMap((row) => Array.from(row)));
    return { shape: [used.length, used[0].length], data };
  };
  return {
    "base.states": stack(cache.states),
    "base.actions": stack(cache.actions),
  };
}
