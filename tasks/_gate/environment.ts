/**
 * Whether a run was made in the environment that this version has: a verdict of
 * the gate holds in one environment alone.
 *
 * @module
 */

import { join } from "node:path";
import project from "../../deno.json" with { type: "json" };
import { isThere, reading } from "../_files.ts";
import { packageVersions } from "../_versions.ts";

const PHYSICS = "@mujoco/mujoco";

/** What is other in this version than where the run in `dir` was made, in words; `undefined` for nothing. */
export function environmentDrift(dir: string): string | undefined {
  if (!isThere(join(dir, "versions.json"))) {
    return "its versions.json, which would tell, is gone";
  }
  const was = physicsOf(dir);
  if (was === undefined) return "its versions.json does not tell";
  const here = packageVersions([project.imports[PHYSICS]])[PHYSICS];
  return was === here
    ? undefined
    : `it was trained with MuJoCo ${was} and this version has ${here}`;
}

/** The version of the physics engine that the run in `dir` was made with; `undefined` where nothing tells. */
export function physicsOf(dir: string): string | undefined {
  const path = join(dir, "versions.json");
  if (!isThere(path)) return undefined;
  return physicsIn(
    reading(`read '${path}'`, () => Deno.readTextFileSync(path)),
  );
}

function physicsIn(text: string): string | undefined {
  try {
    const { packages } = JSON.parse(text);
    const version = packages?.[PHYSICS];
    return typeof version === "string" ? version : undefined;
  } catch {
    return undefined;
  }
}
