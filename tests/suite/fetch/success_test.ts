import { assert, assertEquals } from "@std/assert";
import { aimAndStrike } from "../../../lib/control/aim_and_strike.ts";
import { reactivePush } from "../../../lib/control/reactive_push.ts";
import { foldIn, key } from "../../../lib/rng/key.ts";
import { HORIZON, push, slipperyPush } from "../../../lib/suite/fetch/push.ts";
import { slide } from "../../../lib/suite/fetch/slide.ts";
import type { FetchTask } from "../../../lib/suite/fetch/task.ts";
import type { Policy } from "../../../lib/types.ts";
import { loadMujoco } from "../../../tasks/_physics.ts";

const mujoco = await loadMujoco();

/** Share of episodes whose last step is a success. */
function successRate(
  task: FetchTask,
  policy: Policy,
  episodes: number,
): number {
  let successes = 0;
  for (let episode = 0; episode < episodes; episode++) {
    let moment = task.reset(foldIn(key(2018), episode));
    for (let t = 0; t < HORIZON; t++) {
      const { observation, desired } = moment.observation;
      const { action } = policy.act(undefined, observation, desired);
      moment = task.step(moment.state, action);
    }
    successes += Number(moment.success);
    task.drop(moment.state);
  }
  assertEquals(task.live(), 0);
  return successes / episodes;
}

Deno.test("reactivePush almost always succeeds on push", () => {
  using task = push(mujoco, { slots: 1 });
  const rate = successRate(task, reactivePush({ width: 0.15 }), 40);
  assert(rate >= 0.95, `found ${rate}`);
});

Deno.test("miscalibrated, reactivePush succeeds on ice in a third of the episodes", () => {
  using task = slipperyPush(mujoco, { slots: 1 });
  const rate = successRate(task, reactivePush({ width: 0.15 }), 120);
  // 0.37 over 1000 episodes; three standard errors of 120.
  assert(rate > 0.24 && rate < 0.5, `found ${rate}`);
});

Deno.test("better calibrated, reactivePush succeeds on ice in about half of the episodes", () => {
  using task = slipperyPush(mujoco, { slots: 1 });
  const rate = successRate(task, reactivePush({ width: 0.10 }), 60);
  // 0.47 over 300 episodes; three standard errors of 60.
  assert(rate > 0.28 && rate < 0.67, `found ${rate}`);
});

Deno.test("aimAndStrike alone succeeds in two fifths of the episodes", () => {
  using task = slide(mujoco, { slots: 1 });
  const rate = successRate(task, aimAndStrike(), 120);
  // 0.389 over 1000 episodes; three standard errors of 120.
  assert(rate > 0.255 && rate < 0.523, `found ${rate}`);
});
