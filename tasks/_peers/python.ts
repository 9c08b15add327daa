/**
 * The Python that the peers run in: found on this machine, with a virtual
 * environment of its own under `.cache/peers`.
 *
 * @module
 */

import * as E from "fp-ts/Either";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { refuse } from "../../lib/errors.ts";

/** Where the peers' programs and requirements lie. */
export const peersFolder = fileURLToPath(
  new URL("../../bench/peers/", import.meta.url),
);
const environment = fileURLToPath(
  new URL("../../.cache/peers/", import.meta.url),
);

/** Names under which a Python may be found, best first. */
const NAMES = ["python3", "python3.13", "python3.12", "python3.11", "python"];

/** A command that ended: its exit code and the end of what it wrote. */
export interface Ended {
  readonly code: number;
  readonly output: string;
}

/** Runs a command to its end; `undefined` where there is no such command. */
export type Run = (
  command: string,
  ...args: readonly string[]
) => Promise<Ended | undefined>;

/** Tells whether a Python can do it, and which it is. */
const QUESTION = [
  "import ensurepip, sys, venv",
  "print('%d.%d.%d' % sys.version_info[:3])",
  "sys.exit(sys.version_info < (3, 11))",
].join("\n");

/** A Python 3.11 or later that can make virtual environments, or why there is none, as a sentence. */
export async function findPython(
  run: Run,
  names: readonly string[] = NAMES,
): Promise<E.Either<string, string>> {
  const found: string[] = [];
  for (const name of names) {
    const ended = await run(name, "-c", QUESTION);
    if (ended?.code === 0) return E.right(name);
    if (ended !== undefined) found.push(`'${name}' ${fault(ended.output)}`);
  }
  const what = found.length === 0
    ? `none of ${names.join(", ")} is on the path`
    : found.join(", ");
  return E.left(
    "Cannot compare with Python software as there is no Python 3.11 or later " +
      `with venv and pip on this machine: ${what}. Install one (on Debian: ` +
      "python3 and python3-venv) and run this again; everything else works without it",
  );
}

function fault(output: string): string {
  const version = /^\d+\.\d+\.\d+/m.exec(output)?.[0];
  if (version !== undefined) return `is version ${version}`;
  const last = output.trim().split("\n").at(-1) ?? "";
  return last === "" ? "does not run" : `says "${last}"`;
}

/**
 * The interpreter of an environment that holds the requirements; made first
 * where there is none, or where the requirements have changed.
 *
 * @throws {Refusal} Of a `StorageError`, if a package cannot be installed.
 */
export async function ensureEnvironment(
  run: Run,
  python: string,
  say: (text: string) => void,
): Promise<string> {
  const inside = join(environment, "bin", "python");
  const stamp = join(environment, "installed");
  const requirements = join(peersFolder, "requirements.txt");
  const cuda = join(peersFolder, "requirements-cuda.txt");
  const wanted = createHash("sha256").update(Deno.readFileSync(requirements))
    .update(Deno.readFileSync(cuda)).digest("hex");
  if (existsSync(stamp) && Deno.readTextFileSync(stamp) === wanted) {
    return inside;
  }
  say(
    "Installing the peers under .cache/peers: PyTorch, stable-baselines3, " +
      "Gymnasium-Robotics and ONNX Runtime, once; 0.8 GB to fetch, some minutes",
  );
  await must(run, python, "-m", "venv", "--clear", environment);
  await install(run, inside, requirements);
  if ((await run(inside, "-c", "import torch"))?.code !== 0) {
    say(
      "This build of PyTorch loads only beside its CUDA libraries: " +
        "1.9 GB more to fetch, though no GPU is used",
    );
    await install(run, inside, cuda);
    await must(run, inside, "-c", "import torch");
  }
  Deno.writeTextFileSync(stamp, wanted);
  return inside;
}

/** Every requirement is listed, so nothing is resolved and nothing else comes along. */
async function install(run: Run, python: string, file: string): Promise<void> {
  const pip = ["-m", "pip", "install", "--quiet", "--no-deps"];
  await must(run, python, ...pip, "--requirement", file);
}

async function must(
  run: Run,
  command: string,
  ...args: readonly string[]
): Promise<void> {
  const ended = await run(command, ...args);
  if (ended?.code === 0) return;
  const words = ended?.output.trim() || "there is no such command";
  refuse({
    _tag: "StorageError",
    message: `Cannot make the peers' environment, as this failed: ` +
      `${[command, ...args].join(" ")}\n${words}\n` +
      "It needs the network once and 4 GB of disk; run this again to try anew",
  });
}
