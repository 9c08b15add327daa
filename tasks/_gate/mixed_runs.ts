/**
 * Runs that may be shown side by side: seeds of one configuration, judged in one
 * environment. A mean over others would mean nothing.
 *
 * @module
 */

import { resolve } from "node:path";
import { refuse } from "../../lib/errors.ts";
import { TASKS } from "../../lib/suite/registry.ts";
import type { RunConfig } from "../_config.ts";
import { environmentHash } from "../_export/artefact.ts";
import type { Run } from "../_run.ts";
import { physicsOf } from "./environment.ts";

/** Values by full name, such as `env.friction`. */
type Settings = Readonly<Record<string, string | undefined>>;

/**
 * Refuses runs of which one differs from the first in its task, in the
 * environment that it is judged in or in any setting but its seed, and runs of
 * one seed: a mean over them would count a draw twice.
 *
 * @param use Completes "Cannot ... 'A' and 'B'", for example `draw`.
 * @throws {Refusal} Of a `ConfigError` that names both runs and what differs.
 */
export function refuseMixedRuns(runs: readonly Run[], use: string): void {
  const [first, ...others] = runs;
  for (const other of others) {
    const why = strangeness(first, other);
    if (why !== undefined) {
      refusePair(use, first, other, why, "runs of one task in one environment");
    }
  }
  runs.forEach((run, i) => {
    const twin = runs.slice(0, i).find(({ config: { seed } }) =>
      seed === run.config.seed
    );
    if (twin !== undefined) refuseTwins(use, twin, run);
  });
  for (const other of others) {
    const apart = settingsApart(plain(first.config), plain(other.config));
    if (apart === "") continue;
    const why = `they differ in more than their seeds, ${apart}`;
    refusePair(use, first, other, why, "seeds of one configuration");
  }
}

function refuseTwins(use: string, one: Run, other: Run): never {
  const same = resolve(one.dir) === resolve(other.dir);
  const why = same
    ? "they are one folder"
    : `both are of seed ${one.config.seed}`;
  return refusePair(use, one, other, why, "each seed once");
}

function refusePair(
  use: string,
  one: Run,
  other: Run,
  why: string,
  take: string,
): never {
  return refuse({
    _tag: "ConfigError",
    message:
      `Cannot ${use} '${one.dir}' and '${other.dir}' together as ${why}: take ${take}`,
  });
}

/** What keeps two runs apart, in words; `undefined` for nothing. */
function strangeness(one: Run, other: Run): string | undefined {
  const [here, there] = [one.config, other.config];
  if (here.task !== there.task) {
    return `their tasks differ, '${here.task}' and '${there.task}'`;
  }
  if (environmentHash(here) !== environmentHash(there)) {
    return `their environments differ, ${
      settingsApart(judged(here), judged(there))
    }`;
  }
  const [was, is] = [physicsOf(one.dir), physicsOf(other.dir)];
  // Of a run whose versions.json is gone nothing is known to differ.
  return was === undefined || is === undefined || was === is
    ? undefined
    : `their environments differ, MuJoCo ${was} and MuJoCo ${is}`;
}

/** The settings by full name that differ, with both values. */
function settingsApart(here: Settings, there: Settings): string {
  return [...new Set([...Object.keys(here), ...Object.keys(there)])]
    .filter((name) => here[name] !== there[name])
    .map((name) => `${name} ${here[name]} and ${there[name]}`)
    .join(", ");
}

/** The settings of the environment where policies are judged. */
function judged({ task, env }: RunConfig): Settings {
  return leaves({ env: { ...env, ...TASKS[task].evaluation } });
}

/** All settings but the seed. */
function plain({ seed: _, ...rest }: RunConfig): Settings {
  return leaves(rest);
}

/** The values in a record of records, as JSON by full name. */
function leaves(value: object, prefix = ""): Settings {
  return Object.assign(
    {},
    ...Object.entries(value).map(([name, part]) =>
      typeof part === "object" && part !== null && !Array.isArray(part)
        ? leaves(part, `${prefix}${name}.`)
        : { [prefix + name]: JSON.stringify(part) }
    ),
  );
}
