/**
 * What is taken from the default recipe, or added to it, one factor at a time:
 * each entry is an arm of the budget `ablation`. A new one needs nothing but an
 * entry here.
 *
 * Arms of one seed meet the same episodes. `lib/train/training.ts` draws the
 * start of training episode i and its exploration from the seed and i alone;
 * `lib/train/judging.ts` judges on a set that the seed alone names; the fresh
 * episodes of the end are the same for every run (`FRESH_SEED`, `_judge.ts`).
 *
 * @module
 */

import type { Arm } from "./arms.ts";

/** One factor. */
export interface Change {
  /** Name of its arm. */
  readonly id: string;
  /** A piece of the default is taken away, or one that is off by default is added. */
  readonly kind: "removal" | "addition";
  /** As tables and figures name the arm. */
  readonly label: string;
  /** What is taken away or added, in the words of a sentence. */
  readonly piece: string;
  readonly description: string;
  /** In what it differs from the default, `path=value`. */
  readonly settings: readonly string[];
  /** The tasks that have this factor; all unless given. */
  readonly tasks?: readonly string[];
}

/** All factors, in the order of the table. */
export const CHANGES: readonly Change[] = [
  {
    id: "no-selection",
    kind: "removal",
    label: "no selection",
    piece: "selection",
    description: "default that plays the correction whatever its critics say",
    settings: ["recipe.selection=false"],
  },
  {
    id: "no-layer-norm",
    kind: "removal",
    label: "no LayerNorm",
    piece: "LayerNorm",
    description: "default with plain critics",
    settings: ["recipe.layerNorm=false"],
  },
  {
    id: "two-critics",
    kind: "removal",
    label: "two critics, not five",
    piece: "five critics",
    description: "default with two critics",
    settings: ["recipe.critics=2"],
  },
  {
    id: "one-view",
    kind: "removal",
    label: "no mirror images",
    piece: "mirror images",
    description: "default that neither learns nor acts on mirror images",
    settings: ["recipe.mirror=false", "recipe.bothViews=false"],
  },
  {
    id: "no-averaging",
    kind: "removal",
    label: "no averaging",
    piece: "averaging",
    description: "default that judges its networks of the moment",
    settings: ["recipe.averaging=1"],
  },
  {
    id: "no-burn-in",
    kind: "removal",
    label: "no burn-in",
    piece: "burn-in",
    description: "default whose critics and actor start together",
    settings: ["recipe.burnIn=0"],
  },
  {
    id: "residual-critic",
    kind: "removal",
    label: "critics of the residual",
    piece: "critics of the executed action",
    // A mirrored residual is a real transition only over a symmetric base, so
    // that the recipe leaves mirror images out here, too.
    description:
      "default whose critics judge the residual, as in the paper, without mirror images",
    settings: ["recipe.criticAction=residual"],
  },
  {
    id: "no-hindsight",
    kind: "removal",
    label: "no hindsight",
    piece: "hindsight",
    description: "default that learns from the goals it was given alone",
    settings: ["recipe.hindsight=0"],
  },
  {
    id: "weak-penalty",
    kind: "removal",
    label: "weak penalty (0.1, not 2)",
    piece: "a penalty of 2",
    description: "default that hardly minds large corrections",
    settings: ["recipe.residualPenalty=0.1"],
  },
  {
    id: "full-authority",
    kind: "removal",
    label: "full authority (1)",
    piece: "a small authority",
    description: "default whose correction reaches across half the action box",
    settings: ["recipe.authority=1"],
  },
  {
    id: "fast-actor",
    kind: "removal",
    label: "actor as fast as critics",
    piece: "an actor slower than its critics",
    description: "default with one step size for actor and critics",
    settings: ["recipe.actorRate=1e-3"],
  },
  {
    id: "few-updates",
    kind: "removal",
    label: "a fifth of the updates",
    piece: "2 updates per step",
    description: "default with 0.4 updates per step, as in the paper",
    settings: ["recipe.updatesPerStep=0.4"],
  },
  {
    id: "unclipped-base",
    kind: "removal",
    label: "base not clipped",
    piece: "clipping the base",
    description:
      "default that corrects what the controller asks for, not what " +
      "it gets",
    settings: ["recipe.clipBase=false"],
  },
  {
    id: "anchor",
    kind: "addition",
    label: "a quarter from the warm-up",
    piece: "a share of the warm-up in each batch",
    description: "default that draws a quarter of each batch from its warm-up",
    settings: ["recipe.anchor=0.25"],
  },
  {
    id: "annealed",
    kind: "addition",
    label: "authority that grows",
    piece: "an authority that grows",
    description:
      "default whose authority grows over the first 3,000 updates of its actor",
    settings: ["recipe.annealing=3000"],
  },
  {
    id: "moved-goals",
    kind: "addition",
    label: "hindsight of moved cubes alone",
    piece: "hindsight of moved cubes alone",
    description:
      "default that relabels with goals over 1 cm away from the cube",
    settings: ["recipe.hindsightBeyond=0.01"],
  },
  {
    id: "three-steps",
    kind: "addition",
    label: "rewards of three steps",
    piece: "rewards of three steps",
    description: "default that asks its critics three steps later",
    settings: ["recipe.returnSteps=3"],
  },
  {
    id: "imitation",
    kind: "addition",
    label: "imitation where critics prefer it",
    piece: "imitation of preferred actions",
    description: "default drawn to executed actions that its critics prefer",
    settings: ["recipe.imitation=2"],
  },
  {
    id: "prefixes",
    kind: "addition",
    label: "half the episodes begun by the base",
    piece: "prefixes by the base",
    description: "default that takes over from the base in half its episodes",
    settings: ["recipe.prefix=0.5"],
  },
  {
    id: "held",
    kind: "addition",
    label: "chance held for ten steps",
    piece: "held corrections",
    description:
      "default whose random corrections last ten steps, and fill half its warm-up",
    settings: [
      "recipe.held=10",
      "recipe.warmupCorrections=true",
      "recipe.warmupRandom=0.5",
    ],
  },
];

/** The arms of those factors. */
export const CHANGED_ARMS: readonly Arm[] = CHANGES.map((change) => ({
  id: change.id,
  label: change.label,
  description: change.description,
  preset: "default",
  kind: "residual",
  settings: change.settings,
  ...change.tasks === undefined ? {} : { tasks: change.tasks },
}));
