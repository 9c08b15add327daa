/**
 * Residual policy learning: keep the controller that half works, learn a
 * correction on top of it, `a = clip(base + authority * correction)`, and start
 * exactly at the controller.
 *
 * | room | what lives there |
 * |---|---|
 * | `lib/rng` | splittable keys and draws |
 * | `lib/env` | environment transforms |
 * | `lib/world`, `lib/suite` | physics as values, tasks |
 * | `lib/control` | controllers, `residual`, exploration |
 * | `lib/rollout` | episodes, statistics, the gate |
 * | `lib/replay`, `lib/learn` | hindsight replay, the learner |
 * | `lib/train` | schedule and training loop |
 * | `kernels` | WebAssembly kernels and their TypeScript twins |
 *
 * @example A base, corrected by a nudge to the left, for one step.
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { constant, key, reactivePush, residual } from "./mod.ts";
 *
 * const policy = residual(
 *   reactivePush({ width: 0.10 }),
 *   constant([0, 0.2, 0, 0]),
 *   { authority: 0.3 },
 * );
 * const seen = new Float32Array(25);
 * const { action } = policy.act(policy.init(key(1)), seen, new Float32Array(3));
 * assertEquals(action.length, 4);
 * ```
 *
 * @module
 */

export * from "./lib/types.ts";
export * from "./lib/errors.ts";
export { derive, foldIn, key, split } from "./lib/rng/key.ts";
export { integer, normal, uniform } from "./lib/rng/distributions.ts";
export * from "./lib/env/mod.ts";
export * from "./lib/suite/task.ts";
export * from "./lib/suite/registry.ts";
export * from "./lib/suite/presets.ts";
export * from "./lib/suite/stress.ts";
export type { Mujoco } from "./lib/world/mujoco.ts";
export * from "./lib/world/altered.ts";
export * from "./lib/control/controller.ts";
export * from "./lib/control/residual.ts";
export * from "./lib/control/explore.ts";
export * from "./lib/control/misaimed.ts";
export * from "./lib/control/prefixed.ts";
export * from "./lib/control/reactive_push.ts";
export * from "./lib/control/reactive_pick_and_place.ts";
export * from "./lib/control/reactive_hook.ts";
export * from "./lib/control/aim_and_strike.ts";
export * from "./lib/control/estimate.ts";
export * from "./lib/control/filtered.ts";
export * from "./lib/control/cached.ts";
export * from "./lib/control/advisor.ts";
export * from "./lib/control/tree_mpc.ts";
export * from "./lib/rollout/unroll.ts";
export type { Recorder } from "./lib/replay/episodes.ts";
export * from "./lib/rollout/statistics.ts";
export * from "./lib/rollout/gate.ts";
export * from "./lib/rollout/spending.ts";
export * from "./lib/rollout/clopper_pearson.ts";
export * from "./lib/rollout/aggregate.ts";
export * from "./lib/rollout/bootstrap.ts";
export * from "./lib/rollout/performance_profile.ts";
export * from "./lib/rollout/survival.ts";
export * from "./lib/learn/recipe.ts";
export * from "./lib/learn/ready_recipes.ts";
export * from "./lib/learn/check_recipe.ts";
export * from "./lib/train/learn.ts";
export type { Progress, Row } from "./lib/train/train.ts";
export type { Counters, Stage } from "./lib/train/schedule.ts";
export type { Release } from "./lib/train/release.ts";
export type { Safety, Tally } from "./lib/train/safety.ts";
export type { Scored, Trust } from "./lib/train/trust.ts";
export type { Best, Champion, Served, Serving } from "./lib/train/serving.ts";
export type { Kept } from "./lib/train/kept.ts";
export type { Snapshot } from "./lib/learn/snapshot.ts";
export type { GraspLayout } from "./lib/control/grasp.ts";
