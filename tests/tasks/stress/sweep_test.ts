import { assert, assertEquals, assertThrows } from "@std/assert";
import { Refusal } from "../../../lib/errors.ts";
import type { Outcome } from "../../../lib/rollout/unroll.ts";
import { TASKS } from "../../../lib/suite/registry.ts";
import { AXES, type Disturbance } from "../../../lib/suite/stress.ts";
import { loadMujoco } from "../../../tasks/_physics.ts";
import { fitting } from "../../../tasks/_stress/fit.ts";
import { sweep } from "../../../tasks/_stress/sweep.ts";
import { defaultsOf } from "../../suite/rollouts.ts";

/** A crew whose policy fails as often as the world is far off, and that remembers whom it played. */
function fakeCrew() {
  let world: Disturbance | undefined;
  const played: { readonly world: string; readonly game: string }[] = [];
  return {
    played,
    disturb: (disturbance: Disturbance) => {
      world = disturbance;
      return Promise.resolve();
    },
    evaluate: (player: string, set: unknown, first: number, count: number) => {
      played.push({
        world: JSON.stringify(world ?? null),
        game: JSON.stringify([player, set, first, count]),
      });
      const far = world === undefined
        ? 0
        : Math.abs(world.value - AXES[world.axis].undisturbed);
      const outcomes: readonly Outcome[] = Array.from(
        { length: count },
        (_, i) => ({
          success: player === "base" || i + first >= 10 * far,
          return: 0,
          length: 1,
          modelSteps: 0,
        }),
      );
      return Promise.resolve(outcomes);
    },
  };
}

Deno.test("every value of an axis is played with the same episodes by both, the undisturbed one once", async () => {
  const crew = fakeCrew();
  const axes = [AXES.mass, AXES.delay];
  const stages: string[] = [];
  const judging = { task: "push", episodes: 60, seed: 5, moved: true };
  const curves = await sweep(
    crew,
    axes,
    judging,
    ({ done, all, stage }) => stages.push(`${done}/${all} ${stage}`),
  );
  assertEquals(
    curves.map(({ id, points }) => [id, points.map(({ value }) => value)]),
    axes.map(({ id, values }) => [id, values]),
  );
  const worlds = new Set(crew.played.map(({ world }) => world));
  assertEquals(worlds.size, 1 + 4 + 4);
  const games = new Set(crew.played.map(({ game }) => game));
  // Two players, each in two parts of at most 50 episodes, in all worlds alike.
  assertEquals([games.size, crew.played.length], [4, 9 * 4]);
  assertEquals(stages[0], "0/540 undisturbed");
  assertEquals(stages.at(-1), "540/540 delay 5");
  const [{ points: [, , plain] }, { points: [same, , far] }] = curves;
  assertEquals({ ...plain, value: 0 }, same);
  assertEquals([far.base.mean, far.policy.mean], [1, 40 / 60]);
  assertEquals(far.difference.mean, -20 / 60);
});

Deno.test("axes that do not apply are told apart, and refused where none is left", async () => {
  const { id: task, options, bases } = TASKS.pusher;
  const choice = {
    task,
    env: defaultsOf(options),
    controller: defaultsOf(bases.cached.options),
    base: "cached",
  };
  const mujoco = await loadMujoco();
  const all = Object.values(AXES);
  const { axes, leftOut } = fitting(mujoco, choice, all);
  assertEquals(
    axes.map(({ id }) => id),
    ["mass", "noise", "bias", "delay"],
  );
  assertEquals(
    leftOut.map(({ axis }) => axis),
    ["friction", "size", "quality"],
  );
  assert(leftOut[1].why.startsWith("the size of 'object'"), leftOut[1].why);
  const { error } = assertThrows(
    () => fitting(mujoco, choice, [AXES.size]),
    Refusal,
    "Cannot stress 'pusher' along 'size'",
  );
  assert(error.message.includes("choose other axes"), error.message);
});
