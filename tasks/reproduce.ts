/**
 * `deno task reproduce`: the grid of the paper, task by arm by seed; stop it at
 * any time and type the same command to go on.
 *
 * @module
 */

import * as E from "fp-ts/Either";
import {
  type Arguments,
  type Command,
  helpText,
  parseCommand,
  section,
} from "./_cli.ts";
import { counted } from "./_count.ts";
import { stopSignal } from "./_conduct.ts";
import { unwrap, writeAll } from "./_files.ts";
import { ALL_ARMS, ALL_TASKS } from "./_grid/arms.ts";
import { type Asked, askedGrid, stateOf, tasksOf } from "./_grid/asked.ts";
import { BUDGETS } from "./_grid/budgets.ts";
import type { Cell } from "./_grid/cells.ts";
import { CHANGED_ARMS } from "./_grid/changes.ts";
import { type Listed, listText } from "./_grid/list.ts";
import { firstLine, openView, type View } from "./_grid/progress.ts";
import { readResults } from "./_grid/results.ts";
import { type CellEnd, runGrid } from "./_grid/run.ts";
import {
  confirmation,
  recording,
  tidyResults,
  type Work,
} from "./_grid/work.ts";
import { main, type Program } from "./_program.ts";

const command: Command = {
  name: "reproduce",
  summary:
    "Run the grid of the paper: tasks x arms x seeds, one training run each.",
  positionals: [],
  options: [
    {
      name: "budget",
      placeholder: "NAME",
      default: "smoke",
      description: BUDGETS.map(({ id }) => id).join(", "),
    },
    {
      name: "tasks",
      placeholder: "A,B",
      description: "Tasks, those of the budget unless given",
    },
    {
      name: "arms",
      placeholder: "X,Y",
      description: "Arms, those of the budget unless given",
    },
    {
      name: "seeds",
      placeholder: "N",
      description:
        "Number of seeds, that of the budget unless given; of 'solve' and 'ablation' at most that",
    },
    {
      name: "jobs",
      placeholder: "N",
      default: "cores",
      description: "Cells at once, on one core each",
    },
    {
      name: "results",
      placeholder: "DIR",
      default: "results",
      description: "Folder of the tables; a budget has its own inside",
    },
    {
      name: "confirm",
      description:
        "Run one cell of each arm anew until its first rows show whether this version of the code gives those of another",
    },
    { name: "list", description: "Show the cells and how far each is" },
    { name: "json", description: "Print only JSON lines" },
    { name: "quiet", description: "Print only the last sentence" },
  ],
  examples: [
    "deno task reproduce",
    "deno task reproduce --budget short --tasks slippery-push --list",
    "deno task reproduce --budget short --tasks slippery-push,pick-and-place --arms default,paper",
    "deno task reproduce --budget ablation --tasks slippery-push --arms default,no-selection",
  ],
};

function program(args: readonly string[]): Program {
  return async () => {
    const given = unwrap(parseCommand(command, [...args]));
    if (given.help) {
      console.log(helpText({ ...command, notes: notes() }));
      return E.right(undefined);
    }
    const asked = await askedGrid(given);
    if (given.flags.has("list")) {
      list(asked, given.flags.has("json"));
      return E.right(undefined);
    }
    return E.right(await carryOut(asked, given, args));
  };
}

/** Runs the cells; the exit code is that of the first that failed. */
async function carryOut(
  asked: Asked,
  given: Arguments,
  args: readonly string[],
): Promise<number> {
  const { jobs, refused } = asked;
  const { results, remarks } = tidyResults(asked);
  const work = given.flags.has("confirm")
    ? confirmation(asked, results)
    : recording(asked, results);
  const view = openView({
    json: given.flags.has("json"),
    quiet: given.flags.has("quiet"),
    terminal: Deno.stdout.isTerminal(),
    columns: () => Deno.consoleSize().columns,
    write: (text) => writeAll(Deno.stdout, new TextEncoder().encode(text)),
    now: () => performance.now() / 1000,
    jobs,
  }, work.estimates);
  remarks.forEach(view.say);
  const stopping = stopSignal(() => {
    view.say("Stopping: each cell writes a checkpoint; Ctrl-C again leaves");
    grid.stop();
  });
  const { began, heard, ended } = view;
  const world = { ...work.world, stopping, began, heard, ended };
  const grid = runGrid(work.cells, jobs, world);
  const ends = new Map<Cell, CellEnd>(await grid.done);
  for (const [cell, error] of refused) {
    ends.set(cell, { kind: "failed", code: 2, error });
  }
  const again = ["deno task reproduce", ...args].join(" ");
  return conclude(view, work, ends, again);
}

function conclude(
  view: View,
  { estimates, outcome }: Work,
  ends: ReadonlyMap<Cell, CellEnd>,
  again: string,
): number {
  const cells = estimates.size;
  const failed = [...ends].flatMap(([cell, end]) =>
    end.kind === "failed" ? [{ cell, end }] : []
  );
  const done =
    [...ends.values()].filter(({ kind }) => kind === "done" || kind === "kept")
      .length;
  const stopped = ends.size < cells ||
    [...ends.values()].some(({ kind }) => kind === "stopped");
  const open = cells - done - failed.length;
  const sentence = [
    `${done} of ${counted(cells, "cell")} ${outcome}.`,
    ...stopped ? [`${open} are left: go on with: ${again}`] : [],
    ...failed.length > 0 ? [`${failed.length} failed:`] : [],
  ].join(" ");
  const lines = failed.map(({ cell, end }) =>
    `  ${cell.id}: ${firstLine(end.error)}`
  );
  view.finish([sentence, ...lines].join("\n"), {
    kind: "grid",
    cells,
    done,
    failed: failed.map(({ cell, end }) => ({ cell: cell.id, ...end })),
    ...stopped ? { resume: again } : {},
  });
  if (failed.length > 0) return failed[0].end.code;
  return stopped ? 130 : 0;
}

function list(asked: Asked, json: boolean): void {
  const { folder, prepared, refused, estimates, jobs } = asked;
  const results = readResults(folder, tasksOf(estimates.keys()));
  const rows = [...estimates].map(([cell, seconds]): Listed => {
    const ready = prepared.get(cell);
    if (ready === undefined) {
      const why = refused.get(cell) ?? "";
      return { cell, state: "refused", seconds: 0, why };
    }
    const state = stateOf(results, ready);
    const over = state === "recorded" || state === "finished";
    return { cell, state, seconds: over ? 0 : seconds };
  });
  if (!json) return console.log(listText(rows, jobs));
  for (const { cell, ...rest } of rows) {
    const { id, words } = cell;
    console.log(JSON.stringify({ cell: id, ...rest, words }));
  }
}

function notes(): string {
  return [
    section("Budgets", BUDGETS.map((b) => [b.id, b.description])),
    section("Tasks", ALL_TASKS.map((t) => [t.id, `over '${t.base}'`])),
    section(
      "Arms",
      ALL_ARMS.filter((arm) => !CHANGED_ARMS.includes(arm))
        .map((arm) => [arm.id, arm.description]),
    ),
    section(
      "Arms of 'ablation', beside the default",
      CHANGED_ARMS.map((arm) => [arm.id, arm.description]),
    ),
  ].join("\n\n");
}

await main(program(Deno.args));
