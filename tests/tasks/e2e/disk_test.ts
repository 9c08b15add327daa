import { assert, assertEquals } from "@std/assert";
import { join } from "node:path";
import { checkpointFolder } from "../../../tasks/_checkpoint.ts";
import {
  assertSameResults,
  assertWholeCheckpoints,
  checkpointsOf,
  type Ended,
  inFolder,
  startCommand,
  taskArguments,
  TINY,
  trained,
} from "./run_task.ts";

const plain = ["push", ...TINY, "--seed=6"];

function sizeOf(run: string, checkpoint: string): number {
  return Deno.statSync(join(checkpointFolder(run), checkpoint)).size;
}

/** The run stopped as storage failed, and holds the checkpoint before. */
function assertStopped({ code, err }: Ended, run: string): void {
  assertEquals(code, 4, err);
  assert(err.startsWith("error: Cannot write"), err);
  assert(err.includes("step-00000200.ckpt"), err);
  assert(err.includes("intact up to its last checkpoint"), err);
  assert(!err.includes("\n    at "), err);
  assertEquals(checkpointsOf(run), ["step-00000100.ckpt"]);
  assertWholeCheckpoints(run);
}

/** The run under a shell that lets no file grow beyond `blocks` KiB. */
function trainWithin(dir: string, run: string, blocks: number): Promise<Ended> {
  const args = taskArguments("train", [
    ...plain,
    `--out=${run}`,
    "--workers=1",
  ]);
  const limited = `trap "" XFSZ; ulimit -f ${blocks}; exec "$0" "$@"`;
  return startCommand(dir, "bash", [
    "-c",
    limited,
    Deno.execPath(),
    ...args,
  ]).ended;
}

/** Goes on with the run while its next checkpoint lies on a disk that is full. */
function resumeOnFullDisk(dir: string, run: string): Promise<Ended> {
  const next = join(checkpointFolder(run), "step-00000200.ckpt.tmp");
  Deno.symlinkSync("/dev/full", next);
  // A device lies outside what -W allows.
  const args = taskArguments("train", [`--resume=${run}`], ["-A"]);
  return startCommand(dir, Deno.execPath(), args).ended;
}

Deno.test("a checkpoint that cannot be written ends the run with 4, intact up to the one before", async () => {
  await inFolder(async (dir) => {
    const reference = join(dir, "reference");
    await trained(dir, ...plain, `--out=${reference}`);
    const [first, second] = checkpointsOf(reference);
    // Checkpoints grow with replay: the second is the first file over the limit.
    const blocks = Math.ceil(sizeOf(reference, first) / 1024);
    assert(blocks * 1024 < sizeOf(reference, second));

    const run = join(dir, "run");
    assertStopped(await trainWithin(dir, run, blocks), run);
    if (Deno.build.os === "linux") {
      const ended = await resumeOnFullDisk(dir, run);
      assertStopped(ended, run);
      assert(ended.err.includes("no space is left on the disk"), ended.err);
    } else {
      console.log("full disk: only Linux has a device that is always full");
    }
    await trained(dir, `--resume=${run}`);
    assertSameResults(run, reference);
  });
});
