/**
 * What the paper claims (Silver, Allen, Tenenbaum and Kaelbling 2018, section 5
 * and figures 2 to 4), claim by claim, and what this project set out to reach.
 *
 * @module
 */

import {
  type ControllerLevel,
  CONTROLLERS,
  ENDS,
  HOOKS,
  LENGTHS,
  SOLVABLE,
  TASKS,
} from "./paper.ts";
import {
  atLeast,
  between,
  type Decision,
  dipsThenRecovers,
  endsAlike,
  endsBetter,
  givenBoth,
  givenFirst,
  givenSteps,
  improves,
  type Lookup,
  type Rule,
  solvesEarlier,
  staysBelow,
  timesFewer,
  withArm,
  withArms,
} from "./verdict.ts";

/** A claim and how it is decided. */
export interface Claim {
  readonly id: string;
  /** Under which heading it stands. */
  readonly group: string;
  readonly sentence: string;
  readonly decide: (find: Lookup) => Decision;
}

/** How far apart returns may lie and still count as alike. */
const ALIKE = 5;

/** Falls that count as none, where the measure is a return. */
const ROOM: Readonly<Record<string, number>> = { pusher: ALIKE };

/** Heading of what the paper says besides its two claims. */
const BESIDES = "Dips and baselines (the paper's learner)";

/** Heading of what is judged by return. */
const BY_RETURN = "The pusher, by return";

/** Whose learner is meant. */
const LEARNERS = [
  ["paper", "the paper's learner"],
  ["default", "our learner"],
] as const;

/** All claims, in the order of the page. */
export const CLAIMS: readonly Claim[] = [
  ...CONTROLLERS.map(controllerClaim),
  ...LEARNERS.flatMap(([arm, whose]) => residualClaims(arm, whose)),
  ...LEARNERS.flatMap(([arm, whose]) => efficiencyClaims(arm, whose)),
  ...dipClaims(),
  ...baselineClaims(),
  ...pusherClaims(),
  ...aims(),
];

function controllerClaim(
  { task, arm, low, high, said }: ControllerLevel,
): Claim {
  return {
    id: `${arm}-${task}`,
    group: "Controllers alone",
    sentence: `On ${task}, ${said}`,
    decide: (find) => withArm(find, task, arm, between(low, high)),
  };
}

/** Claim 1 of the paper, and how high each task ends. */
function residualClaims(arm: string, whose: string): readonly Claim[] {
  const group = `The residual improves on its controller (${whose})`;
  return TASKS.flatMap((task) => {
    const paperSteps = LENGTHS[task];
    const better: Claim = {
      id: `${arm}-improves-${task}`,
      group,
      sentence: `On ${task}, it ends above the controller`,
      decide: (find) =>
        withArm(find, task, arm, givenSteps(paperSteps, improves)),
    };
    const end = ENDS[task];
    return end === undefined ? [better] : [better, {
      id: `${arm}-ends-${task}`,
      group,
      sentence: `On ${task}, it ends at ${end[1]}`,
      decide: (find) =>
        withArm(find, task, arm, givenSteps(paperSteps, atLeast(end[0]))),
    }];
  });
}

/** Claim 2: fewer data than from scratch, and exploration explains only a part of it. */
function efficiencyClaims(arm: string, whose: string): readonly Claim[] {
  const group = `It needs fewer data (${whose})`;
  const scratch = arm === "paper" ? "ddpg" : "td3";
  const against = (task: string, other: string, sentence: string): Claim => ({
    id: `${arm}-before-${other}-${task}`,
    group,
    sentence: `On ${task}, ${sentence}`,
    decide: (find) => withArms(find, task, [arm, other], solvesEarlier),
  });
  const tenfold = ["push", "pick-and-place"].map((task): Claim => ({
    id: `${arm}-tenfold-${task}`,
    group,
    sentence:
      `On ${task}, it needs nearly ten times fewer data than from scratch (here: five times or more)`,
    decide: (find) =>
      withArms(
        find,
        task,
        [arm, scratch],
        givenBoth(LENGTHS[task], timesFewer(5)),
      ),
  }));
  return [
    ...TASKS.map((task) =>
      against(task, scratch, "it is ahead of learning from scratch")
    ),
    ...tenfold,
    ...TASKS.map((task) =>
      against(
        task,
        "expert-explore",
        "exploring with the controller explains only a part: it is ahead of Expert Explore",
      )
    ),
  ];
}

function dipClaims(): readonly Claim[] {
  return TASKS.map((task) => ({
    id: `paper-dips-${task}`,
    group: BESIDES,
    sentence: `On ${task}, the residual first gets worse, then recovers`,
    decide: (find) =>
      withArm(find, task, "paper", dipsThenRecovers(ROOM[task] ?? 0.05)),
  }));
}

function baselineClaims(): readonly Claim[] {
  const group = BESIDES;
  return [
    ...SOLVABLE.map((task): Claim => ({
      id: `ddpg-solves-${task}`,
      group,
      sentence: `On ${task}, learning from scratch ends at about 1.0, too`,
      decide: (find) =>
        withArm(find, task, "ddpg", givenSteps(LENGTHS[task], atLeast(0.95))),
    })),
    ...HOOKS.map((task): Claim => ({
      id: `ddpg-never-${task}`,
      group,
      sentence: `On ${task}, learning from scratch never gets anywhere`,
      decide: (find) =>
        withArm(find, task, "ddpg", staysBelow(0.1, LENGTHS[task])),
    })),
    ...["push", "pick-and-place"].map((task): Claim => ({
      id: `explore-beats-scratch-${task}`,
      group,
      sentence: `On ${task}, Expert Explore is ahead of learning from scratch`,
      decide: (find) =>
        withArms(find, task, ["expert-explore", "ddpg"], solvesEarlier),
    })),
    ...hookPairs(),
  ];
}

function hookPairs(): readonly Claim[] {
  const explore: Rule = givenFirst(LENGTHS["complex-hook"], endsBetter);
  const frames: Rule = givenBoth(LENGTHS["noisy-hook"], endsBetter);
  return [
    {
      id: "explore-complex-hook",
      group: BESIDES,
      sentence: "On complex-hook, Expert Explore ends above the controller",
      decide: (find) =>
        withArms(
          find,
          "complex-hook",
          ["expert-explore", "controller"],
          explore,
        ),
    },
    {
      id: "average-beats-concat",
      group: BESIDES,
      sentence:
        "On noisy-hook, averaging over two frames ends above concatenating them",
      decide: (find) =>
        withArms(find, "noisy-hook", ["paper", "paper-concat"], frames),
    },
  ];
}

function pusherClaims(): readonly Claim[] {
  const length = LENGTHS.pusher;
  return [
    {
      id: "pets-level",
      group: BY_RETURN,
      sentence:
        "PETS reaches a return of -75 (here: -85 or better, on our own training)",
      decide: (find) => withArm(find, "pusher", "pets", atLeast(-85)),
    },
    pusherPair(
      "pets-above-cache",
      "PETS is a little better than its cache of 500 samples",
      ["pets", "controller"],
      endsBetter,
    ),
    ...LEARNERS.map(([arm, whose]) =>
      pusherPair(
        `${arm}-above-pets`,
        `The residual over the cache ends above PETS itself (${whose})`,
        [arm, "pets"],
        givenFirst(length, endsBetter),
      )
    ),
    pusherPair(
      "pusher-same-end",
      `Residual and learning from scratch end alike (the paper's learner; within ${ALIKE})`,
      ["paper", "ddpg"],
      givenBoth(length, endsAlike(ALIKE)),
    ),
  ];
}

/** A claim about two arms of the pusher. */
function pusherPair(
  id: string,
  sentence: string,
  arms: readonly [string, string],
  rule: Rule,
): Claim {
  const decide = (find: Lookup) => withArms(find, "pusher", arms, rule);
  return { id, group: BY_RETURN, sentence, decide };
}

/** What this project set out to reach with the default recipe, at any budget. */
function aims(): readonly Claim[] {
  const group = "Aims of this project (our learner)";
  const filtered = "noisy-hook";
  return [
    ...Object.entries(ENDS).map(([task, [level]]): Claim => ({
      id: `aim-${task}`,
      group,
      sentence: `On ${task}, it ends at ${level} or more`,
      decide: (find) => withArm(find, task, "default", atLeast(level)),
    })),
    {
      id: "aim-filtered",
      group,
      sentence:
        `On ${filtered} over the filtered controller, it ends at 0.92 or more`,
      decide: (find) =>
        withArm(find, filtered, "default-filtered", atLeast(0.92)),
    },
    {
      id: "aim-filter-alone",
      group,
      sentence: `On ${filtered}, the filtered controller alone reaches 0.88`,
      decide: (find) =>
        withArm(find, filtered, "controller-filtered", atLeast(0.88)),
    },
    {
      id: "aim-pusher",
      group,
      sentence: "On pusher, it ends above PETS",
      decide: (find) =>
        withArms(find, "pusher", ["default", "pets"], endsBetter),
    },
  ];
}
