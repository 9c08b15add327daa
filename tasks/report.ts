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
import { ALL_TASKS } from "./_grid/arms.ts";
import type { Budget } from "./_grid/budget.ts";
import { budgetNamed, BUDGETS } from "./_grid/budgets.ts";
import { readResults, type Results, tasksIn } from "./_grid/results.ts";
import { sameVersions } from "./_grid/versions.ts";
import { main, type Program } from "./_program.ts";
import { ABLATION_REPORT } from "./_report/ablation_page.ts";
import { EVERYTHING, finished, groupResults } from "./_report/data.ts";
import { markdownTable } from "./_report/markdown.ts";
import { refuseMixedArms, type Source } from "./_report/mixture.ts";
import { reportPage } from "./_report/page.ts";
import type { Report } from "./_report/report.ts";
import { SOLVED_REPORT } from "./_report/solved_page.ts";

/** Where tables lie unless told. */
const RESULTS = "results";

/** What is made of the paper's budgets. */
const PAPER_REPORT: Report = { page: reportPage, markdown: markdownTable };

/** What is made of others. */
const REPORTS: Readonly<Record<string, Report>> = {
  ablation: ABLATION_REPORT,
  solve: SOLVED_REPORT,
};

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
      description: "Print the tables of the page as Markdown instead",
      excludes: { names: ["out", "svg"], why: "the table is printed" },
    },
    {
      name: "svg",
      placeholder: "FILE",
      description: "Write the figure of 'solve' or 'ablation' alone instead",
      excludes: { names: ["out"], why: "there is no page" },
    },
  ],
  examples: [
    "deno task report",
    "deno task report --budget short",
    "deno task report --budget short --markdown",
    "deno task report --budget solve --svg docs/solved.svg",
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
  const made = REPORTS[budget.id] ?? PAPER_REPORT;
  if (text.svg !== undefined && made.figure === undefined) {
    refuseFigure(budget);
  }
  const root = text.results ?? RESULTS;
  const source = sourceOf(root, budget);
  const results = soundResults(root, source);
  const others = () => comparisons(root);
  if (flags.has("markdown")) {
    return printTable(source, made.markdown(results));
  }
  if (text.svg !== undefined) {
    const figure = made.figure?.(results, others) ?? refuseUnfinished(source);
    return write(text.svg, figure, "--svg", results, source);
  }
  const out = text.out ?? "report.html";
  write(out, made.page(budget, results, others), "--out", results, source);
}

function write(
  path: string,
  content: string,
  option: string,
  results: Results,
  { folder }: Source,
): void {
  writeWholeText(path, content, `; name another file with ${option}`);
  const runs = groupResults(results, EVERYTHING).flatMap(({ arms }) =>
    arms.flatMap(finished)
  );
  console.log(`Wrote ${path}: ${runs.length} finished runs of '${folder}'`);
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
  const { folder } = source;
  const results = readResults(folder, knownTasks(folder));
  tellDamage(results, source);
  if (results.evaluations.length === 0) refuseEmpty(root, source);
  refuseMixedArms(source, results, sameVersions(results.confirmed));
  return results;
}

/** Arms of the budget `short` that stand beside those of others. */
const COMPARED: readonly string[] = ["paper", "td3", "ddpg"];

/** Their rows; none where there are none. */
function comparisons(root: string): Results {
  const source = sourceOf(root, budgetNamed("short"));
  const { folder } = source;
  const results = readResults(folder, knownTasks(folder));
  tellDamage(results, source);
  const evaluations = results.evaluations.filter(({ arm }) =>
    COMPARED.includes(arm)
  );
  const compared = { ...results, evaluations };
  refuseMixedArms(source, compared, sameVersions(results.confirmed));
  return compared;
}

/** Tells of lines that are no rows. */
function tellDamage({ damaged }: Results, { words }: Source): void {
  for (const { path, line, why } of damaged) {
    console.error(
      `Line ${line} of '${path}' is left out, as ${why}: deno task reproduce ${words} mends it`,
    );
  }
}

function refuseEmpty(root: string, { folder, words }: Source): never {
  const found = isThere(folder)
    ? `'${folder}' has no rows of any task`
    : `there is no folder '${folder}'`;
  const others = BUDGETS.map(({ id }) => id).filter((id) =>
    join(root, id) !== folder && knownTasks(join(root, id)).length > 0
  );
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
  const known = ALL_TASKS.map(({ id }) => id);
  return tasksIn(folder).filter((task) => known.includes(task));
}

function printTable(source: Source, table: string | undefined): void {
  const text = `${table ?? refuseUnfinished(source)}\n`;
  writeAll(Deno.stdout, new TextEncoder().encode(text));
}

function refuseUnfinished({ folder, words }: Source): never {
  return refuse({
    _tag: "ConfigError",
    message:
      `Cannot make a table or figure as no run in '${folder}' is finished: go on with deno task reproduce ${words}`,
  });
}

function refuseFigure({ id }: Budget): never {
  return refuse({
    _tag: "ConfigError",
    message:
      `Cannot use '--svg' with budget '${id}', whose page has several figures. Allowed: ${
        Object.keys(REPORTS).join(", ")
      }. Draw runs with deno task figure RUN, or leave it out`,
  });
}

await main(program(Deno.args));
