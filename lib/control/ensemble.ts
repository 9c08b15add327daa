/**
 * An ensemble of probabilistic networks in the kernels' memory (Chua et al.
 * 2018): each predicts mean and variance of the change of a state under an
 * action.
 *
 * @module
 */

import type { Arena, Slice } from "../../kernels/arena.ts";
import { sliceBytes } from "../../kernels/arena.ts";
import type { Kernels, MemberPointer } from "../../kernels/types.ts";
import { truncatedNormal } from "../rng/distributions.ts";
import { foldIn } from "../rng/key.ts";
import type { Key, Vec } from "../types.ts";

/** What an ensemble looks like. */
export interface EnsembleShape {
  readonly stateSize: number;
  readonly actionSize: number;
  /** Widths of the hidden layers. */
  readonly hidden: readonly number[];
  /** Members. */
  readonly networks: number;
  /**
   * How predictions are computed: `float` in 32 bits; `fixed` in 16-bit
   * integers, more than twice as fast and about 2e-4 of the change off, far
   * below the noise that particles carry.
   */
  readonly products: "float" | "fixed";
}

/** One network of an ensemble. */
export interface Member {
  readonly pointer: MemberPointer;
  /** Per layer the weights `[in, out]`, then the biases `[out]`. */
  readonly params: Slice;
}

/** The members, and what they share. */
export interface ModelEnsemble {
  readonly shape: EnsembleShape;
  readonly members: readonly Member[];
  /** Inputs (state, action) are used as `(input - centre) scale`, `[S + A]`. */
  readonly centre: Slice;
  readonly scale: Slice;
  /** Soft bounds of the log-variance, `[S]`. */
  readonly low: Slice;
  readonly high: Slice;
}

/** Log-variance bounds before training: Chua et al. */
const LOW = -10;
const HIGH = 0.5;

/** Widths of inputs, hidden layers and outputs. */
export function layerWidths(
  { stateSize, actionSize, hidden }: EnsembleShape,
): readonly number[] {
  return [stateSize + actionSize, ...hidden, 2 * stateSize];
}

/** Parameters of one network. */
export function memberParameters(shape: EnsembleShape): number {
  return layersOf(shape).reduce((sum, [k, n]) => sum + (k + 1) * n, 0);
}

/** 32-bit words of one network's packed weights; see `MemberPointer`. */
function packedWords(shape: EnsembleShape): number {
  if (shape.products === "float") return 0;
  return layersOf(shape)
    .reduce((sum, [k, n]) => sum + (Math.ceil(k / 2) + 1) * n, 0);
}

function layersOf(
  shape: EnsembleShape,
): readonly (readonly [number, number])[] {
  const widths = layerWidths(shape);
  return widths.slice(1).map((n, i) => [widths[i], n] as const);
}

/** Bytes that {@link layOutEnsemble} takes. */
export function ensembleBytes(shape: EnsembleShape): number {
  const { stateSize, actionSize, hidden, networks } = shape;
  const member = sliceBytes(memberParameters(shape)) +
    sliceBytes(packedWords(shape)) + sliceBytes(9 + hidden.length);
  return networks * member + 2 * sliceBytes(stateSize + actionSize) +
    2 * sliceBytes(stateSize);
}

/** Takes the memory of an ensemble; writes its layout but no parameters. */
export function layOutEnsemble(
  arena: Arena,
  shape: EnsembleShape,
): ModelEnsemble {
  const { stateSize, actionSize, hidden, networks } = shape;
  const [centre, scale] = [0, 1].map(() =>
    arena.floats(stateSize + actionSize)
  );
  const [low, high] = [0, 1].map(() => arena.floats(stateSize));
  const words = packedWords(shape);
  const members = Array.from({ length: networks }, () => {
    const params = arena.floats(memberParameters(shape));
    const packed = words === 0 ? 0 : arena.floats(words).pointer;
    const shared = [centre, scale, low, high].map(({ pointer }) => pointer);
    const sizes = [stateSize, actionSize, hidden.length, ...hidden];
    const pointer = arena.integers([
      params.pointer,
      packed,
      ...shared,
      ...sizes,
    ]);
    return { pointer, params };
  });
  return { shape, members, centre, scale, low, high };
}

/**
 * Fresh networks: weights truncated normal with deviation 1 / (2 sqrt(in)),
 * biases 0, inputs as they are, log-variance within -10 and 0.5.
 */
export function initialiseEnsemble(
  ensemble: ModelEnsemble,
  kernels: Kernels,
  key: Key,
): void {
  ensemble.centre.view.fill(0);
  ensemble.scale.view.fill(1);
  ensemble.low.view.fill(LOW);
  ensemble.high.view.fill(HIGH);
  ensemble.members.forEach(({ params }, member) => {
    const draws = foldIn(key, member);
    let at = 0;
    for (const [k, n] of layersOf(ensemble.shape)) {
      for (let i = 0; i < k * n; i++, at++) {
        params.view[at] = truncatedNormal(draws, at, 2) / (2 * Math.sqrt(k));
      }
      params.view.fill(0, at, at += n);
    }
  });
  ensembleChanged(ensemble, kernels);
}

/** To be called whenever parameters were written: brings the packed weights up to date. */
export function ensembleChanged(
  { members }: ModelEnsemble,
  kernels: Kernels,
): void {
  for (const { pointer } of members) kernels.ensemblePack(pointer);
}

/** The numbers of a fitted ensemble, one after another: inputs, bounds, networks. */
export function saveEnsemble(ensemble: ModelEnsemble): Vec {
  const parts = partsOf(ensemble);
  const all = new Float32Array(
    parts.reduce((sum, { length }) => sum + length, 0),
  );
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/**
 * Writes what {@link saveEnsemble} returned.
 *
 * @throws {RangeError} If it is of another shape.
 */
export function loadEnsemble(
  ensemble: ModelEnsemble,
  kernels: Kernels,
  saved: Vec,
): void {
  const parts = partsOf(ensemble);
  const size = parts.reduce((sum, { length }) => sum + length, 0);
  if (saved.length !== size) {
    throw new RangeError(
      `Cannot load a model of ${saved.length} numbers: this ensemble has ${size}. Load it into the shape that saved it`,
    );
  }
  let at = 0;
  for (const part of parts) part.set(saved.subarray(at, at += part.length));
  ensembleChanged(ensemble, kernels);
}

function partsOf(ensemble: ModelEnsemble): readonly Vec[] {
  const { centre, scale, low, high, members } = ensemble;
  const shared = [centre, scale, low, high].map(({ view }) => view);
  return [...shared, ...members.map(({ params }) => params.view)];
}
