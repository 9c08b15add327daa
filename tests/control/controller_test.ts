import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import {
  clipped,
  constant,
  decide,
  fromPolicy,
  guarded,
  type Rule,
  zero,
} from "../../lib/control/controller.ts";
import { Refusal, refuse } from "../../lib/errors.ts";
import { key } from "../../lib/rng/key.ts";
import type { Controller, Vec } from "../../lib/types.ts";

const seen = Float32Array.of(0.5, -2);
const goal = Float32Array.of(3);
const sum: Rule = (observation, desired, out) => {
  out[0] = observation[0] + desired[0];
  out[1] = observation[1];
};

/** Counts its actions in its memory and plays the count. */
const counter: Controller<number> = {
  id: "counter",
  init: (start) => start.lo,
  act: (memory) => ({
    action: Float32Array.of(memory),
    memory: memory + 1,
  }),
};

/** A controller whose `act` returns anything at all, as untyped code may. */
function returning(decision: unknown): Controller<undefined> {
  // deno-lint-ignore no-explicit-any
  return { id: "odd", init: () => undefined, act: () => decision as any };
}

Deno.test("a policy from a function plays what the function writes", () => {
  const policy = fromPolicy("sum", sum, 2);
  assertEquals(policy.id, "sum");
  assertEquals(policy.init(key(1)), undefined);
  const { action, memory } = policy.act(undefined, seen, goal);
  assertEquals(action, Float32Array.of(3.5, -2));
  assertEquals(memory, undefined);
});

Deno.test("a policy lends one buffer and leaks nothing from call to call", () => {
  const policy = fromPolicy("half", (observation, _desired, out) => {
    if (observation[0] > 0) out[0] = observation[0];
  }, 1);
  const first = policy.act(undefined, seen, goal).action;
  assertEquals(first, Float32Array.of(0.5));
  const second = policy.act(undefined, Float32Array.of(-1), goal).action;
  assert(first === second);
  assertEquals(second, Float32Array.of(NaN));
});

Deno.test("a policy has at least one action entry", () => {
  for (const bad of [0, -1, 1.5, NaN]) {
    assertThrows(() => fromPolicy("none", sum, bad), RangeError, `${bad}`);
  }
});

Deno.test("constant plays its own copy; zero plays zeros", () => {
  const values = [0.25, -1];
  const policy = constant(values);
  values[0] = 9;
  const { action } = policy.act(undefined, seen, goal);
  assertEquals(action, Float32Array.of(0.25, -1));
  action.fill(7);
  assertEquals(
    policy.act(undefined, seen, goal).action,
    Float32Array.of(0.25, -1),
  );
  assertEquals(zero(3).act(undefined, seen, goal).action, new Float32Array(3));
});

Deno.test("clipped is the nearest action in the box, and clipping twice is clipping once", () => {
  const entry = fc.float({ noNaN: true, noDefaultInfinity: true });
  fc.assert(
    fc.property(fc.array(entry, { minLength: 1, maxLength: 5 }), (values) => {
      const once = clipped(constant(values));
      const action = Array.from(once.act(undefined, seen, goal).action);
      action.forEach((x, i) => {
        assert(x >= -1 && x <= 1);
        assert(Math.abs(values[i]) > 1 || x === values[i]);
        assert(Math.abs(values[i]) <= 1 || x === Math.sign(values[i]));
      });
      const twice = clipped(once).act(undefined, seen, goal).action;
      assertEquals(Array.from(twice), action);
    }),
  );
});

Deno.test("clipped leaves what is not finite for the guard to find", () => {
  const values = [NaN, Infinity, -Infinity];
  const { action } = clipped(constant(values)).act(undefined, seen, goal);
  assertEquals(Array.from(action), values);
});

Deno.test("clipped leaves the inner action, memory and NaN alone", () => {
  const inner = Float32Array.of(5);
  const lent: Controller<number> = {
    id: "lent",
    init: () => 4,
    act: (memory) => ({ action: inner, memory: memory + 1 }),
  };
  const decision = clipped(lent).act(4, seen, goal);
  assertEquals(decision.memory, 5);
  assertEquals(inner[0], 5);
  inner[0] = NaN;
  assertEquals(clipped(lent).act(4, seen, goal).action[0], NaN);
});

Deno.test("guarding a good controller changes nothing but the memory's wrapping", () => {
  fc.assert(
    fc.property(fc.nat(1000), fc.integer({ min: 1, max: 9 }), (seed, steps) => {
      const safe = guarded(counter, 1);
      assertEquals(safe.id, counter.id);
      let memory = counter.init(key(seed));
      let kept = safe.init(key(seed));
      for (let t = 0; t < steps; t++) {
        assertEquals(kept, { inner: memory, step: t });
        const expected = counter.act(memory, seen, goal);
        const found = safe.act(kept, seen, goal);
        assertEquals(found.action, expected.action);
        [memory, kept] = [expected.memory, found.memory];
      }
    }),
  );
});

Deno.test("a guarded controller may be asked again with an old memory", () => {
  const safe = guarded(counter, 1);
  const start = safe.init(key(3));
  const first = safe.act(start, seen, goal);
  safe.act(first.memory, seen, goal);
  assertEquals(safe.act(start, seen, goal), first);
});

const faults: readonly (readonly [string, unknown, string])[] = [
  ["nothing", undefined, "received undefined"],
  ["null", null, "received undefined"],
  ["a promise", Promise.resolve({}), "received undefined"],
  ["no action", { memory: undefined }, "received undefined"],
  ["a plain array", { action: [0, 0] }, "received Array"],
  ["doubles", { action: new Float64Array(2) }, "received Float64Array"],
  ["too few", { action: new Float32Array(1) }, "must have 2 entries: it has 1"],
  [
    "too many",
    { action: new Float32Array(3) },
    "must have 2 entries: it has 3",
  ],
  ["NaN", { action: Float32Array.of(0, NaN) }, "entry 1 is NaN"],
  [
    "infinity",
    { action: Float32Array.of(-Infinity, 0) },
    "entry 0 is -Infinity",
  ],
];

for (const [name, decision, part] of faults) {
  Deno.test(`a controller that returns ${name} is refused by name and step`, () => {
    const safe = guarded(returning(decision), 2);
    const memory = { inner: undefined, step: 17 };
    const { error } = assertThrows(
      () => safe.act(memory, seen, goal),
      Refusal,
      part,
    );
    assert(error._tag === "ControllerError");
    assertEquals([error.controller, error.step], ["odd", 17]);
    assert(error.message.includes(`"odd" at step 17`), error.message);
  });
}

Deno.test("what a controller throws is named, with the step it reached", () => {
  const tired: Rule = (_observation, _desired, out: Vec) => {
    if (out.length > 0 && ++calls > 2) throw new TypeError("no sensor");
    out.fill(0);
  };
  let calls = 0;
  const safe = guarded(fromPolicy("tired", tired, 2), 2);
  let memory = safe.init(key(1));
  for (let t = 0; t < 2; t++) memory = safe.act(memory, seen, goal).memory;
  const { error } = assertThrows(
    () => safe.act(memory, seen, goal),
    Refusal,
    `Cannot use controller "tired" at step 2: it threw TypeError: no sensor`,
  );
  assert(error._tag === "ControllerError" && error.step === 2);
});

Deno.test("a controller that forgets an entry is refused", () => {
  const lazy = guarded(fromPolicy("lazy", (_o, _d, out) => out[0] = 1, 2), 2);
  assertThrows(
    () => lazy.act(lazy.init(key(1)), seen, goal),
    Refusal,
    "entry 1 is NaN",
  );
});

Deno.test("an init that throws is refused at step 0", () => {
  const broken: Controller<number> = {
    ...counter,
    init: () => {
      throw "no table";
    },
  };
  assertThrows(
    () => guarded(broken, 1).init(key(1)),
    Refusal,
    `"counter" at step 0: its 'init' threw no table`,
  );
});

Deno.test("a refusal from within passes unchanged, however often guarded", () => {
  const message = "Cannot open the gripper";
  const refusing = fromPolicy("refusing", () => {
    refuse({ _tag: "ConfigError", message });
  }, 1);
  const safe = guarded(guarded(refusing, 1), 1);
  const { error } = assertThrows(
    () => safe.act(safe.init(key(1)), seen, goal),
    Refusal,
  );
  assertEquals(error, { _tag: "ConfigError", message });
});

Deno.test("decide names the step that its caller counts", () => {
  const odd = returning({ action: Float32Array.of(NaN), memory: undefined });
  assertThrows(
    () => decide(odd, 1, 12345, undefined, seen, goal),
    Refusal,
    "at step 12345",
  );
});
