/**
 * `deno task report`: the tables of `deno task reproduce` as one page, or as a
 * table for a README.
 *
 * @module
 */

import * as E from "fp-ts/Either";
import { join } from "node:path";
import { refuse } from "../lib/errors.ts";
import {
  type Arguments,
  type Command,
  helpText,
  parseCommand,
} from "./_cli.ts";
import { isThere, unwrap, writeAll, writeWholeText } from "./_files.ts";
import { GRID_TASKS } from "./_grid/arms.ts";
import type { Budget } from "./_grid/budget.ts";
import { budgetNamed, BUDGETS } from "./_grid/budgets.ts";
import { readResults, type Results, tasksIn } from "./_grid/results.ts";
import { sameVersions } from "./_grid/versions.ts";
import { main, type Program } from "./_program.ts";
import { finished, groupResults } from "./_report/data.ts";
import { markdownTable } from "./_report/markdown.ts";
import { refuseMixedArms, type Source } from "./_report/mixture.ts";
import { reportPage } from "./_report/page.ts";

/** Where tables lie unless told. */
const RESULTS = "results";

const command: Command = {
  name: "report",
  summary:
    "Turn the results of a budget into one page: figures, tables, claims.",
  positionals: [],
  options: [
    {
      name: "budget",
      placeholder: "NAME",
      default: "smoke",
      description: BUDGETS.map(({ id }) => id).join(", "),
    },
    {
      name: "results",
      placeholder: "DIR",
      default: RESULTS,
      description: "Folder of the tables",
    },
    {
      name: "out",
      placeholder: "FILE",
      default: "report.html",
      description: "Where the page goes",
    },
    {
      name: "markdown",
      description: "Print where each arm ends as a Markdown table instead",
      excludes: { names: ["out"], why: "the table is printed" },
    },
  ],
  examples: [
    "deno task report",
    "deno task report --budget short",
    "deno task report --budget short --markdown",
  ],
};

function program(args: readonly string[]): Program {
  return () => {
    const given = unwrap(parseCommand(command, [...args]));
    if (given.help) console.log(helpText(command));
    else report(given);
    return Promise.resolve(E.right(undefined));
  };
}

function report({ text, flags }: Arguments): void {
  const budget = budgetNamed(text.budget ?? "smoke");
  const root = text.results ?? RESULTS;
  const source = sourceOf(root, budget);
  const results = soundResults(root, source);
  if (flags.has("markdown")) return printTable(source, results);
  const out = text.out ?? "report.html";
  const advice = "; name another file with --out";
  writeWholeText(out, reportPage(budget, results), advice);
  const runs = groupResults(results).flatMap(({ arms }) =>
    arms.flatMap(finished)
  );
  console.log(
    `Wrote ${out}: ${runs.length} finished runs of '${source.folder}'`,
  );
}

function sourceOf(root: string, budget: Budget): Source {
  const elsewhere = root === RESULTS ? "" : ` --results ${root}`;
  return {
    folder: join(root, budget.id),
    words: `--budget ${budget.id}${elsewhere}`,
  };
}

/** The rows that can be taken together; what is wrong with others is told of. */
function soundResults(root: string, source: Source): Results {
  const { folder, words } = source;
  const results = readResults(folder, knownTasks(folder));
  for (const { path, line, why } of results.damaged) {
    console.error(
      `Line ${line} of '${path}' is left out, as ${why}: deno task reproduce ${words} mends it`,
    );
  }
  if (results.evaluations.length === 0) refuseEmpty(root, source);
  refuseMixedArms(source, results, sameVersions(results.confirmed));
  return results;
}

function refuseEmpty(root: string, { folder, words }: Source): never {
  const found = isThere(folder)
    ? `'${folder}' has no rows of any task`
    : `there is no folder '${folder}'`;
  const others = BUDGETS.map(({ id }) => id)
    .filter((id) => knownTasks(join(root, id)).length > 0);
  const there = others.length === 0
    ? ""
    : `. '${root}' has rows of: ${others.join(", ")}`;
  return refuse({
    _tag: "ConfigError",
    message:
      `Cannot report as ${found}: make some with deno task reproduce ${words}, or name another folder with --results${there}`,
  });
}

function knownTasks(folder: string): readonly string[] {
  const known = GRID_TASKS.map(({ id }) => id);
  return tasksIn(folder).filter((task) => known.includes(task));
}

function printTable({ folder, words }: Source, results: Results): void {
  const table = markdownTable(results) ?? refuse({
    _tag: "ConfigError",
    message:
      `Cannot make a table as no run in '${folder}' is finished: go on with deno task reproduce ${words}`,
  });
  writeAll(Deno.stdout, new TextEncoder().encode(`${table}\n`));
}

await main(program(Deno.args));
