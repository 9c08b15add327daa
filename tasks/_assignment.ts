/**
 * `--set path=value`: one assignment read against the settings of a task, and
 * the sentence for a path that is none of them.
 *
 * @module
 */

import * as E from "fp-ts/Either";
import { type ConfigError, nearest } from "../lib/errors.ts";
import type { Setting } from "./_settings.ts";

/** A setting and the value given for it, not yet checked. */
export interface Assignment {
  readonly path: string;
  readonly value: unknown;
}

/** Reads `path=value` where `path` is one of `settings`. */
export function readAssignment(
  text: string,
  task: string,
  settings: readonly Setting[],
): E.Either<ConfigError, Assignment> {
  const equals = text.indexOf("=");
  if (equals <= 0) {
    return configError(
      `Cannot read '--set ${text}' as it must be path=value, such as ` +
        "--set recipe.polyak=0.01",
    );
  }
  const path = text.slice(0, equals);
  if (path === "task") {
    return configError(
      "Cannot set 'task': name the task as the first argument",
    );
  }
  return settings.some((setting) => setting.path === path)
    ? E.right({ path, value: readValue(text.slice(equals + 1)) })
    : configError(unknownSetting(path, task, settings));
}

/** A JSON scalar or array, else the text itself. */
function readValue(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value === 0 ? 0 : value; // -0 would change the hash, not the run
  } catch {
    return text; // not JSON, so it is a word
  }
}

function unknownSetting(
  path: string,
  task: string,
  settings: readonly Setting[],
): string {
  const paths = settings.map((setting) => setting.path);
  const group = path.split(".")[0];
  const members = paths.filter((known) => known.startsWith(`${group}.`));
  if (path === group && members.length > 0) {
    return `Cannot set '${path}' as it holds several settings: ` +
      members.join(", ");
  }
  const near = nearestPath(path, paths);
  const hint = near === undefined ? "" : `. Did you mean '${near}'?`;
  if (members.length === 0 && (group === "controller" || group === "env")) {
    return `Cannot set '${path}' as task '${task}' has no ${group} ` +
      `settings${hint}`;
  }
  const groups = [...new Set(paths.map(groupOrName))];
  const allowed = members.length > 0 ? members : groups;
  return `Cannot set '${path}' as task '${task}' has no such setting` +
    `${hint || "."} Allowed: ${allowed.join(", ")}`;
}

/**
 * The path that was probably meant: one of the same last name, else one nearly
 * the same, else one whose last name is nearly the same.
 */
export function nearestPath(
  given: string,
  paths: readonly string[],
): string | undefined {
  const last = (path: string) => path.slice(path.lastIndexOf(".") + 1);
  const name = last(given);
  return paths.find((path) => last(path) === name) ??
    nearest(given, paths) ??
    paths.find((path) => last(path) === nearest(name, paths.map(last)));
}

function groupOrName(path: string): string {
  return path.includes(".") ? `${path.split(".")[0]}.*` : path;
}

/** A refusal of a setting. */
export function configError(message: string): E.Either<ConfigError, never> {
  return E.left({ _tag: "ConfigError", message });
}
