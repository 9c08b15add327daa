/**
 * The contests of `deno task bench:check`: each kernel against its twin and
 * against tfjs, matrix products against the processor's peak and their own
 * best, two threads against one, and work that grows against work that must
 * not cost more.
 *
 * Bounds are about a third of what is usual, so that a machine at other work
 * passes and a kernel that has lost its point does not.
 *
 * @module
 */

import { fastRecipe } from "../lib/learn/ready_recipes.ts";
import type { Recipe } from "../lib/learn/recipe.ts";
import { tfjsBackend } from "../lib/learn/tfjs.ts";
import { repeated, type Side } from "../tasks/_peers/side.ts";
import { openThreads } from "../tasks/_peers/threads.ts";
import { instantiate, type Kernels, twins } from "../kernels/mod.ts";
import type { Contest } from "./_contest.ts";
import {
  type Contender,
  contender,
  loadBuild,
  noise,
  twinContender,
} from "./_kernels.ts";
import { sampler } from "../tasks/_peers/jobs.ts";
import { benchLearner, twoUpdates } from "./_learner.ts";
import { peak } from "./_peak.ts";
import { randomMatrix, tf } from "./_tensorflow.ts";

const [plain, relaxed] = await Promise.all(
  ["kernels.wasm", "kernels.relaxed.wasm"].map(loadBuild),
);

/** All contests; those of two threads only where there are two cores. */
export function contests(cores: number): readonly Contest[] {
  return [
    ...draws(),
    ...products(),
    ...replay(),
    ...updates(),
    ...growth(),
    ...(cores >= 2 ? threads() : []),
  ];
}

function draws(): readonly Contest[] {
  return (["uniforms", "normals"] as const).map((name) => ({
    work: `rng: 1024 ${name}`,
    against: "twin",
    bound: name === "normals" ? 0.7 : 0.5,
    open: () => {
      const side = ({ kernels, arena }: Contender): Side => {
        const { pointer } = arena.floats(1024);
        return repeated(() => kernels[name](pointer, 1024, 1, 2, 0));
      };
      return [side(contender(plain)), side(twinContender())];
    },
  }));
}

type Product = "gemm" | "gemmTn" | "gemmNt";
type Shape = readonly [m: number, n: number, k: number];

/** The product as a side whose amount is its floating-point operations. */
function product(by: Contender, name: Product, [m, n, k]: Shape): Side {
  const { kernels, arena } = by;
  const [a, b] = [noise(by, m * k, 1), noise(by, k * n, 2)];
  const c = arena.floats(m * n).pointer;
  return repeated(() => kernels[name](a, b, c, m, n, k, 0), 2 * m * n * k);
}

/** What a shard of a batch asks of a layer: forward, weight gradient, input gradient. */
const LEARNER_SHAPES: readonly (readonly [Product, Shape])[] = [
  ["gemm", [128, 128, 32]],
  ["gemm", [128, 128, 128]],
  ["gemm", [128, 256, 256]],
  ["gemmTn", [128, 128, 128]],
  ["gemmNt", [128, 128, 128]],
];

const LARGE: Shape = [256, 256, 256];

function products(): readonly Contest[] {
  const layer: Shape = [128, 128, 128];
  return [
    {
      work: "gemm: 128 x 128 x 128",
      against: "twin",
      bound: 8,
      open: () => [
        product(contender(plain), "gemm", layer),
        product(twinContender(), "gemm", layer),
      ],
    },
    {
      work: "gemm: 128 x 128 x 128",
      against: "tfjs",
      bound: 2,
      open: () => {
        const [a, b] = [randomMatrix(128, 128), randomMatrix(128, 128)];
        const work = () => tf.tidy(() => tf.matMul(a, b).dataSync());
        const theirs = repeated(work, 2 * 128 ** 3);
        return [product(contender(plain), "gemm", layer), theirs];
      },
    },
    {
      work: "gemm: 256 x 256 x 256",
      against: "in-register peak",
      bound: 0.3,
      open: () => {
        const { run, operations } = peak();
        const theirs = repeated(() => run(1000), 1000 * operations);
        return [product(contender(plain), "gemm", LARGE), theirs];
      },
    },
    {
      work: "gemm: 256 x 256 x 256, relaxed build",
      against: "plain build",
      bound: 0.4,
      open: () => [
        product(contender(relaxed), "gemm", LARGE),
        product(contender(plain), "gemm", LARGE),
      ],
    },
    ...LEARNER_SHAPES.map(([name, shape]): Contest => ({
      work: `gemm: ${name} ${shape.join(" x ")}`,
      against: "256 x 256 x 256",
      bound: 0.3,
      open: () => [
        product(contender(plain), name, shape),
        product(contender(plain), "gemm", LARGE),
      ],
    })),
  ];
}

/** Kernels over a memory, for a learner. */
type Make = (memory: WebAssembly.Memory) => Kernels;
const compiled: Make = (memory) => instantiate(plain, memory);

/** Sampling rows of a batch from a store of so many episodes. */
function sampling(make: Make, episodes: number): Side {
  return repeated(sampler(benchLearner(fastRecipe(), make, episodes)));
}

function replay(): readonly Contest[] {
  return [
    {
      work: "replay: batch of 256",
      against: "twin",
      bound: 1.5,
      open: () => [sampling(compiled, 100), sampling(twins, 100)],
    },
    {
      work: "replay: batch of 256 from 10^6 transitions",
      against: "from 10^3",
      bound: 0.05,
      open: () => [sampling(compiled, 20_000), sampling(compiled, 20)],
    },
  ];
}

/** Two updates of a recipe; the amount is set where recipes differ. */
function updating(make: Make, change: Partial<Recipe> = {}, amount = 1): Side {
  const learner = benchLearner({ ...fastRecipe(), ...change }, make);
  return repeated(() => twoUpdates(learner), amount);
}

function updates(): readonly Contest[] {
  const small = { batch: 64 };
  const other: Make = (memory) => tfjsBackend(compiled(memory), tf);
  return [
    {
      work: "update: two critics, batch 64",
      against: "twins",
      bound: 6,
      open: () => [updating(compiled, small), updating(twins, small)],
    },
    {
      work: "update: two critics, batch 256",
      against: "tfjs",
      bound: 3.5,
      open: () => [updating(compiled), updating(other)],
    },
  ];
}

/** Linear cost: the larger piece of work at the rate of the smaller. */
function growth(): readonly Contest[] {
  const wide = { hidden: [512, 512] };
  const narrow = { hidden: [64, 64] };
  return [
    {
      work: "update: batch 4096",
      against: "batch 64, per row",
      bound: 0.35,
      open: () => [
        updating(compiled, { batch: 4096 }, 64),
        updating(compiled, { batch: 64 }),
      ],
    },
    {
      work: "update: width 512",
      against: "width 64, per width squared",
      bound: 0.5,
      open: () => [
        updating(compiled, wide, 64),
        updating(compiled, narrow),
      ],
    },
  ];
}

function threads(): readonly Contest[] {
  const update = { kind: "update", learner: "td3-2x256" } as const;
  const step = { kind: "step" } as const;
  return ([["update: TD3 2x256", update], ["environment: step", step]] as const)
    .map(([work, job]) => ({
      work: `${work}, two Workers`,
      against: "one",
      bound: 0.5,
      threaded: true,
      open: async () => {
        const ours = await openThreads({ job, threads: 2 });
        return [ours, await openThreads({ job, threads: 1 })] as const;
      },
    }));
}
