/**
 * Runs that may be shown side by side: of one task, judged in one environment.
 * A mean over others, or a difference between them, would mean nothing.
 *
 * @module
 */

import { refuse } from "../../lib/errors.ts";
import { TASKS } from "../../lib/suite/registry.ts";
import type { RunConfig } from "../_config.ts";
import { environmentHash } from "../_export/artefact.ts";
import type { Run } from "../_run.ts";
import { physicsOf } from "./environment.ts";

/**
 * Refuses runs of which one differs from the first in its task or in the
 * environment that it is judged in.
 *
 * @param use Completes "Cannot ... 'A' and 'B'", for example `draw`.
 * @throws {Refusal} Of a `ConfigError` that names both runs and what differs.
 */
export function refuseMixedRuns(
  [first, ...others]: readonly Run[],
  use: string,
): void {
  for (const other of others) {
    const why = strangeness(first, other);
    if (why === undefined) continue;
    refuse({
      _tag: "ConfigError",
      message:
        `Cannot ${use} '${first.dir}' and '${other.dir}' together as ${why}: take runs of one task in one environment`,
    });
  }
}

/** What keeps two runs apart, in words; `undefined` for nothing. */
function strangeness(one: Run, other: Run): string | undefined {
  const [here, there] = [one.config, other.config];
  if (here.task !== there.task) {
    return `their tasks differ, '${here.task}' and '${there.task}'`;
  }
  if (environmentHash(here) !== environmentHash(there)) {
    return `their environments differ, ${settingsApart(here, there)}`;
  }
  const [was, is] = [physicsOf(one.dir), physicsOf(other.dir)];
  // Of a run whose versions.json is gone nothing is known to differ.
  return was === undefined || is === undefined || was === is
    ? undefined
    : `their environments differ, MuJoCo ${was} and MuJoCo ${is}`;
}

/** The settings of the environment that differ where policies are judged. */
function settingsApart(one: RunConfig, other: RunConfig): string {
  const [here, there] = [one, other].map(judged);
  return [...new Set([...Object.keys(here), ...Object.keys(there)])]
    .filter((name) => here[name] !== there[name])
    .map((name) => `env.${name} ${here[name]} and ${there[name]}`)
    .join(", ");
}

function judged({ task, env }: RunConfig): Readonly<Record<string, number>> {
  return { ...env, ...TASKS[task].evaluation };
}
