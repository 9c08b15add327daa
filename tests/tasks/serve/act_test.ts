import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { openActor, RAW } from "../../../tasks/_serve/act.ts";
import type { Reply } from "../../../tasks/_serve/reply.ts";
import { bytesOf, LIMITS, SIZES, smallPolicy, valueOf } from "./fakes.ts";

const { observation: no, goal: ng, action: na } = SIZES;
const REMEMBERED = 3;

/** Any 32-bit float, minus zero and the smallest included. */
const float = fc.float({ noNaN: true, noDefaultInfinity: true });
const double = fc.double({ noNaN: true, min: -1e6, max: 1e6 });

const observation = fc.array(float, { minLength: no, maxLength: no });
const desired = fc.array(float, { minLength: ng, maxLength: ng });
const memory = fc.array(double, {
  minLength: REMEMBERED,
  maxLength: REMEMBERED,
});
const moment = fc.record({ observation, desired, memory });

/** JSON that keeps the sign of zero, which `JSON.stringify` does not. */
function exactJson(value: unknown): string {
  if (Object.is(value, -0)) return "-0";
  if (Array.isArray(value)) return `[${value.map(exactJson)}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const fields = Object.entries(value);
  return `{${fields.map(([name, of]) => `"${name}":${exactJson(of)}`)}}`;
}

function post(memorySize: number, value: unknown): Reply {
  const actor = openActor(smallPolicy(memorySize), LIMITS.maxBatch);
  return actor.json(bytesOf(exactJson(value)));
}

/** Bits, so that minus zero is not zero. */
function bits(values: ArrayLike<number>): readonly number[] {
  return [...new Uint32Array(Float32Array.from(values).buffer)];
}

Deno.test("an action in JSON reads back as the bits that the policy gave", () => {
  fc.assert(
    fc.property(observation, desired, (observation, desired) => {
      const { init, act } = smallPolicy();
      const seen = Float32Array.from(observation);
      const { action } = act(init(), seen, Float32Array.from(desired));
      const reply = post(0, { observation, desired });
      assertEquals([reply.status, reply.rows], [200, 1]);
      const value = valueOf(reply);
      assertEquals(Object.keys(value), ["action"]);
      assertEquals(bits(value.action), bits(action));
      // Each number is a 32-bit float to the last digit.
      assertEquals(value.action, value.action.map(Math.fround));
    }),
    {
      examples: [[[-0, 1e-45, 0, 0], [0, 0]], [[0.1, -0.1, 0, 0], [1e-30, 0]]],
    },
  );
});

Deno.test("many moments are answered as each alone, memories too", () => {
  const moments = fc.array(moment, {
    minLength: 1,
    maxLength: LIMITS.maxBatch,
  });
  fc.assert(fc.property(moments, (moments) => {
    const together = valueOf(post(REMEMBERED, {
      observations: moments.map(({ observation }) => observation),
      desired: moments.map(({ desired }) => desired),
      memories: moments.map(({ memory }) => memory),
    }));
    const alone = moments.map((moment) => valueOf(post(REMEMBERED, moment)));
    assertEquals(
      together.actions.map(bits),
      alone.map(({ action }) => bits(action)),
    );
    assertEquals(together.memories, alone.map(({ memory }) => memory));
  }));
});

Deno.test("a memory that goes to and fro is the memory that was kept", () => {
  const episode = fc.array(fc.record({ observation, desired }), {
    minLength: 1,
    maxLength: 5,
  });
  fc.assert(fc.property(episode, (episode) => {
    const { init, act } = smallPolicy(REMEMBERED);
    let kept = init();
    let carried: { readonly memory?: readonly number[] } = {};
    for (const { observation, desired } of episode) {
      const decision = act(
        kept,
        Float32Array.from(observation),
        Float32Array.from(desired),
      );
      kept = decision.memory;
      const value = valueOf(
        post(REMEMBERED, { observation, desired, ...carried }),
      );
      assertEquals(bits(value.action), bits(decision.action));
      assertEquals(value.memory, [...kept]);
      carried = { memory: value.memory };
    }
  }));
});

Deno.test("without memories every robot of a batch begins an episode", () => {
  const row = { observation: [1, 2, 3, 4], desired: [0.5, 0.25] };
  const one = valueOf(post(REMEMBERED, row));
  const many = valueOf(
    post(REMEMBERED, {
      observations: [row.observation, row.observation],
      desired: [row.desired, row.desired],
    }),
  );
  assertEquals(many, {
    actions: [one.action, one.action],
    memories: [one.memory, one.memory],
  });
});

/** Rows as little-endian floats. */
function rawOf(
  rows: readonly (readonly number[])[],
): Uint8Array<ArrayBuffer> {
  const view = new DataView(new ArrayBuffer(4 * rows.flat().length));
  rows.flat().forEach((value, i) => view.setFloat32(4 * i, value, true));
  return new Uint8Array(view.buffer);
}

Deno.test("raw floats are answered as the same moments in JSON", () => {
  const moments = fc.array(fc.record({ observation, desired }), {
    minLength: 1,
    maxLength: LIMITS.maxBatch,
  });
  fc.assert(fc.property(moments, fc.nat(7), (moments, offset) => {
    const raw = rawOf(
      moments.map(({ observation, desired }) => [...observation, ...desired]),
    );
    // A body lies anywhere in what was read.
    const read = new Uint8Array(offset + raw.length);
    read.set(raw, offset);
    const actor = openActor(smallPolicy(), LIMITS.maxBatch);
    const reply = actor.raw(read.subarray(offset));
    assertEquals([reply.status, reply.type], [200, RAW]);
    assertEquals(reply.rows, moments.length);
    const actions = moments.flatMap((moment) =>
      valueOf(post(0, moment)).action
    );
    assertEquals(reply.body, rawOf([actions]));
    assertEquals(reply.body.length, 4 * na * moments.length);
  }));
});

const right = { observation: [1, 2, 3, 4], desired: [5, 6] };
const two = {
  observations: [right.observation, right.observation],
  desired: [right.desired, right.desired],
};
const many = Array.from({ length: LIMITS.maxBatch + 1 }, () => right);

/** A body, and what its refusal must speak of. */
const bodies: readonly [body: string, ...says: readonly string[]][] = [
  ['{"a\\n\\u2028b":1}', "'a??b' is none of observation"],
  ["", "empty"],
  ["{", "not JSON"],
  ["\xff", "not JSON"],
  ['{"observation":[1,2,3,NaN],"desired":[5,6]}', "not JSON"],
  ["null", "object", "null"],
  ["[]", "object", "a list"],
  ["3", "object", "it is 3"],
  ['"x"', "object", "a string"],
  ["[".repeat(4000), "not JSON"],
  [`${"[".repeat(2000)}${"]".repeat(2000)}`, "a list"],
  ["{}", "'observation' is missing"],
  ['{"__proto__":{"observation":[1,2,3,4]}}', "'__proto__' is none of"],
  ['{"desired":[5,6]}', "'observation' is missing"],
  ['{"observation":[1,2,3,4]}', "'desired' is missing"],
  ['{"observation":[1,2,3],"desired":[5,6]}', "4 entries: it has 3"],
  ['{"observation":[1,2,3,4,5],"desired":[5,6]}', "4 entries: it has 5"],
  ['{"observation":{"length":4},"desired":[5,6]}', "a list", "an object"],
  ['{"observation":[1,2,3,"4"],"desired":[5,6]}', "3, cube.y", "a string"],
  ['{"observation":[1,2,null,4],"desired":[5,6]}', "entry 2", "null"],
  ['{"observation":[1,2,[3],4],"desired":[5,6]}', "entry 2", "a list"],
  ['{"observation":[1,1e39,3,4],"desired":[5,6]}', "32 bits", "grip.y [m]"],
  ['{"observation":[1,2,3,4],"desired":[5,-1e400]}', "goal.y [m]", "-Infinity"],
  ['{"observation":[1,2,3,4],"desired":[5,6],"goal":1}', "'goal' is none of"],
  ['{"observation":[1,2,3,4],"desird":[5,6]}', "'desired'?"],
  ['{"observation":[1,2,3,4],"desired":[5,6],"memory":[1]}', "0 entries"],
  [JSON.stringify({ ...two, observation: [1] }), "'observation' is none of"],
  ['{"observations":[],"desired":[]}', "empty"],
  ['{"observations":3,"desired":[]}', "a list: it is 3"],
  [JSON.stringify({ ...two, desired: [] }), "'desired' must have 2 entries"],
  [JSON.stringify({ ...two, observations: [[1], 2] }), "observations[0]"],
  [JSON.stringify({ ...two, observations: [two.desired[0], 2] }), "[0]"],
  [
    JSON.stringify({ ...two, observations: [right.observation, 2] }),
    "'observations[1]' must be a list",
  ],
  [JSON.stringify({ ...two, memories: [[]] }), "'memories' must have 2"],
];

Deno.test("a body that does not fit is refused in one sentence that says where", () => {
  for (const [body, ...says] of bodies) {
    const bytes = body === "\xff" ? Uint8Array.of(0xff) : bytesOf(body);
    const reply = openActor(smallPolicy(), LIMITS.maxBatch).json(bytes);
    assertEquals([reply.status, reply.rows], [400, 0], body.slice(0, 80));
    const { error } = valueOf(reply);
    assert(/^Cannot read the request as [\P{C}]+$/u.test(error), error);
    for (const part of says) assert(error.includes(part), `${error} | ${part}`);
  }
});

Deno.test("memories that are no finite numbers are refused", () => {
  for (const odd of ["[1,2]", "[1,2,null]", '[1,2,"3"]', "[1,2,1e999]", "3"]) {
    const body = `${JSON.stringify(right).slice(0, -1)},"memory":${odd}}`;
    const actor = openActor(smallPolicy(REMEMBERED), LIMITS.maxBatch);
    const reply = actor.json(bytesOf(body));
    assertEquals(reply.status, 400, body);
    assert(valueOf(reply).error.includes("'memory'"));
  }
});

Deno.test("a batch over the limit is too large, in JSON and raw", () => {
  const actor = openActor(smallPolicy(), LIMITS.maxBatch);
  const json = actor.json(bytesOf(JSON.stringify({
    observations: many.map(({ observation }) => observation),
    desired: many.map(({ desired }) => desired),
  })));
  const raw = actor.raw(
    rawOf(many.map(({ observation, desired }) => [...observation, ...desired])),
  );
  for (const { status, body } of [json, raw]) {
    assertEquals(status, 413);
    assert(valueOf({ body }).error.includes("8 moments: it brings 9"));
  }
});

Deno.test("raw floats that are no rows or not finite are refused", () => {
  const actor = openActor(smallPolicy(), LIMITS.maxBatch);
  const row = [1, 2, 3, 4, 5, 6];
  const odd: readonly [body: Uint8Array, says: string][] = [
    [new Uint8Array(0), "has 0 bytes"],
    [new Uint8Array(23), "24 bytes: the body has 23"],
    [rawOf([row, [1]]), "the body has 28"],
    [rawOf([row, [1, 2, NaN, 4, 5, 6]]), "entry 2 of row 1 is NaN"],
    [rawOf([[1, 2, 3, 4, 5, Infinity]]), "entry 5 of row 0 is Infinity"],
  ];
  for (const [body, says] of odd) {
    const reply = actor.raw(body);
    assertEquals(reply.status, 400);
    assert(valueOf(reply).error.includes(says), valueOf(reply).error);
  }
});

Deno.test("a policy that gives no finite action answers with a refusal, never with it", () => {
  for (const bad of [NaN, Infinity, -Infinity]) {
    const action = Float32Array.of(0, bad, 0);
    const policy = {
      ...smallPolicy(),
      act: (memory: Float64Array) => ({ action, memory }),
      actMany: (memories: readonly Float64Array[]) => ({
        actions: action,
        memories,
      }),
    };
    const actor = openActor(policy, LIMITS.maxBatch);
    const one = { observations: [right.observation], desired: [right.desired] };
    const replies = [
      actor.json(bytesOf(JSON.stringify(right))),
      actor.json(bytesOf(JSON.stringify(one))),
      actor.raw(rawOf([[1, 2, 3, 4, 5, 6]])),
    ];
    for (const reply of replies) {
      assertEquals([reply.status, reply.rows], [422, 0]);
      assertEquals(Object.keys(valueOf(reply)), ["error"]);
    }
  }
});
