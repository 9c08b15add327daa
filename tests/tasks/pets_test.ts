/** The text of a cache. */

import { assertAlmostEquals, assertEquals } from "@std/assert";
import fc from "fast-check";
import { readResults } from "../../tasks/_grid/results.ts";
import { recordPets } from "../../tasks/_pets/record.ts";
import { inFolderSync } from "../folder.ts";
import {
  cacheText,
  collector,
  type Samples,
  shortest,
} from "../../tasks/_pets/cache.ts";

Deno.test("a number is written so that it reads back as the same 32-bit float, and no longer than needed", () => {
  const floats = fc.float({ noNaN: true, noDefaultInfinity: true });
  fc.assert(fc.property(floats, (value) => {
    const text = shortest(value);
    assertEquals(Math.fround(Number(text)), value + 0);
    assertEquals(JSON.parse(text) + 0, Number(text) + 0);
  }));
  assertEquals(
    [0.1, -2.5, 0.3, 1].map((x) => shortest(Math.fround(x))),
    ["0.1", "-2.5", "0.3", "1"],
  );
});

Deno.test("samples are what was seen when an action was played, up to the limit", () => {
  const samples: Samples = { states: [], actions: [] };
  const recorder = collector(samples, 2, 3);
  const observation = new Float32Array(3);
  const goal = new Float32Array(1);
  const moment = { observation, achieved: goal, desired: goal };
  const action = new Float32Array(1);
  for (const _ of [1, 2]) {
    for (let t = 0; t < 2; t++) {
      observation.fill(t);
      recorder.moment(t, moment);
      action[0] = t / 2;
      recorder.action(t, action);
    }
    recorder.moment(2, moment);
    recorder.end(2);
  }
  assertEquals(samples, {
    states: [[0, 0], [1, 1], [0, 0]],
    actions: [[0], [0.5], [0]],
  });
  const made = { command: "c", steps: 1, modelSteps: 2, returns: [-3] };
  assertEquals(JSON.parse(cacheText(made, samples)), {
    made,
    states: ["0 0", "1 1", "0 0"],
    actions: ["0", "0.5", "0"],
  });
});

Deno.test("PETS alone is a row of the results, replaced where it is judged again", () => {
  inFolderSync((dir) => {
    const outcome = { success: false, return: -80, length: 150, modelSteps: 9 };
    const outcomes = [outcome, { ...outcome, success: true, return: -90 }];
    const judged = {
      seed: 3,
      trials: 7,
      steps: 1050,
      modelSteps: 10,
      outcomes,
    };
    recordPets(dir, judged, "deno task pets");
    recordPets(dir, judged, "deno task pets");
    const { evaluations, recorded, damaged } = readResults(dir, ["pusher"]);
    assertEquals([evaluations.length, recorded.length, damaged], [1, 1, []]);
    const [row] = evaluations;
    assertEquals([row.arm, row.seed, row.step], ["pets", 3, 1050]);
    assertEquals([row.success, row.return], [0.5, -85]);
    assertAlmostEquals(row.returnError!, 5, 1e-9);
    // Ten for each action that was planned: the first trials wander.
    assertEquals(row.modelSteps, 10 * (1050 - 5 * 150));
    assertEquals([recorded[0].rows, recorded[0].code], [1, row.code]);
  });
});
