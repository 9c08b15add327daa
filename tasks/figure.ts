/**
 * `deno task figure RUN... --out FILE`: the learning curves of runs as SVG.
 *
 * @module
 */

import * as E from "fp-ts/Either";
import { join } from "node:path";
import { TASKS } from "../lib/suite/registry.ts";
import { type Command, helpText, parseCommand } from "./_cli.ts";
import { learningCurve } from "./_figure.ts";
import { unwrap, writeWholeText } from "./_files.ts";
import { refuseMixedRuns } from "./_gate/mixed_runs.ts";
import { main, type Program } from "./_program.ts";
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
  ],
  examples: [
    "deno task figure runs/slippery-push-seed1",
    "deno task figure runs/slippery-push-seed1 runs/slippery-push-seed2 --out both.svg",
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
    writeWholeText(out, learningCurve(curves, task, measure), advice);
    console.log(`Wrote ${out}`);
    return Promise.resolve(E.right(undefined));
  };
}

await main(program(Deno.args));
