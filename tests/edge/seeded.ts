/**
 * Artefacts with seeded weights over real controllers, and what robots sense
 * while these controllers play: enough to compare runtimes without training.
 *
 * @module
 */

import {
  encodeArtefact,
  type Manifest,
  type NetworkManifest,
  type Senses,
} from "../../lib/edge/artefact.ts";
import { sensesOf } from "../../lib/edge/bases.ts";
import {
  criticsOf,
  layerNames,
  networksOf,
} from "../../lib/edge/check_manifest.ts";
import { KERNELS } from "../../lib/edge/kernels.ts";
import type { Tensor } from "../../lib/edge/safetensors.ts";
import { timeLimit } from "../../lib/env/time_limit.ts";
import {
  initialise,
  layers,
  type Network,
  parameterCount,
} from "../../lib/learn/network.ts";
import { foldIn, key } from "../../lib/rng/key.ts";
import { unroll } from "../../lib/rollout/unroll.ts";
import { taskNamed } from "../../lib/suite/registry.ts";
import type { Controller, Env, EnvSpec } from "../../lib/types.ts";
import { loadMujoco } from "../../tasks/_physics.ts";

/** An artefact and what to ask it. */
export interface Seeded {
  /** Of `policy.safetensors`. */
  readonly policy: Uint8Array;
  /** Rows of what is sensed and the goal wanted, `[rows, observationSize + goalSize]`. */
  readonly moments: Float32Array;
}

/** What is to be made. */
export interface Wish {
  readonly task: string;
  readonly base: string;
  readonly rows: number;
  readonly hidden: readonly number[];
  /** Without critics, as `export --lean` writes it. */
  readonly lean?: boolean;
  /** How its networks are put together otherwise. */
  readonly network?: Partial<NetworkManifest>;
}

/** An artefact of the task over one of its controllers, and `rows` moments of its play. */
export async function seeded(wish: Wish): Promise<Seeded> {
  const { task, base, rows } = wish;
  const entry = taskNamed(task);
  const settings = Object.fromEntries(
    Object.entries(entry.options).map(([name, it]) => [name, it.default]),
  );
  const { make = entry.make, policy } = entry.bases[base];
  using env = make(await loadMujoco(), settings, {});
  const { horizon } = entry.sizes;
  const met = play(timeLimit(horizon)(env), policy(), rows);
  const senses = sensesOf(task, base, settings) ?? { frames: 1, filter: null };
  const manifest = {
    ...manifestOf(wish, { ...env.spec, horizon }, senses),
    env: settings,
  };
  const tensors = {
    ...weightsOf(manifest),
    ...statisticsOf("observation", met.map((it) => it.observation), manifest),
    ...statisticsOf("goal", met.map((it) => it.desired)),
  };
  return {
    policy: encodeArtefact({ manifest, tensors }),
    moments: momentsOf(met, manifest),
  };
}

/** What is seen, and the goal wanted. */
interface Met {
  readonly observation: Float32Array;
  readonly desired: Float32Array;
}

/** Copies of the first moments that a controller meets. */
function play<S, M>(
  env: Env<S>,
  controller: Controller<M>,
  rows: number,
): readonly Met[] {
  const met: Met[] = [];
  for (let episode = 0; met.length < rows; episode++) {
    unroll(env, controller, foldIn(key(7), episode), {
      moment: (_, { observation, desired }) => {
        met.push({
          observation: observation.slice(),
          desired: desired.slice(),
        });
      },
      action: () => {},
      end: () => {},
    });
  }
  return met.slice(0, rows);
}

/** The newest frame of each moment, which stands before any estimate, and the goal. */
function momentsOf(
  met: readonly Met[],
  { senses, channels, goalChannels }: Manifest,
): Float32Array {
  const from = (senses.frames - 1) * channels.length;
  const width = channels.length + goalChannels.length;
  const moments = new Float32Array(met.length * width);
  met.forEach(({ observation, desired }, row) => {
    const sensed = observation.subarray(from, from + channels.length);
    moments.set(sensed, row * width);
    moments.set(desired, row * width + channels.length);
  });
  return moments;
}

function manifestOf(
  { task, base, hidden, lean = false, network = {} }: Wish,
  spec: EnvSpec,
  senses: Senses,
): Omit<Manifest, "env"> {
  const { observationSize, visible = observationSize } = spec;
  const width = visible / senses.frames;
  return {
    task,
    observationSize,
    visible,
    channels: spec.channels.slice(0, width),
    goalChannels: Array.from({ length: spec.goalSize }, (_, i) => `goal.${i}`),
    actionChannels: Array.from({ length: spec.actionSize }, (_, i) => `a.${i}`),
    dt: spec.dt,
    horizon: spec.horizon,
    senses,
    base: { name: base, kind: "task", options: {} },
    network: {
      hidden,
      critics: 5,
      layerNorm: true,
      frames: 1,
      authority: 0.3,
      clipBase: true,
      selection: !lean,
      inside: false,
      mirror: spec.mirror ?? null,
      ...network,
    },
    kernels: KERNELS,
    training: {
      seed: 1,
      steps: 0,
      baseSuccess: 0,
      policySuccess: 0,
      episodes: 0,
      config: "",
    },
    gate: { verdict: "ungated", delta: 0.05, margin: 0, pairs: 0 },
    environment: "",
  };
}

/** Weights of all networks, drawn as they are at the start of training but for the head. */
function weightsOf(manifest: Manifest): Record<string, Tensor> {
  const { actor, critic } = networksOf(manifest);
  const critics = Array.from(
    { length: criticsOf(manifest) },
    (_, k) => drawn(`critics.${k}`, critic, k + 1),
  );
  return Object.assign(drawn("actor", actor, 0), ...critics);
}

function drawn(
  name: string,
  network: Network,
  seed: number,
): Record<string, Tensor> {
  const params = new Float32Array(parameterCount(network));
  initialise(network, key(seed), params, false);
  return Object.fromEntries(
    layers(network).flatMap(({ inputs, outputs, weights, biases }, depth) => {
      const { weight, bias } = layerNames(name, depth);
      return [
        [weight, {
          shape: [inputs, outputs],
          data: params.slice(weights, weights + inputs * outputs),
        }],
        [bias, {
          shape: [outputs],
          data: params.slice(biases, biases + outputs),
        }],
      ];
    }),
  );
}

/** Mean and inverse deviation per entry; zero where networks do not look. */
function statisticsOf(
  name: string,
  rows: readonly Float32Array[],
  { visible }: { readonly visible: number } = { visible: Infinity },
): Record<string, Tensor> {
  const width = rows[0].length;
  const mean = new Float32Array(width);
  const scale = new Float32Array(width);
  for (let i = 0; i < Math.min(width, visible); i++) {
    const values = rows.map((row) => row[i]);
    mean[i] = values.reduce((a, b) => a + b) / rows.length;
    const squares = values.map((value) => (value - mean[i]) ** 2);
    const variance = squares.reduce((a, b) => a + b) / rows.length;
    scale[i] = 1 / Math.max(0.01, Math.sqrt(variance));
  }
  return {
    [`${name}.mean`]: { shape: [width], data: mean },
    [`${name}.scale`]: { shape: [width], data: scale },
  };
}
