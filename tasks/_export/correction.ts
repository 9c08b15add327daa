/**
 * What an artefact adds to its base, in the terms of other software: layers of
 * weights with what stands before and behind them, and neither base nor critics.
 *
 *   f(s) = tanh mean_t mlp(z_t),  z = clamp((s - mean) scale, -5, 5)
 *   residual = authority mean(f(s), M f(M s))
 *
 * of a moment s = [observation | goal]: over the frames t that one network
 * averages, and over the mirror image M s where the policy sees two views.
 *
 * @module
 */

import type { Authority } from "../../lib/control/residual.ts";
import type { Artefact, Manifest } from "../../lib/edge/artefact.ts";
import { layerNames, sizesOf } from "../../lib/edge/networks.ts";
import type { Tensor } from "../../lib/edge/safetensors.ts";
import { refuse } from "../../lib/errors.ts";
import type { Permutation } from "../../lib/types.ts";

/** Greatest magnitude of a normalised entry. */
export const LIMIT = 5;

/** A linear map. */
export interface Linear {
  /** `[inputs, outputs]`. */
  readonly weight: Tensor;
  /** `[outputs]`. */
  readonly bias: Tensor;
}

/** The correction of a policy. */
export interface Correction {
  /** Entries that networks see. */
  readonly observationSize: number;
  readonly goalSize: number;
  readonly actionSize: number;
  readonly authority: Authority;
  /** Of a moment. */
  readonly mean: Tensor;
  /** Of a moment. */
  readonly scale: Tensor;
  /** Entries of a moment that a pass of the network reads, by pass. */
  readonly frames: readonly (readonly number[])[];
  /** Rectified but for the last. */
  readonly layers: readonly Linear[];
  /** Present where each moment is seen twice. */
  readonly mirror?: {
    readonly moment: Permutation;
    readonly action: Permutation;
  };
}

/**
 * The correction of an artefact, over what its networks see: the hidden entries,
 * which they read as 0, are left out.
 *
 * @throws {Refusal} Of a `ConfigError` if its mirror trades the seen for the hidden.
 */
export function correctionOf({ manifest, tensors }: Artefact): Correction {
  const { visible, network: { mirror, authority } } = manifest;
  const { goalSize, actionSize } = sizesOf(manifest);
  const ofMoment = (part: string): Tensor => {
    const seen = tensors[`observation.${part}`].data.subarray(0, visible);
    const data = Float32Array.of(...seen, ...tensors[`goal.${part}`].data);
    return { shape: [data.length], data };
  };
  return {
    observationSize: visible,
    goalSize,
    actionSize,
    authority,
    mean: ofMoment("mean"),
    scale: ofMoment("scale"),
    frames: framesOf(manifest),
    layers: layersOf({ manifest, tensors }),
    ...mirror && {
      mirror: {
        moment: beside(seenOf(mirror.observation, visible), mirror.goal),
        action: mirror.action,
      },
    },
  };
}

function framesOf({ visible, network: { frames }, goalChannels }: Manifest) {
  const width = visible / frames;
  const goal = range(visible, goalChannels.length);
  return Array.from(
    { length: frames },
    (_, t) => [...range(t * width, width), ...goal],
  );
}

function range(from: number, length: number): readonly number[] {
  return Array.from({ length }, (_, i) => from + i);
}

function layersOf({ manifest, tensors }: Artefact): readonly Linear[] {
  const { observationSize, visible, network } = manifest;
  const hidden = network.frames === 1 ? observationSize - visible : 0;
  return Array.from({ length: network.hidden.length + 1 }, (_, depth) => {
    const names = layerNames("actor", depth);
    const weight = tensors[names.weight];
    const bias = tensors[names.bias];
    return depth === 0
      ? { weight: withoutRows(weight, visible, hidden), bias }
      : { weight, bias };
  });
}

/** The matrix without `count` rows from row `from` on. */
function withoutRows(matrix: Tensor, from: number, count: number): Tensor {
  if (count === 0) return matrix;
  const { shape: [rows, columns], data } = matrix;
  const kept = new Float32Array((rows - count) * columns);
  kept.set(data.subarray(0, from * columns));
  kept.set(data.subarray((from + count) * columns), from * columns);
  return { shape: [rows - count, columns], data: kept };
}

/** The part of a mirror that moves what is seen. */
function seenOf(
  { source, sign, offset }: Permutation,
  visible: number,
): Permutation {
  const sources = source.slice(0, visible);
  if (sources.some((from) => from >= visible)) {
    refuse({
      _tag: "ConfigError",
      message:
        "Cannot export the correction alone as its mirror trades what networks see for what they do not: use --format safetensors",
    });
  }
  return {
    source: sources,
    sign: sign.slice(0, visible),
    offset: offset.slice(0, visible),
  };
}

/** Two permutations of vectors that lie side by side. */
function beside(first: Permutation, second: Permutation): Permutation {
  const width = first.source.length;
  return {
    source: [...first.source, ...second.source.map((i) => width + i)],
    sign: [...first.sign, ...second.sign],
    offset: [...first.offset, ...second.offset],
  };
}
