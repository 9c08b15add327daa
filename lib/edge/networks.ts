/**
 * The networks and normalisers of an artefact, laid out where kernels can read
 * them.
 *
 * @module
 */

import {
  type Arena,
  ARENA_BASE,
  type Slice,
  sliceBytes,
} from "../../kernels/arena.ts";
import { authorities } from "../control/residual.ts";
import { descriptor, layers, type Network } from "../learn/network.ts";
import { actingMemory } from "../learn/policy.ts";
import type { Sizes } from "../types.ts";
import type { Artefact, Manifest } from "./artefact.ts";
import { refuseFile } from "./refuse.ts";
import type { Tensor } from "./safetensors.ts";

/** Entries of what base and networks read, of the goal and of the action. */
export function sizesOf(
  { observationSize, goalChannels, actionChannels }: Manifest,
): Pick<Sizes, "observationSize" | "goalSize" | "actionSize"> {
  return {
    observationSize,
    goalSize: goalChannels.length,
    actionSize: actionChannels.length,
  };
}

/** The networks of a policy. */
export function networksOf(
  manifest: Manifest,
): { readonly actor: Network; readonly critic: Network } {
  const { hidden, layerNorm } = manifest.network;
  const { goalSize, actionSize } = sizesOf(manifest);
  const inputs = framesOf(manifest).width + goalSize;
  return {
    actor: { inputs, hidden, outputs: actionSize, layerNorm: false },
    critic: { inputs: inputs + actionSize, hidden, outputs: 1, layerNorm },
  };
}

/** How an observation is cut into what one pass of a network reads. */
function framesOf({ observationSize, visible, network }: Manifest) {
  const { frames: count } = network;
  return { count, width: count === 2 ? visible / 2 : observationSize };
}

/** Name of the tensors of a layer. */
export function layerNames(network: string, depth: number) {
  const name = `${network}.${depth}`;
  return { weight: `${name}.weight`, bias: `${name}.bias` };
}

/** Critics that the file holds: none where the policy does not select. */
export function criticsOf({ network }: Manifest): number {
  return network.selection ? network.critics : 0;
}

/** An arena that can be filled. */
export interface Store extends Pick<Arena, "floats" | "used"> {
  /** Runs of numbers, one behind the other. */
  readonly load: (runs: readonly Float32Array[]) => Slice;
}

/** The arena over a buffer; without one it only counts, and its views are empty. */
export function storeIn(buffer?: ArrayBufferLike): Store {
  let next = ARENA_BASE;
  function floats(count: number): Slice {
    const pointer = next;
    next += sliceBytes(count);
    const view = buffer
      ? new Float32Array(buffer, pointer, count)
      : new Float32Array();
    return { pointer, view };
  }
  return {
    floats,
    load(runs) {
      const slice = floats(runs.reduce((n, { length }) => n + length, 0));
      let at = 0;
      for (const run of buffer ? runs : []) {
        slice.view.set(run, at);
        at += run.length;
      }
      return slice;
    },
    used: () => next,
  };
}

/** Gives the numbers of a tensor by its name and shape. */
type Read = (
  name: string,
  ...shape: readonly number[]
) => Float32Array;

function readerOf(tensors: Artefact["tensors"]): Read {
  return (name, ...shape) => {
    // Names with a dot are inherited by no record.
    const found: Tensor | undefined = tensors[name];
    if (found?.shape.join() === shape.join()) return found.data;
    return refuseFile(
      `tensor '${name}' must be [${shape}] and is ${found?.shape ?? "missing"}`,
    );
  };
}

/** Equal networks one behind the other. */
function networksIn(
  { load }: Store,
  read: Read,
  network: Network,
  names: readonly string[],
) {
  const members = names.length;
  const runs = names.flatMap((name) =>
    layers(network).flatMap(({ inputs, outputs }, depth) => {
      const { weight, bias } = layerNames(name, depth);
      return [read(weight, inputs, outputs), read(bias, outputs)];
    })
  );
  const params = load(runs);
  const integers = Int32Array.from(descriptor(network));
  const { pointer } = load([new Float32Array(integers.buffer)]);
  const size = params.view.length / members;
  return { network, pointer, members, size, params, average: params };
}

/**
 * The artefact in the words of the learner, with buffers to act in for `rows`
 * moments at once.
 *
 * @throws {RangeError} If a tensor is missing or of another shape.
 */
export function layOut(
  { manifest, tensors }: Artefact,
  rows: number,
  store: Store,
) {
  const { network: { mirror, ...recipe } } = manifest;
  const sizes = sizesOf(manifest);
  const { actor, critic } = networksOf(manifest);
  const read = readerOf(tensors);
  const critics = Array.from(
    { length: criticsOf(manifest) },
    (_, k) => `critics.${k}`,
  );
  const normalizer = (name: string, width: number) => {
    const [mean, scale] = ["mean", "scale"].map((part) =>
      store.load([read(`${name}.${part}`, width)])
    );
    return { width, mean, scale };
  };
  const reach = authorities(recipe.authority);
  const acting = {
    spec: { ...sizes, ...mirror && { mirror } },
    recipe: { ...recipe, bothViews: true },
    frames: framesOf(manifest),
    actor: networksIn(store, read, actor, ["actor"]),
    critics: networksIn(store, read, critic, critics),
    observationNormalizer: normalizer("observation", sizes.observationSize),
    goalNormalizer: normalizer("goal", sizes.goalSize),
    symmetric: { view: Float32Array.of(1) },
    reach: () => reach,
  };
  return { ...acting, memory: actingMemory(acting, store, rows) };
}
