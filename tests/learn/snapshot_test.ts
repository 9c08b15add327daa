/** What acts, copied out and put back: the same policy, and nothing else of the learner. */

import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { defaultRecipe } from "../../lib/learn/recipe.ts";
import {
  actingBy,
  putSnapshot,
  snapshotBytes,
  takeSnapshot,
} from "../../lib/learn/snapshot.ts";
import { toyTraining } from "./toy_training.ts";

const recipe = {
  ...defaultRecipe(),
  annealing: 100,
  hidden: [16, 16],
  batch: 32,
};
const order = {
  updates: 0,
  actorUpdates: 0,
  count: 40,
  released: true,
  episodes: 12,
};

async function trained() {
  const { training } = await toyTraining(recipe, 5);
  const { learner, policy } = training;
  // What it does where.
  const acts = () =>
    Array.from({ length: 20 }, (_, i) => {
      const seen = Float32Array.of(i / 20, 0.1, -i / 30, 0);
      const wanted = Float32Array.of(0.3, -i / 20);
      return [...policy.act(undefined, seen, wanted).action];
    });
  const learn = (more: Partial<typeof order> = {}) =>
    training.update({ ...order, ...more }, [0, 1], () => {});
  return { learner, acts, learn };
}

Deno.test("a snapshot put back acts as it did, and learning goes on from where it was", async () => {
  const { learner, acts, learn } = await trained();
  learn();
  const [before, snapshot] = [acts(), takeSnapshot(learner)];
  learn({ updates: 40, actorUpdates: 20, count: 200 });
  const [after, state] = [acts(), learner.state.slice()];
  assert(JSON.stringify(before) !== JSON.stringify(after));
  const inside = await actingBy(learner, snapshot, () => {
    assertEquals(takeSnapshot(learner), snapshot);
    return Promise.resolve(acts());
  });
  assertEquals(inside, before);
  assertEquals(acts(), after);
  assertEquals(learner.state, state);
  putSnapshot(learner, snapshot);
  assertEquals(acts(), before);
});

Deno.test("a snapshot is a fifth of the state; nothing that acts is left out of it", async () => {
  const { learner, acts, learn } = await trained();
  learn();
  assert(snapshotBytes(learner) < learner.state.length / 4);
  const [before, snapshot] = [acts(), takeSnapshot(learner)];
  learner.state.fill(63);
  // The shapes lie in the state too; they are constants.
  const other = await trained();
  putSnapshot(other.learner, snapshot);
  assertEquals(other.acts(), before);
});

Deno.test("where playing fails the learner acts by its own networks again; a snapshot of another shape is refused", async () => {
  const { learner, learn } = await trained();
  const snapshot = takeSnapshot(learner);
  learn();
  const own = takeSnapshot(learner);
  await assertRejects(
    () => actingBy(learner, snapshot, () => Promise.reject(new Error("no"))),
    Error,
    "no",
  );
  assertEquals(takeSnapshot(learner), own);
  const short = snapshot.slice(4);
  assertThrows(
    () => putSnapshot(learner, short),
    RangeError,
    `it holds ${short.length}`,
  );
});
