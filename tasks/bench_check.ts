/**
 * `deno task bench:check`: whether the kernels still earn their place, by
 * ratios measured in one run and never by absolute times.
 *
 * Needs `-R -E --allow-sys`.
 *
 * @module
 */

import {
  type Contest,
  type Held,
  holdFairly,
  passes,
} from "../bench/_contest.ts";
import type { Arguments, Command } from "./_cli.ts";
import { commandProgram, main } from "./_program.ts";

const command: Command = {
  name: "bench:check",
  summary: "Check by ratios that the kernels earn their place.",
  positionals: [],
  options: [{ name: "json", description: "Print one JSON line per ratio" }],
  examples: ["deno task bench:check"],
  notes:
    `A ratio is our rate over that of the other side, measured in turns; it must
reach its bound, which is about a third of what is usual, so that a busy machine
passes. A ratio that does not is measured again, three times in all.`,
};

async function perform(given: Arguments): Promise<number> {
  // Loading is for those who measure: it starts tfjs.
  const { contests } = await import("../bench/_contests.ts");
  const all = contests(navigator.hardwareConcurrency);
  const print = given.flags.has("json") ? printJson : printLine(all);
  let lost = 0;
  for (const contest of all) {
    const held = await holdFairly(contest);
    print(held);
    if (!passes(held)) lost += 1;
  }
  if (lost > 0) {
    console.error(`error: ${lost} of ${all.length} ratios miss their bound`);
  }
  return lost > 0 ? 1 : 0;
}

function printJson(held: Held): void {
  const { contest: { work, against, bound }, ratio } = held;
  const { min, median, max } = ratio;
  const pass = passes(held);
  console.log(
    JSON.stringify({ work, against, ratio: median, min, max, bound, pass }),
  );
}

/** Prints lines whose columns stand under each other. */
function printLine(all: readonly Contest[]): (held: Held) => void {
  const width = (text: (contest: Contest) => string) =>
    Math.max(...all.map((contest) => text(contest).length));
  const [works, others] = [width((c) => c.work), width((c) => c.against)];
  console.log(
    `      ${"work".padEnd(works)}  ${"against".padEnd(others)}  ` +
      "  ratio     min     max   bound",
  );
  return (held) => {
    const { contest: { work, against, bound }, ratio } = held;
    const numbers = [ratio.median, ratio.min, ratio.max, bound]
      .map((value) => value.toFixed(2).padStart(6)).join("  ");
    console.log(
      `${passes(held) ? "ok  " : "FAIL"}  ${work.padEnd(works)}  ` +
        `${against.padEnd(others)}  ${numbers}`,
    );
  };
}

await main(commandProgram(command, Deno.args, perform));
