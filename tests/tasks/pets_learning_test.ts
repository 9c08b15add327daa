/** PETS cut off after a trial and gone on with, and models that cannot be used. */

import { assert, assertEquals, assertThrows } from "@std/assert";
import { join } from "node:path";
import { createMemory, instantiate } from "../../kernels/mod.ts";
import { petsOptions } from "../../lib/control/cem.ts";
import { saveEnsemble } from "../../lib/control/ensemble.ts";
import type { StageCost } from "../../lib/control/particles.ts";
import { pets } from "../../lib/control/pets.ts";
import { timeLimit } from "../../lib/env/time_limit.ts";
import { Refusal } from "../../lib/errors.ts";
import { key } from "../../lib/rng/key.ts";
import type { Vec } from "../../lib/types.ts";
import { trialLine } from "../../tasks/_pets/learn.ts";
import { loadModel, saveModel } from "../../tasks/_pets/model.ts";
import {
  readState,
  restoreState,
  saveState,
  STATE_FILE,
  type TrialRow,
} from "../../tasks/_pets/state.ts";
import { stoppable, STOPPED } from "../../tasks/_pets/stopping.ts";
import { playTrials } from "../../tasks/_pets/trials.ts";
import { makeLearner, SHAPE } from "../control/toy_model.ts";
import { inFolderSync } from "../folder.ts";
import { loadModule } from "../kernels/harness.ts";
import { toy } from "../toy.ts";

const plain = await loadModule("kernels.wasm");

const TRIALS = 5;
const STEPS = 12;
const ASKED = { seed: 3, trials: TRIALS };

const OPTIONS = {
  ...petsOptions({ low: [-1], high: [1] }),
  horizon: 3,
  population: 20,
  elites: 4,
  iterations: 2,
  particles: 2,
};

/** The squared distance of the position from the goal. */
function towards(desired: Vec): StageCost {
  return (states, _actions, rows, costs) => {
    for (let r = 0; r < rows; r++) costs[r] += (states[r] - desired[0]) ** 2;
  };
}

/** A point mass with its PETS, nothing learnt yet. */
function beginner() {
  const kernels = instantiate(plain, createMemory(1 << 18, false));
  const shape = { ...SHAPE, stateSize: 2 };
  const capacity = TRIALS * STEPS;
  const { ensemble, room, learner } = makeLearner(kernels, shape, capacity);
  const parts = { kernels, ensemble, room, options: OPTIONS, cost: towards };
  return { env: timeLimit(STEPS)(toy()), learner, controller: pets(parts) };
}

/** Learns on from `rows`, and keeps each trial in `keep`. */
function learnOn(
  pupil: ReturnType<typeof beginner>,
  rows: readonly TrialRow[],
  keep: (rows: readonly TrialRow[]) => void,
): readonly TrialRow[] {
  const wandering = { trials: 2, correlation: 0.9 };
  const course = { root: key(ASKED.seed), trials: TRIALS, wandering };
  let all = rows;
  for (const done of playTrials(pupil, course, rows.at(-1))) {
    all = [...all, { ...done, seconds: 0 }];
    keep(all);
  }
  return all;
}

Deno.test("PETS cut off after any trial and gone on with gives the bits of one that was not", () => {
  inFolderSync((dir) => {
    const at = (trial: number) => join(dir, String(trial));
    const whole = beginner();
    const rows = learnOn(whole, [], (rows) => {
      Deno.mkdirSync(at(rows.length));
      saveState(at(rows.length), ASKED, whole.learner, rows);
    });
    assertEquals(rows.map(({ trial }) => trial), [1, 2, 3, 4, 5]);
    assertEquals(rows[TRIALS - 1].steps, TRIALS * STEPS);
    const learnt = saveEnsemble(whole.learner.ensemble);
    for (let cut = 1; cut <= TRIALS; cut++) {
      const saved = readState(at(cut));
      assertEquals([saved.seed, saved.trials], [ASKED.seed, TRIALS]);
      const other = beginner();
      restoreState(other.learner, saved);
      assertEquals(learnOn(other, saved.rows, () => {}), rows);
      assertEquals(saveEnsemble(other.learner.ensemble), learnt);
    }
  });
});

Deno.test("what was kept is whole or refused", () => {
  inFolderSync((dir) => {
    const pupil = beginner();
    assertThrows(() => readState(dir), Refusal, `holds no ${STATE_FILE}`);
    saveState(dir, ASKED, pupil.learner, []);
    const path = join(dir, STATE_FILE);
    const bytes = Deno.readFileSync(path);
    for (const length of [0, 100, bytes.length - 1]) {
      Deno.writeFileSync(path, bytes.subarray(0, length));
      assertThrows(() => readState(dir), Refusal, `'${path}'`);
    }
  });
});

Deno.test("an environment stops before a step once a person has asked, and not before", () => {
  let asked = false;
  const env = stoppable(toy(), () => asked);
  const { state } = env.step(env.reset(key(1)).state, new Float32Array(1));
  asked = true;
  const error = assertThrows(() => env.step(state, new Float32Array(1)));
  assertEquals(error, STOPPED);
});

Deno.test("a model comes back from its file; one cut short or not finite is refused and changes nothing", () => {
  inFolderSync((dir) => {
    const path = join(dir, "model.bin");
    const { learner: { ensemble, kernels } } = beginner();
    saveModel(ensemble, path);
    const numbers = saveEnsemble(ensemble);
    const bytes = Deno.readFileSync(path);
    assertEquals(bytes.length, 4 * numbers.length);
    const other = beginner().learner.ensemble;
    other.members[0].params.view.fill(7);
    const before = saveEnsemble(other);
    const odd = (value: number) => {
      const copy = numbers.slice();
      copy[5] = value;
      return new Uint8Array(copy.buffer);
    };
    const damages: readonly (readonly [Uint8Array, string])[] = [
      [new Uint8Array(), "it has 0"],
      [bytes.subarray(0, -4), `it has ${bytes.length - 4}`],
      [bytes.subarray(0, -1), `it has ${bytes.length - 1}`],
      [odd(NaN), "number 5 is NaN"],
      [odd(Infinity), "number 5 is Infinity"],
      [odd(-Infinity), "number 5 is -Infinity"],
    ];
    for (const [damaged, found] of damages) {
      Deno.writeFileSync(path, damaged);
      const { error } = assertThrows(
        () => loadModel(other, kernels, path),
        Refusal,
        found,
      );
      assertEquals(error._tag, "CheckpointError"); // exit code 2
      assert(error.message.includes(`'${path}'`), error.message);
      assertEquals(saveEnsemble(other), before);
    }
    Deno.writeFileSync(path, bytes);
    loadModel(other, kernels, path);
    assertEquals(saveEnsemble(other), numbers);
  });
});

Deno.test("a line per trial tells what is left, once trials are planned", () => {
  const rows = (trial: number): readonly TrialRow[] => [
    { trial, steps: 150 * trial, updates: 9, return: -80.44, seconds: 61 },
  ];
  assertEquals(
    trialLine(rows(7), 10, 30),
    "trial 7/10  steps 1050  return -80.4  1:01  left 1:30",
  );
  // A trial that wanders says nothing of one that is planned.
  assert(trialLine(rows(5), 10, 1).endsWith("left ?"));
  assert(trialLine(rows(3), 5, 1).endsWith("left 0:02"));
});
