import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertThrows,
} from "@std/assert";
import fc from "fast-check";
import { Refusal } from "../../lib/errors.ts";
import { createWorld, type World } from "../../lib/world/mujoco.ts";
import { element } from "../../lib/world/mjcf.ts";
import { loadMujoco } from "../../tasks/_physics.ts";

const mujoco = await loadMujoco();
const DT = 0.01;

/** A ball in free fall beside a pendulum with a motor. */
function model(memory = "64K", autoreset = "disable"): string {
  return element(
    "mujoco",
    {},
    element("option", { timestep: DT }, element("flag", { autoreset })),
    element("size", { memory }),
    element(
      "worldbody",
      {},
      element(
        "body",
        { name: "ball", pos: [0, 0, 3] },
        element("joint", { type: "slide", axis: [0, 0, 1] }),
        element("geom", { size: [0.1], contype: 0, conaffinity: 0 }),
      ),
      element(
        "body",
        { name: "rod", pos: [2, 0, 3] },
        element("joint", { name: "hinge", type: "hinge", axis: [0, 1, 0] }),
        element("geom", {
          type: "capsule",
          size: [0.02],
          fromto: [0, 0, 0, 1, 0, 0],
        }),
        element("site", { name: "tip", pos: [1, 0, 0] }),
      ),
    ),
    element("actuator", {}, element("motor", { joint: "hinge" })),
  );
}

function world(slots = 4): World {
  return createWorld(mujoco, model(), { slots });
}

Deno.test("free fall is the sum that semi-implicit Euler gives", () => {
  using w = world();
  const steps = 50;
  const state = w.step(w.start(), [0], steps);
  const { position, velocity } = w.views(state);
  assertAlmostEquals(velocity[0], -9.81 * DT * steps, 1e-12);
  const fallen = 9.81 * DT * DT * steps * (steps + 1) / 2;
  assertAlmostEquals(position[0], -fallen, 1e-12);
  w.drop(state);
  assertEquals(w.live(), 0);
});

Deno.test("a consumed state throws, whatever is asked of it", () => {
  using w = world();
  const old = w.start();
  const state = w.step(old, [0], 1);
  const uses = [
    () => w.step(old, [0], 1),
    () => w.views(old),
    () => w.forward(old),
    () => w.forwardPosition(old),
    () => w.forwardVelocity(old),
    () => w.fork(old),
    () => w.save(old),
    () => w.drop(old),
  ];
  for (const use of uses) assertThrows(use, ReferenceError, "already consumed");
  w.drop(state);
  assertThrows(() => w.drop(state), ReferenceError);
  assertEquals(w.live(), 0);
});

Deno.test("a fork and a loaded snapshot go on as the state does, bit for bit", () => {
  using w = world();
  const control = fc.double({ min: -5, max: 5, noNaN: true });
  const controls = fc.array(control, { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(controls, controls, (before, after) => {
      let state = w.start();
      for (const u of before) state = w.step(state, [u], 3);
      const snapshot = w.save(state);
      const others = [w.fork(state), w.load(snapshot)];
      const ends = [state, ...others].map((from) => {
        let s = from;
        for (const u of after) s = w.step(s, [u], 3);
        const end = w.save(s);
        w.drop(s);
        return end;
      });
      assertEquals(ends[1], ends[0]);
      assertEquals(ends[2], ends[0]);
    }),
    { numRuns: 30 },
  );
  assertEquals(w.live(), 0);
});

Deno.test("views stay true when another world makes the memory grow", () => {
  using w = world();
  let state = w.start();
  const first = w.views(state).position;
  using _large = createWorld(mujoco, model("64M"), { slots: 2 });
  assertEquals(first.length, 0, "the memory was expected to grow");
  state = w.step(state, [0], 1);
  assertAlmostEquals(w.views(state).velocity[0], -9.81 * DT, 1e-15);
  w.drop(state);
});

Deno.test("a state that is no longer finite is refused by name and step", () => {
  using w = world();
  const sound = w.step(w.start(), [0], 2);
  w.views(sound).velocity[1] = NaN;
  const { error } = assertThrows(() => w.step(sound, [0], 2), Refusal);
  assert(error._tag === "DivergedError");
  assertEquals([error.quantity, error.step], ["qpos[1]", 2]);
  assertEquals(w.live(), 0, "a refused state must give its slot back");
  const fresh = w.step(w.start(), [0], 1);
  assert(w.views(fresh).position.every(Number.isFinite));
});

Deno.test("a slot starts afresh, whoever had it before", () => {
  using w = world(1);
  const first = w.start();
  const fresh = w.save(first);
  w.drop(w.step(first, [3], 5));
  assertEquals(w.save(w.start()), fresh);
});

Deno.test("more states than slots are refused, until one is dropped", () => {
  using w = world(2);
  const states = [w.start(), w.start()];
  assertThrows(() => w.start(), RangeError, "all 2 are in use");
  assertThrows(() => w.fork(states[0]), RangeError, "slots");
  w.drop(states[1]);
  const again = w.start();
  assertEquals(w.live(), 2);
  w.drop(again);
  w.drop(states[0]);
});

Deno.test("simulations beyond the reserve come when needed, and are like the others", () => {
  using w = createWorld(mujoco, model(), { slots: 3, reserve: 1 });
  using eager = world(3);
  const runs = [w, eager].map((each) => {
    const states = [0, 1, 2].map((i) => each.step(each.start(), [i], 3));
    const saved = states.map((state) => each.save(state));
    assertThrows(() => each.start(), RangeError, "all 3 are in use");
    states.forEach(each.drop);
    return saved;
  });
  assertEquals(runs[0], runs[1]);
  assertEquals(w.live(), 0);
});

Deno.test("what cannot be used is refused in words", () => {
  const broken = assertThrows(
    () => createWorld(mujoco, "<mujoco><x/></mujoco>"),
    Refusal,
  );
  assertEquals(broken.error._tag, "ModelError");
  const resets = assertThrows(
    () => createWorld(mujoco, model("64K", "enable")),
    Refusal,
  );
  assert(resets.message.includes("autoreset"));
  assertThrows(() => world(0), RangeError, "'slots'");
  using w = world();
  assertThrows(() => w.index("site", "elbow"), RangeError, "'elbow'");
  assertThrows(() => w.load(new Float64Array(3)), RangeError, "3 numbers");
  const state = w.start();
  assertThrows(() => w.step(state, [0, 0], 1), RangeError, "'control'");
  assertEquals(w.live(), 1);
});

Deno.test("a disposed world lends nothing more", () => {
  const w = world();
  const state = w.start();
  w[Symbol.dispose]();
  w[Symbol.dispose]();
  assertThrows(() => w.views(state), ReferenceError, "disposed");
  assertThrows(() => w.start(), ReferenceError, "disposed");
});
