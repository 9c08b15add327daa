/**
 * `deno task bench edge`: what an embedded policy weighs and how fast it is,
 * here and in workerd, beside ONNX Runtime and TensorFlow.js in the same run.
 *
 * The policy has two hidden layers of 128 and seeded weights over the push
 * controller, which cost what trained ones do; it is exported lean (the
 * correction alone) and whole (five critics that select). Ours is the whole
 * action: inputs checked, the base asked, both views. The others compute the
 * correction alone, of inputs that they trust.
 *
 * @module
 */

import { join } from "node:path";
import { decodeArtefact, encodeArtefact } from "../lib/edge/artefact.ts";
import { loadController } from "../lib/edge/mod.ts";
import { bundle, bundleAdapter, BUNDLES, gzipped } from "../tasks/_bundle.ts";
import { spread } from "../tasks/_peers/table.ts";
import { seeded } from "../tests/edge/seeded.ts";
import { asker, loopOf } from "./_edge_loop.ts";
import { openOnnx, openTfjs, type Peer } from "./_edge_peers.ts";
import { type InWorkerd, openWorkerd } from "./_edge_workerd.ts";

/** Turns of each measurement, of which the median counts, and turns before them in which code is compiled. */
const [TURNS, EARLY] = [15, 3];

/** Robots of a batch. */
const MANY = 256;

/** Greatest difference of an entry that still is the same answer. */
const TOLERANCE = 1e-5;

/** Who is compared with others. */
const OURS = "Deno, kernels";

/** Microseconds that an action may take. */
const MOST: Readonly<Record<string, number>> = {
  [OURS]: 10,
  "workerd, kernels": 20,
};

/** Someone who acts: gives seconds per call for `rows` robots each. */
interface Runner {
  readonly name: string;
  readonly act: (rows: number, count: number) => number | Promise<number>;
  /** Actions of a turn. */
  readonly actions: number;
}

/** Microseconds per action, turn by turn. */
interface Times {
  readonly one: number[];
  readonly many: number[];
}

const url = new URL("../kernels/kernels.wasm", import.meta.url);
const wasm = await Deno.readFile(url);
const kernel = await WebAssembly.compile(wasm);

function row(...cells: readonly string[]): void {
  const [name, ...rest] = cells;
  const padded = rest.map((cell) => cell.padStart(26));
  console.log(name.padEnd(44) + padded.join(""));
}

function spreadOf(values: readonly number[]): string {
  const { median, min, max } = spread(values);
  const [a, b, c] = [median, min, max].map(short);
  return `${a} (${b} to ${c})`;
}

/** Prints whether a figure is at most its bar. */
function judge(what: string, value: number, bound: number): void {
  const verdict = value <= bound ? "reached" : "SHORT";
  console.log(
    `${verdict.padEnd(8)} ${what} at most ${bound}: ${short(value)}`,
  );
}

function short(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}

/** Sizes of all that is copied beside a program. */
async function weigh(dir: string): Promise<void> {
  const path = join(dir, "edge.js");
  await bundle("lib/edge/mod.ts", path);
  await size("lib/edge, minified", await Deno.readFile(path), 20_000);
  for (const adapter of Object.keys(BUNDLES)) {
    const path = await bundleAdapter(adapter, dir);
    await size(BUNDLES[adapter], await Deno.readFile(path));
    await Deno.remove(path);
  }
  await size("kernels.wasm", wasm, 65_536);
}

async function size(
  name: string,
  bytes: Uint8Array<ArrayBuffer>,
  most?: number,
): Promise<void> {
  row(name, `${bytes.length} bytes`, `${await gzipped(bytes)} with gzip`);
  if (most !== undefined) {
    judge(`bytes of ${name}`, bytes.length, most);
  }
}

/** All runners by turns, so that what else the machine does meets them alike. */
async function race(
  runners: readonly Runner[],
): Promise<ReadonlyMap<string, Times>> {
  const found = new Map<string, Times>(
    runners.map(({ name }) => [name, { one: [], many: [] }]),
  );
  for (let turn = -EARLY; turn < TURNS; turn++) {
    for (const { name, act, actions } of runners) {
      const one = await act(1, actions);
      const many = await act(MANY, actions / MANY);
      if (turn < 0) continue;
      found.get(name)!.one.push(one * 1e6);
      found.get(name)!.many.push(many * 1e6 / MANY);
    }
  }
  return found;
}

/** The loop in this process, by kernels or by their twins. */
function here(policy: Uint8Array, moments: Uint8Array): readonly Runner[] {
  return [kernel, undefined].map((module) => {
    const loop = loopOf(policy, module, moments);
    return {
      name: module ? OURS : "Deno, twins",
      actions: module ? 8 * MANY : MANY,
      act(rows, count) {
        const start = performance.now();
        loop(rows, count);
        return (performance.now() - start) / 1000 / count;
      },
    };
  });
}

/** The same loop in workerd. */
function there(workerd: InWorkerd): readonly Runner[] {
  return (["kernels", "twins"] as const).map((by) => ({
    name: `workerd, ${by}`,
    actions: by === "kernels" ? 16 * MANY : MANY,
    act: (rows, count) => workerd.acting(by, rows, count),
  }));
}

function among(peers: readonly Peer[]): readonly Runner[] {
  return peers.map(({ name, call }) => ({
    name,
    actions: 8 * MANY,
    act: async (rows, count) => (await call(rows, count)).seconds,
  }));
}

/** Other software with the correction of the policy, found to give its residuals. */
async function openPeers(
  policy: Uint8Array,
  moments: Uint8Array,
  dir: string,
): Promise<readonly Peer[]> {
  const { manifest, tensors } = decodeArtefact(policy);
  const none = { name: "none", kind: "none", options: {} } as const;
  const free = encodeArtefact({
    manifest: { ...manifest, base: none },
    tensors,
  });
  const { actMany, init, spec } = loadController(free, kernel);
  const ask = asker(moments, spec.observationSize, spec.goalSize);
  const groups = new Map([1, MANY].map((rows) => [rows, ask(rows)[0]]));
  const { observations, goals } = groups.get(MANY)!;
  const memories = Array.from({ length: MANY }, init);
  const { actions } = actMany(memories, observations, goals);
  const peers = [
    await openOnnx(policy, groups, dir),
    openTfjs(policy, groups),
  ];
  for (const { name, call } of peers) {
    const { residuals } = await call(MANY, 1);
    if (actions.every((x, i) => Math.abs(x - residuals[i]) <= TOLERANCE)) {
      continue;
    }
    throw new Error(
      `Cannot compare as ${name} gives other residuals than ours`,
    );
  }
  return peers;
}

/** Times of all, and how much longer others take than the kernels here. */
function report(
  times: ReadonlyMap<string, Times>,
  peers: readonly Peer[],
): void {
  row(
    `us per action, median of ${TURNS} turns`,
    "one action",
    `one of ${MANY}`,
    "the first over the second",
  );
  for (const [name, { one, many }] of times) {
    const ratios = one.map((us, i) => us / many[i]);
    row(name, spreadOf(one), spreadOf(many), spreadOf(ratios));
  }
  const ours = times.get(OURS)!;
  for (const { name } of peers) {
    const theirs = times.get(name)!;
    const ratios = (["one", "many"] as const).map((size) =>
      spreadOf(theirs[size].map((us, i) => us / ours[size][i]))
    );
    row(`${name} over ${OURS}`, ...ratios);
  }
}

/** Holds the times of the lean policy against their bars. */
function judgeTimes(times: ReadonlyMap<string, Times>): void {
  for (const [name, most] of Object.entries(MOST)) {
    const { one, many } = times.get(name)!;
    const { median } = spread(one);
    judge(`us of one action, ${name},`, median, most);
    const ratio = spread(one.map((us, i) => us / many[i])).median;
    console.log(`         times that over one of ${MANY}: ${short(ratio)}`);
  }
  console.log(
    "         (an action has the same bits alone and in a batch: a batch saves calls, not sums)",
  );
}

/** Makes the policy and measures it in both runtimes and, where it is lean, beside others. */
async function measure(lean: boolean, dir: string): Promise<void> {
  const wish = { task: "slippery-push", base: "reactive", rows: 1024, lean };
  const { policy, moments } = await seeded({ ...wish, hidden: [128, 128] });
  const bytes = new Uint8Array(moments.slice().buffer);
  console.log(`\n${lean ? "Lean policy" : "Whole policy"}, 2x128`);
  const most = lean ? 100_000 : undefined;
  await size("policy.safetensors", new Uint8Array(policy), most);
  await Deno.writeFile(join(dir, "policy.safetensors"), policy);
  await Deno.writeFile(join(dir, "moments.f32"), bytes);
  await Deno.writeFile(join(dir, "kernels.wasm"), wasm);
  const peers = lean ? await openPeers(policy, bytes, dir) : [];
  const workerd = await openWorkerd(dir);
  try {
    const all = [...here(policy, bytes), ...there(workerd), ...among(peers)];
    // The twins of the whole policy would take most of the time.
    const times = await race(lean ? all : all.filter(({ name }) => MOST[name]));
    report(times, peers);
    if (lean) judgeTimes(times);
    const starts: number[] = [];
    for (let turn = 0; turn <= TURNS; turn++) {
      starts.push(1e3 * await workerd.starting());
    }
    // The first compiles what the host itself needs.
    const late = starts.slice(1);
    row("workerd: start-up, ms", spreadOf(late));
    judge("ms of start-up", spread(late).median, 50);
  } finally {
    await workerd.close();
    await Promise.all(peers.map(({ close }) => close()));
  }
}

const dir = await Deno.makeTempDir({ prefix: "rpl-edge-" });
try {
  await weigh(dir);
  await measure(true, dir);
  await measure(false, dir);
} finally {
  await Deno.remove(dir, { recursive: true });
}
