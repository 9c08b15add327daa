import { loadMujoco } from "./_physics.ts";
import { openBase, openTask } from "./_suite.ts";
import { derive, foldIn, key } from "../lib/rng/key.ts";
import { latestCheckpoint } from "./_checkpoint.ts";
import { unwrap } from "./_files.ts";
import { openRun } from "./_run.ts";
import { createMemory, instantiate } from "../kernels/mod.ts";
import { learnerBytes } from "../lib/learn/learner.ts";
import { layOut } from "../lib/train/training.ts";
import { learntPolicy } from "../lib/learn/policy.ts";
import { clipped } from "../lib/control/controller.ts";
const run = unwrap(openRun(Deno.args[0]));
const ck = unwrap(latestCheckpoint(Deno.args[0]))!;
const m = await loadMujoco();
const choice = {
  task: run.config.task,
  env: {},
  controller: run.config.controller,
  base: null,
};
const env = openTask(m, choice);
const base = await openBase(choice);
const recipe = { ...run.config.recipe, capacityEpisodes: 10 };
const module = await WebAssembly.compile(
  await Deno.readFile(new URL("../kernels/kernels.wasm", import.meta.url)),
);
const kernels = instantiate(
  module,
  createMemory(learnerBytes(env.spec, recipe), false),
);
const { learner, acting } = layOut(env.spec, clipped(base), recipe, kernels);
learner.state.set(ck.sections.learner);
const policy = learntPolicy(learner, acting[0]);
const N = Number(Deno.args[1] ?? 100);
let ok = 0;
const t0 = performance.now();
let used = 0, steps = 0;
const fails: string[] = [];
for (let i = 0; i < N; i++) {
  let ts = env.reset(
    derive(foldIn(derive(key(77), "evaluation fresh"), i), "reset"),
  );
  let d0 = ts.metrics.distance;
  let minD = d0;
  const start = [...ts.observation.observation.slice(3, 6)];
  const goal = [...ts.observation.desired];
  let successes = 0;
  while (!ts.truncated) {
    const dec = policy.act(
      undefined,
      ts.observation.observation,
      ts.observation.desired,
    );
    ts = env.step(ts.state, dec.action);
    minD = Math.min(minD, ts.metrics.distance);
    if (ts.success) successes++;
    steps++;
  }
  if (ts.success) ok++;
  else {
    const o = ts.observation.observation;
    fails.push(
      `${i} d0=${d0.toFixed(3)} min=${minD.toFixed(3)} final=${
        ts.metrics.distance.toFixed(3)
      } z=${o[5].toFixed(3)} steps in goal=${successes} start=${
        start.map((x) => x.toFixed(2))
      } goal=${goal.map((x) => x.toFixed(2))} end=${
        [o[3], o[4]].map((x) => x.toFixed(2))
      }`,
    );
  }
  env.drop(ts.state);
}
console.log(ok / N, steps / (performance.now() - t0) * 1000, "steps/s");
console.log(fails.join("\n"));
