/**
 * What the main thread and its Workers say to each other. Episodes, parameters
 * and gradients never travel: they lie in shared memory.
 *
 * @module
 */

import type { RplError } from "../../lib/errors.ts";
import type { Recipe } from "../../lib/learn/recipe.ts";
import type { UpdateOrder } from "../../lib/learn/td3.ts";
import type { Outcome } from "../../lib/rollout/unroll.ts";
import type { Disturbance } from "../../lib/suite/stress.ts";
import type {
  EvaluationSet,
  Exploration,
  Player,
} from "../../lib/train/training.ts";
import type { EnvSpec } from "../../lib/types.ts";
import type { RunConfig } from "../_config.ts";
import type { Times } from "../_profile/stopwatch.ts";

/** The task of a run and its options, as plain data. */
export interface TaskChoice {
  readonly task: string;
  readonly env: Readonly<Record<string, number>>;
  readonly controller: Readonly<Record<string, number>>;
  readonly base: RunConfig["base"];
  /** In what its world, or its controller, is another than the run's. */
  readonly disturbance?: Disturbance;
}

/** The learner that a Worker joins. */
export interface Membership {
  /** The compiled kernels; `null` where the twins compute. */
  readonly module: WebAssembly.Module | null;
  readonly memory: WebAssembly.Memory;
  readonly barrier: SharedArrayBuffer;
  readonly recipe: Recipe;
  readonly backend: RunConfig["backend"];
  readonly seed: number;
  /** This Worker's place among `threads`. */
  readonly thread: number;
  readonly threads: number;
  /** Whether the Worker keeps account of its time. */
  readonly profile: boolean;
}

/** What a Worker can be asked. */
export type Request =
  | { readonly kind: "open"; readonly choice: TaskChoice }
  | { readonly kind: "join"; readonly membership: Membership }
  | { readonly kind: "disturb"; readonly disturbance: Disturbance }
  | {
    readonly kind: "explore";
    readonly indices: readonly number[];
    readonly exploration: Exploration;
  }
  | {
    readonly kind: "evaluate";
    readonly player: Player;
    readonly set: EvaluationSet;
    readonly indices: readonly number[];
  }
  | { readonly kind: "update"; readonly order: UpdateOrder }
  | { readonly kind: "times" };

/** What a Worker answers. */
export type Reply =
  | { readonly kind: "opened"; readonly spec: EnvSpec; readonly base: string }
  | { readonly kind: "joined" }
  | { readonly kind: "disturbed" }
  | { readonly kind: "played"; readonly outcomes: readonly Outcome[] }
  | { readonly kind: "updated" }
  | { readonly kind: "timed"; readonly times: Times }
  | { readonly kind: "refused"; readonly error: RplError }
  | { readonly kind: "crashed"; readonly stack: string };
