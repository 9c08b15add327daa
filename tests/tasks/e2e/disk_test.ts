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
  startTask,
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

Deno.test("a checkpoint that cannot be written ends the run with 4, intact up to the one before", async () => {
  await inFolder(async (dir) => {
    const reference = join(dir, "reference");
    await trained(dir, ...plain, `--out=${reference}`);
    const [first, second] = checkpointsOf(reference);
    // Checkpoints grow with replay: the second is the first file over the limit.
    const blocks = Math.ceil(sizeOf(reference, first) / 1024);
    assert(blocks * 1024 < sizeOf(reference, second));

    const run = join(dir, "run");
    const args = taskArguments("train", [...plain, `--out=${run}`]);
    const limited = `trap "" XFSZ; ulimit -f ${blocks}; exec "$0" "$@"`;
    const words = ["-c", limited, Deno.execPath(), ...args];
    assertStopped(await startCommand(dir, "bash", words).ended, run);

    await trained(dir, `--resume=${run}`);
    assertSameResults(run, reference);
  });
});

Deno.test("a full disk ends the run with 4 and says so", async () => {
  if (Deno.build.os !== "linux") {
    console.log("not applicable: only Linux has a device that is always full");
    return;
  }
  await inFolder(async (dir) => {
    const run = join(dir, "run");
    await trained(dir, ...plain, "--set=steps=200", `--out=${run}`);
    const folder = checkpointFolder(run);
    const second = join(folder, "step-00000200.ckpt");
    Deno.removeSync(second);
    // The file under which the second checkpoint is written is on a full disk.
    Deno.symlinkSync("/dev/full", `${second}.tmp`);
    const ended = await startTask(dir, "train", `--resume=${run}`).ended;
    assertStopped(ended, run);
    assert(ended.err.includes("no space is left on the disk"), ended.err);
  });
});
