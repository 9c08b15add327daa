/**
 * `deno task report`: the tables of `deno task reproduce` as one page.
 *
 * @module
 */

import * as E from "fp-ts/Either";
import { join } from "node:path";
import { type Command, helpText, parseCommand } from "./_cli.ts";
import { unwrap, writeWholeText } from "./_files.ts";
import { GRID_TASKS } from "./_grid/arms.ts";
import { budgetNamed, BUDGETS } from "./_grid/budgets.ts";
import { readResults, tasksIn } from "./_grid/results.ts";
import { main, type Program } from "./_program.ts";
import { reportPage } from "./_report/page.ts";

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
      default: "results",
      description: "Folder of the tables",
    },
    {
      name: "out",
      placeholder: "FILE",
      default: "report.html",
      description: "Where the page goes",
    },
  ],
  examples: ["deno task report", "deno task report --budget short"],
};

function program(args: readonly string[]): Program {
  return () => {
    const given = unwrap(parseCommand(command, [...args]));
    if (given.help) {
      console.log(helpText(command));
      return Promise.resolve(E.right(undefined));
    }
    const { text } = given;
    const budget = budgetNamed(text.budget ?? "smoke");
    const folder = join(text.results ?? "results", budget.id);
    const known = GRID_TASKS.map(({ id }) => id);
    const tasks = tasksIn(folder).filter((task) => known.includes(task));
    const results = readResults(folder, tasks);
    for (const { path, line, why } of results.damaged) {
      console.error(
        `Line ${line} of '${path}' is left out, as ${why}: deno task reproduce --budget ${budget.id} mends it`,
      );
    }
    const out = text.out ?? "report.html";
    const advice = "; name another file with --out";
    writeWholeText(out, reportPage(budget, results), advice);
    const cells = results.recorded.length;
    console.log(`Wrote ${out}: ${cells} finished cells of '${folder}'`);
    return Promise.resolve(E.right(undefined));
  };
}

await main(program(Deno.args));
