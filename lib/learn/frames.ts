/**
 * Networks over one frame of an observation or over two: with `frames:
 * "average"` the visible entries are `[before | now]`, both go through the same
 * weights, and what comes out is averaged (paper, section 5):
 *
 *   f(s, g) = (h(before, g) + h(now, g)) / 2   ahead of tanh
 *   Q(s, g, a) = (q(before, g, a) + q(now, g, a)) / 2
 *
 * A batch of `rows` moments is then one of twice as many rows, the frames one
 * behind the other, `[before rows | now rows]`; either gets half the gradient.
 *
 * @module
 */

import type { Slice } from "../../kernels/arena.ts";
import type { Kernels, Pointer } from "../../kernels/types.ts";
import type { EnvSpec, Sizes } from "../types.ts";
import type { Ensemble } from "./learner.ts";
import type { Normalizer } from "./normalizer.ts";
import type { Recipe } from "./recipe.ts";

/** Greatest magnitude of a normalised entry. */
const LIMIT = 5;

/** How an observation is cut into what one pass of a network reads. */
export interface Frames {
  /** Frames that are averaged. */
  readonly count: 1 | 2;
  /** Entries of one frame. */
  readonly width: number;
}

/** The part of a learner that forward passes of its networks need. */
export interface ForwardPasses {
  readonly kernels: Pick<Kernels, "mlpForward" | "normalise">;
  readonly frames: Frames;
  readonly observationNormalizer: Published;
  readonly goalNormalizer: Published;
}

/** The part of a learner that all passes of its networks need. */
export interface Passes extends ForwardPasses {
  readonly kernels: Kernels;
}

/** What a normaliser has published. */
type Published = Pick<Normalizer, "width" | "mean" | "scale">;

/** The shape of networks. */
type Shape = Pick<Ensemble, "pointer" | "network">;

/**
 * How `recipe` cuts the observations of a task.
 *
 * @throws {RangeError} If there are to be two frames and the visible entries are
 * an odd number.
 */
export function framesOf(
  spec: Sizes & Pick<EnvSpec, "visible">,
  recipe: Pick<Recipe, "frames">,
): Frames {
  const { observationSize, visible = observationSize } = spec;
  if (recipe.frames === "concat") return { count: 1, width: observationSize };
  if (visible % 2 !== 0) {
    throw new RangeError(
      `Cannot average over two frames as the observation must have an even number of visible entries: it has ${visible}; set 'frames' to "concat", or show two frames`,
    );
  }
  return { count: 2, width: visible / 2 };
}

/**
 * Writes normalised observations `[rows, no]` and goals `[rows, ng]` into the
 * first columns of network inputs `dst`, whose rows are `stride` floats apart;
 * the second frame's rows begin `block` rows after the first's.
 *
 * @param stack Room for `rows` whole observations; not used where there is one frame.
 */
export function writeInputs(
  learner: ForwardPasses,
  stack: Slice,
  observation: Pointer,
  goal: Pointer,
  dst: Slice,
  stride: number,
  rows: number,
  block: number = rows,
): void {
  const { kernels, frames, observationNormalizer, goalNormalizer } = learner;
  const { width, count } = frames;
  const one = count === 1;
  const { pointer } = one ? dst : stack;
  const apart = one ? stride : observationNormalizer.width;
  normaliseRows(
    kernels,
    observationNormalizer,
    observation,
    pointer,
    apart,
    rows,
  );
  for (let frame = 0; frame < count; frame++) {
    const first = frame * block * stride;
    const goals = dst.pointer + (first + width) * 4;
    normaliseRows(kernels, goalNormalizer, goal, goals, stride, rows);
    if (one) continue;
    for (let row = 0; row < rows; row++) {
      const from = row * apart + frame * width;
      const at = first + row * stride;
      for (let i = 0; i < width; i++) {
        dst.view[at + i] = stack.view[from + i];
      }
    }
  }
}

function normaliseRows(
  kernels: ForwardPasses["kernels"],
  { width, mean, scale }: Published,
  src: Pointer,
  dst: Pointer,
  stride: number,
  rows: number,
): void {
  kernels.normalise(
    src,
    dst,
    rows,
    width,
    stride,
    mean.pointer,
    scale.pointer,
    LIMIT,
  );
}

/** Passes `rows` moments through a network; `out` `[rows, outputs]` is followed by room for the second frame. */
export function forward(
  { kernels, frames }: ForwardPasses,
  { pointer, network }: Shape,
  params: Pointer,
  input: Slice,
  tape: Slice,
  out: Slice,
  rows: number,
): void {
  const stacked = rows * frames.count;
  kernels.mlpForward(
    pointer,
    params,
    input.pointer,
    tape.pointer,
    out.pointer,
    stacked,
  );
  if (frames.count === 1) return;
  const { view } = out;
  const count = rows * network.outputs;
  for (let i = 0; i < count; i++) view[i] = (view[i] + view[count + i]) / 2;
}

/** What a backward pass reads and writes. */
export interface Backward {
  readonly input: Slice;
  readonly tape: Slice;
  /** `[rows, outputs]` and room for the second frame; spoilt. */
  readonly dy: Slice;
  /** Parameter gradient, or 0 for none. */
  readonly gradient: Pointer;
  /** Gradient of the inputs from column `first` on, and room for the second frame. */
  readonly dx?: { readonly to: Slice; readonly first: number };
  readonly scratch: Slice;
}

/** The vector-Jacobian product of the last {@link forward} on this tape. */
export function backward(
  { kernels, frames }: Passes,
  { pointer, network }: Ensemble,
  params: Pointer,
  { input, tape, dy, gradient, dx, scratch }: Backward,
  rows: number,
): void {
  const two = frames.count === 2;
  if (two) spread(dy.view, rows * network.outputs);
  kernels.mlpBackward(
    pointer,
    params,
    input.pointer,
    tape.pointer,
    dy.pointer,
    gradient,
    dx?.to.pointer ?? 0,
    dx?.first ?? 0,
    scratch.pointer,
    rows * frames.count,
  );
  if (two && dx) gather(dx.to.view, rows * (network.inputs - dx.first));
}

/** Half of each of the first `count` gradients to either frame. */
function spread(dy: Float32Array, count: number): void {
  for (let i = 0; i < count; i++) {
    dy[i] /= 2;
    dy[count + i] = dy[i];
  }
}

/** An input that both frames share, such as the action, gets the sum. */
function gather(dx: Float32Array, count: number): void {
  for (let i = 0; i < count; i++) dx[i] += dx[count + i];
}
