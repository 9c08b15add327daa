/**
 * Burn-in by value: when the actor may move, as the paper's released code
 * decides it. With m_k the mean of Q(s, f(s)) over the batches of epoch k and
 * m_{-1} = 0, the actor of epoch e stands still
 *
 *   if e = 0 or |m_{e-1} - m_{e-2}| > threshold
 *
 * and in its own epoch alone: burn-in may come back. (The paper's text speaks of
 * the critic's loss below the threshold instead.) While the actor stands still,
 * a fair coin per cycle decides whether it also plays without noise.
 *
 * @module
 */

import { uniform } from "../rng/distributions.ts";
import { derive } from "../rng/key.ts";
import type { Key } from "../types.ts";

/** What the rule has seen so far. */
export interface Release {
  /** The epoch under way. */
  readonly epoch: number;
  /** Sum of the batches' mean values in this epoch. */
  readonly sum: number;
  /** Batches in this epoch. */
  readonly batches: number;
  /** m of the epoch before. */
  readonly mean: number;
  /** Whether the actor stands still in this epoch. */
  readonly burning: boolean;
  /** Whether the actor has ever moved. */
  readonly moved: boolean;
}

/** The rule before the first epoch. */
export function startRelease(): Release {
  return {
    epoch: 0,
    sum: 0,
    batches: 0,
    mean: 0,
    burning: true,
    moved: false,
  };
}

/**
 * The rule as epoch `epoch` begins; itself within an epoch. An epoch without a
 * batch counts as a mean of 0.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * const first = observeValues(startRelease(), -3, 2, true); // m_0 = -3
 * assertEquals(enterEpoch(first, 1, 1).burning, true); // |-3 - 0| > 1
 * assertEquals(enterEpoch(first, 1, 4).burning, false);
 * ```
 */
export function enterEpoch(
  release: Release,
  epoch: number,
  threshold: number,
): Release {
  if (epoch <= release.epoch) return release;
  const { sum, batches, moved } = release;
  const mean = batches === 0 ? 0 : sum / batches;
  const burning = Math.abs(mean - release.mean) > threshold;
  return { epoch, sum: 0, batches: 0, mean, burning, moved };
}

/** The rule after `batches` more batches of mean value `value`, in which the actor was `still` or moved. */
export function observeValues(
  release: Release,
  value: number,
  batches: number,
  still: boolean,
): Release {
  if (batches === 0) return release;
  return {
    ...release,
    sum: release.sum + value * batches,
    batches: release.batches + batches,
    moved: release.moved || !still,
  };
}

/** Whether the round of training episodes from `episode` on is played without noise. */
export function playsQuietly(
  release: Release,
  root: Key,
  episode: number,
): boolean {
  return release.burning && uniform(derive(root, "coin"), episode) < 0.5;
}
