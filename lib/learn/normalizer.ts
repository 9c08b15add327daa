/**
 * Running mean and deviation of a vector, published as the pair that kernels
 * apply: z = clamp((x - mean) * scale, -5, 5) with scale = 1 / max(std, floor).
 *
 * Entries from `visible` on are hidden: their mean and scale are published as 0,
 * so that whatever they are, a network reads 0.
 *
 * Sums are kept in f64, so the order of insertion alone fixes the bits.
 *
 * ```text
 * memory: sums f64 [ count | sum n | square n ], mean f32 [n], scale f32 [n]
 * ```
 *
 * @module
 */

import type { Arena, Slice } from "../../kernels/arena.ts";

/** Statistics over vectors of one width. */
export interface Normalizer {
  readonly width: number;
  /** Leading entries that networks see. */
  readonly visible: number;
  readonly sums: Float64Array;
  readonly mean: Slice;
  readonly scale: Slice;
}

/** A normaliser that has seen nothing; {@link resetNormalizer} publishes the identity. */
export function createNormalizer(
  arena: Arena,
  width: number,
  visible: number = width,
): Normalizer {
  const sums = arena.floats(2 * (1 + 2 * width));
  const normalizer = {
    width,
    visible,
    sums: new Float64Array(sums.view.buffer, sums.pointer, 1 + 2 * width),
    mean: arena.floats(width),
    scale: arena.floats(width),
  };
  return normalizer;
}

/** Forgets everything and publishes the identity, over what is visible. */
export function resetNormalizer(normalizer: Normalizer): void {
  normalizer.sums.fill(0);
  normalizer.mean.view.fill(0);
  normalizer.scale.view.fill(0);
  normalizer.scale.view.fill(1, 0, normalizer.visible);
}

/** Takes `rows` vectors in, read from `values` at `offset`, `width` apart. */
export function accumulate(
  normalizer: Normalizer,
  values: Float32Array,
  offset: number,
  rows: number,
): void {
  const { width, sums } = normalizer;
  sums[0] += rows;
  for (let row = 0; row < rows; row++) {
    for (let i = 0; i < width; i++) {
      const x = values[offset + row * width + i];
      sums[1 + i] += x;
      sums[1 + width + i] += x * x;
    }
  }
}

/** Publishes mean and scale of everything visible so far. */
export function publish(normalizer: Normalizer, floor: number): void {
  const { width, visible, sums, mean, scale } = normalizer;
  const count = sums[0];
  if (count === 0) return;
  for (let i = 0; i < visible; i++) {
    const average = sums[1 + i] / count;
    const variance = sums[1 + width + i] / count - average * average;
    mean.view[i] = average;
    scale.view[i] = 1 / Math.max(floor, Math.sqrt(Math.max(0, variance)));
  }
}
