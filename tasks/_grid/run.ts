/**
 * The grid at work: what is done for each cell, several at once, in a world
 * whose effects come in as functions.
 *
 * ```text
 * recorded                    nothing
 * finished, not recorded      record
 * begun                       train --resume, then record
 * none                        train, then record
 * ```
 *
 * @module
 */

import type { Row } from "../_sinks/jsonl.ts";
import type { Cell } from "./cells.ts";
import type { Child, Ended } from "./child.ts";
import { BUSY } from "./lock.ts";

/** How far a cell has come. */
export type CellState = "none" | "begun" | "finished" | "recorded";

/** How a cell ended. */
export type CellEnd =
  | { readonly kind: "done" }
  /** It was done before. */
  | { readonly kind: "kept" }
  | { readonly kind: "stopped" }
  | { readonly kind: "failed"; readonly code: number; readonly error: string };

/** What a grid does to the world. */
export interface World {
  readonly stateOf: (cell: Cell) => CellState;
  /** Begins the run of the cell, or goes on with it. */
  readonly train: (
    cell: Cell,
    resume: boolean,
    hear: (row: Row) => void,
  ) => Child;
  /** Writes the rows of the cell as far as there are any; all of them where it is finished. */
  readonly record: (cell: Cell, finished: boolean) => void;
  /** Whether a person has asked to stop. */
  readonly stopping: () => boolean;
  /** Told when a cell begins, speaks and ends. */
  readonly began: (cell: Cell, resume: boolean) => void;
  readonly heard: (cell: Cell, row: Row) => void;
  readonly ended: (cell: Cell, end: CellEnd) => void;
}

/** A grid that is being carried out. */
export interface Grid {
  /** How each cell ended; cells that were not reached are left out. */
  readonly done: Promise<ReadonlyMap<Cell, CellEnd>>;
  /** Asks every running cell to stop. */
  readonly stop: () => void;
}

/** Carries out the cells, at most `jobs` at once; none stops another. */
export function runGrid(
  cells: readonly Cell[],
  jobs: number,
  world: World,
): Grid {
  const waiting = [...cells];
  const running = new Set<Child>();
  const ends = new Map<Cell, CellEnd>();
  async function lane(): Promise<void> {
    while (!world.stopping()) {
      const cell = waiting.shift();
      if (cell === undefined) return;
      const end = await carryOut(cell, world, running);
      ends.set(cell, end);
      world.ended(cell, end);
    }
  }
  async function all() {
    await Promise.all(Array.from({ length: jobs }, lane));
    return ends;
  }
  return {
    done: all(),
    stop: () => {
      for (const child of running) child.stop();
    },
  };
}

async function carryOut(
  cell: Cell,
  world: World,
  running: Set<Child>,
): Promise<CellEnd> {
  const state = world.stateOf(cell);
  if (state === "recorded") return { kind: "kept" };
  if (state !== "finished") {
    world.began(cell, state === "begun");
    const child = world.train(cell, state === "begun", (row) => {
      world.heard(cell, row);
      if (row.kind === "evaluation") world.record(cell, false);
    });
    running.add(child);
    const ended = await child.ended;
    running.delete(child);
    const failure = failureOf(ended, world.stopping());
    if (failure !== undefined) return failure;
  }
  world.record(cell, true);
  return { kind: "done" };
}

/** What an end other than a good one means. */
function failureOf({ code, error }: Ended, stopping: boolean) {
  if (code === 0) return undefined;
  // A child that had not yet learnt to listen is ended by the signal itself.
  if (stopping) return { kind: "stopped" } as const;
  const why = code === BUSY
    ? "another process is training it: let that one end, or type the command again"
    : error || `the training ended with exit code ${code}`;
  return { kind: "failed", code, error: why } as const;
}
