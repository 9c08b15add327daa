/**
 * What is asked of a stress test, from the command line, or why it cannot be had.
 *
 * @module
 */

import { dirname, join } from "node:path";
import { refuse } from "../../lib/errors.ts";
import { AXES, type Axis } from "../../lib/suite/stress.ts";
import { type Arguments, unknownName } from "../_cli.ts";
import { isThere } from "../_files.ts";
import { FRESH_SEED } from "../_judge.ts";
import { whole } from "../_number.ts";

/** Episodes of each player at each value, where none are asked for. */
export const EPISODES = 100;

/** What a person asks for. */
export interface Asked {
  readonly axes: readonly Axis[];
  /** Episodes of each player at each value. */
  readonly episodes: number;
  readonly seed: number;
  /** Where the page goes, an `.html`. */
  readonly page: string;
  /** Where the figures go, beside it. */
  readonly table: string;
}

/** Reads what is asked of the run in `dir`. */
export function readAsked(given: Arguments, dir: string): Asked {
  const page = given.text.out ?? join(dir, "stress.html");
  if (!page.endsWith(".html")) {
    refuseOut(page, "it is a page and must end with .html");
  }
  if (!isThere(dirname(page))) {
    refuseOut(page, `there is no folder '${dirname(page)}': make it first`);
  }
  return {
    axes: readAxes(given.text.axes),
    // Of one episode there would be no interval.
    episodes: whole(given, "episodes", EPISODES, 2, 1_000_000),
    seed: whole(given, "seed", FRESH_SEED, 0, Number.MAX_SAFE_INTEGER),
    page,
    table: page.replace(/html$/, "csv"),
  };
}

/** Before anything is played, which takes minutes. */
function refuseOut(page: string, why: string): never {
  return refuse({
    _tag: "ConfigError",
    message: `Cannot use '--out ${page}' as ${why}`,
  });
}

/** The axes of a list such as `mass,size`, each once, in the order of the table. */
function readAxes(text: string | undefined): readonly Axis[] {
  const known = Object.keys(AXES);
  const names = text?.split(",").map((name) => name.trim()) ?? known;
  const stray = names.find((name) => !known.includes(name));
  if (stray !== undefined) refuse(unknownName("stress axis", stray, known));
  return Object.values(AXES).filter(({ id }) => names.includes(id));
}
