/**
 * Other software at the same work: the correction of a policy, both views of
 * every moment, without the base controller and without a look at its inputs.
 *
 * @module
 */

import { fileURLToPath } from "node:url";
import { join } from "node:path";
import { authorities } from "../lib/control/residual.ts";
import { decodeArtefact } from "../lib/edge/artefact.ts";
import type { Permutation } from "../lib/types.ts";
import {
  type Correction,
  correctionOf,
  LIMIT,
} from "../tasks/_export/correction.ts";
import { FORMATS } from "../tasks/_export/formats.ts";
import { FORMATS_DOC, snippetNamed } from "../tests/edge/snippets.ts";
import type { Moments } from "./_edge_loop.ts";
import { tf } from "./_tensorflow.ts";

/** What a call took on average, and what the last one gave. */
export interface Answer {
  readonly seconds: number;
  readonly residuals: ArrayLike<number>;
}

/** Software that computes residuals of recorded moments. */
export interface Peer {
  readonly name: string;
  /** Calls `count` times for `rows` moments each. */
  readonly call: (rows: number, count: number) => Promise<Answer>;
  readonly close: () => Promise<void>;
}

/** The configuration that names the package; nothing else of the project fetches it. */
const CONFIG = new URL("../tests/edge/onnx.json", import.meta.url);

/** Writes what the program of ONNX Runtime reads. */
async function lay(
  policy: Uint8Array,
  groups: ReadonlyMap<number, Moments>,
  dir: string,
): Promise<void> {
  const [model] = FORMATS.onnx.encode(policy, new Uint8Array());
  await Deno.writeFile(join(dir, "policy.onnx"), model);
  const snippet = snippetNamed(await Deno.readTextFile(FORMATS_DOC), "onnx.js");
  await Deno.writeTextFile(join(dir, "onnx.js"), snippet);
  for (const [rows, { observations, goals }] of groups) {
    for (const [name, values] of Object.entries({ observations, goals })) {
      const bytes = new Uint8Array(values.slice().buffer);
      await Deno.writeFile(join(dir, `${name}.${rows}.f32`), bytes);
    }
  }
}

/** ONNX Runtime with the exported model, called as the docs show. */
export async function openOnnx(
  policy: Uint8Array,
  groups: ReadonlyMap<number, Moments>,
  dir: string,
): Promise<Peer> {
  await lay(policy, groups, dir);
  const program = new URL("./_edge_onnx.ts", import.meta.url);
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "--no-prompt", "--quiet", "--frozen", "-R", "-E"],
      ...["--allow-sys", "--config", fileURLToPath(CONFIG)],
      ...[fileURLToPath(program), dir, ...[...groups.keys()].map(String)],
    ],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  return {
    name: `onnxruntime-web ${await versionIn(CONFIG)}`,
    async call(rows, count) {
      await writer.write(new TextEncoder().encode(`${rows} ${count}\n`));
      return JSON.parse(await lineFrom(reader));
    },
    async close() {
      await writer.close();
      await child.status;
    },
  };
}

/** The next line, all that was written. */
async function lineFrom(
  reader: ReadableStreamDefaultReader<string>,
): Promise<string> {
  let line = "";
  while (!line.endsWith("\n")) {
    const { value, done } = await reader.read();
    if (done) throw new Error("ONNX Runtime ended");
    line += value;
  }
  return line;
}

/** The version of the package in a configuration, `npm:name@version`. */
async function versionIn(config: URL): Promise<string> {
  const { imports } = JSON.parse(await Deno.readTextFile(config));
  return imports["onnxruntime-web"].split("@").at(-1);
}

/** TensorFlow.js on its WebAssembly backend, in the fewest operations. */
export function openTfjs(
  policy: Uint8Array,
  groups: ReadonlyMap<number, Moments>,
): Peer {
  const forward = forwardOf(correctionOf(decodeArtefact(policy)));
  return {
    name: `tfjs wasm ${tf.version.tfjs}`,
    call(rows, count) {
      const moments = groups.get(rows)!;
      const start = performance.now();
      let residuals: ArrayLike<number> = [];
      for (let i = 0; i < count; i++) residuals = forward(moments, rows);
      const seconds = (performance.now() - start) / 1000 / count;
      return Promise.resolve({ seconds, residuals });
    },
    close: () => Promise.resolve(),
  };
}

function forwardOf(correction: Correction) {
  const { observationSize, goalSize, authority, layers } = correction;
  const mean = tf.tensor1d(correction.mean.data);
  const scale = tf.tensor1d(correction.scale.data);
  const moment = mirrorOf(correction.mirror!.moment);
  const action = mirrorOf(correction.mirror!.action);
  const dense = layers.map(({ weight, bias }, depth) => ({
    b: tf.tensor2d(weight.data, [weight.shape[0], weight.shape[1]]),
    bias: tf.tensor1d(bias.data),
    activation: depth + 1 < layers.length ? "relu" as const : "linear" as const,
  }));
  return ({ observations, goals }: Moments, rows: number) =>
    tf.tidy(() => {
      const seen = tf.concat([
        tf.tensor2d(observations, [rows, observationSize]),
        tf.tensor2d(goals, [rows, goalSize]),
      ], 1);
      const views = tf.concat([seen, moment(seen)], 0);
      const free: tf.Tensor2D = tf.mul(tf.sub(views, mean), scale);
      let y = tf.clipByValue(free, -LIMIT, LIMIT);
      for (const layer of dense) {
        y = tf.fused.matMul({ a: y, ...layer }) as tf.Tensor2D;
      }
      const [one, two]: tf.Tensor2D[] = tf.split(tf.tanh(y), 2, 0);
      const sum = tf.add(one, action(two));
      return tf.mul(sum, authorities(authority).map((most) => most / 2))
        .dataSync();
    });
}

/** What gives the mirror images of the rows of a matrix. */
function mirrorOf({ source, sign, offset }: Permutation) {
  const places = tf.tensor1d([...source], "int32");
  const signs = tf.tensor1d([...sign]);
  const offsets = tf.tensor1d([...offset]);
  return (rows: tf.Tensor2D): tf.Tensor2D =>
    tf.add(tf.mul(tf.gather(rows, places, 1), signs), offsets);
}
