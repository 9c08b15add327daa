/**
 * From what was typed to a grid that is ready to run: everything that can be
 * refused is refused here, before anything is started.
 *
 * @module
 */

import * as E from "fp-ts/Either";
import { join } from "node:path";
import type { Arguments } from "../_cli.ts";
import { whole } from "../_number.ts";
import type { Budget } from "./budget.ts";
import { budgetNamed } from "./budgets.ts";
import { type Cell, gridCells } from "./cells.ts";
import { estimateSeconds } from "./estimate.ts";
import { identities, type Identity, shortName } from "./expected.ts";
import { type Claimed, refuseMixture } from "./mixture.ts";
import { isRecorded, readResults, type Results } from "./results.ts";
import type { CellState } from "./run.ts";
import { runState } from "./run_rows.ts";

/** A cell that this version can run: its identity and where its run lies. */
export interface Prepared extends Claimed {
  readonly dir: string;
}

/** The grid that was asked for. */
export interface Asked {
  /** Where its tables lie. */
  readonly folder: string;
  /** Held while tables are written, should two grids of one budget run. */
  readonly lock: string;
  /** Cells at once. */
  readonly jobs: number;
  readonly prepared: ReadonlyMap<Cell, Prepared>;
  /** Cells that this version cannot run, and why. */
  readonly refused: ReadonlyMap<Cell, string>;
  /** Seconds that each cell takes, in the order in which they run. */
  readonly estimates: ReadonlyMap<Cell, number>;
}

/** Where runs of grids lie. */
const RUNS = join("runs", "reproduce");

/**
 * The grid that `given` asks for.
 *
 * @throws {Refusal} Of a `ConfigError` if a name or number is wrong, or the
 * results folder holds rows that new ones must not be mixed with.
 */
export async function askedGrid(given: Arguments): Promise<Asked> {
  const { text } = given;
  const budget = budgetNamed(text.budget ?? "smoke");
  const cells = gridCells(budget, {
    tasks: text.tasks?.split(","),
    arms: text.arms?.split(","),
    seeds: whole(given, "seeds", undefined, 1, 1000),
  });
  const jobs = whole(given, "jobs", undefined, 1, 1000) ??
    navigator.hardwareConcurrency;
  const folder = join(text.results ?? "results", budget.id);
  const identityOf = identities();
  const prepared = new Map<Cell, Prepared>();
  const refused = new Map<Cell, string>();
  for (const cell of cells) {
    const identity = await identityOf(cell);
    if (E.isLeft(identity)) refused.set(cell, identity.left.message);
    else prepared.set(cell, prepare(budget, cell, identity.right));
  }
  const results = readResults(folder, tasksOf(cells));
  if (!given.flags.has("confirm")) {
    refuseMixture(folder, results, [...prepared.values()]);
  }
  const estimates = new Map(
    cells.map((cell) =>
      [cell, estimateSeconds(cell, results.timings)] as const
    ),
  );
  const lock = join(RUNS, `${budget.id}.lock`);
  return { folder, lock, jobs, prepared, refused, estimates };
}

/** How far a cell has come. */
export function stateOf(
  results: Results,
  { cell, identity, dir }: Prepared,
): CellState {
  return isRecorded(results, cell, identity) ? "recorded" : runState(dir);
}

/** The tasks of some cells, each once. */
export function tasksOf(cells: Iterable<Cell>): readonly string[] {
  return [...new Set([...cells].map(({ task }) => task.id))];
}

/** The run of a cell lies in a folder that no other version or configuration writes to. */
function prepare(budget: Budget, cell: Cell, identity: Identity): Prepared {
  const name = `${cell.id}-${shortName(identity)}`;
  return { cell, identity, dir: join(RUNS, budget.id, name) };
}
