import { assert, assertThrows } from "@std/assert";
import { Refusal } from "../../../lib/errors.ts";
import type { Results } from "../../../tasks/_grid/results.ts";
import type { Evaluation, Recorded } from "../../../tasks/_grid/rows.ts";
import { sameVersions } from "../../../tasks/_grid/versions.ts";
import { refuseMixedArms } from "../../../tasks/_report/mixture.ts";
import { hash, run } from "../grid/sample.ts";
import { resultsOf } from "./sample.ts";

const source = { folder: "results/short", words: "--budget short" };

const seeds = [1, 2, 3].flatMap((seed) =>
  run({ seed, config: hash(String(seed)) }, [0.5, 0.9])
);
const sound = resultsOf(seeds);

function refusal(results: Results, says: readonly string[]): void {
  const { message } = assertThrows(
    () => refuseMixedArms(source, results),
    Refusal,
  );
  for (const words of says) assert(message.includes(words), message);
}

/** The results with some members of a run's rows, or of its entry, changed by hand. */
function edited(
  seed: number,
  row: Partial<Evaluation>,
  entry: Partial<Recorded> = {},
): Results {
  const change = <R extends { readonly seed: number }>(
    rows: readonly R[],
    some: Partial<R>,
  ) => rows.map((other) => other.seed === seed ? { ...other, ...some } : other);
  return {
    ...sound,
    evaluations: change(sound.evaluations, row),
    recorded: change(sound.recorded, entry),
  };
}

Deno.test("seeds of one version and one command are taken together", () => {
  refuseMixedArms(source, sound);
});

Deno.test("seeds of two versions are not, and both are named with their seeds", () => {
  const other = { code: hash("d") };
  refusal(edited(3, other, other), [
    "'results/short/push.csv'",
    "arm 'default'",
    "seeds 1, 2 from cccccccccccc, seed 3 from dddddddddddd",
    "deno task reproduce --budget short --tasks push --confirm",
    "move 'results/short/push.csv' away",
  ]);
});

Deno.test("two versions that are confirmed to give the same count as one", () => {
  const other = { code: hash("d") };
  const place = { task: "push", arm: "default", seed: 1, step: 1000 };
  const same = sameVersions([{ ...place, before: hash("d"), code: hash("c") }]);
  refuseMixedArms(source, edited(3, other, other), same);
  const elsewhere = sameVersions([
    { ...place, arm: "paper", before: hash("d"), code: hash("c") },
  ]);
  assertThrows(
    () => refuseMixedArms(source, edited(3, other, other), elsewhere),
    Refusal,
  );
});

Deno.test("arms may come from versions of their own", () => {
  const rows = run({ arm: "paper", code: hash("d") }, [0.5]);
  refuseMixedArms(source, resultsOf([...seeds, ...rows]));
});

Deno.test("an unfinished run of another version is a mixture, too", () => {
  const open = run({ seed: 4, code: hash("d") }, [0.5]).slice(0, 1);
  refusal(resultsOf([...seeds, ...open]), ["seed 4 from dddddddddddd"]);
});

Deno.test("seeds that were told different things are not taken together", () => {
  const { command } = sound.recorded[1];
  const longer = command.replace(/--steps \d+/, "--steps 7");
  refusal(edited(2, {}, { command: longer }), [
    "seeds 1 and 2 of arm 'default' on push",
    "'--steps 20000' against '--steps 7'",
  ]);
  const more = `${command} --set env.noise=0`;
  refusal(edited(2, {}, { command: more }), [
    "'nothing' against '--set env.noise=0'",
  ]);
});

Deno.test("where a judgement was written to does not make seeds differ", () => {
  const commands = ["--seed 1 --record results/short", "--seed=2 --record a"];
  const rows = commands.flatMap((_, i) =>
    run({ task: "pusher", arm: "pets", seed: i + 1 }, [0.5])
  );
  const results = resultsOf(rows);
  const recorded = results.recorded.map((entry, i) => ({
    ...entry,
    command: `deno task pets --episodes 50 ${commands[i]}`,
  }));
  refuseMixedArms(source, { ...results, recorded });
});

Deno.test("a row that carries other hashes than its run is recorded with was edited", () => {
  refusal(edited(2, { config: hash("b") }), [
    "'results/short/push.csv'",
    "seed 2, step 0 was edited",
    "'config' is bbbbbbbbbbbb there and 222222222222 in 'cells.csv'",
  ]);
  refusal(edited(2, {}, { code: hash("d") }), ["'code' is cccccccccccc there"]);
});

Deno.test("a run begun anew may stand beside the entry of an earlier one", () => {
  const anew = { config: hash("b") };
  const { evaluations, ...rest } = edited(2, anew);
  const open = evaluations.filter(({ seed, kind }) =>
    seed !== 2 || kind !== "final"
  );
  refuseMixedArms(source, { ...rest, evaluations: open });
});
