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
 * @module
 */

export * from "./lib/types.ts";
export * from "./lib/errors.ts";
export { derive, foldIn, key, split } from "./lib/rng/key.ts";
export { integer, normal, uniform } from "./lib/rng/distributions.ts";
export * from "./lib/env/mod.ts";
export * from "./lib/control/controller.ts";
export * from "./lib/control/residual.ts";
export * from "./lib/control/explore.ts";
export * from "./lib/control/reactive_push.ts";
export * from "./lib/rollout/unroll.ts";
export type { Recorder } from "./lib/replay/episodes.ts";
export * from "./lib/rollout/statistics.ts";
export * from "./lib/rollout/gate.ts";
export * from "./lib/learn/recipe.ts";
