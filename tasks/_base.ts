/**
 * `--controller NAME|FILE`: which controller a run is over.
 *
 * @module
 */

import { refuse } from "../lib/errors.ts";
import { defaultBase, type Task } from "../lib/suite/task.ts";
import { fromPaper, PRESETS } from "../lib/suite/presets.ts";
import { unknownName } from "./_cli.ts";
import type { ControllerFile } from "./_config.ts";
import { readControllerFile } from "./_controller_file.ts";

/** One of the task's controllers, and a file where that takes its place. */
export interface ChosenBase {
  readonly name: string;
  readonly file?: ControllerFile;
}

/**
 * The controller that was asked for; unless one was, the paper's where the
 * preset is the paper's, else the task's first. What looks like a path is one.
 */
export async function chooseBase(
  task: Task,
  wanted: string | undefined,
  preset = "default",
): Promise<ChosenBase> {
  const known = PRESETS.find((name) => name === preset) ?? "default";
  const name = fromPaper(known) ? task.paper.base : defaultBase(task);
  if (wanted === undefined) return { name };
  if (Object.hasOwn(task.bases, wanted)) return { name: wanted };
  if (/[./\\]/.test(wanted)) {
    return { name, file: await readControllerFile(wanted, task.sizes) };
  }
  const names = Object.keys(task.bases);
  return refuse({
    ...unknownName(`controller of '${task.id}'`, wanted, names),
    message: `${
      unknownName(`controller of '${task.id}'`, wanted, names).message
    }, or the path of a module such as ./${wanted}.ts`,
  });
}
