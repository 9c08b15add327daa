/**
 * From the body of a request to actions: JSON for one robot or for many, or raw
 * 32-bit floats.
 *
 * @module
 */

import type { EdgeController } from "../../lib/edge/mod.ts";
import { Refusal } from "../../lib/errors.ts";
import {
  bad,
  checkNames,
  type Fields,
  fill,
  list,
  listOf,
  readFields,
  readMemory,
} from "./fields.ts";
import { jsonReply, refusal, type Reply } from "./reply.ts";

/** Content type of rows of little-endian 32-bit floats. */
export const RAW = "application/x-rpl-f32";

/** Answers bodies; what is wrong with one is said in the answer. */
export interface Actor {
  /** `{observation, desired, memory?}` or `{observations, desired, memories?}`. */
  readonly json: (body: Uint8Array) => Reply;
  /** Rows of `[observation | desired]` to rows of actions. */
  readonly raw: (body: Uint8Array) => Reply;
}

/** Where the numbers of a request go; lent to the controller. */
interface Places {
  readonly observations: Float32Array;
  readonly desired: Float32Array;
}

const ONE = ["observation", "desired", "memory"];
const MANY = ["observations", "desired", "memories"];

/** An actor for up to `most` robots at once. */
export function openActor(controller: EdgeController, most: number): Actor {
  const { observationSize, goalSize } = controller.spec;
  const one = placesOf(observationSize, goalSize);
  const many = placesOf(most * observationSize, most * goalSize);
  return {
    json: (body) =>
      answering(() => {
        const fields = readFields(body);
        return Object.hasOwn(fields, "observations")
          ? actMany(controller, fields, most, many)
          : actOne(controller, fields, one);
      }),
    raw: (body) => answering(() => actRaw(controller, body, most, many)),
  };
}

/** The robots of a batch are over the limit. */
export function tooMany(most: number, found: number): Reply {
  return refusal(
    413,
    `Cannot answer as a request may bring ${most} moments: it brings ${found}; send the rest in another`,
  );
}

/**
 * What the request got wrong is a 400; a controller that has no finite action
 * for finite numbers throws a `RangeError`, a 422.
 */
function answering(act: () => Reply): Reply {
  try {
    return act();
  } catch (error) {
    if (error instanceof Refusal) return refusal(400, error.message);
    if (error instanceof RangeError) return refusal(422, error.message);
    throw error;
  }
}

function placesOf(observations: number, desired: number): Places {
  return {
    observations: new Float32Array(observations),
    desired: new Float32Array(desired),
  };
}

function actOne(
  { act, init, spec }: EdgeController,
  fields: Fields,
  { observations, desired }: Places,
): Reply {
  checkNames(fields, ONE);
  fill("observation", fields.observation, spec.channels, observations, 0);
  fill("desired", fields.desired, spec.goalChannels, desired, 0);
  const memory = "memory" in fields
    ? readMemory("memory", fields.memory, spec)
    : init();
  const decision = act(memory, observations, desired);
  const body = `{"action":${numbers(decision.action, 0, spec.actionSize)}`;
  if (spec.memorySize === 0) return jsonReply(200, `${body}}`, 1);
  return jsonReply(200, `${body},"memory":${memoryText(decision.memory)}}`, 1);
}

function actMany(
  controller: EdgeController,
  fields: Fields,
  most: number,
  places: Places,
): Reply {
  const { spec, init } = controller;
  checkNames(fields, MANY);
  const rows = list("observations", fields.observations);
  const count = rows.length;
  if (count === 0) {
    bad("'observations' must hold one moment or more: it is empty");
  }
  if (count > most) return tooMany(most, count);
  const goals = listOf("desired", fields.desired, count);
  for (let row = 0; row < count; row++) {
    fill(
      `observations[${row}]`,
      rows[row],
      spec.channels,
      places.observations,
      row,
    );
    fill(`desired[${row}]`, goals[row], spec.goalChannels, places.desired, row);
  }
  const memories = "memories" in fields
    ? listOf("memories", fields.memories, count)
      .map((memory, row) => readMemory(`memories[${row}]`, memory, spec))
    : Array.from({ length: count }, () => init());
  const decisions = decide(controller, memories, places);
  const actions = memories.map((_, row) =>
    numbers(decisions.actions, row * spec.actionSize, spec.actionSize)
  );
  const body = `{"actions":[${actions}]`;
  if (spec.memorySize === 0) return jsonReply(200, `${body}}`, count);
  const next = decisions.memories.map(memoryText);
  return jsonReply(200, `${body},"memories":[${next}]}`, count);
}

function actRaw(
  controller: EdgeController,
  body: Uint8Array,
  most: number,
  places: Places,
): Reply {
  const { observationSize, goalSize, actionSize } = controller.spec;
  const width = observationSize + goalSize;
  const count = body.length / (4 * width);
  if (!Number.isInteger(count) || count === 0) {
    bad(
      `a moment is ${width} floats, ${
        4 * width
      } bytes: the body has ${body.length} bytes`,
    );
  }
  if (count > most) return tooMany(most, count);
  const floats = new DataView(body.buffer, body.byteOffset, body.length);
  for (let i = 0; i < count * width; i++) {
    const [row, column] = [Math.floor(i / width), i % width];
    const value = floats.getFloat32(4 * i, true);
    if (!Number.isFinite(value)) {
      bad(
        `all floats must be finite: entry ${column} of row ${row} is ${value}`,
      );
    }
    if (column < observationSize) {
      places.observations[row * observationSize + column] = value;
    } else places.desired[row * goalSize + column - observationSize] = value;
  }
  const memories = Array.from({ length: count }, () => controller.init());
  const { actions } = decide(controller, memories, places);
  const answer = new Uint8Array(4 * count * actionSize);
  const view = new DataView(answer.buffer);
  for (let i = 0; i < count * actionSize; i++) {
    view.setFloat32(4 * i, finite(actions[i]), true);
  }
  return { status: 200, type: RAW, body: answer, rows: count };
}

function decide(
  { actMany, spec: { observationSize, goalSize } }: EdgeController,
  memories: readonly Float64Array[],
  { observations, desired }: Places,
) {
  const count = memories.length;
  return actMany(
    memories,
    observations.subarray(0, count * observationSize),
    desired.subarray(0, count * goalSize),
  );
}

function memoryText(memory: Float64Array): string {
  return numbers(memory, 0, memory.length);
}

/** A list in JSON that reads back as the same bits, minus zero included. */
function numbers(
  values: Float32Array | Float64Array,
  from: number,
  count: number,
): string {
  let text = "[";
  for (let i = from; i < from + count; i++) {
    const value = finite(values[i]);
    if (i > from) text += ",";
    text += value === 0 && 1 / value < 0 ? "-0" : value;
  }
  return text + "]";
}

/** No robot is sent what is no number. */
function finite(value: number): number {
  if (Number.isFinite(value)) return value;
  throw new RangeError(
    `Cannot answer as the policy must give finite numbers: it gave ${value}`,
  );
}
