/**
 * Every hyper-parameter of the residual learner in one record.
 *
 * The learner is of the TD3 family (Fujimoto et al. 2018) with hindsight
 * (Andrychowicz et al. 2017) over executed actions: an actor f and `critics`
 * critics Q_k, acting as a = clip(b + authority * tanh f) on a base b.
 * Setting `criticAction` to `residual`, one critic and `selection` off gives the
 * DDPG of the residual-policy-learning paper (Silver et al. 2018, section 4).
 *
 * Lengths that follow a task's horizon (`discount`, `updatesPerStep`,
 * `epochSteps`, `capacityEpisodes`) are here those of the push tasks, 50 steps.
 *
 * @module
 */

import type { Authority } from "../control/residual.ts";

/** Hyper-parameters; see {@link defaultRecipe} for the values that training uses. */
export interface Recipe {
  /**
   * Greatest correction in action units, (0, 2]: of every entry of an action, or
   * of each, where 0 leaves an entry to the base, in training as well; one number
   * where residuals over a controller are the actions (`criticAction`), as noise is
   * then counted in it.
   */
  readonly authority: Authority;
  /**
   * Actor updates over which the authority grows from next to nothing to all of
   * it (`annealing.ts`); 0 for all from the start.
   */
  readonly annealing: number;
  /** What is learnt over: the task's `controller`, or `zero`, which is learning from scratch. */
  readonly over: "controller" | "zero";
  /** Clip the base to the action box before the correction is added. */
  readonly clipBase: boolean;
  /**
   * What critics judge and replay relabels: the `executed` action, or the
   * `residual` as in the paper; one and the same over `zero`.
   */
  readonly criticAction: "executed" | "residual";
  /** Play and back up the better of base and base + correction under the critics. */
  readonly selection: boolean;
  /** Number of critics; 1 to 10. */
  readonly critics: number;
  /** Critics drawn anew at each update whose minimum forms the target; 1 to `critics`. */
  readonly targetCritics: number;
  /** Critics, from the first on, whose mean the actor climbs; 1 as in TD3, 10 for all there are. */
  readonly actorCritics: number;
  /**
   * What networks do with an observation of two frames, `[before | now]`: read it
   * as one long vector (`concat`), or read either frame with the same weights and
   * take the `average` of what they say (paper, section 5).
   */
  readonly frames: "concat" | "average";
  /** Widths of the hidden layers of actor and critics. */
  readonly hidden: readonly number[];
  /** LayerNorm without affine part in the critics. */
  readonly layerNorm: boolean;
  /** Rows of a gradient update; even, 2 to 4096. */
  readonly batch: number;
  /** Adam step size of the critics. */
  readonly criticRate: number;
  /** Adam step size of the actor. */
  readonly actorRate: number;
  /** Weight of mean(tanh(f)^2) in the actor's loss. */
  readonly residualPenalty: number;
  /**
   * Weight of the pull to executed actions that the critics hold for better
   * than the policy's; 0 for none.
   */
  readonly imitation: number;
  /** Critic updates per actor update. */
  readonly actorDelay: number;
  /** Polyak step of the target networks, (0, 1]. */
  readonly polyak: number;
  /**
   * Judge and serve the average over the last 1/averaging updates (fewer at
   * first); (0, 1], 1 for none.
   */
  readonly averaging: number;
  /**
   * How many of the latest training episodes must be better than the base's in
   * the first evaluation, of some 20 or more, before the learnt policy, not its
   * base, is judged and served, from 2 (`lib/train/trust.ts`); 0 for none.
   */
  readonly trust: number;
  /** Updates between two moves of the targets; 40, a cycle, in the paper. */
  readonly polyakEvery: number;
  /** Discount per control step, [0, 1). */
  readonly discount: number;
  /** Chance that hindsight relabels a sampled goal, [0, 1]. */
  readonly hindsight: number;
  /**
   * Hindsight keeps a row's own goal where the drawn one lies no farther than this
   * from what was achieved already, in units of the goal: nothing was done for it.
   * 0 takes any.
   */
  readonly hindsightBeyond: number;
  /**
   * Share of each batch that is drawn from the warm-up alone, which is then never
   * forgotten, [0, 0.9]; the rest is drawn from all there is.
   */
  readonly anchor: number;
  /**
   * Steps of which rewards are summed before critics are asked, from 1; those
   * that an episode has left at most.
   */
  readonly returnSteps: number;
  /** Mirror a sampled transition with chance one half, where the task declares its symmetry. */
  readonly mirror: boolean;
  /** Act on the average of a moment and its mirror image, where the task declares its symmetry. */
  readonly bothViews: boolean;
  /** Gradient updates per environment step after burn-in. */
  readonly updatesPerStep: number;
  /** Environment steps played by the noisy base before anything is learnt. */
  readonly warmup: number;
  /** Critic-only updates on that data before the actor is released. */
  readonly burnIn: number;
  /**
   * `returnSteps` of burn-in: values of far goals come to the first moments of an
   * episode within fewer updates, and the data are the base's own but for noise.
   */
  readonly burnInReturnSteps: number;
  /**
   * What ends burn-in: the number of `updates`, or also the critics' `value`,
   * which must have settled (`lib/train/release.ts`).
   */
  readonly release: "updates" | "value";
  /** Greatest change of the mean value from epoch to epoch that counts as settled. */
  readonly valueThreshold: number;
  /**
   * Environment steps per epoch of that rule; in the paper 50 cycles of
   * `roundEpisodes` episodes.
   */
  readonly epochSteps: number;
  /** Standard deviation of Gaussian exploration during warm-up, in action units. */
  readonly warmupNoise: number;
  /** Chance per step of a uniform action during warm-up. */
  readonly warmupRandom: number;
  /** Random actions of the warm-up are base plus a uniform correction, as those after it. */
  readonly warmupCorrections: boolean;
  /**
   * Steps for which a random action, as a correction, is held, from 1; those
   * that an episode has left at most.
   */
  readonly held: number;
  /** Standard deviation of Gaussian exploration after warm-up, in action units. */
  readonly noise: number;
  /** Chance per step of base plus a uniform correction after warm-up. */
  readonly random: number;
  /**
   * Chance that such an action is the controller's own instead, [0, 1]; 0
   * unless `over` is `zero`.
   */
  readonly expert: number;
  /** Chance that the base alone begins a training episode, for up to 0.7 of the horizon. */
  readonly prefix: number;
  /** Episodes played between two learning phases. */
  readonly roundEpisodes: number;
  /** Episodes that replay holds; the oldest is forgotten first. */
  readonly capacityEpisodes: number;
  /** Smallest standard deviation of the normaliser. */
  readonly deviationFloor: number;
}

/** The measured recipe: five LayerNorm critics, small authority, mature critics before release. */
export function defaultRecipe(): Recipe {
  return {
    authority: 0.3,
    annealing: 0,
    over: "controller",
    clipBase: true,
    criticAction: "executed",
    selection: true,
    critics: 5,
    targetCritics: 2,
    actorCritics: 10,
    frames: "concat",
    hidden: [128, 128],
    layerNorm: true,
    batch: 256,
    criticRate: 1e-3,
    actorRate: 3e-4,
    residualPenalty: 2,
    imitation: 0,
    actorDelay: 2,
    polyak: 0.005,
    averaging: 0.0005,
    trust: 0,
    polyakEvery: 1,
    discount: 0.98,
    hindsight: 0.8,
    hindsightBeyond: 0,
    anchor: 0,
    returnSteps: 1,
    mirror: true,
    bothViews: true,
    updatesPerStep: 2,
    warmup: 1000,
    burnIn: 4000,
    burnInReturnSteps: 1,
    release: "updates",
    valueThreshold: 1,
    epochSteps: 5000,
    warmupNoise: 0.1,
    warmupRandom: 0.1,
    warmupCorrections: false,
    held: 1,
    noise: 0.09,
    random: 0.1,
    expert: 0,
    prefix: 0,
    roundEpisodes: 2,
    capacityEpisodes: 20000,
    deviationFloor: 1e-3,
  };
}
