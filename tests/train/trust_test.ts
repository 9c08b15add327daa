/** When the learnt policy takes over from its base. */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { meanInterval } from "../../lib/rollout/statistics.ts";
import {
  observeReturns,
  startTrust,
  type Trust,
} from "../../lib/train/trust.ts";
import { inlineCrew } from "../../lib/train/inline_crew.ts";
import { startCounters } from "../../lib/train/schedule.ts";
import { train } from "../../lib/train/train.ts";
import { toyTraining } from "../learn/toy_training.ts";
import { toyPolicy } from "../toy.ts";
import { biased, brief, plan, run } from "./toy_run.ts";

const cautious = { ...brief, trust: 6 };

Deno.test("trust is gained once, when as many episodes as asked for in a row have beaten the warm-up", () => {
  const returns = (min: number, max: number, minLength: number) =>
    fc.array(fc.integer({ min, max }), { minLength });
  let gains = 0;
  const [early, late] = [returns(-50, -20, 2), returns(-40, 0, 6)];
  fc.assert(fc.property(early, late, (warmup, later) => {
    let trust: Trust = observeReturns(startTrust(), cautious, true, warmup);
    assertEquals(trust.gained, false);
    later.forEach((value, i) => {
      const before = trust;
      trust = observeReturns(before, cautious, false, [value]);
      if (before.gained) return assertEquals(trust, before);
      const recent = later.slice(Math.max(0, i - 5), i + 1);
      const [now, then] = [recent, warmup].map((of) => meanInterval(of));
      const error = Math.hypot(now.mean - now.low, then.high - then.mean);
      const better = recent.length === 6 && now.mean - then.mean - error > 0;
      assertEquals(trust.gained, better);
      gains += Number(better);
    });
  }));
  assert(gains > 20, `gained in ${gains} of 100`);
});

Deno.test("without the option nothing is noted, and after one episode of warm-up nothing is believed", () => {
  assertEquals(
    observeReturns(startTrust(), { trust: 0 }, false, [-1]),
    startTrust(),
  );
  const once = observeReturns(startTrust(), { trust: 2 }, true, [-50]);
  assertEquals(
    observeReturns(once, { trust: 2 }, false, [-1, -1]).gained,
    false,
  );
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

Deno.test("what a careful base plays of the warm-up is something to beat as well", async () => {
  const safe = { recipe: cautious, safeExploration: 0.3, gatePairs: 0 };
  const { progress } = await run({ ...safe, steps: 4000 }, toyPolicy(4, 2));
  const played = progress.filter(({ stage }) => stage.kind === "play");
  const warm = played.filter(({ stage }) =>
    stage.kind === "play" && stage.warmup
  );
  const { warmup } = warm.at(-1)!.counters.trust;
  assertEquals(warmup.length, warm.length * cautious.roundEpisodes);
  assert(warm.some(({ row }) => row!.player === "base"));
  // Later on the base's own episodes say nothing of what is learnt.
  played.forEach(({ row, counters }, i) => {
    if (i === 0 || row!.player !== "base" || row!.warmup) return;
    assertEquals(counters.trust, played[i - 1].counters.trust);
  });
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
