/** Chance that is held, and chance that is not. */

import { assert, assertEquals } from "@std/assert";
import { constant } from "../../lib/control/controller.ts";
import { explore, type ExploreOptions } from "../../lib/control/explore.ts";
import { key } from "../../lib/rng/key.ts";

const STEPS = 600;
const nothing = new Float32Array(1);
const still = constant([0.25, -0.25]);

/** The actions of an episode over a controller that stands still, of noise 0 unless asked for. */
function played(options: Partial<ExploreOptions>): number[][] {
  const explorer = explore({ noise: 0, random: 0.3, ...options })(still);
  let memory = explorer.init(key(3));
  return Array.from({ length: STEPS }, () => {
    const decision = explorer.act(memory, nothing, nothing);
    memory = decision.memory;
    return [...decision.action];
  });
}

/** Whether chance has played, told by the action. */
function byChance(action: readonly number[]): boolean {
  return action[0] !== 0.25;
}

Deno.test("held chance is one action for as many steps, drawn anew after them", () => {
  const held = 10;
  const actions = played({ held, reach: 0.5, centre: still });
  const blocks = Array.from(
    { length: STEPS / held },
    (_, i) => actions.slice(held * i, held * (i + 1)),
  );
  for (const [first, ...others] of blocks) {
    for (const action of others) assertEquals(action, first);
  }
  const random = blocks.map(([first]) => first).filter(byChance);
  // 60 blocks, a third of them by chance: four standard deviations.
  assert(random.length > 4 && random.length < 33, `${random.length}`);
  for (const [i, action] of random.entries()) {
    if (i > 0) assert(action[0] !== random[i - 1][0]);
    action.forEach((x, j) => {
      assert(Math.abs(x - [0.25, -0.25][j]) <= 0.5 + 1e-6);
    });
  }
});

Deno.test("as many steps are left to chance however long it is held", () => {
  for (const held of [1, 5, 20]) {
    const steps = played({ held, random: 0.5 }).filter(byChance).length;
    const blocks = STEPS / held;
    // Four standard deviations of a binomial, in blocks.
    const slack = 4 * held * Math.sqrt(blocks) / 2;
    assert(Math.abs(steps - STEPS / 2) < slack, `held ${held}: ${steps}`);
  }
});

Deno.test("noise is fresh at every step, whatever is held", () => {
  const actions = played({ held: 10, random: 0, noise: 0.1 });
  const distinct = new Set(actions.map(([x]) => x));
  assertEquals(distinct.size, STEPS);
});
