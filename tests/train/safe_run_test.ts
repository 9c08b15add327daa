/** Safe exploration in a whole run, held against the base on the very same episodes. */

import { assert, assertEquals } from "@std/assert";
import { fromPolicy } from "../../lib/control/controller.ts";
import {
  floorOf,
  mayExplore,
  observeRound,
  startSafety,
} from "../../lib/train/safety.ts";
import type { Policy } from "../../lib/types.ts";
import { toyTraining } from "../learn/toy_training.ts";
import { toyPolicy } from "../toy.ts";
import { biased, brief, plan, run } from "./toy_run.ts";

/** The biased spring for goals on one side, a good one for the others. */
function lopsided(): Policy {
  const [bad, good] = [biased(), toyPolicy(4, 2)];
  return fromPolicy("lopsided spring", (observation, desired, out) => {
    const spring = desired[0] > 0 ? bad : good;
    out.set(spring.act(undefined, observation, desired).action);
  }, 2);
}

for (const base of [lopsided(), toyPolicy(4, 2)]) {
  Deno.test(`with safe exploration successes keep their share of what the base has in the very same episodes: ${base.id}`, async () => {
    const rule = { eta: 0.3, delta: plan.delta };
    const safe = { safeExploration: rule.eta, recipe: brief, gatePairs: 0 };
    const { rows } = await run({ ...safe, steps: 3000 }, base);
    const { training } = await toyTraining(brief, plan.seed, base, 0, 40);
    const rounds = rows.filter((row) => row?.kind === "play");
    const { roundEpisodes } = brief;
    let [achieved, own, episode] = [0, 0, 0];
    let safety = startSafety();
    for (const row of rounds) {
      const before = safety;
      let solved = 0;
      for (let i = 0; i < roundEpisodes; i++, episode++) {
        solved += Number(training.explore(episode, "base").success);
      }
      own += solved;
      const found = row!.success as number * roundEpisodes;
      achieved += found;
      const explored = row!.player === "candidate";
      assertEquals(explored, mayExplore(before, roundEpisodes, rule));
      // Where the base plays it plays as it is.
      if (!explored) assertEquals(found, solved);
      const each = Array.from({ length: roundEpisodes }, (_, i) => i < found);
      safety = observeRound(before, explored ? "candidate" : "base", each);
      assertEquals(row!.successes, achieved);
      assertEquals(row!.floor, floorOf(safety, rule));
      assert(achieved >= (1 - rule.eta) * own, `${achieved} of ${own}`);
    }
    assertEquals(rounds[0]!.player, "base");
    assert(safety.candidate.episodes > 0, "nobody ever explored");
  });
}
