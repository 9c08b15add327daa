import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { checkEnv } from "../../../lib/env/check.ts";
import { complexHook } from "../../../lib/suite/fetch/complex_hook.ts";
import { hook, noisyHook } from "../../../lib/suite/fetch/hook.ts";
import type { Simulation } from "../../../lib/suite/fetch/task.ts";
import { loadMujoco } from "../../../tasks/_physics.ts";
import { envLaws } from "../../laws/env.ts";
import { actionSequences, keys, rowOf } from "../../laws/trace.ts";

const mujoco = await loadMujoco();

hookLaws("hook", () => hook(mujoco, { slots: 3 }));
hookLaws("noisyHook", () => noisyHook(mujoco, { slots: 3, overwrite: 1 }));
hookLaws("complexHook", () => complexHook(mujoco, { slots: 3, scenes: 2 }));

/** Registers the laws of environments and those of copies. */
function hookLaws<S>(name: string, make: () => Simulation<S>): void {
  const made: Simulation<S>[] = [];
  const fresh = () => {
    const task = make();
    made.push(task);
    return task;
  };
  envLaws(name, fresh, { runs: 3, steps: 4 });

  Deno.test(`${name}: the user's own check finds every law kept`, () => {
    const broken = checkEnv(fresh(), { steps: 5 }).filter(({ ok }) => !ok);
    assertEquals(broken, []);
  });

  Deno.test(`${name}: a fork and a loaded snapshot step like the state, bit for bit`, () => {
    const task = fresh();
    const plans = actionSequences(4, 4);
    fc.assert(
      fc.property(keys(), plans, plans, (start, before, after) => {
        let { state } = task.reset(start);
        for (const action of before) {
          state = task.step(state, Float32Array.from(action)).state;
        }
        const states = [task.fork(state), task.load(task.save(state)), state];
        const [fork, loaded, own] = states.map((from) => {
          let moment = task.step(from, new Float32Array(4));
          for (const action of after) {
            moment = task.step(moment.state, Float32Array.from(action));
          }
          const row = rowOf(moment);
          task.drop(moment.state);
          return row;
        });
        assertEquals(fork, own);
        assertEquals(loaded, own);
      }),
      { numRuns: 3 },
    );
  });

  Deno.test(`${name}: no law left a state alive`, () => {
    assert(made.length > 0);
    assertEquals(made.map((task) => task.live()), made.map(() => 0));
    for (const task of made) task[Symbol.dispose]();
  });
}
