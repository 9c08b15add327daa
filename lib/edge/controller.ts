/**
 * An artefact at work: the policy of `lib/learn/policy.ts` over tensors that
 * were read from a file, one robot or many at once.
 *
 * @module
 */

import { type Arena, createArena, type Slice } from "../../kernels/arena.ts";
import { zero } from "../control/controller.ts";
import { compose } from "../control/residual.ts";
import {
  type Acting,
  actingMemory,
  learntActions,
  type Played,
} from "../learn/policy.ts";
import {
  descriptor,
  layers,
  type Network,
  parameterCount,
  tapeSize,
} from "../learn/network.ts";
import type { Controller, Policy, Vec } from "../types.ts";
import type { Artefact, Manifest } from "./artefact.ts";
import { criticsOf, layerNames, networksOf } from "./check_manifest.ts";
import { type ActingKernels, actingKernels } from "./kernels.ts";
import type { Tensor } from "./safetensors.ts";
import { sightOf } from "./senses.ts";

/** Actions of many robots, and what to act from next time. */
export interface Decisions {
  /** `[B, actionSize]`; lent until the controller acts again. */
  readonly actions: Vec;
  readonly memories: readonly Float64Array[];
}

/** A controller without a simulator; its memory is an array of numbers that the caller keeps. */
export interface Acts extends Controller<Float64Array> {
  readonly init: () => Float64Array;
  readonly memorySize: number;
  /** Acts for up to as many robots at once as the controller was made for. */
  readonly actMany: (
    memories: readonly Float64Array[],
    observations: Vec,
    desired: Vec,
  ) => Decisions;
}

/** Bytes of head-room for what the arena aligns. */
const SPARE = 65536;

/** The policy of an artefact for up to `rows` robots at once. */
export function controllerOf(
  { manifest, tensors }: Artefact,
  base: Policy,
  module: WebAssembly.Module | undefined,
  rows: number,
): Acts {
  const { channels, goalChannels, actionChannels, senses } = manifest;
  const sizes = { no: channels.length, ng: goalChannels.length };
  const na = actionChannels.length;
  const sight = sightOf(senses, sizes.no);
  checkSight(sight.size, manifest.observationSize);
  const decide = decider(manifest, tensors, base, module, rows);
  // What is neither sensed nor estimated stays 0: networks do not see it.
  const width = manifest.observationSize;
  const seen = new Float32Array(rows * width);
  const one = new Float32Array(width);
  const start = new Float64Array(sight.memorySize);
  function check(memory: Float64Array): void {
    if (memory.length === sight.memorySize) return;
    throw new RangeError(
      `Cannot act as the memory must have ${sight.memorySize} entries: it has ${memory.length}. Give what 'init' or the last action returned`,
    );
  }
  return {
    id: `residual(${base.id})`,
    memorySize: sight.memorySize,
    init: () => start,
    act(memory, observation, desired) {
      checkInput("observation", observation, sizes.no, 1);
      checkInput("desired", desired, sizes.ng, 1);
      check(memory);
      const next = sight.see(memory, observation, one, 0);
      const action = decide(one, desired, 1).subarray(0, na);
      return { action: checkAction(action), memory: next };
    },
    actMany(memories, observations, desired) {
      const count = memories.length;
      checkCount(count, rows);
      checkInput("observations", observations, sizes.no, count);
      checkInput("desired", desired, sizes.ng, count);
      const next = memories.map((memory, row) => {
        check(memory);
        const from = row * sizes.no;
        const sensed = observations.subarray(from, from + sizes.no);
        return sight.see(memory, sensed, seen, row * width);
      });
      const used = seen.subarray(0, count * width);
      const actions = decide(used, desired, count).subarray(0, count * na);
      return { actions: checkAction(actions), memories: next };
    },
  };
}

function checkSight(size: number, allowed: number): void {
  if (size <= allowed) return;
  throw new RangeError(
    `Cannot load the policy as its senses give ${size} entries and 'observationSize' is ${allowed}: export the run again`,
  );
}

function checkCount(count: number, most: number): void {
  if (count >= 1 && count <= most) return;
  throw new RangeError(
    `Cannot act for ${count} robots at once: from 1 to ${most} are allowed; give another 'rows' when loading`,
  );
}

function checkInput(name: string, values: Vec, size: number, rows: number) {
  if (values.length !== rows * size) {
    throw new RangeError(
      `Cannot act as '${name}' must have ${
        rows * size
      } entries: it has ${values.length}`,
    );
  }
  for (let i = 0; i < values.length; i++) {
    if (Number.isFinite(values[i])) continue;
    throw new RangeError(
      `Cannot act as '${name}' must be finite: entry ${i} is ${values[i]}`,
    );
  }
}

/** A controller from elsewhere may answer anything; a robot is not to be sent it. */
function checkAction(actions: Vec): Vec {
  const odd = actions.findIndex((a) => !Number.isFinite(a));
  if (odd < 0) return actions;
  throw new RangeError(
    `Cannot act as the base gave an action that is not finite: entry ${odd} is ${
      actions[odd]
    }`,
  );
}

/** Actions from what is seen; see `lib/train/training.ts` for how base and residual are joined. */
function decider(
  manifest: Manifest,
  tensors: Artefact["tensors"],
  base: Policy,
  module: WebAssembly.Module | undefined,
  rows: number,
): (seen: Vec, desired: Vec, count: number) => Vec {
  const { network, actionChannels, observationSize, goalChannels } = manifest;
  const { inside, authority, clipBase } = network;
  const na = actionChannels.length;
  const kernels = actingKernels(module, bytesFor(manifest, rows));
  const arena = createArena(kernels.memory);
  const inner = inside ? zero(na) : base;
  const acting = layOut(manifest, tensors, inner, kernels, arena);
  // Buffers of their own, so that one robot does not pay for many.
  const one = learntActions(acting, actingMemory(acting, arena, 1));
  const many = learntActions(acting, actingMemory(acting, arena, rows));
  const act: typeof one = (seen, desired, count) =>
    (count === 1 ? one : many)(seen, desired, count);
  if (!inside) return act;
  const [no, ng] = [observationSize, goalChannels.length];
  const sum = new Float32Array(na);
  return (seen, desired, count) => {
    const residual = act(seen, desired, count);
    for (let row = 0; row < count; row++) {
      const { action } = base.act(
        undefined,
        seen.subarray(row * no, (row + 1) * no),
        desired.subarray(row * ng, (row + 1) * ng),
      );
      const own = residual.subarray(row * na, (row + 1) * na);
      compose(action, own, authority, clipBase, sum);
      own.set(sum);
    }
    return residual;
  };
}

/** The networks and normalisers of the artefact, where the kernels can read them. */
function layOut(
  manifest: Manifest,
  tensors: Artefact["tensors"],
  base: Policy,
  kernels: ActingKernels,
  arena: Arena,
): Acting {
  const { observationSize, visible, goalChannels, network } = manifest;
  const { hidden: _, inside, mirror, frames, ...recipe } = network;
  const { actor, critic } = networksOf(manifest);
  const normalizer = (name: string, width: number) => ({
    width,
    mean: load(arena, tensors[`${name}.mean`]),
    scale: load(arena, tensors[`${name}.scale`]),
  });
  const critics = Array.from(
    { length: criticsOf(manifest) },
    (_, k) => `critics.${k}`,
  );
  return {
    kernels,
    base,
    spec: {
      observationSize,
      goalSize: goalChannels.length,
      actionSize: manifest.actionChannels.length,
      ...mirror === null ? {} : { mirror },
    },
    recipe: {
      ...recipe,
      authority: inside ? 1 : recipe.authority,
      bothViews: mirror !== null,
    },
    frames: frames === 2
      ? { count: 2, width: visible / 2 }
      : { count: 1, width: observationSize },
    actor: loadNetworks(arena, actor, ["actor"], tensors),
    critics: loadNetworks(arena, critic, critics, tensors),
    observationNormalizer: normalizer("observation", observationSize),
    goalNormalizer: normalizer("goal", goalChannels.length),
    symmetric: { view: Float32Array.of(mirror === null ? 0 : 1) },
  };
}

function load(arena: Arena, { data }: Tensor): Slice {
  const slice = arena.floats(data.length);
  slice.view.set(data);
  return slice;
}

/** Equal networks one behind the other. */
function loadNetworks(
  arena: Arena,
  network: Network,
  names: readonly string[],
  tensors: Artefact["tensors"],
): Played {
  const size = parameterCount(network);
  const pointer = arena.integers(descriptor(network));
  const params = arena.floats(names.length * size);
  names.forEach((name, member) =>
    layers(network).forEach(({ weights, biases }, depth) => {
      const { weight, bias } = layerNames(name, depth);
      params.view.set(tensors[weight].data, member * size + weights);
      params.view.set(tensors[bias].data, member * size + biases);
    })
  );
  const members = names.length;
  return { network, pointer, members, size, params, average: params };
}

/** Bytes that networks and buffers take. */
function bytesFor(manifest: Manifest, rows: number): number {
  const { observationSize, goalChannels, actionChannels, network } = manifest;
  const { actor, critic } = networksOf(manifest);
  const seen = 2 * (rows + 1) * network.frames;
  const tape = Math.max(tapeSize(actor, seen), tapeSize(critic, 2 * seen));
  const rowsOf = 2 * observationSize + goalChannels.length +
    actionChannels.length + actor.inputs + 2 * critic.inputs + 2;
  const floats = parameterCount(actor) + 2 * observationSize +
    criticsOf(manifest) * parameterCount(critic) + 2 * goalChannels.length +
    tape + seen * rowsOf;
  return 4 * floats + SPARE;
}
