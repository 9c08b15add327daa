/**
 * The vocabulary of the project as types.
 *
 * Shapes are written in brackets: `[B, n]` is a row-major matrix of `B` rows.
 * A vector is *lent*: it stays valid until the value that it came from is
 * consumed (the environment is stepped, the controller acts again). Copy it to
 * keep it.
 *
 * @module
 */

/** A vector or row-major matrix of 32-bit floats, on the heap or in linear memory. */
export type Vec = Float32Array;

/** A splittable random key: two unsigned 32-bit words. Use it once, or split it. */
export interface Key {
  /** The first word. */
  readonly hi: number;
  /** The second word. */
  readonly lo: number;
}

/** Named scalars of one step, update or evaluation. */
export type Metrics = Readonly<Record<string, number>>;

/** What a goal-conditioned task shows. All three vectors are lent. */
export interface Observation {
  /** What the robot senses, `[observationSize]`, in the units of `EnvSpec.channels`. */
  readonly observation: Vec;
  /** The goal reached now, `[goalSize]`. */
  readonly achieved: Vec;
  /** The goal wanted, `[goalSize]`. */
  readonly desired: Vec;
}

/** One moment of an episode. */
export interface TimeStep<S> {
  /** What to step or drop next. */
  readonly state: S;
  /** What is seen now; lent until `state` is consumed. */
  readonly observation: Observation;
  /** Reward of the step that led here; 0 at the start. */
  readonly reward: number;
  /** The task holds its goal at this moment. */
  readonly success: boolean;
  /** The task ended here: do not bootstrap. */
  readonly terminated: boolean;
  /** The clock ended here: bootstrap. */
  readonly truncated: boolean;
  /** Reward terms and readings by name. */
  readonly metrics: Metrics;
}

/**
 * A reward that hindsight can compute again under another goal:
 * 0 where the Euclidean distance of achieved and desired goal is at most
 * `threshold` (m), else -1 (paper, section 4).
 */
export interface SparseReward {
  /** Tells the kinds of reward apart. */
  readonly kind: "sparse";
  /** Greatest distance of achieved and desired goal that counts as success, m. */
  readonly threshold: number;
}

/**
 * A reward that tells how far away things are: minus weighted distances,
 *
 *   -goal |achieved - desired|_1 - reach.weight |o[first..] - o[second..]|_1
 *     - effort.weight |o[at..]|_2^2
 *
 * all read from the moment that the step led to, so that hindsight can compute
 * it again under another goal. Entries of `o` may be hidden ones.
 */
export interface DenseReward {
  /** Tells the kinds of reward apart. */
  readonly kind: "dense";
  /** Greatest distance of achieved and desired goal that counts as success, m. */
  readonly threshold: number;
  /** Weight of the distance of achieved and desired goal, 1/m. */
  readonly goal: number;
  /** Two stretches of the observation that should come together. */
  readonly reach: {
    readonly weight: number;
    readonly first: number;
    readonly second: number;
    readonly size: number;
  };
  /** The stretch of the observation that holds the action last played. */
  readonly effort: {
    readonly weight: number;
    readonly at: number;
    readonly size: number;
  };
}

/** How a step is rewarded. */
export type Reward = SparseReward | DenseReward;

/**
 * A left-right symmetry of a task: mirroring maps an entry `i` of a vector to
 * `sign[i] * x[source[i]] + offset[i]`. Applying it twice changes nothing.
 */
export interface Mirror {
  /** Of the observation, `[observationSize]`. */
  readonly observation: Permutation;
  /** Of achieved and desired goals, `[goalSize]`. */
  readonly goal: Permutation;
  /** Of the action, `[actionSize]`. */
  readonly action: Permutation;
}

/** A signed permutation with offset, `y[i] = sign[i] * x[source[i]] + offset[i]`. */
export interface Permutation {
  /** Index of the entry that moves to place `i`. */
  readonly source: readonly number[];
  /** 1 or -1. */
  readonly sign: readonly number[];
  /** Added after the sign, in the unit of the entry. */
  readonly offset: readonly number[];
}

/** Bounds per entry of a vector, both included. */
export interface Box {
  /** Smallest values, `[n]`. */
  readonly low: readonly number[];
  /** Greatest values, `[n]`. */
  readonly high: readonly number[];
}

/** What is constant about an environment. Actions lie in the box [-1, 1]. */
export interface EnvSpec {
  /** Name as typed on the command line, for example `slippery-push`. */
  readonly id: string;
  /** Entries of the observation. */
  readonly observationSize: number;
  /** Entries of achieved and desired goal. */
  readonly goalSize: number;
  /** Entries of an action. */
  readonly actionSize: number;
  /** Control steps in an episode; `Infinity` without a time limit. */
  readonly horizon: number;
  /** Seconds per control step. */
  readonly dt: number;
  /** One entry per observation element: name and unit, for example `grip.x [m]`. */
  readonly channels: readonly string[];
  /**
   * Leading entries of the observation that networks see; all of them unless
   * given. The hidden rest is for controllers and rewards, such as an estimate
   * or an action that a controller has worked out already.
   */
  readonly visible?: number;
  /** How hindsight computes the reward again. */
  readonly reward: Reward;
  /**
   * The goals that the task may ask for, per entry, with some margin; hindsight
   * relabels with no goal outside, such as a cube that fell to the floor.
   */
  readonly goals?: Box;
  /** Declared left-right symmetry, if the task has one. */
  readonly mirror?: Mirror;
}

/** What a learner's memory depends on. */
export type Sizes = Pick<
  EnvSpec,
  "observationSize" | "goalSize" | "actionSize" | "horizon"
>;

/** A pure environment. `step` consumes the state that it is given. */
export interface Env<S> {
  /** What is constant about it. */
  readonly spec: EnvSpec;
  /** Starts an episode; all its randomness comes from the key. */
  readonly reset: (key: Key) => TimeStep<S>;
  /**
   * Plays an action `[actionSize]`, which is lent for the call only.
   *
   * @throws {ReferenceError} If the state was already consumed.
   */
  readonly step: (state: S, action: Vec) => TimeStep<S>;
  /**
   * Consumes a state without stepping it and gives its resources back. Each
   * state is stepped or dropped once; the last one of an episode is dropped by
   * whoever ran the episode, when its observation is no longer needed.
   */
  readonly drop: (state: S) => void;
}

/** Environment in, environment out; identity and composition make a monoid. */
export type EnvTransform<A, B> = (env: Env<A>) => Env<B>;

/** An action and the memory to act from next time. The action is lent. */
export interface Decision<M> {
  /** What to play, `[actionSize]`; lent until the controller acts again. */
  readonly action: Vec;
  /** What to act from next time. */
  readonly memory: M;
}

/**
 * A Mealy machine that acts: `(memory, observation, desired) -> (action, memory)`.
 * The goal is an argument of its own so that hindsight can ask again under
 * another goal.
 */
export interface Controller<M> {
  /** Name under which reports and errors speak of it. */
  readonly id: string;
  /** The memory at the start of an episode. */
  readonly init: (key: Key) => M;
  /** Decides from an observation `[observationSize]` and the goal wanted, `[goalSize]`. */
  readonly act: (memory: M, observation: Vec, desired: Vec) => Decision<M>;
}

/** A controller that remembers nothing: the only kind that hindsight may ask again. */
export type Policy = Controller<undefined>;

/** A physics engine seen as values; `fork` is the only copy. */
export interface Simulator<S> {
  /** Writes the control, runs `substeps` physics steps, and consumes `state`. */
  readonly step: (
    state: S,
    control: ArrayLike<number>,
    substeps: number,
  ) => S;
  /** A second state like `state`, which stays valid. */
  readonly fork: (state: S) => S;
  /** Consumes `state` and gives its resources back. */
  readonly drop: (state: S) => void;
  /** The full integration state as a plain vector, for checkpoints and tests. */
  readonly save: (state: S) => Float64Array;
  /** A fresh state from what `save` returned. */
  readonly load: (snapshot: Float64Array) => S;
}
