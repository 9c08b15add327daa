/** Every controller of the library acts at the edge as it does here, or is refused. */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { Manifest } from "../../lib/edge/artefact.ts";
import { baseOf, sensesOf } from "../../lib/edge/bases.ts";
import type { Tensor } from "../../lib/edge/safetensors.ts";
import { sightOf } from "../../lib/edge/senses.ts";
import { foldIn, key } from "../../lib/rng/key.ts";
import { readCache } from "../../lib/suite/pusher/cache.ts";
import { TASKS } from "../../lib/suite/registry.ts";
import type { OptionSpecs } from "../../lib/suite/task.ts";
import { loadMujoco } from "../../tasks/_physics.ts";
import { assertSays, refusalOf } from "./refused.ts";
import { toyManifest } from "./toy_artefact.ts";

/** Controllers that search in the simulator, or would make `lib/edge` too large. */
const BOUND = ["push/tree-mpc", "slide/aim-and-strike"];

const all = Object.values(TASKS).flatMap((task) =>
  Object.entries(task.bases).map(([name, base]) => ({ task, name, base }))
);

function defaultsOf(specs: OptionSpecs): Record<string, number> {
  return Object.fromEntries(
    Object.entries(specs).map(([name, it]) => [name, it.default]),
  );
}

/** Settings anywhere in their ranges. */
function settings(specs: OptionSpecs): fc.Arbitrary<Record<string, number>> {
  return fc.record(
    Object.fromEntries(
      Object.entries(specs).map(([name, { low, high, whole }]) => [
        name,
        whole
          ? fc.integer({ min: low, max: high })
          : fc.double({ min: low, max: high, noNaN: true }),
      ]),
    ),
  );
}

/** The tables of a cache with that many rows. */
function cache(rows: number): Readonly<Record<string, Tensor>> {
  const table = (all: readonly ArrayLike<number>[]) => {
    const used = all.slice(0, rows);
    const data = Float32Array.from(used.flatMap((row) => Array.from(row)));
    return { shape: [used.length, used[0].length], data };
  };
  const { states, actions } = readCache();
  return { "base.states": table(states), "base.actions": table(actions) };
}

function manifestOf(
  task: string,
  name: string,
  options: Readonly<Record<string, number>>,
  sizes: readonly [number, number, number],
): Manifest {
  const [observationSize, goalSize, actionSize] = sizes;
  return toyManifest({
    task,
    observationSize,
    base: { name, kind: "task", options },
    goalChannels: Array.from({ length: goalSize }, (_, i) => `g${i}`),
    actionChannels: Array.from({ length: actionSize }, (_, i) => `a${i}`),
  });
}

Deno.test("every controller can leave but those that search in the simulator", () => {
  for (const { task, name } of all) {
    const bound = BOUND.includes(`${task.id}/${name}`);
    const senses = sensesOf(task.id, name, defaultsOf(task.options));
    assertEquals(senses === undefined, bound, `${task.id}/${name}`);
    if (!bound) continue;
    const manifest = manifestOf(task.id, name, {}, [25, 3, 4]);
    const sentence = refusalOf(() => baseOf({ manifest, tensors: {} }));
    assertSays(sentence, `${task.id}/${name}`);
  }
});

Deno.test("no name of the language is a controller", () => {
  for (const name of ["toString", "__proto__", "constructor", "", "reactive"]) {
    for (const task of ["", "toString", "__proto__", "complex-hook/reactive"]) {
      assertEquals(sensesOf(task, name, {}), undefined);
      const manifest = manifestOf(task, name, {}, [40, 3, 4]);
      refusalOf(() => baseOf({ manifest, tensors: {} }));
    }
  }
});

const mujoco = await loadMujoco();

for (const { task, name, base } of all) {
  const known = `${task.id}/${name}`;
  if (BOUND.includes(known)) continue;

  /** Sizes of what policies over this controller are shown. */
  const sizesOf = (
    env: Record<string, number>,
    own: Record<string, number>,
  ) => {
    using it = base.make ? base.make(mujoco, env, own) : task.make(mujoco, env);
    const { observationSize, goalSize, actionSize } = it.spec;
    return [observationSize, goalSize, actionSize] as const;
  };
  const sizes = sizesOf(defaultsOf(task.options), defaultsOf(base.options));
  const [width, goalSize] = sizes;
  const vector = (length: number) =>
    fc.array(fc.float({ min: -2, max: 2, noNaN: true }), {
      minLength: length,
      maxLength: length,
    }).map((list) => Float32Array.from(list));

  Deno.test(`${known} plays the same wherever it is, under all of its options`, () => {
    const options = settings(base.options);
    const scene = fc.tuple(options, vector(width), vector(goalSize));
    fc.assert(
      fc.property(scene, ([own, seen, goal]) => {
        const tensors = name === "cached" ? cache(own.samples) : {};
        const manifest = manifestOf(task.id, name, own, sizes);
        const edge = baseOf({ manifest, tensors });
        const expected = base.policy(own).act(undefined, seen, goal).action;
        assertEquals(edge.act(undefined, seen, goal).action, expected);
      }),
      { numRuns: name === "cached" ? 20 : 100 },
    );
  });

  Deno.test(`${known} sees and plays in its own world what it does there`, () => {
    for (const change of [0, 1]) {
      const env = defaultsOf(task.options);
      if (change === 1 && "noise" in env) env.noise = 0.01;
      const own = defaultsOf(base.options);
      using world = base.make
        ? base.make(mujoco, env, own)
        : task.make(mujoco, env);
      const { spec } = world;
      const visible = spec.visible ?? spec.observationSize;
      const senses = sensesOf(task.id, name, env);
      assert(senses !== undefined);
      const present = visible / senses.frames;
      const { see, memorySize, size } = sightOf(senses, present);
      const policy = base.policy(own);
      const tensors = name === "cached" ? cache(own.samples) : {};
      const edge = baseOf({
        manifest: manifestOf(task.id, name, own, sizes),
        tensors,
      });
      const seen = new Float32Array(size);
      for (let episode = 0; episode < 2; episode++) {
        let step = world.reset(foldIn(key(11), episode));
        let memory: Float64Array = new Float64Array(memorySize);
        for (let t = 0; t < 60; t++) {
          const { observation, desired } = step.observation;
          const first = visible - present;
          memory = see(
            memory,
            observation.slice(first, first + present),
            seen,
          );
          // What is hidden behind is for the simulator alone.
          assertEquals(seen, observation.slice(0, size));
          const { action } = policy.act(undefined, observation, desired);
          const played = action.slice();
          assertEquals(edge.act(undefined, seen, desired).action, played);
          step = world.step(step.state, played);
        }
        world.drop(step.state);
      }
    }
  });

  Deno.test(`${known} is refused where the sizes are not its own`, () => {
    const own = defaultsOf(base.options);
    const tensors = name === "cached" ? cache(4) : {};
    const [no, ng, na] = sizes;
    const least = name === "still" ? 0 : name === "cached" ? 20 : 6;
    const wrong: (readonly [number, number, number])[] = [
      [no, ng, na + 1],
      [no, ng, na - 1],
      [no, ng - 1, na],
    ];
    if (least > 0) wrong.push([least - 1, ng, na]);
    for (const other of wrong) {
      const manifest = manifestOf(task.id, name, own, other);
      const sentence = refusalOf(() => baseOf({ manifest, tensors }));
      assertSays(sentence, known);
    }
  });
}
