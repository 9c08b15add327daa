/**
 * What is asked of a look, from the command line and from the run, or why it
 * cannot be had.
 *
 * @module
 */

import { join } from "node:path";
import { refuse } from "../../lib/errors.ts";
import { pairsNeeded } from "../../lib/rollout/gate.ts";
import { levelOfLook } from "../../lib/rollout/spending.ts";
import { TASKS } from "../../lib/suite/registry.ts";
import {
  type Checkpoint,
  checkpointFolder,
  checkpointName,
  latestCheckpoint,
  matchCheckpoint,
  readCheckpoint,
} from "../_checkpoint.ts";
import type { Arguments } from "../_cli.ts";
import { configHash } from "../_config.ts";
import { counted } from "../_count.ts";
import { countersOf } from "../_counters.ts";
import { environmentHash } from "../_export/artefact.ts";
import { isThere, quoted, reading, unwrap } from "../_files.ts";
import { real, whole } from "../_number.ts";
import { readMetrics, type Run } from "../_run.ts";
import { whyUnmoved } from "../_unmoved.ts";
import { environmentDrift } from "./environment.ts";
import { type Candidate, policyHash, share } from "./evidence.ts";
import type { Look } from "./look.ts";

/** What a person asks for. */
export interface Asked {
  /** Chance of error over all looks at the run. */
  readonly delta: number;
  readonly margin: number;
  /** Pairs after which the look gives up. */
  readonly pairs: number;
  /** Environment step of the checkpoint; what the run serves unless given. */
  readonly checkpoint: number | undefined;
  /** Seed of the episodes; the run's unless given. */
  readonly seed: number | undefined;
}

/** Pairs at most, where none are asked for. */
export const MOST_PAIRS = 1000;

const most = Number.MAX_SAFE_INTEGER;

/** Reads the options of `gate`. */
export function readAsked(given: Arguments): Asked {
  const { text } = given;
  const number = (name: string) =>
    text[name] === undefined ? undefined : whole(given, name, 0, 0, most);
  return {
    delta: real(given, "delta", 0.05, 0.0001, 0.5),
    margin: real(given, "margin", 0, 0, 0.5),
    pairs: whole(given, "pairs", MOST_PAIRS, 1, 1_000_000),
    checkpoint: number("checkpoint"),
    seed: number("seed"),
  };
}

/** The checkpoint to judge, of a run that is finished and at home in this version's environment. */
export function chooseCheckpoint(
  run: Run,
  step: number | undefined,
): Checkpoint {
  const { dir, config } = run;
  const resume = `deno task train --resume ${quoted(dir)}`;
  const drift = environmentDrift(dir);
  if (drift !== undefined) {
    return refuseRun(
      run,
      `${drift}: a verdict would not be about the environment that it knows; gate it with the version in versions.json, or train it anew`,
    );
  }
  const chosen = step === undefined
    ? unwrap(latestCheckpoint(dir))
    : checkpointAt(run, step);
  if (chosen === undefined) {
    return refuseRun(run, `it holds no checkpoint yet: go on with: ${resume}`);
  }
  unwrap(matchCheckpoint(chosen, config, "gate"));
  const rows = unwrap(readMetrics(dir));
  if (!rows.some(({ kind }) => kind === "final")) {
    return refuseRun(run, `it is not finished: go on with: ${resume}`);
  }
  const unmoved = whyUnmoved(config, countersOf(chosen));
  if (unmoved !== undefined) {
    return refuseRun(
      run,
      `its policy of step ${chosen.step} is its controller. ${unmoved.why}: ${unmoved.remedy}`,
    );
  }
  return chosen;
}

function checkpointAt(run: Run, step: number): Checkpoint {
  const folder = checkpointFolder(run.dir);
  const path = join(folder, checkpointName(step));
  if (isThere(path)) return unwrap(readCheckpoint(path));
  const kept = reading(
    `list '${folder}'`,
    () =>
      isThere(folder)
        ? [...Deno.readDirSync(folder)].map(({ name }) => name)
        : [],
  );
  const steps = kept.map((name) => /^step-(\d+)\.ckpt$/.exec(name)?.[1])
    .filter((digits) => digits !== undefined).map(Number)
    .sort((a, b) => a - b);
  return refuseRun(
    run,
    `it holds no checkpoint of step ${step}: ${
      steps.length === 0 ? "there is none" : `there are ${steps.join(", ")}`
    }`,
  );
}

/**
 * The look as it begins. One that was interrupted is taken up again where the
 * same is asked of the same policy; anything else is a further look.
 */
export function beginLook(
  run: Run,
  { delta, margin, pairs, ...asked }: Asked,
  { step, state }: Candidate,
  looks: readonly Look[],
): Look {
  const { config } = run;
  const seed = asked.seed ?? config.seed;
  const identity = {
    seed,
    delta,
    margin,
    step,
    policy: policyHash(state),
    config: configHash(config),
    environment: environmentHash(config),
  };
  checkEarlier(run, identity, looks);
  const last = looks.at(-1);
  const again = last?.verdict === "unfinished" &&
    Object.entries(identity).every(([name, value]) =>
      last[name as keyof Look] === value
    );
  const look = looks.length + (again ? 0 : 1);
  const level = levelOfLook(delta, look);
  checkPairs(run, pairs, look, { delta, level, margin });
  return {
    verdict: "unfinished",
    kind: margin > 0 ? "non-inferiority" : "superiority",
    measure: TASKS[config.task].dense ? "return" : "success",
    look,
    level,
    most: pairs,
    pairs: 0,
    wins: 0,
    losses: 0,
    wealth: 1,
    ...identity,
  };
}

/** Looks that cannot stand beside this one. */
function checkEarlier(
  run: Run,
  { config, environment, delta }: Pick<
    Look,
    "config" | "environment" | "delta"
  >,
  looks: readonly Look[],
): void {
  if (looks.some((look) => look.config !== config)) {
    refuseRun(run, "its gate.json is another run's: remove it");
  }
  if (looks.some((look) => look.environment !== environment)) {
    refuseRun(
      run,
      "its gate.json is of another environment than this version's: gate it with the version in versions.json, or train it anew",
    );
  }
  const spent = Math.max(0, ...looks.map((look) => look.delta));
  if (delta < spent) {
    refuseRun(
      run,
      `earlier looks at it asked for --delta ${spent} and have spent of that: ask for ${spent} or more, not ${delta}`,
    );
  }
}

function checkPairs(
  run: Run,
  pairs: number,
  look: number,
  { delta, level, margin }: Pick<Look, "delta" | "level" | "margin">,
): void {
  const needed = pairsNeeded(level, margin);
  if (pairs >= needed) return;
  refuseRun(
    run,
    `--pairs ${pairs} is too few for --delta ${delta}: at look ${look}, which may spend ${
      share(level)
    }, a policy that wins every pair needs ${
      counted(needed, "pair")
    }, and others need more`,
  );
}

function refuseRun({ dir }: Run, why: string): never {
  return refuse({
    _tag: "ConfigError",
    message: `Cannot gate '${dir}' as ${why}`,
  });
}
