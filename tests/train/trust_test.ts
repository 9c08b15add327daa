/** When the learnt policy takes over from its base. */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { meanInterval } from "../../lib/rollout/statistics.ts";
import {
  observeBase,
  observeReturns,
  type Scored,
  startTrust,
  type Trust,
} from "../../lib/train/trust.ts";
import { inlineCrew } from "../../lib/train/inline_crew.ts";
import { startCounters } from "../../lib/train/schedule.ts";
import {
  type Crew,
  type Progress,
  type Row,
  train,
} from "../../lib/train/train.ts";
import { toyTraining } from "../learn/toy_training.ts";
import { toyPolicy } from "../toy.ts";
import { biased, brief, plan, run } from "./toy_run.ts";

const cautious = { ...brief, trust: 6 };

/** Episodes of these returns; 0 is a success. */
const scored = (returns: readonly number[]): readonly Scored[] =>
  returns.map((value) => ({ success: value === 0, return: value }));

Deno.test("trust is gained once, when as many episodes as asked for in a row have beaten the base", () => {
  const returns = (min: number, max: number, minLength: number) =>
    fc.array(fc.integer({ min, max }), { minLength });
  let gains = 0;
  const [early, late] = [returns(-50, -20, 2), returns(-40, 0, 6)];
  fc.assert(fc.property(early, late, (base, later) => {
    let trust: Trust = observeBase(startTrust(), cautious, scored(base));
    assertEquals(trust.gained, false);
    later.forEach((value, i) => {
      const before = trust;
      trust = observeReturns(before, cautious, [value]);
      if (before.gained) return assertEquals(trust, before);
      const recent = later.slice(Math.max(0, i - 5), i + 1);
      const [now, then] = [recent, base].map((of) => meanInterval(of));
      const error = Math.hypot(now.mean - now.low, then.high - then.mean);
      const better = recent.length === 6 && now.mean - then.mean - error > 0;
      assertEquals(trust.gained, better);
      gains += Number(better);
    });
  }));
  assert(gains > 20, `gained in ${gains} of 100`);
});

Deno.test("without the option nothing is noted, and against one episode of the base nothing is believed", () => {
  const off = { trust: 0 };
  const noted = observeBase(startTrust(), off, scored([-50, -40]));
  assertEquals(observeReturns(noted, off, [-1]), startTrust());
  const once = observeBase(startTrust(), { trust: 2 }, scored([-50]));
  assertEquals(observeReturns(once, { trust: 2 }, [-1, -1]).gained, false);
});

Deno.test("a run learns the same with it, bit for bit, and is judged as its base until then", async () => {
  const options = { steps: 1600, evaluateEvery: 200, gatePairs: 0 };
  const plain = await run({ ...options, recipe: brief });
  const guarded = await run({ ...options, recipe: cautious });
  for (const kind of ["play", "learn"]) {
    const of = ({ rows }: typeof plain) =>
      rows.filter((row) => row?.kind === kind);
    assertEquals(of(guarded), of(plain));
  }
  assertEquals(
    guarded.learner.actor.params.view,
    plain.learner.actor.params.view,
  );
  const judged = guarded.progress.filter(({ row }) =>
    row?.kind === "evaluation"
  );
  const moved = judged.filter(({ counters }) => counters.actorUpdates > 0);
  const withheld = moved.filter(({ counters }) => !counters.trust.gained);
  assert(withheld.length > 0, "trusted before its first evaluation");
  assert(withheld.length < moved.length, "never trusted");
  for (const { row, counters } of withheld) {
    assertEquals(row!.success, row!.base);
    assertEquals(counters.serving.champion, undefined);
  }
  assert(
    judged.at(-1)!.row!.success as number > (judged[0].row!.base as number),
  );
});

Deno.test("what warm-up and a careful base play says nothing of what is learnt", async () => {
  const options = { recipe: cautious, gatePairs: 0, steps: 4000 };
  const free = await run(options);
  const safe = { ...options, safeExploration: 0.3 };
  const careful = await run(safe, toyPolicy(4, 2));
  const noisy = silentRounds(free, ({ row }) => row!.warmup === true);
  const own = silentRounds(careful, ({ row }) => row!.player === "base");
  assert(noisy > 0 && own > noisy, `${noisy} and ${own} rounds`);
});

/** How many rounds are of a kind, none of which may add to what is noted. */
function silentRounds(
  { progress }: Awaited<ReturnType<typeof run>>,
  kind: (of: Progress) => boolean,
): number {
  const rounds = progress.filter((of) => of.stage.kind === "play" && kind(of));
  for (const now of rounds) {
    const before = progress[progress.indexOf(now) - 1];
    assertEquals(now.counters.trust, before.counters.trust);
  }
  return rounds.length;
}

Deno.test("a policy that is withheld is judged by the base's episodes, which are not played again", async () => {
  const every = { steps: 1600, evaluateEvery: 200, gatePairs: 0 };
  const options = { ...plan, ...every, recipe: cautious };
  const { training } = await toyTraining(cautious, plan.seed, biased(), 0, 40);
  const crew = inlineCrew(training);
  const asked: string[] = [];
  const counting: Crew = {
    ...crew,
    evaluate: (player, ...rest) => {
      asked.push(player);
      return crew.evaluate(player, ...rest);
    },
  };
  const run = train(training.learner, counting, options, startCounters());
  let first: Row | undefined;
  let withheld = 0;
  for await (const { row, counters } of run) {
    if (row?.kind !== "evaluation" || counters.trust.gained) continue;
    first ??= row;
    assertEquals(asked, ["base"]);
    assertEquals({ ...row, step: 0 }, { ...first, step: 0 });
    withheld += Number(counters.actorUpdates > 0);
  }
  assert(withheld > 0 && asked.includes("policy"));
});

Deno.test("until it is trusted the averaged actor is zero, and then at once the one that explores", async () => {
  const options = { ...plan, recipe: cautious, steps: 1600, gatePairs: 0 };
  const { training } = await toyTraining(cautious, plan.seed, biased(), 0, 40);
  const { learner } = training;
  const { average, params } = learner.actor;
  const crew = inlineCrew(training);
  let trusted = false;
  for await (
    const { stage, counters } of train(learner, crew, options, startCounters())
  ) {
    const { gained } = counters.trust;
    if (stage.kind === "learn" && !gained) {
      assert(average.view.every((value) => value === 0));
      if (stage.released) assert(params.view.some((value) => value !== 0));
    }
    if (gained && !trusted) assertEquals(average.view, params.view);
    trusted = gained;
  }
  assert(trusted);
});
