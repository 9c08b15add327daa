/**
 * Artefacts of a point mass: small enough to damage bit by bit, or made of a
 * learner, to compare with it.
 *
 * @module
 */

import {
  type Artefact,
  encodeArtefact,
  type Manifest,
} from "../../lib/edge/artefact.ts";
import { KERNELS } from "../../lib/edge/kernels.ts";
import { criticsOf, layerNames, networksOf } from "../../lib/edge/networks.ts";
import { encodeTensors, type Tensor } from "../../lib/edge/safetensors.ts";
import { sha256 } from "../../lib/edge/sha256.ts";
import type { Learner } from "../../lib/learn/learner.ts";
import { layers, type Network } from "../../lib/learn/network.ts";
import type { EnvSpec } from "../../lib/types.ts";

/** In what a manifest differs from that of {@link toyManifest}. */
export type Changes =
  & Partial<Omit<Manifest, "network">>
  & { readonly network?: Partial<Manifest["network"]> };

/** The point mass on one axis, learnt from scratch. */
export function toyManifest({ network, ...changes }: Changes = {}): Manifest {
  return {
    task: "toy",
    env: { wind: 0 },
    observationSize: 2,
    visible: 2,
    channels: ["x [m]", "v [m/s]"],
    goalChannels: ["x [m]"],
    actionChannels: ["force [N]"],
    dt: 0.1,
    horizon: 20,
    senses: { frames: 1, filter: null },
    base: { name: "none", kind: "none", options: {} },
    kernels: KERNELS,
    training: {
      seed: 1,
      steps: 100,
      baseSuccess: 0.25,
      policySuccess: 0.5,
      episodes: 10,
      config: "c0ffee",
    },
    gate: { verdict: "passed", delta: 0.05, margin: 0, pairs: 40 },
    environment: "decaf",
    ...changes,
    network: {
      hidden: [3],
      critics: 2,
      layerNorm: true,
      frames: 1,
      authority: 0.5,
      clipBase: true,
      selection: true,
      inside: false,
      mirror: null,
      ...network,
    },
  };
}

/** Tensors that fit the manifest: waves, so that no two entries are alike. */
export function wavesFor(manifest: Manifest): Record<string, Tensor> {
  const { actor, critic } = networksOf(manifest);
  const critics = Array.from(
    { length: criticsOf(manifest) },
    (_, k) => weightsOf(`critics.${k}`, critic, waves(k + 2)),
  );
  const vector = (width: number, phase: number) => ({
    shape: [width],
    data: Float32Array.from({ length: width }, (_, i) => waves(phase)(i)),
  });
  const no = manifest.observationSize;
  const ng = manifest.goalChannels.length;
  return {
    ...weightsOf("actor", actor, waves(1)),
    ...Object.assign({}, ...critics),
    "observation.mean": vector(no, 20),
    "observation.scale": vector(no, 21),
    "goal.mean": vector(ng, 22),
    "goal.scale": vector(ng, 23),
  };
}

function waves(phase: number): (i: number) => number {
  return (i) => 1.5 * Math.sin(phase + 3.3 * i);
}

/** A whole artefact. */
export function toyArtefact(changes: Changes = {}): Artefact {
  const manifest = toyManifest(changes);
  return { manifest, tensors: wavesFor(manifest) };
}

/** The file of a whole artefact. */
export function toyBytes(changes: Changes = {}): Uint8Array {
  return encodeArtefact(toyArtefact(changes));
}

/** A file around any metadata and tensors, its digest as it should be: what an attacker can make. */
export function forged(
  rpl: unknown,
  tensors: Readonly<Record<string, Tensor>>,
  schema = "1",
): Uint8Array {
  const metadata = {
    format: "rpl",
    schema,
    sha256: "0".repeat(64),
    rpl: typeof rpl === "string" ? rpl : JSON.stringify(rpl),
  };
  return signed(encodeTensors({ tensors, metadata }));
}

/** The file with the digest of what it holds now. */
export function signed(bytes: Uint8Array): Uint8Array {
  const mark = new TextEncoder().encode('"sha256":"');
  const at = mark.length +
    bytes.findIndex((_, i) => mark.every((byte, j) => bytes[i + j] === byte));
  const out = bytes.slice();
  out.fill(48, at, at + 64);
  out.set(new TextEncoder().encode(sha256(out)), at);
  return out;
}

/** The artefact of a learner that plays over a controller which is given when it is loaded. */
export function artefactOfLearner(
  learner: Learner,
  spec: EnvSpec,
  changes: Changes,
): Artefact {
  const { recipe, actor, critics, observationNormalizer, goalNormalizer } =
    learner;
  const indices = (size: number) => Array.from({ length: size }, (_, i) => i);
  const manifest = toyManifest({
    observationSize: spec.observationSize,
    visible: spec.visible ?? spec.observationSize,
    channels: spec.channels,
    goalChannels: indices(spec.goalSize).map((i) => `g${i}`),
    actionChannels: indices(spec.actionSize).map((i) => `a${i}`),
    base: { name: "spring.ts", kind: "file", options: {} },
    ...changes,
    network: {
      hidden: recipe.hidden,
      critics: recipe.critics,
      layerNorm: recipe.layerNorm,
      frames: learner.frames.count,
      authority: recipe.authority,
      clipBase: recipe.clipBase,
      selection: recipe.selection,
      mirror: learner.symmetric.view[0] === 1 ? spec.mirror ?? null : null,
      ...changes.network,
    },
  });
  const { selection } = manifest.network;
  const members = selection ? indices(critics.members) : [];
  const vector = ({ view }: { readonly view: Float32Array }) => ({
    shape: [view.length],
    data: view.slice(),
  });
  return {
    manifest,
    tensors: {
      ...weightsOf("actor", actor.network, (i) => actor.average.view[i]),
      ...Object.assign(
        {},
        ...members.map((k) =>
          weightsOf(
            `critics.${k}`,
            critics.network,
            (i) => critics.average.view[k * critics.size + i],
          )
        ),
      ),
      "observation.mean": vector(observationNormalizer.mean),
      "observation.scale": vector(observationNormalizer.scale),
      "goal.mean": vector(goalNormalizer.mean),
      "goal.scale": vector(goalNormalizer.scale),
    },
  };
}

function weightsOf(
  name: string,
  network: Network,
  entry: (i: number) => number,
): Record<string, Tensor> {
  const run = (from: number, ...shape: readonly number[]) => {
    const length = shape.reduce((n, size) => n * size, 1);
    const data = Float32Array.from({ length }, (_, i) => entry(from + i));
    return { shape, data };
  };
  return Object.fromEntries(
    layers(network).flatMap(({ inputs, outputs, weights, biases }, depth) => {
      const { weight, bias } = layerNames(name, depth);
      return [
        [weight, run(weights, inputs, outputs)],
        [bias, run(biases, outputs)],
      ];
    }),
  );
}
