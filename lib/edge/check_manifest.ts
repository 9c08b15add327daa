/**
 * Whether the parts of an artefact fit together. A checksum says that a file is
 * whole, not that it is sound: kernels read memory by these sizes.
 *
 * @module
 */

import { type Layer, layers, type Network } from "../learn/network.ts";
import type { Permutation } from "../types.ts";
import type { Manifest } from "./artefact.ts";
import type { Tensor } from "./safetensors.ts";

/** Most entries of a vector, and of a hidden layer. */
const WIDEST = 4096;

/** The networks of a policy. */
export function networksOf(
  { observationSize, visible, goalChannels, actionChannels, network }: Manifest,
): { readonly actor: Network; readonly critic: Network } {
  const { hidden, layerNorm, frames } = network;
  const seen = frames === 2 ? visible / 2 : observationSize;
  const inputs = seen + goalChannels.length;
  const outputs = actionChannels.length;
  return {
    actor: { inputs, hidden, outputs, layerNorm: false },
    critic: { inputs: inputs + outputs, hidden, outputs: 1, layerNorm },
  };
}

/** Name of the tensors of a layer. */
export function layerNames(network: string, depth: number) {
  const name = `${network}.${depth}`;
  return { weight: `${name}.weight`, bias: `${name}.bias` };
}

/** Critics that the file holds: none where the policy does not select. */
export function criticsOf({ network }: Manifest): number {
  return network.selection ? network.critics : 0;
}

/**
 * Refuses a manifest that contradicts itself or its tensors.
 *
 * @throws {RangeError} What is wrong.
 */
export function checkManifest(
  manifest: Manifest,
  tensors: Readonly<Record<string, Tensor>>,
): void {
  try {
    checkSizes(manifest);
    checkMirror(manifest);
  } catch (error) {
    // A member is missing, or is of another kind than it should be.
    if (!(error instanceof TypeError)) throw error;
    refuse("its manifest lacks something");
  }
  const { actor, critic } = networksOf(manifest);
  const { observationSize, goalChannels } = manifest;
  checkNetwork("actor", actor, tensors);
  for (let k = 0; k < criticsOf(manifest); k++) {
    checkNetwork(`critics.${k}`, critic, tensors);
  }
  for (const part of ["mean", "scale"]) {
    checkTensor(`observation.${part}`, [observationSize], tensors);
    checkTensor(`goal.${part}`, [goalChannels.length], tensors);
  }
  for (const [name, { data }] of Object.entries(tensors)) {
    const odd = data.findIndex((x) => !Number.isFinite(x));
    if (odd >= 0) refuse(`entry ${odd} of tensor '${name}' is ${data[odd]}`);
  }
}

function checkSizes(manifest: Manifest): void {
  const { channels, goalChannels, actionChannels, senses, network } = manifest;
  const { observationSize, visible, dt, horizon } = manifest;
  const counts: readonly (readonly [string, number, number, number])[] = [
    ["channels", channels.length, 1, WIDEST],
    ["goalChannels", goalChannels.length, 1, WIDEST],
    ["actionChannels", actionChannels.length, 1, WIDEST],
    ["observationSize", observationSize, 1, WIDEST],
    ["visible", visible, 1, observationSize],
    ["senses.frames", senses.frames, 1, 16],
    ["network.critics", network.critics, 1, 10],
    ["network.frames", network.frames, 1, 2],
    ["network.hidden", network.hidden.length, 1, 16],
    ...network.hidden.map((width) =>
      ["network.hidden", width, 1, WIDEST] as const
    ),
  ];
  for (const [name, value, low, high] of counts) {
    if (Number.isInteger(value) && value >= low && value <= high) continue;
    refuse(
      `'${name}' must be a whole number from ${low} to ${high}: it is ${value}`,
    );
  }
  if (network.frames === 2 && visible % 2 !== 0) {
    refuse(`'visible' must be even for two frames: it is ${visible}`);
  }
  const { authority } = network;
  if (!(authority > 0 && authority <= 2)) {
    refuse(
      `'network.authority' must be above 0 and at most 2: it is ${authority}`,
    );
  }
  if (!(dt > 0 && dt < Infinity && horizon > 0)) {
    refuse("'dt' and 'horizon' must be above 0");
  }
}

function checkMirror({ network: { mirror }, ...manifest }: Manifest): void {
  if (mirror === null) return;
  const { observationSize, goalChannels, actionChannels } = manifest;
  checkPermutation("observation", mirror.observation, observationSize);
  checkPermutation("goal", mirror.goal, goalChannels.length);
  checkPermutation("action", mirror.action, actionChannels.length);
}

function checkPermutation(
  name: string,
  { source, sign, offset }: Permutation,
  size: number,
): void {
  const whole = [source, sign, offset].every((list) => list.length === size) &&
    source.every((i) => Number.isInteger(i) && i >= 0 && i < size) &&
    [...sign, ...offset].every(Number.isFinite);
  if (!whole) {
    refuse(`'network.mirror.${name}' is no mirror of ${size} entries`);
  }
}

function checkNetwork(
  name: string,
  network: Network,
  tensors: Readonly<Record<string, Tensor>>,
): void {
  layers(network).forEach(({ inputs, outputs }: Layer, depth) => {
    const { weight, bias } = layerNames(name, depth);
    checkTensor(weight, [inputs, outputs], tensors);
    checkTensor(bias, [outputs], tensors);
  });
}

function checkTensor(
  name: string,
  shape: readonly number[],
  tensors: Readonly<Record<string, Tensor>>,
): void {
  const found = Object.hasOwn(tensors, name) ? tensors[name].shape : undefined;
  if (found?.join() === shape.join()) return;
  const there = found === undefined ? "missing" : `[${found}]`;
  refuse(`tensor '${name}' must be [${shape}]: it is ${there}`);
}

function refuse(found: string): never {
  throw new RangeError(
    `Cannot load the policy as ${found}. Export the run again`,
  );
}
