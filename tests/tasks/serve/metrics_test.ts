import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { openMetrics } from "../../../tasks/_serve/metrics.ts";
import { PATHS } from "../../../tasks/_serve/admit.ts";

const NONE = {
  inFlight: 2,
  droppedLogLines: 1,
  residentBytes: 4096,
};

/** Values by name with labels; every line is of the text format. */
function readFigures(text: string): ReadonlyMap<string, number> {
  assert(text.endsWith("\n"));
  const figures = new Map<string, number>();
  for (const line of text.trimEnd().split("\n")) {
    if (/^# (HELP|TYPE) [a-z_]+ .+$/.test(line)) continue;
    const found =
      /^([a-z_]+(?:\{(?:[a-z0-9_]+="(?:[^"\\]|\\.)*",?)+\})?) (\S+)$/
        .exec(line);
    assert(found !== null, line);
    assert(!figures.has(found[1]), line);
    figures.set(found[1], Number(found[2]));
  }
  return figures;
}

const served = fc.record({
  method: fc.constant("POST"),
  path: fc.oneof(fc.constantFrom(...PATHS), fc.string()),
  status: fc.constantFrom(200, 204, 400, 401, 404, 500),
  ms: fc.double({ min: 0, max: 20_000, noNaN: true }),
  rows: fc.nat(256),
  bytes: fc.nat(),
});

Deno.test("what is counted is what was served", () => {
  fc.assert(fc.property(fc.array(served), (all) => {
    const metrics = openMetrics(PATHS, { task: 'a"b\\c\nd' });
    all.forEach(metrics.add);
    const figures = readFigures(metrics.text(NONE));
    const sum = (start: string) =>
      [...figures].filter(([name]) => name.startsWith(start))
        .reduce((sum, [, value]) => sum + value, 0);
    assertEquals(sum("rpl_requests_total"), all.length);
    assertEquals(
      sum("rpl_errors_total"),
      all.filter(({ status }) => status >= 400).length,
    );
    assertEquals(
      figures.get("rpl_actions_total"),
      all.reduce((sum, { rows }) => sum + rows, 0),
    );
    assertEquals(sum("rpl_request_seconds_count"), all.length);
  }));
});

Deno.test("a bucket holds all times up to its end", () => {
  fc.assert(fc.property(fc.array(served), (all) => {
    const metrics = openMetrics(PATHS, { task: "a" });
    all.forEach(metrics.add);
    for (const [name, count] of readFigures(metrics.text(NONE))) {
      const bucket = /^rpl_request_seconds_bucket\{path="(.*)",le="(.*)"\}$/
        .exec(name);
      if (bucket === null) continue;
      const end = bucket[2] === "+Inf" ? Infinity : Number(bucket[2]);
      const known: readonly string[] = PATHS;
      const within = all.filter(({ path, ms }) =>
        (known.includes(path) ? path : "other") === bucket[1] &&
        ms / 1000 <= end
      );
      assertEquals(count, within.length, name);
    }
  }));
});

Deno.test("whatever is asked, the figures stay few", () => {
  const metrics = openMetrics(PATHS, { task: "a" });
  const one = { method: "GET", status: 404, ms: 1, rows: 0, bytes: 0 };
  metrics.add({ ...one, path: "/" });
  const before = readFigures(metrics.text(NONE)).size;
  for (let i = 0; i < 1000; i++) metrics.add({ ...one, path: `/${i}` });
  assertEquals(readFigures(metrics.text(NONE)).size, before);
});

Deno.test("what holds now is told as it is", () => {
  const figures = readFigures(openMetrics(PATHS, { task: "a" }).text(NONE));
  assertEquals(figures.get("rpl_requests_in_flight"), 2);
  assertEquals(figures.get("rpl_log_lines_dropped_total"), 1);
  assertEquals(figures.get("process_resident_memory_bytes"), 4096);
  assertEquals(figures.get('rpl_policy_info{task="a"}'), 1);
});
