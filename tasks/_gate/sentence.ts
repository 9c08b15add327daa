/**
 * A look in words that an engineer can act on.
 *
 * @module
 */

import { pairsNeeded } from "../../lib/rollout/gate.ts";
import { levelOfLook } from "../../lib/rollout/spending.ts";
import { counted } from "../_count.ts";
import { quoted } from "../_files.ts";
import { claim, figures, sentenceCase, share } from "./evidence.ts";
import type { Look } from "./look.ts";

/** What else bears on a verdict. */
export interface Circumstances {
  readonly dir: string;
  /** What the run's own gate found of this policy, at which delta; `undefined` where it did not look at it. */
  readonly own:
    | { readonly passed: boolean; readonly delta: number }
    | undefined;
  /** The policy that export takes, and whether the run serves it. */
  readonly exported: { readonly step: number; readonly served: boolean };
}

/** The verdict, the counts behind it, and what to do next. */
export function describeLook(look: Look, around: Circumstances): string {
  return look.verdict === "passed"
    ? describePass(look, around)
    : describeFailure(look, around);
}

function describePass(look: Look, around: Circumstances): string {
  const { level, delta, margin, measure, step } = look;
  const { dir, own, exported } = around;
  const error = `The chance that this is wrong is at most ${
    share(level)
  } for look ${look.look}, and ${
    share(delta)
  } over all looks at this run, however many`;
  const together = own === undefined || own.passed
    ? "."
    : `; with the run's own gate, which did not pass it at ${
      share(own.delta)
    }, it is ${share(delta + own.delta)}.`;
  const next = exported.step === step
    ? `Take it away with: deno task export ${quoted(dir)}`
    : `It stays where it is: export takes the policy of step ${exported.step}, which ${
      exported.served ? "the run serves" : "was learnt last"
    }.`;
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

function describeFailure(look: Look, { own }: Circumstances): string {
  const { margin, measure, wins, losses, pairs, most } = look;
  const stopped = pairs < most
    ? ` It stopped before its ${most} pairs, as even winning all the others would not have been enough.`
    : "";
  const worse = losses > wins
    ? "It lost more pairs than it won: train longer before another look."
    : "It may be as good as that all the same: the pairs were too few to tell.";
  return [
    `NOT PASSED. It is not shown that ${asked(margin, measure === "return")}.`,
    countsOf(look) + stopped,
    worse,
    ...own?.passed
      ? ["The run goes on serving it on the evidence of its own gate."]
      : [],
    furtherLook(look),
  ].join(" ");
}

/** What a look asks for, in words that hold of a policy of which it is not shown. */
function asked(margin: number, dense: boolean): string {
  const points = `${figures(100 * margin)} points`;
  if (dense) {
    return margin > 0
      ? `the share of episodes in which the policy returns less than its controller is above that in which it returns more by less than ${points}, if at all`
      : "the policy returns more than its controller in more episodes than it returns less";
  }
  return margin > 0
    ? `the policy succeeds less often than its controller by less than ${points}, if at all`
    : "the policy succeeds more often than its controller";
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
