/**
 * Ways to decide a claim from summaries: each gives a verdict and the numbers
 * that it rests on, and says "not decided" rather than guess.
 *
 * @module
 */

import { difference, type Interval } from "../../lib/rollout/statistics.ts";
import { afterOf, type Watched } from "../../lib/rollout/survival.ts";
import type { ArmSummary } from "./summary.ts";
import {
  gapDigits,
  tell,
  tellFinal,
  tellGap,
  tellMeasure,
  tellSteps,
  tellTimes,
} from "./tell.ts";

/** What can be said of a claim. */
export type Verdict = "holds" | "does not hold" | "not decided";

/** A verdict with its reason. */
export interface Decision {
  readonly verdict: Verdict;
  /** The numbers, as a person reads them. */
  readonly numbers: string;
}

/** An arm on a task; `undefined` where the results have no finished run of it. */
export type Lookup = (task: string, arm: string) => ArmSummary | undefined;

/** A decision from two summaries that are there. */
export type Rule = (first: ArmSummary, second: ArmSummary) => Decision;

/** Decides from one arm, or says that it is missing. */
export function withArm(
  find: Lookup,
  task: string,
  arm: string,
  rule: (summary: ArmSummary) => Decision,
): Decision {
  const found = find(task, arm);
  return found?.final === undefined ? missing(find, task, [arm]) : rule(found);
}

/** Decides from two arms of a task, or says which is missing. */
export function withArms(
  find: Lookup,
  task: string,
  [first, second]: readonly [string, string],
  rule: Rule,
): Decision {
  const lost = [first, second].filter((arm) =>
    find(task, arm)?.final === undefined
  );
  if (lost.length > 0) return missing(find, task, lost);
  return rule(
    find(task, first) as ArmSummary,
    find(task, second) as ArmSummary,
  );
}

/** The end is at least `level`: undecided where it is below but its interval is not. */
export function atLeast(level: number) {
  return (summary: ArmSummary): Decision => {
    const { mean, high } = finalOf(summary);
    return {
      verdict: mean >= level
        ? "holds"
        : high < level
        ? "does not hold"
        : "not decided",
      numbers: `${tellFinal(summary)}, asked for ${
        tellMeasure(summary, level)
      } or more`,
    };
  };
}

/** The end lies between two levels: undecided where only its interval does. */
export function between(low: number, high: number) {
  return (summary: ArmSummary): Decision => {
    const found = finalOf(summary);
    const inside = low <= found.mean && found.mean <= high;
    const apart = found.high < low || found.low > high;
    return {
      verdict: inside ? "holds" : apart ? "does not hold" : "not decided",
      numbers: `${tellFinal(summary)}, asked for ${
        tellMeasure(summary, low)
      } to ${tellMeasure(summary, high)}`,
    };
  };
}

/** It ends better than its own controller. */
export function improves(summary: ArmSummary): Decision {
  const { base } = summary;
  if (base === undefined) {
    return undecided("the controller's return was not recorded");
  }
  return bySign(
    difference(finalOf(summary), base),
    summary,
    `${tellFinal(summary)} over ${tell(summary, base)}`,
  );
}

/** The first arm ends better than the second. */
export function endsBetter(first: ArmSummary, second: ArmSummary): Decision {
  return bySign(
    difference(finalOf(first), finalOf(second)),
    first,
    `${first.arm.id} ${tellFinal(first)}, ${second.arm.id} ${
      tellFinal(second)
    }`,
  );
}

/** {@link endsBetter}, not decided where the one that ends better had more steps. */
function endsBetterAlike(first: ArmSummary, second: ArmSummary): Decision {
  const decision = endsBetter(first, second);
  const [better, worse] = decision.verdict === "holds"
    ? [first, second]
    : [second, first];
  if (better.steps <= worse.steps) return decision;
  return undecided(
    `${decision.numbers}, after ${tellSteps(first.steps)} and ${
      tellSteps(second.steps)
    } steps`,
  );
}

/** The two end within `room` of each other; undecided where the intervals cannot tell. */
export function endsAlike(room: number) {
  return (first: ArmSummary, second: ArmSummary): Decision => {
    const gap = difference(finalOf(first), finalOf(second));
    const alike = gap.low >= -room && gap.high <= room;
    const apart = gap.low > room || gap.high < -room;
    return {
      verdict: alike ? "holds" : apart ? "does not hold" : "not decided",
      numbers: `${first.arm.id} ${tellFinal(first)}, ${second.arm.id} ${
        tellFinal(second)
      }`,
    };
  };
}

/**
 * Every run of the first arm solves the task earlier than any of the second;
 * where neither solves it, it ends better, but not against one that was
 * trained for longer, nor for it.
 */
export function solvesEarlier(first: ArmSummary, second: ArmSummary): Decision {
  const solved = [...first.held, ...second.held].some(({ event }) => event);
  if (!solved) return endsBetterAlike(first, second);
  const verdicts = first.held.flatMap((a) =>
    second.held.map((b) => earlier(a, b))
  );
  const numbers = `90 % held from: ${first.arm.id} ${
    tellTimes(first)
  }; ${second.arm.id} ${tellTimes(second)}`;
  if (verdicts.every((won) => won === true)) {
    return { verdict: "holds", numbers };
  }
  return {
    verdict: verdicts.every((won) => won === false)
      ? "does not hold"
      : "not decided",
    numbers,
  };
}

/**
 * The first arm needs at most 1/`factor` of the second's steps to hold 90 %,
 * wherever between two evaluations either came to hold it.
 */
export function timesFewer(factor: number) {
  return (first: ArmSummary, second: ArmSummary): Decision => {
    const numbers = `90 % held from: ${first.arm.id} ${
      tellTimes(first)
    }; ${second.arm.id} ${tellTimes(second)}`;
    const [fast, slow] = [first.sustained, second.sustained];
    if (fast === undefined || slow === undefined) return undecided(numbers);
    // A product, as neither a start at 0 steps nor infinity can be divided by.
    if (slow.after >= factor * Math.max(1, fast.median)) {
      return { verdict: "holds", numbers };
    }
    const late = slow.median <= factor * fast.after;
    return { verdict: late ? "does not hold" : "not decided", numbers };
  };
}

/**
 * It falls below its start in every seed, by more than the episodes of two
 * evaluations leave to chance, and ends above its controller. A fall of no more
 * than `room` is none.
 */
export function dipsThenRecovers(room: number) {
  return (summary: ArmSummary): Decision => {
    const { dips } = summary;
    if (dips.length === 0) return undecided("there are no evaluations");
    const deep = dips.every(({ mean, low }) => mean > room && low > 0);
    const none = dips.every(({ mean }) => mean <= room);
    const after = improves(summary).verdict;
    return {
      verdict: deep && after === "holds"
        ? "holds"
        : none || deep && after === "does not hold"
        ? "does not hold"
        : "not decided",
      numbers: `falls of ${
        dips.map(({ mean }) => tellGap(summary, mean)).join(", ")
      }; ends at ${tellFinal(summary)}`,
    };
  };
}

/** It never gets far: a low end decides only after as many steps as the claim is about. */
export function staysBelow(level: number, steps: number) {
  return (summary: ArmSummary): Decision => {
    const { low, high } = finalOf(summary);
    const watched = summary.steps >= steps;
    return {
      verdict: low > level
        ? "does not hold"
        : high <= level && watched
        ? "holds"
        : "not decided",
      numbers: `${tellFinal(summary)} after ${tellSteps(summary.steps)} of ${
        tellSteps(steps)
      } steps`,
    };
  };
}

/** A claim about longer training than there was is not refuted by less. */
export function givenSteps(
  steps: number,
  rule: (summary: ArmSummary) => Decision,
) {
  return (summary: ArmSummary): Decision => {
    const decision = rule(summary);
    if (decision.verdict !== "does not hold" || summary.steps >= steps) {
      return decision;
    }
    return {
      verdict: "not decided",
      numbers: `${decision.numbers}, after ${tellSteps(summary.steps)} of ${
        tellSteps(steps)
      } steps`,
    };
  };
}

/** As {@link givenSteps} for the first of two arms, as the second is not trained. */
export function givenFirst(steps: number, rule: Rule): Rule {
  return (first, second) => givenSteps(steps, () => rule(first, second))(first);
}

/** As {@link givenSteps} for two arms. */
export function givenBoth(steps: number, rule: Rule): Rule {
  return (first, second) =>
    givenSteps(steps, () => rule(first, second))(
      first.steps < second.steps ? first : second,
    );
}

/** Not decided, and why. */
export function undecided(numbers: string): Decision {
  return { verdict: "not decided", numbers };
}

function bySign(gap: Interval, of: ArmSummary, numbers: string): Decision {
  const [mean, low, high] = [gap.mean, gap.low, gap.high].map((value) =>
    `${value < 0 ? "-" : "+"}${gapDigits(of, Math.abs(value))}`
  );
  const unit = of.task.dense === true ? "" : " points";
  const bounds = gap.low === -Infinity ? "" : ` [${low}, ${high}]`;
  return {
    verdict: gap.low > 0
      ? "holds"
      : gap.high < 0
      ? "does not hold"
      : "not decided",
    numbers: `${numbers}: ${mean}${unit}${bounds}`,
  };
}

/** Whether a came before b; `undefined` where both may have come between the same evaluations, or censoring hides it. */
function earlier(a: Watched, b: Watched): boolean | undefined {
  if (a.event && b.event && a.time === b.time) return undefined;
  if (a.event && a.time <= afterOf(b)) return true;
  if (b.event && b.time <= afterOf(a)) return false;
  return undefined;
}

function finalOf({ final }: ArmSummary): Interval {
  return final as Interval; // `withArm` has seen to it
}

function missing(
  find: Lookup,
  task: string,
  arms: readonly string[],
): Decision {
  const names = arms.join(" and ");
  return undecided(
    arms.some((arm) => (find(task, arm)?.seeds ?? 0) > 0)
      ? `no return was recorded of ${names} on ${task}`
      : `no finished run of ${names} on ${task}`,
  );
}
