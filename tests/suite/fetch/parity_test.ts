import { assert, assertEquals, assertThrows } from "@std/assert";
import { Refusal } from "../../../lib/errors.ts";
import {
  NO_DEVIATION,
  replay,
  worse,
} from "../../../lib/suite/fetch/replay.ts";
import { push } from "../../../lib/suite/fetch/push.ts";
import {
  formatParity,
  parity,
  parseRollouts,
  replayAll,
} from "../../../tasks/_parity.ts";
import { loadMujoco } from "../../../tasks/_physics.ts";

const mujoco = await loadMujoco();
const path = new URL("../../fixtures/fetch-rollouts.json", import.meta.url);
const text = Deno.readTextFileSync(path);

/** The fixture with one rollout changed. */
function changed(index: number, change: (episode: Episode) => void): string {
  const file = JSON.parse(text) as { rollouts: Episode[] };
  file.rollouts = [file.rollouts[index]];
  change(file.rollouts[0]);
  return JSON.stringify(file);
}

interface Episode {
  task: string;
  qpos: number[];
  actions: number[][];
  rewards: number[];
  success: unknown[];
  [name: string]: unknown;
}

Deno.test("recorded episodes of the original environments repeat within 1e-5 m", async () => {
  const { ok, lines } = await parity(Deno.realPathSync(path), 1e-5);
  assert(ok, lines.join("\n"));
  const kinds = new Set(parseRollouts(text, "fixture").map((r) => r.kind));
  assertEquals([...kinds].sort(), [
    "pick-and-place/random",
    "pick-and-place/reactive",
    "push/random",
    "push/reactive",
    "slippery-push/reactive",
  ]);
});

Deno.test("the pose at rest is the recorded one", () => {
  using task = push(mujoco, { slots: 1 });
  const [{ initial_gripper: gripper, height_offset: height }] =
    JSON.parse(text).rollouts;
  const error = Math.max(
    ...task.rest.gripper.map((x, i) => Math.abs(x - gripper[i])),
    Math.abs(task.rest.objectHeight - height),
  );
  assert(error < 1e-9, `found ${error} m`);
});

Deno.test("another action, reward or success is found out", () => {
  const tampered = [
    changed(1, (episode) => episode.actions[5][0] *= 0.9),
    changed(0, (episode) => episode.rewards[49] = -1 - episode.rewards[49]),
    changed(0, (episode) => episode.success[0] = !episode.success[0]),
    changed(2, (episode) => episode.task = "push/reactive"),
  ];
  for (const file of tampered) {
    const found = replayAll(mujoco, parseRollouts(file, "tampered"));
    const { ok, lines } = formatParity(found, 1e-5);
    assert(!ok && lines.at(-1)!.startsWith("FAIL"), lines.join("\n"));
  }
});

Deno.test("an error that is no number fails, and stays the worst", () => {
  const lost = { ...NO_DEVIATION, object: NaN };
  for (
    const deviation of [worse(lost, NO_DEVIATION), worse(NO_DEVIATION, lost)]
  ) {
    assert(Number.isNaN(deviation.object));
    assert(!formatParity([{ kind: "push/x", rollouts: 1, deviation }], 1).ok);
  }
});

Deno.test("a malformed file is refused by the places at fault", () => {
  const cases: readonly (readonly [string, string])[] = [
    ["{", "not JSON"],
    ["[]", "the file"],
    ['{"rollouts": []}', "rollouts"],
    [changed(0, (e) => e.task = "hook/reactive"), "rollouts.0.task"],
    [changed(0, (e) => e.qpos.pop()), "rollouts.0.qpos"],
    [changed(0, (e) => e.rewards.pop()), "rollouts.0.rewards: must have 50"],
    [changed(0, (e) => e.success[3] = "yes"), "rollouts.0.success.3"],
    [changed(0, (e) => e.actions[7][2] = NaN), "rollouts.0.actions.7.2"],
    [changed(0, (e) => delete e.goal), "rollouts.0.goal"],
  ];
  for (const [file, place] of cases) {
    const { error } = assertThrows(
      () => parseRollouts(file, "x.json"),
      Refusal,
    );
    assertEquals(error._tag, "ConfigError");
    assert(error.message.startsWith("Cannot replay 'x.json'"), error.message);
    assert(error.message.includes(place), error.message);
  }
});

Deno.test("a replay gives its state back", () => {
  using task = push(mujoco, { slots: 1 });
  const [{ rollout }] = parseRollouts(changed(0, () => {}), "fixture");
  for (let i = 0; i < 3; i++) replay(task, rollout);
  assertEquals(task.live(), 0);
});
