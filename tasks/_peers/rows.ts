/**
 * The rows of the comparison: our job, the peer's case, and the ratio that is
 * wanted.
 *
 * @module
 */

import type { Job } from "./jobs.ts";
import type { LoopJob } from "./loop.ts";
import type { Unit, Work } from "./table.ts";

/** Work of our own kernels on some threads. */
export interface Own {
  readonly job: Job;
  readonly threads: 1 | 2;
  /** Whether the relaxed build computes. */
  readonly relaxed?: boolean;
}

/** Who is measured on the other side: a case of a Python module, a fixed rate, or our own. */
export type Peer =
  | {
    readonly family: string;
    readonly case: string;
    readonly threads: number;
  }
  | { readonly rate: number }
  | { readonly own: Own };

/** A row before it is measured. */
export interface Row extends Work {
  readonly ours: Own | { readonly loop: LoopJob };
  readonly theirs: Peer;
  /** Least seconds of one measurement of one side. */
  readonly seconds: number;
}

const SHORT = 0.5;
/** Some rounds of episodes and updates. */
const LONG = 2.5;

const LEARNERS = [
  ["DDPG update 3x256", "ddpg-3x256", [null, 1]],
  ["TD3 + LayerNorm update 2x128", "td3-2x128", [1.2, 2]],
  ["TD3 + LayerNorm update 2x256", "td3-2x256", [null, 1.1]],
  ["default recipe update, five critics 2x128", "default", [null, 1.5]],
] as const;

/** Our relaxed build beside our plain one: no Python takes part. */
function builds(): readonly Row[] {
  return LEARNERS.map(([name, learner]) =>
    row("updates/s", {
      work: `${name}, two threads, relaxed build`,
      peer: "our plain build",
      bar: learner === "default" ? null : 1.2,
      ours: { job: { kind: "update", learner }, threads: 2, relaxed: true },
      theirs: { own: { job: { kind: "update", learner }, threads: 2 } },
    })
  );
}

/** Jobs without kernels. */
const PHYSICS: ReadonlySet<Job["kind"]> = new Set(["step", "decide"]);

/** The row with our side on the relaxed build; `undefined` where our side has it, or no kernels. */
export function relaxedRow(row: Row): Row | undefined {
  const { ours, work } = row;
  const relaxed = { ...row, work: `${work}, relaxed build` };
  if ("loop" in ours) {
    return { ...relaxed, ours: { loop: { ...ours.loop, backend: "relaxed" } } };
  }
  if (ours.relaxed || PHYSICS.has(ours.job.kind)) return undefined;
  return { ...relaxed, ours: { ...ours, relaxed: true } };
}

/** All rows in the order in which they are measured. */
export function allRows(): readonly Row[] {
  return [
    ...updates(),
    ...builds(),
    ...samples(),
    ...steps(),
    ...actions(),
    ...plans(),
    ...loops(),
  ];
}

function updates(): readonly Row[] {
  const eager = LEARNERS.flatMap(([name, learner, bars]) =>
    ([1, 2] as const).map((threads) =>
      row("updates/s", {
        work: `${name}, ${threads === 1 ? "one thread" : "two threads"}`,
        peer: "PyTorch eager",
        bar: bars[threads - 1],
        ours: { job: { kind: "update", learner }, threads },
        theirs: { family: "learners", case: learner, threads },
      })
    )
  );
  const whole = row("updates/s", {
    work: "DDPG update 3x256, two threads",
    peer: "stable-baselines3 train()",
    bar: 1.3,
    ours: { job: { kind: "update", learner: "ddpg-3x256" }, threads: 2 },
    theirs: { family: "learners", case: "sb3", threads: 2 },
  });
  // Rows of one Python process stand together, so that it runs only as long.
  const all = [...eager, whole];
  return [...all.filter(single), ...all.filter((each) => !single(each))];
}

function single({ ours }: Row): boolean {
  return "threads" in ours && ours.threads === 1;
}

function samples(): readonly Row[] {
  const peers = [
    ["sb3", "stable-baselines3 HerReplayBuffer", [50, 20]],
    ["numpy", "numpy, vectorised", [8, 8]],
    ["tuned", "numpy, tuned by hand", [null, null]],
  ] as const;
  return peers.flatMap(([name, peer, bars]) =>
    ([256, 4096] as const).map((rows, i) =>
      row("M transitions/s", {
        work: `hindsight sampling, batch ${rows}`,
        peer,
        bar: bars[i],
        ours: { job: { kind: "sample", rows }, threads: 1 },
        theirs: { family: "replay", case: `${name}-${rows}`, threads: 1 },
      })
    )
  );
}

function steps(): readonly Row[] {
  return [
    row("env steps/s", {
      work: "FetchPush step, one Worker",
      peer: "Gymnasium-Robotics, one process",
      bar: 2,
      ours: { job: { kind: "step" }, threads: 1 },
      theirs: { family: "environment", case: "one", threads: 1 },
    }),
    row("env steps/s", {
      work: "FetchPush step, two Workers",
      peer: "Gymnasium-Robotics, AsyncVectorEnv(2)",
      bar: 3.3,
      ours: { job: { kind: "step" }, threads: 2 },
      theirs: { family: "environment", case: "two", threads: 1 },
    }),
    row("env steps/s", {
      work: "one decision of the tree search, one thread",
      peer: "native MuJoCo, 60 model steps of the original scene",
      bar: 1.2,
      ours: { job: { kind: "decide" }, threads: 1 },
      theirs: { family: "model_steps", case: "assign", threads: 1 },
    }),
  ];
}

function actions(): readonly Row[] {
  function action(shape: "3x256" | "2x128", name: string, bar: number | null) {
    return row("us", {
      work: `one action, ${shape} with base`,
      peer: name === "onnx" ? "onnxruntime" : "PyTorch inference mode",
      bar,
      ours: { job: { kind: "act", actor: shape }, threads: 1 },
      theirs: { family: "action", case: `${name}-${shape}`, threads: 1 },
    });
  }
  function limit(work: string, actor: "2x128" | "default", bar: number | null) {
    return row("us", {
      work,
      peer: "a limit of 10 us",
      bar,
      ours: { job: { kind: "act", actor }, threads: 1 },
      theirs: { rate: 1e5 },
    });
  }
  return [
    action("3x256", "onnx", 1),
    action("3x256", "torch", null),
    action("2x128", "onnx", null),
    action("2x128", "torch", null),
    limit("one action, 2x128 with base", "2x128", 1),
    limit("one action, 2x128 with base and selection", "default", null),
  ];
}

function plans(): readonly Row[] {
  const all = [
    ["fixed", 1, null, "one thread, 16-bit products"],
    ["fixed", 2, 1.1, "two threads, 16-bit products"],
    ["float", 2, 1.1, "two threads, 32-bit products"],
  ] as const;
  return all.map(([products, threads, bar, what]) =>
    row("s", {
      work: `PETS plan, ${what}`,
      peer: "PyTorch eager",
      bar,
      ours: { job: { kind: "plan", products }, threads },
      theirs: { family: "planning", case: "plan", threads },
    })
  );
}

function loops(): readonly Row[] {
  const all = [
    ["whole loop, 3x256", { preset: "paper", updatesPerStep: 0.4 }, 1.5],
    [
      "whole loop, default recipe",
      { preset: "default", updatesPerStep: 1 },
      3,
    ],
    ["whole loop, two critics", { preset: "fast", updatesPerStep: 1 }, 6],
  ] as const;
  return all.map(([name, loop, bar]) => {
    const pace = String(loop.updatesPerStep);
    return {
      ...row("env steps/s", {
        work: `${name}, ${pace} updates per step`,
        peer: `stable-baselines3 DDPG + HER 3x256, ${pace} updates per step`,
        bar,
        ours: { loop },
        theirs: { family: "loop", case: pace, threads: 2 },
      }),
      seconds: LONG,
    };
  });
}

function row(unit: Unit, rest: Omit<Row, "unit" | "seconds">): Row {
  return { unit, seconds: SHORT, ...rest };
}
