import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { join } from "node:path";
import { inFolder, inPairs, textOf, TINY, trained } from "./run_task.ts";

/** Enough for burn-in and one round of the released actor. */
const short = [
  "--set=steps=200",
  "--set=evaluation.gatePairs=0",
  "--workers=1",
];

/** Figures of a learning stage. */
interface Learnt {
  readonly updates: number;
  readonly criticLoss: number;
  readonly actorValue?: number;
  readonly residual?: number;
}

async function learn(dir: string, backend: string): Promise<readonly Learnt[]> {
  const run = join(dir, backend);
  const args = [...TINY, ...short, `--backend=${backend}`, `--out=${run}`];
  await trained(dir, "push", ...args);
  assertEquals(JSON.parse(textOf(run, "config.json")).backend, backend);
  return textOf(run, "metrics.jsonl").trimEnd().split("\n")
    .map((line) => JSON.parse(line))
    .filter(({ kind }) => kind === "learn");
}

/** Rounding alone parts the backends, and an update hands it on to the next. */
function assertClose(rows: readonly Learnt[], others: readonly Learnt[]): void {
  assertEquals(rows.map((row) => row.updates), [20, 120]);
  assertEquals(others.map((row) => row.updates), [20, 120]);
  const [[burnIn, released], [other, otherReleased]] = [rows, others];
  assertAlmostEquals(other.criticLoss, burnIn.criticLoss, 1e-5);
  for (const name of ["criticLoss", "actorValue", "residual"] as const) {
    const value = released[name] ?? NaN;
    const tolerance = 1e-3 * Math.abs(value);
    assert(value !== 0);
    assertAlmostEquals(otherReleased[name] ?? NaN, value, tolerance, name);
  }
}

Deno.test("kernels, twins and tfjs train alike from the command line", async () => {
  await inFolder(async (dir) => {
    const learnt = new Map<string, readonly Learnt[]>();
    await inPairs(["tfjs", "kernels", "twins"], async (backend) => {
      learnt.set(backend, await learn(dir, backend));
    });
    const kernels = learnt.get("kernels") ?? [];
    assertClose(kernels, learnt.get("twins") ?? []);
    assertClose(kernels, learnt.get("tfjs") ?? []);
  });
});

Deno.test("the presets fast and paper train from the command line", async () => {
  await inFolder(async (dir) => {
    await inPairs(["fast", "paper"], async (preset) => {
      const run = join(dir, preset);
      const args = [...TINY, "--preset", preset, `--out=${run}`];
      await trained(dir, "push", ...args, "--set=steps=200");
      const { recipe } = JSON.parse(textOf(run, "config.json"));
      assertEquals(recipe.mirror, preset === "fast");
      assertEquals(
        recipe.criticAction,
        preset === "paper" ? "residual" : "executed",
      );
      assertEquals(JSON.parse(textOf(run, "result.json")).steps, 200);
    });
  });
});
