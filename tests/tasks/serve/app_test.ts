import { assert, assertEquals } from "@std/assert";
import { RAW } from "../../../tasks/_serve/act.ts";
import type { Serving } from "../../../tasks/_serve/app.ts";
import { bearsToken, sameText } from "../../../tasks/_serve/token.ts";
import { appOf, ask, type Asked, smallPolicy, valueOf } from "./fakes.ts";

const body = '{"observation":[1,2,3,4],"desired":[5,6]}';
const json = { "content-type": "application/json" };
const token = "s3cret-Token";
const bearing = (text: string) => ({ ...json, authorization: text });

async function statusOf(
  asked: Asked,
  serving: Partial<Serving> = {},
): Promise<number> {
  const { status, body } = await ask(appOf(serving), asked);
  if (status >= 400) {
    assertEquals(Object.keys(valueOf({ body })), ["error"]);
    assert(/^Cannot /.test(valueOf({ body }).error));
  }
  return status;
}

Deno.test("each path has its method, and answers it", async () => {
  assertEquals(await statusOf({ body }), 200);
  for (const path of ["/spec", "/healthz", "/metrics"]) {
    assertEquals(await statusOf({ path, method: "GET", headers: {} }), 200);
    assertEquals(await statusOf({ path, method: "HEAD", headers: {} }), 200);
    const refused = await ask(appOf(), { path, method: "POST" });
    assertEquals([refused.status, refused.headers.get("allow")], [
      405,
      "GET, HEAD",
    ]);
  }
  for (const method of ["GET", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH"]) {
    const refused = await ask(appOf(), { method });
    assertEquals([refused.status, refused.headers.get("allow")], [405, "POST"]);
  }
});

Deno.test("what a refusal repeats of a request is short", async () => {
  const long = "A".repeat(60_000);
  for (const asked of [{ method: long }, { path: `/${long}` }]) {
    const { body } = await ask(appOf(), asked);
    assert(body.length < 200, body.slice(0, 300));
  }
});

Deno.test("a path that is not there is refused with the nearest that is", async () => {
  const odd = ["/", "", "/acts", "/act/", "/ACT", "//act", "/act%2f", "/*"];
  for (const path of [...odd, "/__proto__", "/constructor"]) {
    assertEquals(await statusOf({ path, body }), 404, path);
  }
  const { error } = valueOf(await ask(appOf(), { path: "/metric" }));
  assert(error.includes("/metrics?"), error);
});

Deno.test("only JSON and raw floats are read", async () => {
  const types: Readonly<Record<string, number>> = {
    "application/json": 200,
    "application/json; charset=utf-8": 200,
    'Application/JSON;charset="UTF-8"': 200,
    "application/json; charset=latin1": 415,
    "application/json, text/plain": 415,
    "text/plain": 415,
    "application/x-www-form-urlencoded": 415,
    "": 415,
  };
  for (const [type, status] of Object.entries(types)) {
    const headers = { "content-type": type };
    assertEquals(await statusOf({ headers, body }), status, type);
  }
  assertEquals(await statusOf({ headers: {}, body }), 415);
  for (const coding of ["gzip", "br", "identity, gzip"]) {
    const headers = { ...json, "content-encoding": coding };
    assertEquals(await statusOf({ headers, body }), 415);
  }
  const plain = { ...json, "content-encoding": "identity" };
  assertEquals(await statusOf({ headers: plain, body }), 200);
});

Deno.test("raw floats have no place for a memory", async () => {
  const raw = { headers: { "content-type": RAW }, body: new Uint8Array(24) };
  assertEquals(await statusOf(raw), 200);
  assertEquals(await statusOf(raw, { controller: smallPolicy(3) }), 415);
});

Deno.test("a body is refused by its length alone", async () => {
  assertEquals(await statusOf({ body: `${body}${" ".repeat(4096)}` }), 413);
  assertEquals(await statusOf({ body }, { maxBody: body.length }), 200);
  assertEquals(await statusOf({ body }, { maxBody: body.length - 1 }), 413);
});

Deno.test("with a token only those who bring it are answered, but for healthz", async () => {
  const serving = { token };
  assertEquals(await statusOf({ body }, serving), 401);
  for (
    const text of [
      token,
      `Basic ${token}`,
      "Bearer",
      "Bearer ",
      `Bearer ${token}x`,
      `Bearer ${token.slice(1)}`,
      `Bearer ${token.toUpperCase()}`,
      `Bearer ${token} x`,
    ]
  ) {
    const refused = await ask(appOf(serving), { headers: bearing(text), body });
    assertEquals(refused.status, 401, text);
    assertEquals(refused.headers.get("www-authenticate"), "Bearer");
    assert(!`${refused.body}`.includes(token));
  }
  const headers = bearing(`bearer ${token}`);
  assertEquals(await statusOf({ headers, body }, serving), 200);
  for (const path of ["/spec", "/metrics"]) {
    assertEquals(await statusOf({ path, method: "GET" }, serving), 401);
    assertEquals(
      await statusOf({ path, method: "GET", headers }, serving),
      200,
    );
  }
  assertEquals(
    await statusOf({ path: "/healthz", method: "GET" }, serving),
    200,
  );
});

Deno.test("texts are the same where each character is", () => {
  const words = ["", "a", "b", "ab", "ba", "aa", "abc", "abcabc", "ä"];
  for (const given of words) {
    for (const expected of words) {
      assertEquals(sameText(given, expected), given === expected);
    }
  }
  assert(!bearsToken(null, "a"));
});

Deno.test("a browser is told what it may ask only where an origin is allowed", async () => {
  const preflight = { method: "OPTIONS", headers: { origin: "http://a" } };
  assertEquals((await ask(appOf(), preflight)).status, 405);
  const serving = { cors: "http://a", token };
  const told = await ask(appOf(serving), preflight);
  assertEquals([told.status, told.body], [204, ""]);
  assertEquals(
    told.headers.get("access-control-allow-methods"),
    "GET, POST",
  );
  assertEquals(told.headers.get("access-control-allow-origin"), "http://a");
  assertEquals(
    (await ask(appOf(serving), { ...preflight, path: "/x" })).status,
    404,
  );
});

Deno.test("a policy that fails is told to the server and not to the client", async () => {
  const failures: unknown[] = [];
  const failure = new Error("inner secret");
  const app = appOf({
    controller: {
      ...smallPolicy(),
      act: () => {
        throw failure;
      },
    },
    failed: (error) => failures.push(error),
  });
  const reply = await ask(app, { body });
  assertEquals(reply.status, 500);
  assert(!`${reply.body}`.includes("secret"));
  assertEquals(failures, [failure]);
});

/** Every reference of a document leads somewhere in it. */
function checkReferences(document: unknown): number {
  let found = 0;
  JSON.stringify(document, (name, value) => {
    if (name !== "$ref") return value;
    found++;
    // deno-lint-ignore no-explicit-any
    let at: any = document;
    for (const part of value.slice(2).split("/")) at = at?.[part];
    assert(at !== undefined, value);
    return value;
  });
  return found;
}

Deno.test("the document says what is served, with the policy's own sizes", async () => {
  for (const memorySize of [0, 3]) {
    const controller = smallPolicy(memorySize);
    const app = appOf({ controller, token });
    const headers = bearing(`Bearer ${token}`);
    const reply = await ask(app, { path: "/spec", method: "GET", headers });
    const document = valueOf(reply);
    assertEquals(document.openapi, "3.1.0");
    assertEquals(document["x-policy"], { ...controller.spec });
    assertEquals(document["x-max-body-bytes"], 4096);
    assertEquals(Object.keys(document.paths), [
      "/act",
      "/spec",
      "/healthz",
      "/metrics",
    ]);
    const { Moment, Moments } = document.components.schemas;
    const { minItems, maxItems } = Moment.properties.observation;
    assertEquals([minItems, maxItems], [4, 4]);
    assertEquals(Moments.properties.observations.maxItems, 8);
    assertEquals("memory" in Moment.properties, memorySize > 0);
    const { content } = document.paths["/act"].post.requestBody;
    assertEquals(RAW in content, memorySize === 0);
    assertEquals(document.security, [{ token: [] }]);
    assert(checkReferences(document) > 4);
  }
});

Deno.test("the figures are whatever they are when asked", async () => {
  let asked = 0;
  const app = appOf({ metrics: () => `figures ${++asked}\n` });
  const figures = { path: "/metrics", method: "GET" };
  assertEquals((await ask(app, figures)).body, "figures 1\n");
  assertEquals((await ask(app, figures)).body, "figures 2\n");
});
