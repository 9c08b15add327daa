/**
 * A hundred thousand requests that nobody foresaw: each gets a finite action or
 * a documented refusal, whatever it was, and the next is answered as if nothing
 * had been.
 */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { RAW } from "../../../tasks/_serve/act.ts";
import {
  type Answer,
  appOf,
  ask,
  type Asked,
  bytesOf,
  LIMITS,
  SIZES,
  smallPolicy,
} from "./fakes.ts";

/** Requests of each of the two kinds. */
const REQUESTS = 50_000;

const REFUSALS = [400, 401, 404, 405, 413, 415, 422];

const number = fc.oneof(
  { weight: 40, arbitrary: fc.float({ noNaN: true, noDefaultInfinity: true }) },
  fc.double(),
  fc.constantFrom(-0, 1e39, -1e400, 1e-320),
);
const json = fc.constantFrom(null, true, "1", "", [], {}, [[]], 1e999);

/** A list of about the right length of about the right things. */
function vector(size: number): fc.Arbitrary<unknown> {
  const right = fc.array(number, { minLength: size, maxLength: size });
  return fc.oneof(
    { weight: 30, arbitrary: right },
    fc.array(number, { maxLength: 2 * size }),
    fc.array(fc.oneof(number, json), { minLength: size, maxLength: size }),
    json,
  );
}

function list(of: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  return fc.oneof(
    { weight: 8, arbitrary: fc.array(of, { minLength: 1, maxLength: 3 }) },
    fc.array(of, { maxLength: LIMITS.maxBatch + 2 }),
    json,
  );
}

const observation = vector(SIZES.observation);
const desired = vector(SIZES.goal);
const memory = vector(3);
const one = { observation, desired };
const many = { observations: list(observation), desired: list(desired) };
const fields = fc.oneof(
  { weight: 6, arbitrary: fc.record(one) },
  { weight: 3, arbitrary: fc.record({ ...one, memory }) },
  { weight: 3, arbitrary: fc.record(many, { requiredKeys: [] }) },
  { weight: 3, arbitrary: fc.record({ ...many, memories: list(memory) }) },
  fc.dictionary(fc.string({ maxLength: 12 }), json, { maxKeys: 3 }),
);

const body: fc.Arbitrary<string | Uint8Array<ArrayBuffer>> = fc.oneof(
  { weight: 20, arbitrary: fields.map((value) => JSON.stringify(value)) },
  fc.tuple(fields, fc.nat(200)).map(([value, cut]) =>
    JSON.stringify(value).slice(0, cut)
  ),
  fc.constantFrom("[".repeat(900), "NaN", "\ufeff{}", '{"a":1e999}'),
  fc.uint8Array({ maxLength: 60 }),
  fc.float32Array({ minLength: 6, maxLength: 24 })
    .map((floats) => new Uint8Array(floats.buffer)),
);

const header = fc.constantFrom(
  ["authorization", "Bearer wrong"],
  ["authorization", "Basic right"],
  ["content-encoding", "gzip"],
  ["content-length", "3"],
  ["content-length", "99999"],
  ["content-length", "-1e999"],
  ["expect", "100-continue"],
  ["connection", "close"],
  ["x-odd", "\u00e9"],
);
const type = fc.oneof(
  { weight: 12, arbitrary: fc.constant("application/json") },
  { weight: 3, arbitrary: fc.constant(RAW) },
  fc.constantFrom("text/plain", "application/json; charset=utf-16", ""),
);

const usual = [["authorization", "Bearer right"]];

/** Now and then a header that matters, or does harm. */
const headers = fc.tuple(
  type,
  fc.oneof({ weight: 12, arbitrary: fc.constant([]) }, fc.array(header)),
).map(([type, more]) =>
  Object.fromEntries([...usual, ["content-type", type], ...more]) as Record<
    string,
    string
  >
);

const method = fc.oneof(
  { weight: 20, arbitrary: fc.constant("POST") },
  fc.constantFrom("GET", "HEAD", "PUT", "OPTIONS", "DELETE", "BREW"),
);
const path = fc.oneof(
  { weight: 20, arbitrary: fc.constantFrom("/act", "/act?x=1") },
  fc.constantFrom("/spec", "/metrics", "/healthz", "/*", "//act", "?/act"),
  fc.webPath().map((path) => `/${path}`),
  fc.string({ maxLength: 12 }).map((path) => `/${path}`),
);

/** Requests of the right form, with anything in it. */
const formed: fc.Arbitrary<Asked> = fc.record({ method, path, headers, body });

/** What happens to bytes on their way. */
const damage = fc.array(
  fc.record({
    at: fc.nat(400),
    drop: fc.nat(2),
    put: fc.oneof(
      fc.uint8Array({ maxLength: 3 }),
      fc.constantFrom("1", "9", "-", " ", "0.5").map(bytesOf),
    ),
  }),
  { maxLength: 2 },
);

/** Bodies with bytes changed, lost and added, in parts; some break off, some are too long. */
const damaged: fc.Arbitrary<Asked> = fc.record({
  ...{ path: fc.constantFrom("/act"), headers, body, damage },
  part: fc.integer({ min: 1, max: 200 }),
  spaces: fc.constantFrom(0, 0, 0, LIMITS.maxBody),
  breaks: fc.constantFrom(false, false, false, true),
}).map(({ path, headers, body, damage, part, spaces, breaks }) => {
  const bytes = damage.reduce((bytes, { at, drop, put }) => {
    const place = at % (bytes.length + 1);
    return [...bytes.slice(0, place), ...put, ...bytes.slice(place + drop)];
  }, [...bytesOf(body)]);
  const whole = Uint8Array.from([...bytes, ...new Array(spaces).fill(32)]);
  return { path, headers, body: inParts(whole, part, breaks) };
});

function inParts(
  whole: Uint8Array,
  part: number,
  breaks: boolean,
): ReadableStream<Uint8Array> {
  let at = 0;
  return new ReadableStream({
    pull: (controller) => {
      if (at < whole.length) controller.enqueue(whole.subarray(at, at += part));
      else if (breaks) controller.error(new Error("reset"));
      else controller.close();
    },
  });
}

/** A request that is answered wherever the server is well. */
const sound: Asked = {
  headers: {
    "content-type": "application/json",
    authorization: "Bearer right",
  },
  body: '{"observation":[0,0,0,0],"desired":[0,0]}',
};

/** A finite action, or a documented refusal in one sentence. */
function check({ status, headers, bytes, body: text }: Answer): void {
  const type = headers.get("content-type");
  if (status === 200 && type === RAW) {
    const floats = new Float32Array(bytes.buffer);
    assert(floats.length > 0 && floats.every(isAction));
    return;
  }
  if (status === 200 && type === "application/json") {
    const value = JSON.parse(text);
    if (value.status === "ok" || value.openapi !== undefined) return;
    const { action, actions = [action] } = value;
    assert(actions.length > 0);
    for (const one of actions) {
      assert(one.length === SIZES.action && one.every(isAction), text);
    }
    const memories = [value.memory ?? [], ...value.memories ?? []].flat();
    assert(memories.every(Number.isFinite), text);
    return;
  }
  if (status === 200) return assertEquals(text, "figures\n");
  if (status === 204) return assertEquals(text, "");
  assert(REFUSALS.includes(status), `${status}`);
  const { error, ...more } = JSON.parse(text);
  assertEquals(more, {});
  assert(/^Cannot [^\n]*$/.test(error), error);
}

function isAction(value: number): boolean {
  return value >= -1 && value <= 1 && Math.fround(value) === value;
}

/** Applications with and without memory, and with a token. */
const apps = [
  appOf(),
  appOf({ controller: smallPolicy(3) }),
  appOf({ token: "right", cors: "http://a" }),
];

/** Asks each application in turn; the answers by status. */
async function bombard(
  requests: fc.Arbitrary<Asked>,
): Promise<ReadonlyMap<number, number>> {
  let asked = 0;
  const found = new Map<number, number>();
  await fc.assert(
    fc.asyncProperty(requests, async (request) => {
      const app = apps[asked++ % apps.length];
      const answer = await ask(app, request);
      check(answer);
      found.set(answer.status, 1 + (found.get(answer.status) ?? 0));
      assertEquals(app.inFlight(), 0);
      if (asked % 100 > 0) return;
      assertEquals((await ask(app, sound)).status, 200);
    }),
    { numRuns: REQUESTS },
  );
  return found;
}

/** There was something of everything. */
function checkSpread(
  found: ReadonlyMap<number, number>,
  statuses: readonly number[],
): void {
  for (const status of statuses) {
    const count = found.get(status) ?? 0;
    assert(count > REQUESTS / 1000, `${count} answers of status ${status}`);
  }
}

Deno.test("50,000 requests of any head get an action or a refusal each", async () => {
  checkSpread(await bombard(formed), [200, 204, 400, 401, 404, 405, 413, 415]);
});

Deno.test("50,000 damaged bodies get an action or a refusal each", async () => {
  checkSpread(await bombard(damaged), [200, 400, 401, 413, 415]);
});
