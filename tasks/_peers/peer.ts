/**
 * A Python process that measures one family of the peers' work.
 *
 * It lives as long as its rows are measured and waits in between.
 *
 * @module
 */

import { join } from "node:path";
import { peersFolder } from "./python.ts";
import type { Side } from "./side.ts";

/** A process with its cases. */
export interface PeerProcess {
  /** Versions of Python and of the packages. */
  readonly versions: Readonly<Record<string, string>>;
  /** The first core as Linux describes it; empty elsewhere. */
  readonly cpuinfo: string;
  readonly side: (name: string) => Side;
  readonly close: () => Promise<void>;
}

/** What the process answers. */
interface Answer {
  readonly cpuinfo?: string;
  readonly versions?: Readonly<Record<string, string>>;
  readonly rate?: number;
  readonly error?: string;
}

/** What keeps the matrix products and the vectors of PyTorch and numpy to AVX2. */
const AVX2: Readonly<Record<string, string>> = {
  ATEN_CPU_CAPABILITY: "avx2",
  MKL_ENABLE_INSTRUCTIONS: "AVX2",
  ONEDNN_MAX_CPU_ISA: "AVX2",
  OPENBLAS_CORETYPE: "Haswell",
};

/** Characters of the process's complaints that are kept. */
const TAIL = 2000;

/** How the processes are started. */
export interface PeerOptions {
  /** The interpreter. */
  readonly python: string;
  /** Keep to AVX2 on a machine that has more. */
  readonly avx2: boolean;
}

/** Starts `python serve.py family threads`. */
export async function openPeer(
  { python, avx2 }: PeerOptions,
  family: string,
  threads: number,
): Promise<PeerProcess> {
  const child = new Deno.Command(python, {
    args: [join(peersFolder, "serve.py"), family, String(threads)],
    env: {
      PYTHONDONTWRITEBYTECODE: "1",
      PYTHONWARNINGS: "ignore",
      ...(avx2 ? AVX2 : {}),
    },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const complaints = collect(child.stderr);
  const input = child.stdin.getWriter();
  const output = readLines(child.stdout);
  async function read(): Promise<Answer> {
    const { value, done } = await output.next();
    if (!done) return JSON.parse(value);
    await complaints.done;
    throw new Error(`Python ended: ${complaints.text()}`);
  }
  const { versions = {}, cpuinfo = "" } = await read();
  return {
    versions,
    cpuinfo,
    side: (name) => ({
      async measure(seconds) {
        const request = JSON.stringify({ case: name, seconds });
        await input.write(new TextEncoder().encode(`${request}\n`));
        const { rate, error } = await read();
        if (rate === undefined) throw new Error(error);
        return rate;
      },
      close: () => Promise.resolve(),
    }),
    async close() {
      // A process that died has closed its end already.
      await input.close().catch(() => {});
      await child.status;
    },
  };
}

async function* readLines(
  stream: ReadableStream<Uint8Array>,
): AsyncGenerator<string, undefined> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of stream) {
    const lines = (text + decoder.decode(chunk, { stream: true })).split("\n");
    text = lines.pop() ?? "";
    yield* lines;
  }
}

/** Reads a stream as it comes, so that a full pipe never stops the process. */
function collect(stream: ReadableStream<Uint8Array>) {
  let text = "";
  async function read(): Promise<void> {
    const decoder = new TextDecoder();
    for await (const chunk of stream) {
      text = (text + decoder.decode(chunk, { stream: true })).slice(-TAIL);
    }
  }
  return { done: read(), text: () => text.trim() };
}
