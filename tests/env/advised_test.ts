import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { pipe } from "fp-ts/function";
import { type Advisor, fromController } from "../../lib/control/advisor.ts";
import { constant } from "../../lib/control/controller.ts";
import { adviceAt, adviceOf, advised } from "../../lib/env/advised.ts";
import { amplified } from "../../lib/env/amplified.ts";
import { checkEnv } from "../../lib/env/check.ts";
import { timeLimit } from "../../lib/env/time_limit.ts";
import { Refusal } from "../../lib/errors.ts";
import type { Recorder } from "../../lib/replay/episodes.ts";
import { uniform } from "../../lib/rng/distributions.ts";
import { derive, key as makeKey } from "../../lib/rng/key.ts";
import { unroll } from "../../lib/rollout/unroll.ts";
import type { Controller, Env, Key } from "../../lib/types.ts";
import { envLaws } from "../laws/env.ts";
import { actionSequences, keys, trace } from "../laws/trace.ts";
import { toy, type ToyState } from "../toy.ts";

interface Wanderer {
  readonly key: Key;
  readonly t: number;
  readonly before: number;
}

/** Remembers its own last action and draws from its key: the worst case. */
function wanderer(): Controller<Wanderer> {
  const action = new Float32Array(2);
  return {
    id: "wanderer",
    init: (key) => ({ key, t: 0, before: 0 }),
    act: ({ key, t, before }, observation, desired) => {
      action[0] = 0.5 * before + uniform(key, t) - 0.5;
      action[1] = desired[1] - observation[2];
      return { action, memory: { key, t: t + 1, before: action[0] } };
    },
  };
}

function windy() {
  return toy({ axes: 2, wind: 1, terminates: true, threshold: 0.1 });
}

envLaws(
  "advised",
  () => pipe(windy(), advised(fromController(wanderer())), timeLimit(7)),
);
envLaws("amplified", () => pipe(windy(), amplified(10), timeLimit(7)));

Deno.test("advised environments pass the check that users run", () => {
  const env = pipe(windy(), advised(fromController(wanderer())), timeLimit(9));
  assertEquals(checkEnv(env).filter(({ ok }) => !ok), []);
});

Deno.test("the environment beneath is as it was, the advice comes last and is hidden", () => {
  const env = windy();
  const over = advised(fromController(wanderer()))(env);
  assertEquals(over.spec.visible, 4);
  assertEquals(over.spec.channels.slice(-2), ["advice.0", "advice.1"]);
  fc.assert(fc.property(keys(), actionSequences(2), (key, actions) => {
    const plain = trace(env, key, actions);
    const rows = trace(over, key, actions);
    const beneath = rows.map((row) => ({
      ...row,
      observation: row.observation.slice(0, 4),
    }));
    assertEquals(beneath, plain);
    assertEquals(env.live(), 0);
  }));
});

Deno.test("advice that is shown is one more channel that networks see", () => {
  const advisor = fromController(constant([0.25]));
  const actions = [[0.5]];
  const shown = advised(advisor, { shown: true })(toy());
  assertEquals(shown.spec.visible, undefined);
  const hidden = advised(advisor)(toy());
  assertEquals(
    trace(shown, makeKey(1), actions),
    trace(hidden, makeKey(1), actions),
  );
  assertThrows(
    () =>
      advised(advisor, { shown: true })({
        ...toy(),
        spec: { ...toy().spec, visible: 1 },
      }),
    RangeError,
    "hidden channels",
  );
});

/** All that happens in an episode; `size` entries of the observation. */
function tape(size: number): { rows: number[][]; recorder: Recorder } {
  const rows: number[][] = [];
  const recorder: Recorder = {
    moment: (t, { observation, achieved, desired }) => {
      const seen = observation.subarray(0, size);
      rows.push([t, ...seen, ...achieved, ...desired]);
    },
    action: (t, action) => rows.push([t, ...action]),
    end: (length) => rows.push([length]),
  };
  return { rows, recorder };
}

Deno.test("an advised episode is that of the controller alone, to the bit", () => {
  const env = timeLimit(20)(windy());
  const over = advised(fromController(wanderer()))(env);
  // Alone, a controller gets another key; this one gets the advisor's.
  fc.assert(fc.property(keys(), (key) => {
    const own = derive(derive(key, "reset"), "advisor");
    const alone = { ...wanderer(), init: () => wanderer().init(own) };
    const [a, b] = [tape(4), tape(4)];
    const outcome = unroll(env, alone, key, a.recorder);
    assertEquals(
      unroll(over, adviceOf(over.spec), key, b.recorder),
      outcome,
    );
    assertEquals(b.rows, a.rows);
    assert(a.rows.length > 3);
  }));
});

/** Advises zeros and says that it took `modelSteps`. */
function dear(modelSteps: number): Advisor<ToyState, undefined> {
  const action = new Float32Array(1);
  return {
    id: "dear",
    init: () => undefined,
    advise: () => ({ action, memory: undefined, modelSteps }),
  };
}

Deno.test("the model steps of an episode are counted, at its first and last moment too", () => {
  const plain = timeLimit(5)(toy());
  const env = pipe(toy(), advised(dear(3)), timeLimit(5));
  const policy = adviceOf(env.spec);
  assertEquals(unroll(env, policy, makeKey(1)).modelSteps, 3 * (5 + 1));
  assertEquals(unroll(plain, constant([0]), makeKey(1)).modelSteps, 0);
});

Deno.test("advice is found where it stands, whatever comes after", () => {
  const env = advised(fromController(constant([0.25])))(toy());
  const spec = { ...env.spec, channels: [...env.spec.channels, "more"] };
  const seen = Float32Array.of(1, 2, 0.25, 9);
  const goal = new Float32Array(1);
  assertEquals(adviceOf(spec).act(undefined, seen, goal).action[0], 0.25);
  assertEquals(adviceAt(3, 1).act(undefined, seen, goal).action[0], 9);
  assertEquals(adviceOf(spec, "tree-mpc").id, "tree-mpc");
});

Deno.test("the mirror of an advised observation mirrors its advice as an action", () => {
  const turned = { source: [1, 0], sign: [1, -1], offset: [0.5, 0.5] };
  const inner = toy({ axes: 2 });
  const mirror = { ...inner.spec.mirror!, action: turned };
  const env: Env<ToyState> = { ...inner, spec: { ...inner.spec, mirror } };
  const over = advised(fromController(constant([0.1, 0.2])))(env).spec.mirror!;
  const seen = [1, 2, 3, 4, 0.1, 0.2];
  const { source, sign, offset } = over.observation;
  const mirrored = seen.map((_, i) => sign[i] * seen[source[i]] + offset[i]);
  assertEquals(mirrored, [-1, -2, -3, -4, 0.2 + 0.5, -0.1 + 0.5]);
});

Deno.test("bad advice is refused with the advisor's name and the step", () => {
  const nan = constant([NaN]);
  const late: Controller<number> = {
    id: "late",
    init: () => 0,
    act: (t) => {
      if (t === 2) throw new Error("no");
      return { action: new Float32Array(1), memory: t + 1 };
    },
  };
  const bad = advised(fromController(nan))(toy());
  const refused = assertThrows(() => bad.reset(makeKey(1)), Refusal);
  assert(refused instanceof Refusal);
  assertEquals(refused.error._tag, "ControllerError");
  const env = timeLimit(5)(advised(fromController(late))(toy()));
  const policy = adviceOf(env.spec);
  assertThrows(() => unroll(env, policy, makeKey(1)), Refusal, "at step 2");
});

Deno.test("advice must be there to be read, and there once", () => {
  const zero = advised(fromController(constant([0])));
  assertThrows(() => adviceOf(toy().spec), RangeError, "advice.0");
  const env = zero(toy());
  const again = advised(fromController(constant([0])));
  assertThrows(() => again(env), RangeError, "advice already");
});

Deno.test("amplified actions are clipped actions times the gain", () => {
  const env = windy();
  const plans = actionSequences(2);
  fc.assert(fc.property(keys(), plans, (key, plan) => {
    const loud = plan.map((action) =>
      action.map((a) => Math.min(1, Math.max(-1, 10 * a)))
    );
    assertEquals(trace(amplified(10)(env), key, plan), trace(env, key, loud));
    assertEquals(trace(amplified(1)(env), key, plan), trace(env, key, plan));
  }));
  for (const gain of [0, -1, NaN, Infinity]) {
    assertThrows(() => amplified(gain), RangeError, "'gain'");
  }
});
