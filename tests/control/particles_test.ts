/** Plans scored by particles: partition, threads, precision, what a score is. */

import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertThrows,
} from "@std/assert";
import fc from "fast-check";
import { createMemory, instantiate, twins } from "../../kernels/mod.ts";
import { drawPlans, startDistribution } from "../../lib/control/cem.ts";
import {
  ensembleBytes,
  initialiseEnsemble,
  layOutEnsemble,
  memberParameters,
} from "../../lib/control/ensemble.ts";
import {
  layOutParticles,
  particleBytes,
  particleScore,
} from "../../lib/control/particles.ts";
import { ARENA_BASE, createArena } from "../../kernels/arena.ts";
import { key } from "../../lib/rng/key.ts";
import { loadModule } from "../kernels/harness.ts";
import { makePlanner, OPTIONS, planOn, SHAPE, START } from "./planner.ts";

const BYTES = 1 << 18;
const [plain, shared] = await Promise.all(
  ["kernels.wasm", "kernels.shared.wasm"].map(loadModule),
);
const every = { from: 0, to: OPTIONS.population };

/** A planner with plans drawn. */
function ready(products: "float" | "fixed" = "fixed", onTwins = false) {
  const kernels = onTwins
    ? twins({ buffer: new ArrayBuffer(BYTES) })
    : instantiate(plain, createMemory(BYTES, false));
  const planner = makePlanner(kernels, { ...SHAPE, products });
  planner.initialise();
  const { plans } = planner.candidates;
  drawPlans(key(6), OPTIONS, startDistribution(OPTIONS), plans, every);
  return planner;
}

/** Scores of all candidates. */
function scoresOf(planner: ReturnType<typeof ready>): number[] {
  planner.score(0)(key(5), planner.candidates, 0, OPTIONS.population);
  return [...planner.candidates.scores];
}

Deno.test("scores do not depend on how the candidates are divided", () => {
  const planner = ready();
  const whole = scoresOf(planner);
  fc.assert(
    fc.property(fc.integer({ min: 0, max: OPTIONS.population }), (middle) => {
      planner.candidates.scores.fill(NaN);
      planner.score(1)(key(5), planner.candidates, middle, OPTIONS.population);
      planner.score(0)(key(5), planner.candidates, 0, middle);
      assertEquals([...planner.candidates.scores], whole);
    }),
    { numRuns: 20 },
  );
});

Deno.test("kernels and twins find the same scores", () => {
  for (const products of ["float", "fixed"] as const) {
    assertEquals(scoresOf(ready(products)), scoresOf(ready(products, true)));
  }
});

Deno.test("two threads find the plan that one finds, bit for bit", async () => {
  const alone = planOn(shared, createMemory(BYTES, true), 0);
  const memory = createMemory(BYTES, true);
  const barrier = new SharedArrayBuffer(64);
  const url = new URL("./planner_worker.ts", import.meta.url);
  const workers = [0, 1].map(() => new Worker(url, { type: "module" }));
  try {
    const plans = await Promise.all(
      workers.map((worker, thread) =>
        new Promise((resolve, reject) => {
          worker.onmessage = ({ data }) => resolve(data);
          worker.onerror = (event) => {
            event.preventDefault();
            reject(new Error(event.message));
          };
          worker.postMessage({ module: shared, memory, barrier, thread });
        })
      ),
    );
    assertEquals(plans, [alone, alone]);
  } finally {
    for (const worker of workers) worker.terminate();
  }
});

Deno.test("products in whole numbers move scores far less than another key does", () => {
  const float = scoresOf(ready("float"));
  const fixed = scoresOf(ready("fixed"));
  const planner = ready("float");
  planner.score(0)(key(50), planner.candidates, 0, OPTIONS.population);
  const other = [...planner.candidates.scores];
  const gap = (a: number[], b: number[]) =>
    Math.sqrt(a.reduce((sum, x, i) => sum + (x - b[i]) ** 2, 0));
  assert(gap(float, other) > 0);
  assert(gap(float, fixed) < 0.01 * gap(float, other));
});

Deno.test("networks of zeros and no spread leave the start as it is: the score is known", () => {
  const kernels = instantiate(plain, createMemory(BYTES, false));
  const planner = makePlanner(kernels);
  planner.initialise();
  const { ensemble, candidates } = planner;
  for (const { params } of ensemble.members) params.view.fill(0);
  // Variance e^low + e^high / 2 for both parts below 1e-30.
  ensemble.low.view.fill(-80);
  ensemble.high.view.fill(-80);
  for (const { pointer } of ensemble.members) kernels.ensemblePack(pointer);
  const { plans } = candidates;
  drawPlans(key(6), OPTIONS, startDistribution(OPTIONS), plans, every);
  scoresOf(planner).forEach((score, c) => {
    const actions = plans.subarray(c * 8, (c + 1) * 8);
    const squares = actions.reduce((sum, a) => sum + a ** 2, 0);
    const expected = OPTIONS.horizon * (START[0] - 1) ** 2 + 0.01 * squares;
    assertAlmostEquals(score, expected, 1e-5);
  });
});

Deno.test("a particle that is lost costs a million, the others what they cost", () => {
  const kernels = instantiate(plain, createMemory(BYTES, false));
  const arena = createArena(kernels.memory);
  const ensemble = layOutEnsemble(arena, SHAPE);
  const room = layOutParticles(arena, SHAPE);
  initialiseEnsemble(ensemble, kernels, key(1));
  let step = 0;
  const score = particleScore(
    kernels,
    ensemble,
    room,
    4,
    START,
    (_states, _actions, _rows, costs) => {
      // The second particle of the first candidate, in the first network alone.
      for (let r = 0; r < 16; r++) costs[r] += 1;
      if (step++ === 0) costs[1] = NaN;
    },
  );
  const candidates = {
    plans: new Float32Array(2 * OPTIONS.horizon * 2),
    scores: new Float32Array(2),
  };
  score(key(1), candidates, 0, 2);
  const cost = OPTIONS.horizon;
  assertEquals([...candidates.scores], [
    Math.fround((7 * cost + 1e6) / 8),
    cost,
  ]);
});

Deno.test("fresh networks: weights within two deviations of 1 / (2 sqrt(in)), biases 0", () => {
  const kernels = twins({ buffer: new ArrayBuffer(BYTES) });
  const { ensemble, initialise } = makePlanner(kernels);
  initialise();
  const [one, other] = ensemble.members.map(({ params }) => params.view);
  assertEquals(one.length, memberParameters(SHAPE));
  assert(one.some((w, i) => w !== other[i]));
  const first = one.subarray(0, 5 * 13);
  assert(first.every((w) => Math.abs(w) <= 1 / Math.sqrt(5) + 1e-6));
  assert(one.subarray(5 * 13, 6 * 13).every((b) => b === 0));
});

Deno.test("memory is taken as announced", () => {
  for (const products of ["float", "fixed"] as const) {
    const shape = { ...SHAPE, products };
    const arena = createArena({ buffer: new ArrayBuffer(BYTES) });
    layOutEnsemble(arena, shape);
    assertEquals(arena.used(), ARENA_BASE + ensembleBytes(shape));
    layOutParticles(arena, shape);
    const both = ensembleBytes(shape) + particleBytes(shape);
    assertEquals(arena.used(), ARENA_BASE + both);
  }
});

Deno.test("particles of a network are a whole number from 1 to 32", () => {
  const kernels = twins({ buffer: new ArrayBuffer(BYTES) });
  for (const particles of [0, 33, 1.5]) {
    const planner = makePlanner(kernels, SHAPE, particles);
    assertThrows(() => planner.score(0), RangeError, "particles");
  }
});
