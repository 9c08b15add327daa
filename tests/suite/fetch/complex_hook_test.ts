import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertThrows,
} from "@std/assert";
import { foldIn, key } from "../../../lib/rng/key.ts";
import {
  complexHook,
  type ComplexHookOptions,
} from "../../../lib/suite/fetch/complex_hook.ts";
import { HOOK_READINGS as at } from "../../../lib/suite/fetch/hook.ts";
import { objectBody } from "../../../lib/suite/fetch/hook_objects.ts";
import { hookScene } from "../../../lib/suite/fetch/hook_scenes.ts";
import { hookStage } from "../../../lib/suite/fetch/hook_stage.ts";
import { fetchWorld } from "../../../lib/suite/fetch/scene.ts";
import { loadMujoco } from "../../../tasks/_physics.ts";
import { rowOf } from "../../laws/trace.ts";
import { fetches } from "./play_hook.ts";
import { chiSquare } from "./spread.ts";

const mujoco = await loadMujoco();
const ACTION = Float32Array.of(0.4, -0.6, -1, 0.5);

/** What the third step from each key shows, in the order of the keys given. */
function thirdSteps(order: readonly number[], options: ComplexHookOptions) {
  using task = complexHook(mujoco, { slots: 1, ...options });
  const rows = order.map((seed) => {
    let moment = task.reset(key(seed));
    for (let t = 0; t < 3; t++) moment = task.step(moment.state, ACTION);
    const row = rowOf(moment);
    task.drop(moment.state);
    return [seed, row] as const;
  });
  return Object.fromEntries(rows);
}

Deno.test("episodes are the same bits whatever was played before them", () => {
  const seeds = Array.from({ length: 12 }, (_, i) => i);
  const forwards = thirdSteps(seeds, { scenes: 5 });
  assertEquals(thirdSteps(seeds, { scenes: 5 }), forwards);
  const others = [...seeds.toReversed(), 3, 3];
  assertEquals(thirdSteps(others, { scenes: 5 }), forwards);
});

Deno.test("scenes are picked uniformly, and episodes may share one", () => {
  const scenes = 4;
  using task = complexHook(mujoco, { slots: 3, scenes });
  const counts = new Array<number>(scenes).fill(0);
  for (let i = 0; i < 800; i++) {
    const { state } = task.reset(foldIn(key(1), i));
    counts[state.scene]++;
    task.drop(state);
  }
  // 99.9 % quantile of chi-square with 3 degrees of freedom.
  assert(chiSquare(counts) < 16.27, `${counts}`);
  const shared = [0, 1, 2].map((i) => task.resetIn(2, key(i)).state);
  assertEquals(task.live(), 3);
  assertThrows(() => task.resetIn(2, key(3)), RangeError, "all 3 are in use");
  shared.forEach(task.drop);
  assertEquals(task.live(), 0);
});

Deno.test("the object's middle starts where it should, or with the defect off it", () => {
  const off = (bodyOffset: number, scene: number) => {
    using task = complexHook(mujoco, { slots: 1, bodyOffset });
    const { state, observation: { achieved } } = task.resetIn(scene, key(4));
    task.drop(state);
    return [...achieved];
  };
  for (const scene of [0, 1, 5]) {
    const [x, y] = off(0, scene);
    assert(x > 1.75 - 1e-3 && x < 1.85 + 1e-3, `found x ${x}`);
    assert(y > 0.7 - 1e-3 && y < 0.8 + 1e-3, `found y ${y}`);
    const [dx, dy] = off(1, scene);
    const { offset } = hookScene(scene, false).object;
    // The object may tilt a little as it falls.
    assertAlmostEquals(dx - x, offset[0], 5e-3);
    assertAlmostEquals(dy - y, offset[1], 5e-3);
  }
});

Deno.test("the body has the mass and damping drawn, whatever its shape", () => {
  for (let i = 0; i < 12; i++) {
    const { object } = hookScene(i, true);
    const { body, assets } = objectBody(object, false);
    const stage = hookStage({
      tableMass: 1,
      height: 0.6,
      object: body,
      assets,
    });
    using world = fetchWorld(mujoco, "actuated", 1, { stage });
    const { model } = world;
    const mass = model.body_mass[world.index("body", "object")];
    assertAlmostEquals(mass, object.mass, 1e-12);
    const dof = model.jnt_dofadr[world.index("joint", "object")];
    for (const d of model.dof_damping.subarray(dof, dof + 6)) {
      assertEquals(d, object.damping);
    }
  }
});

Deno.test("bumps and objects can be had each alone", () => {
  const first = (options: ComplexHookOptions) => {
    using task = complexHook(mujoco, { slots: 1, ...options });
    const { state, observation } = task.resetIn(3, key(2));
    const seen = [...observation.observation];
    task.drop(state);
    return seen;
  };
  const cube = first({ objects: 0, bumps: 0 });
  assertAlmostEquals(cube[at.object + 2], 0.4249, 2e-4);
  assertEquals(first({ objects: 0, unseen: 1, bumps: 0 }), cube);
  const other = first({ bumps: 0 });
  const height = hookScene(3, false).object.extents[2] / 2;
  assertAlmostEquals(other[at.object + 2], 0.4 + height, 2e-3);
});

Deno.test("reactiveHook fetches half of the objects, more without bumps", () => {
  const rate = (options: ComplexHookOptions, episodes: number) => {
    using task = complexHook(mujoco, { slots: 1, ...options });
    let successes = 0;
    for (let i = 0; i < episodes; i++) {
      successes += Number(fetches(task, task.resetIn(i, foldIn(key(7), i))));
    }
    assertEquals(task.live(), 0);
    return successes / episodes;
  };
  // 0.58 over 600 episodes of both splits; three standard errors of 16.
  const found = rate({}, 16);
  assert(found > 0.2 && found < 0.95, `found ${found}`);
  const flat = rate({ bumps: 0 }, 6);
  assert(flat > 0.6, `found ${flat}`);
});

Deno.test("what cannot be played is refused by name", () => {
  const cases = [
    [{ unseen: 2 }, "'unseen'"],
    [{ scenes: 0 }, "'scenes'"],
    [{ scenes: 101 }, "'scenes'"],
    [{ bumps: 0.5 }, "'bumps'"],
    [{ objects: -1 }, "'objects'"],
    [{ bodyOffset: NaN }, "'bodyOffset'"],
    [{ slots: 0 }, "'slots'"],
  ] as const;
  for (const [options, name] of cases) {
    assertThrows(() => complexHook(mujoco, options), RangeError, name);
  }
  using few = complexHook(mujoco, { slots: 1, scenes: 2 });
  assertThrows(() => few.resetIn(2, key(0)), RangeError, "from 0 to 1");
  assertThrows(() => few.resetIn(-1, key(0)), RangeError, "from 0 to 99");
});

Deno.test("a disposed task plays no more, in scenes known or new", () => {
  const task = complexHook(mujoco, { slots: 1, scenes: 2 });
  task.drop(task.resetIn(0, key(0)).state);
  task[Symbol.dispose]();
  for (const scene of [0, 1]) {
    assertThrows(() => task.resetIn(scene, key(0)), ReferenceError, "disposed");
  }
});
