import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { accessLine, openAccessLog } from "../../../tasks/_serve/access_log.ts";

const decoder = new TextDecoder();

const one = {
  method: "POST",
  path: "/act",
  status: 200,
  ms: 1.23456,
  rows: 2,
  bytes: 345,
};

Deno.test("a request is one line of JSON, whatever its path", () => {
  assertEquals(
    accessLine(one, 0),
    '{"time":"1970-01-01T00:00:00.000Z","method":"POST","path":"/act",' +
      '"status":200,"ms":1.235,"rows":2,"bytes":345}\n',
  );
  const long = JSON.parse(accessLine({ ...one, method: "A".repeat(999) }, 0));
  assertEquals(long.method, "A".repeat(16));
  fc.assert(fc.property(fc.string({ unit: "binary" }), (path) => {
    const line = accessLine({ ...one, path }, 1e12);
    assert(/^[ -~]+\n$/.test(line));
    assertEquals(JSON.parse(line).path, path.slice(0, 128));
  }));
});

Deno.test("every line is written once, in order", async () => {
  const written: string[] = [];
  const log = openAccessLog((bytes) => {
    written.push(decoder.decode(bytes));
    return Promise.resolve();
  }, () => 0);
  await log.flush();
  for (let i = 0; i < 3000; i++) {
    log.add({ ...one, rows: i });
    if (i % 700 === 0) await log.flush();
  }
  await log.flush();
  const lines = written.join("").trimEnd().split("\n");
  assertEquals(
    lines.map((line) => JSON.parse(line).rows),
    Array.from({ length: 3000 }, (_, i) => i),
  );
  assert(written.length < 30, "lines are gathered");
  assertEquals(log.dropped(), 0);
});

Deno.test("a reader who does not keep up loses lines, which are counted", async () => {
  const gate = Promise.withResolvers<void>();
  const written: string[] = [];
  const log = openAccessLog(async (bytes) => {
    await gate.promise;
    written.push(decoder.decode(bytes));
  }, () => 0);
  const count = 50_000;
  for (let i = 0; i < count; i++) log.add({ ...one, path: `/é${i}` });
  assert(log.dropped() > 0);
  gate.resolve();
  await log.flush();
  const lines = written.join("").trimEnd().split("\n");
  for (const line of lines) assert(/^\/é\d+$/.test(JSON.parse(line).path));
  assertEquals(lines.length + log.dropped(), count);
});

Deno.test("where nobody reads any more the lines are counted, and nothing fails", async () => {
  const log = openAccessLog(
    () => Promise.reject(new Deno.errors.BrokenPipe("gone")),
    () => 0,
  );
  for (let i = 0; i < 1000; i++) log.add(one);
  await log.flush();
  log.add(one);
  await log.flush();
  assertEquals(log.dropped(), 1001);
});
