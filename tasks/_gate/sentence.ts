/**
 * A look in words that an engineer can act on.
 *
 * @module
 */

import { pairsNeeded } from "../../lib/rollout/gate.ts";
import { levelOfLook } from "../../lib/rollout/spending.ts";
import { counted } from "../_count.ts";
import { claim, figures, sentenceCase, share } from "./evidence.ts";
import type { Look } from "./look.ts";

/** What else bears on a verdict. */
export interface Circumstances {
  readonly dir: string;
  /** The delta of the run's own gate, where that judged this policy and did not let it pass. */
  readonly ownDelta: number | undefined;
  /** Whether the policy is the newest of its run, which is the one that is exported. */
  readonly newest: boolean;
}

/** The verdict, the counts behind it, and what to do next. */
export function describeLook(look: Look, around: Circumstances): string {
  return look.verdict === "passed"
    ? describePass(look, around)
    : describeFailure(look);
}

function describePass(look: Look, around: Circumstances): string {
  const { level, delta, margin, measure, step } = look;
  const { dir, ownDelta, newest } = around;
  const error = `The chance that this is wrong is at most ${
    share(level)
  } for look ${look.look}, and ${
    share(delta)
  } over all looks at this run, however many`;
  const together = ownDelta === undefined
    ? "."
    : `; with the run's own gate, which did not pass it at ${
      share(ownDelta)
    }, it is ${share(delta + ownDelta)}.`;
  const next = newest
    ? `Take it away with: deno task export ${dir}`
    : `It is not the newest of its run, which is the one that is exported.`;
  return [
    `PASSED. ${sentenceCase(claim(margin, measure === "return"))}.`,
    countsOf(look),
    error + together,
    ...measure === "return"
      ? [
        "It counts episodes: how much more or less they return is no part of it.",
      ]
      : [],
    `It holds for the policy of step ${step} in this environment: another friction, object or sensor needs a gate of its own.`,
    next,
  ].join(" ");
}

function describeFailure(look: Look): string {
  const { margin, measure, wins, losses, pairs, most } = look;
  const stopped = pairs < most
    ? ` It stopped before its ${most} pairs, as even winning all the others would not have been enough.`
    : "";
  const worse = losses > wins
    ? "It lost more pairs than it won: train longer before another look."
    : "It may be as good as that all the same: the pairs were too few to tell.";
  return [
    `NOT PASSED. It is not shown that ${claim(margin, measure === "return")}.`,
    countsOf(look) + stopped,
    worse,
    furtherLook(look),
  ].join(" ");
}

function countsOf(
  { pairs, wins, losses, wealth, level, measure }: Look,
): string {
  const [did, alike] = measure === "return"
    ? ["returned more", "returned the same"]
    : ["alone succeeded", "ended alike"];
  return `In ${
    counted(pairs, "paired episode")
  }, each with one start, goal and noise for both, the policy ${did} in ${wins} and the controller in ${losses}; ${
    pairs - wins - losses
  } ${alike} (evidence ${figures(wealth)}, needed ${figures(1 / level)}).`;
}

function furtherLook({ look, delta, margin }: Look): string {
  const next = look + 1;
  const level = levelOfLook(delta, next);
  const hint = margin > 0
    ? ""
    : ", --margin 0.05 asks only that it is not worse by 5 points";
  return `A further look, number ${next}, plays fresh episodes and may spend ${
    share(level)
  } (at least ${
    counted(pairsNeeded(level, margin), "pair")
  }): --pairs N plays more${hint}.`;
}
