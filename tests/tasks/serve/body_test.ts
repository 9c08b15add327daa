import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { type BodyLimits, readBody } from "../../../tasks/_serve/body.ts";
import { openPatience } from "../../../tasks/_serve/patience.ts";
import type { Reply, Served } from "../../../tasks/_serve/reply.ts";
import { appOf, ask, bytesOf, requestOf, valueOf } from "./fakes.ts";

const body = '{"observation":[1,2,3,4],"desired":[5,6]}';

/** A body that comes in parts and then ends, breaks or stays away. */
function bodyOf(
  parts: readonly Uint8Array[],
  end: "ends" | "breaks" | "stays away" = "ends",
) {
  const heard = { cancelled: false };
  let next = 0;
  const stream = new ReadableStream<Uint8Array>({
    pull: (controller) => {
      if (next < parts.length) return controller.enqueue(parts[next++]);
      if (end === "ends") return controller.close();
      if (end === "breaks") return controller.error(new Error("reset"));
      return new Promise(() => {});
    },
    cancel: () => {
      heard.cancelled = true;
    },
  }, { highWaterMark: 0 });
  return { stream, heard };
}

/** Reads a body of which the head says the length, or NaN. */
function readFrom(
  body: ReadableStream<Uint8Array>,
  length: number,
  limits: BodyLimits,
): Promise<Uint8Array | Reply> {
  const patience = openPatience(limits.timeout);
  const head = { length, from: performance.now() };
  return readBody(requestOf({ body }), head, limits, patience);
}

Deno.test("a body is its parts, one behind the other, or over the limit", async () => {
  const parts = fc.array(fc.uint8Array({ maxLength: 20 }), { maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(parts, fc.nat(80), async (parts, maxBody) => {
      const whole = parts.flatMap((part) => [...part]);
      for (const length of [whole.length, NaN]) {
        const { stream, heard } = bodyOf(parts);
        const limits = { maxBody, timeout: 1000 };
        const read = await readFrom(stream, length, limits);
        assertEquals(read instanceof Uint8Array, whole.length <= maxBody);
        if (read instanceof Uint8Array) assertEquals([...read], whole);
        else assertEquals(read.status, 413);
        // What is read piece by piece ends at the limit.
        const over = whole.length > maxBody;
        assertEquals(heard.cancelled, over && Number.isNaN(length));
      }
    }),
  );
});

Deno.test("a body may come in many pieces, but not in crumbs", async () => {
  const limits = { maxBody: 1 << 20, timeout: 1000 };
  const pieces = (size: number) =>
    Array.from({ length: 1000 }, (_, i) => new Uint8Array(size).fill(i));
  const large = pieces(600);
  const read = await readFrom(bodyOf(large).stream, NaN, limits);
  assertEquals(read, Uint8Array.from(large.flatMap((piece) => [...piece])));
  const { stream, heard } = bodyOf(pieces(1));
  const refused = await readFrom(stream, NaN, limits);
  assert(!(refused instanceof Uint8Array));
  assertEquals([refused.status, heard.cancelled], [413, true]);
  assert(valueOf(refused).error.includes("larger ones"));
});

Deno.test("a body that does not come is given up, and its connection ends", async () => {
  const app = appOf({ timeout: 20 });
  const type = { "content-type": "application/json" };
  for (const parts of [[], [bytesOf(body.slice(0, 9))]]) {
    const { stream, heard } = bodyOf(parts, "stays away");
    const said = { ...type, "content-length": `${body.length}` };
    const short = bodyOf(parts, "stays away").stream;
    const given = await ask(app, { headers: said, body: short });
    assertEquals(given.status, 408);
    const answer = await ask(app, { headers: type, body: stream });
    assertEquals([answer.status, heard.cancelled], [408, true]);
    assertEquals(answer.headers.get("connection"), "close");
    assert(valueOf(answer).error.includes("within 20 ms"));
  }
});

Deno.test("a body that says nothing of its length is stopped at the limit", async () => {
  const { stream, heard } = bodyOf(
    Array.from({ length: 9 }, () => new Uint8Array(1024)),
  );
  const answer = await ask(appOf(), { body: stream });
  assertEquals([answer.status, heard.cancelled], [413, true]);
  assertEquals(answer.headers.get("connection"), "close");
});

Deno.test("a body that is too long by its own word is not read", async () => {
  const { stream } = bodyOf([], "stays away");
  const headers = {
    "content-type": "application/json",
    "content-length": "4097",
  };
  const request = requestOf({ body: stream, headers });
  const response = await appOf().handle(request);
  assertEquals([response.status, request.bodyUsed], [413, false]);
});

Deno.test("a body that breaks off is refused and nothing fails", async () => {
  const lengths: Readonly<Record<string, string>>[] = [
    {},
    { "content-length": `${body.length}` },
  ];
  for (const length of lengths) {
    const { stream } = bodyOf([bytesOf(body.slice(0, 9))], "breaks");
    const headers = { "content-type": "application/json", ...length };
    assertEquals((await ask(appOf(), { headers, body: stream })).status, 400);
  }
});

Deno.test("who comes when all places are taken is asked to come again", async () => {
  const served: Served[] = [];
  const app = appOf({
    maxInFlight: 2,
    timeout: 30,
    account: (one) => served.push(one),
  });
  const slow = Array.from(
    { length: 2 },
    () => ask(app, { body: bodyOf([], "stays away").stream }),
  );
  assertEquals(app.inFlight(), 2);
  const refused = await ask(app, { body });
  assertEquals(refused.status, 503);
  assertEquals(refused.headers.get("retry-after"), "1");
  assertEquals((await Promise.all(slow)).map(({ status }) => status), [
    408,
    408,
  ]);
  assertEquals(app.inFlight(), 0);
  assertEquals((await ask(app, { body })).status, 200);
  assertEquals(served.map(({ status }) => status), [503, 408, 408, 200]);
});

Deno.test("at its end it answers what has begun and refuses what comes", async () => {
  const app = appOf();
  const gate = Promise.withResolvers<void>();
  const begun = ask(app, {
    body: new ReadableStream({
      pull: async (controller) => {
        await gate.promise;
        controller.enqueue(bytesOf(body));
        controller.close();
      },
    }),
  });
  let over = false;
  const drained = app.drain().then(() => over = true);
  assertEquals((await ask(app, { body })).status, 503);
  assert(!over);
  gate.resolve();
  assertEquals((await begun).status, 200);
  await drained;
  assertEquals(app.inFlight(), 0);
  await appOf().drain();
});
