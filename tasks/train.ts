/**
 * `deno task train`: a residual learnt over a controller, from the first step
 * to the sentence that says whether it helped.
 *
 * @module
 */

import * as E from "fp-ts/Either";
import { chooseBase } from "./_base.ts";
import { unwrap } from "./_files.ts";
import {
  type Arguments,
  type Command,
  helpText,
  parseCommand,
} from "./_cli.ts";
import {
  controllersHelp,
  printConfig,
  resolveConfig,
  type RunConfig,
  settingsHelp,
} from "./_config.ts";
import { idleGate, idleTrust } from "./_config_faults.ts";
import { PRESETS } from "../lib/suite/presets.ts";
import { TASKS } from "../lib/suite/registry.ts";
import { checkMemory } from "./_memory.ts";
import { main, type Program, UNREAD } from "./_program.ts";
import { claimRun } from "./_claim.ts";
import { createRun, openRun, resumeRun, type Run } from "./_run.ts";
import { basesHelp, DEFAULT_TASK, findTask, taskNames } from "./_suite.ts";
import { trainRun } from "./_training.ts";
import {
  oneCore,
  openOutput,
  readWorkers,
  stopSignal,
  WORKERS,
} from "./_conduct.ts";

const command: Command = {
  name: "train",
  summary: "Train a residual policy over a hand-written controller.",
  positionals: [
    {
      name: "TASK",
      description: `${taskNames().join(", ")} (default: ${DEFAULT_TASK})`,
    },
  ],
  options: [
    {
      name: "seed",
      placeholder: "N",
      sets: "seed",
      default: "1",
      description: "Seed of every random draw",
    },
    {
      name: "steps",
      placeholder: "N",
      sets: "steps",
      default: "10000",
      description: "Environment steps",
    },
    {
      name: "preset",
      placeholder: "NAME",
      sets: "preset",
      default: "default",
      description: `Recipe: ${PRESETS.join(", ")}`,
    },
    {
      name: "backend",
      placeholder: "NAME",
      sets: "backend",
      default: "kernels",
      description:
        "Learner: kernels, relaxed, twins (plain TypeScript) or tfjs",
    },
    {
      name: "safe-exploration",
      placeholder: "SHARE",
      sets: "safeExploration",
      implied: "0.2",
      range: [0.001, 0.999],
      beside: taskNames(),
      description:
        "Let the base play wherever exploring could cost more than this share of its successes",
    },
    {
      name: "set",
      placeholder: "PATH=VALUE",
      sets: "",
      repeated: true,
      description: "Change one setting; --help lists them",
    },
    {
      name: "controller",
      placeholder: "NAME|FILE",
      description:
        "Base: one of the task's controllers (its first; with the paper's presets, the paper's), or a module whose default export is (observation, goal) => action",
    },
    {
      name: "out",
      placeholder: "DIR",
      description: "Folder of the run",
      default: "runs/TASK-seedN",
    },
    {
      name: "resume",
      placeholder: "DIR",
      description: "Go on with a run from its last checkpoint",
      excludes: {
        names: [
          "seed",
          "steps",
          "preset",
          "backend",
          "set",
          "controller",
          "safe-exploration",
          "out",
          "print-config",
        ],
        why: "a resumed run keeps its own configuration and folder",
      },
    },
    WORKERS,
    {
      name: "profile",
      description: "Tell at the end where wall-clock went; see profile.json",
    },
    {
      name: "print-config",
      description: "Print the resolved configuration and stop",
    },
    { name: "json", description: "Print only JSON lines" },
    { name: "quiet", description: "Print only the last sentence" },
  ],
  examples: [
    "deno task train",
    "deno task train push --set controller.width=0.10",
    "deno task train slippery-push --seed 2 --steps 10000 --preset fast",
    "deno task train slippery-push --safe-exploration 0.2",
    "deno task train --resume runs/slippery-push-seed1",
  ],
};

/** What the relaxed build costs and gives. */
const RELAXED =
  `--backend relaxed computes products with the processor's fused multiply-add
(relaxed SIMD): updates take less time, but a seed no longer gives the same bits
on every machine. The run's config.json and versions.json name it, and resuming
and judging the run use it again.`;

/** Which guarantee is about what. */
const GUARANTEES =
  `Two guarantees, each wrong with probability at most evaluation.delta (0.05):
* What is SERVED is better than its base. Always on: the base itself is served
  until a policy has passed the gate, from then on the latest that has and
  that no earlier one beats by more than noise.
* WHILE LEARNING, at every moment, there were at least 1 - SHARE times as
  many successes as the base would have had in the same training episodes. On
  with --safe-exploration [SHARE], off without it: exploring may then cost any
  number. The base plays until it has saved up what exploring may lose, so that
  learning takes more steps, the more so the smaller SHARE and the less the base
  succeeds.`;

function program(args: readonly string[]): Program {
  return async () => {
    const given = unwrap(parseCommand(command, [...args]));
    if (given.help) {
      console.log(helpText({ ...command, notes: notes(given) }));
      return E.right(undefined);
    }
    const workers = unwrap(readWorkers(given));
    if (given.flags.has("print-config")) {
      console.log(printConfig(await configOf(given)).trimEnd());
      return E.right(undefined);
    }
    const run = await openFolder(given, args);
    const output = openOutput(given);
    const fresh = given.text.resume === undefined;
    const idle = fresh ? [idleGate(run.config), idleTrust(run.config)] : [];
    for (const remark of [oneCore(workers), ...idle]) {
      if (remark !== undefined) output.say(remark);
    }
    const stopping = stopSignal(() =>
      output.say("Stopping after this stage; Ctrl-C again leaves at once")
    );
    const outcome = await trainRun(run, {
      workers,
      console: output,
      now: () => performance.now() / 1000,
      stopping: () => stopping() || output.unread(),
      profile: given.flags.has("profile"),
    })();
    return output.unread() ? E.right(UNREAD) : outcome;
  };
}

/** The folder to train in, for this process alone: the one to resume, or a new one. */
async function openFolder(
  given: Arguments,
  args: readonly string[],
): Promise<Run> {
  const { resume, out } = given.text;
  if (resume !== undefined) {
    const [task] = given.positionals;
    if (task !== undefined) unwrap(findTask(task));
    await claimRun(unwrap(openRun(resume, "resume from")));
    return unwrap(resumeRun(resume, task));
  }
  const config = await configOf(given);
  unwrap(checkMemory(config, TASKS[config.task].sizes));
  const words = ["deno task train", ...args].join(" ");
  const run = unwrap(createRun({ config, out, command: words }));
  await claimRun(run);
  return run;
}

/** What the help says besides: of the task that is named, if there is one. */
function notes({ positionals }: Arguments): string {
  const named = findTask(positionals[0] ?? DEFAULT_TASK);
  const listed = unwrap(E.isRight(named) ? named : findTask(DEFAULT_TASK));
  const { task, settings } = listed;
  const controllers = Object.keys(task.bases).map((name) =>
    unwrap(findTask(task.id, name)).settings
  );
  return [
    GUARANTEES,
    RELAXED,
    basesHelp(task),
    controllersHelp(controllers),
    settingsHelp(settings),
  ].join("\n\n");
}

/** The configuration that the arguments ask for. */
async function configOf(given: Arguments): Promise<RunConfig> {
  const task = unwrap(findTask(given.positionals[0] ?? DEFAULT_TASK)).task;
  const { assignments, text } = given;
  const preset = assignments.findLast((word) => word.startsWith("preset="));
  const base = await chooseBase(task, text.controller, preset?.slice(7));
  const { settings } = unwrap(findTask(task.id, base.name));
  const config = unwrap(resolveConfig(settings, assignments));
  return base.file === undefined ? config : { ...config, base: base.file };
}

await main(program(Deno.args));
