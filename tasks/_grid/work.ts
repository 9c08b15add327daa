/**
 * What a grid does for its cells: record them, or confirm that this version of
 * the code gives the rows that another has left.
 *
 * @module
 */

import { type Asked, type Prepared, stateOf, tasksOf } from "./asked.ts";
import type { Cell } from "./cells.ts";
import { startTraining } from "./child.ts";
import { confirming, probesOf, shareOf } from "./confirm.ts";
import { whileLocked } from "./lock.ts";
import {
  CLOCK,
  readResults,
  recordFinished,
  recordProgress,
  type Results,
  setAside,
} from "./results.ts";
import type { World } from "./run.ts";
import { dropCheckpoints, evaluationsOf, timingsOf } from "./run_rows.ts";

/** What is done for which cells. */
export interface Work {
  readonly cells: readonly Cell[];
  /** Seconds that each cell takes, those included that cannot be run. */
  readonly estimates: ReadonlyMap<Cell, number>;
  readonly world: Pick<World, "stateOf" | "train" | "record">;
  /** Completes "N of M cells ...". */
  readonly outcome: string;
}

/** Each cell is trained to its end and recorded. */
export function recording(asked: Asked, results: Results): Work {
  const { folder, prepared, estimates } = asked;
  const at = (cell: Cell) => prepared.get(cell) as Prepared;
  return {
    cells: [...prepared.keys()],
    estimates,
    world: {
      stateOf: (cell) => stateOf(results, at(cell)),
      train: (cell, resume, hear) => {
        const { dir } = at(cell);
        const words = resume
          ? [`--resume=${dir}`]
          : [...cell.words, `--out=${dir}`];
        return startTraining(words, hear);
      },
      record: (cell, finished) => record(asked, at(cell), finished),
    },
    outcome: `are recorded in '${folder}'`,
  };
}

/**
 * One cell of each arm with rows of another version is run again, as far as it
 * takes to compare.
 *
 * @throws {Refusal} As `probesOf`.
 */
export function confirmation(asked: Asked, results: Results): Work {
  const { folder, prepared, estimates } = asked;
  const probes = probesOf(results, prepared.values());
  return {
    cells: probes.map(({ cell }) => cell),
    estimates: new Map(probes.map((probe) => {
      const seconds = estimates.get(probe.cell) ?? 0;
      return [probe.cell, seconds * shareOf(probe)];
    })),
    world: confirming(probes, asked),
    outcome: `came out as in '${folder}'`,
  };
}

/** The results without damaged lines, which are moved aside and told of. */
export function tidyResults({ folder, lock, prepared }: Asked): {
  readonly results: Results;
  readonly remarks: readonly string[];
} {
  return whileLocked(lock, () => {
    const tasks = tasksOf(prepared.keys());
    const { damaged } = readResults(folder, tasks);
    const remarks = damaged.map(({ path, line, why }) => {
      const then = path.endsWith(CLOCK)
        ? "wall-clock of its cell is incomplete"
        : "its cell is recorded again";
      return `Line ${line} of '${path}' cannot be read, as ${why}: moved to '${path}.set-aside'; ${then}`;
    });
    if (damaged.length > 0) setAside(folder, tasks, damaged);
    return { results: readResults(folder, tasks), remarks };
  });
}

function record(
  { folder, lock }: Asked,
  { cell, identity, dir }: Prepared,
  finished: boolean,
): void {
  const evaluations = evaluationsOf(cell, dir, identity.code);
  whileLocked(lock, () => {
    if (!finished) return recordProgress(folder, cell, evaluations);
    const timings = timingsOf(cell, dir);
    recordFinished(folder, cell, { evaluations, timings, identity });
  });
  if (finished) dropCheckpoints(dir);
}
