/**
 * `deno task figure RUN... --out FILE`: the learning curves of runs as SVG, or
 * what learning has cost.
 *
 * @module
 */

import * as E from "fp-ts/Either";
import { join } from "node:path";
import { TASKS } from "../lib/suite/registry.ts";
import { refuse } from "../lib/errors.ts";
import { type Command, helpText, parseCommand } from "./_cli.ts";
import { learningCurve } from "./_figure.ts";
import { unwrap, writeWholeText } from "./_files.ts";
import { refuseMixedRuns } from "./_gate/mixed_runs.ts";
import { main, type Program } from "./_program.ts";
import { regretCurve } from "./_regret.ts";
import { openRun, readMetrics } from "./_run.ts";

const command: Command = {
  name: "figure",
  summary: "Draw the learning curves of one run or of several seeds as SVG.",
  positionals: [
    { name: "RUN", description: "Folder of a run", required: true },
    ...Array.from({ length: 19 }, () => ({
      name: "RUN",
      description: "Another seed of the same task",
    })),
  ],
  options: [
    {
      name: "out",
      placeholder: "FILE",
      default: "curve.svg",
      description: "Where the figure goes",
    },
    {
      name: "regret",
      description:
        "Draw what learning cost: successes in training less those of the base",
    },
  ],
  examples: [
    "deno task figure runs/slippery-push-seed1",
    "deno task figure runs/slippery-push-seed1 runs/slippery-push-seed2 --out both.svg",
    "deno task figure runs/slippery-push-seed1 --regret --out regret.svg",
  ],
};

function program(args: readonly string[]): Program {
  return () => {
    const given = unwrap(parseCommand(command, [...args]));
    if (given.help) {
      const short = {
        ...command,
        positionals: command.positionals.slice(0, 2),
      };
      console.log(helpText(short));
      return Promise.resolve(E.right(undefined));
    }
    const runs = given.positionals.map((dir) => unwrap(openRun(dir, "draw")));
    refuseMixedRuns(runs, "draw");
    const curves = runs.map(({ dir, config: { seed } }) => ({
      seed,
      path: join(dir, "metrics.jsonl"),
      rows: unwrap(readMetrics(dir)),
    }));
    const out = given.text.out ?? "curve.svg";
    const [{ config: { task } }] = runs;
    const advice = "; name another file with --out";
    const measure = TASKS[task].dense ? "return" : "success";
    if (given.flags.has("regret") && measure === "return") refuseReturns(task);
    const figure = given.flags.has("regret")
      ? regretCurve(curves, task)
      : learningCurve(curves, task, measure);
    writeWholeText(out, figure, advice);
    console.log(`Wrote ${out}`);
    return Promise.resolve(E.right(undefined));
  };
}

function refuseReturns(task: string): never {
  return refuse({
    _tag: "ConfigError",
    message:
      `Cannot draw the regret on '${task}' as it is judged by its return, and regret counts successes: draw the return without --regret`,
  });
}

await main(program(Deno.args));
