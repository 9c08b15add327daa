import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import {
  type ConsoleOptions,
  type ConsoleSink,
  duration,
  openConsole,
  percent,
  progressLine,
} from "../../tasks/_sinks/console.ts";
import { formatRow, parseRows, type Row } from "../../tasks/_sinks/jsonl.ts";

/** A sink whose stream and clock the test holds. */
function held(
  options: Partial<ConsoleOptions>,
): { sink: ConsoleSink; out: string[]; clock: { time: number } } {
  const out: string[] = [];
  const clock = { time: 0 };
  const sink = openConsole({
    json: false,
    quiet: false,
    terminal: false,
    columns: () => 80,
    write: (text) => out.push(text),
    now: () => clock.time,
    ...options,
  });
  return { sink, out, clock };
}

const at = (step: number, stage = "learning") => ({ step, steps: 1000, stage });

Deno.test("a terminal shows one line, redrawn, no wider than itself", () => {
  const { sink, out, clock } = held({ terminal: true, columns: () => 20 });
  sink.progress(at(0));
  clock.time = 0.01;
  sink.progress(at(1)); // too soon to be seen
  clock.time = 1;
  sink.progress(at(100));
  assertEquals(out.length, 2);
  for (const text of out) {
    assert(text.startsWith("\r") && text.endsWith("\x1b[K"));
    assert(!text.includes("\n"));
    assert(text.length - "\r\x1b[K".length < 20);
  }
  sink.finish("Done.", {});
  assertEquals(out[2], "\r\x1b[KDone.\n");
});

Deno.test("elsewhere a line is written at intervals and at each new stage or figure", () => {
  const { sink, out, clock } = held({});
  sink.progress(at(0));
  clock.time = 1;
  sink.progress(at(100));
  sink.progress(at(100, "burn-in"));
  const level = { policy: 0.5, base: 0.25, unit: "success" } as const;
  sink.progress({ ...at(110, "burn-in"), level });
  clock.time = 5;
  sink.progress({ ...at(120, "burn-in"), level });
  clock.time = 12;
  sink.progress({ ...at(130, "burn-in"), level });
  assertEquals(out.length, 4);
  for (const text of out) {
    assert(/^[\w %.:/-]+\n$/.test(text), JSON.stringify(text));
  }
});

Deno.test("--quiet shows the last sentence only, --json lines of JSON only", () => {
  const use = (flags: Partial<ConsoleOptions>) => {
    const { sink, out } = held(flags);
    sink.progress(at(0));
    sink.say("Compiled the kernels");
    sink.row({ kind: "evaluation", step: 5, success: 1 });
    sink.finish("Base 0.37, policy 0.97.", { success: 0.97 });
    return out.join("");
  };
  assertEquals(use({ quiet: true }), "Base 0.37, policy 0.97.\n");
  assertEquals(
    use({ quiet: true, terminal: true }),
    "Base 0.37, policy 0.97.\n",
  );
  assertEquals(
    use({ json: true }),
    '{"kind":"evaluation","step":5,"success":1}\n{"success":0.97}\n',
  );
  assertEquals(use({ json: true, quiet: true }), '{"success":0.97}\n');
});

Deno.test("a remark to a person breaks no progress line", () => {
  const { sink, out } = held({ terminal: true });
  sink.progress(at(0));
  sink.say("Evaluated");
  assertEquals(out.at(-1), "\r\x1b[KEvaluated\n");
  sink.say("Again");
  assertEquals(out.at(-1), "Again\n");
});

Deno.test("the rate is that of the last half minute, and gives the time left", () => {
  const { sink, out, clock } = held({});
  for (let time = 0; time <= 100; time += 1) {
    clock.time = time;
    // 100 steps/s for ten seconds, then 5 steps/s.
    const step = time <= 10 ? 100 * time : 1000 + 5 * (time - 10);
    sink.progress({ step, steps: 2000, stage: "learning" });
  }
  assert(out.at(-1)?.includes("5 steps/s  ETA 1:50"), out.at(-1));
});

Deno.test("a run that goes on counts only its own steps for the rate", () => {
  const { sink, out, clock } = held({});
  sink.progress(at(900));
  clock.time = 10;
  sink.progress(at(910));
  assert(out.at(-1)?.includes("1 steps/s  ETA 1:30"), out.at(-1));
});

Deno.test("unknown figures are left out of the line, known ones stand side by side", () => {
  assertEquals(progressLine(at(0), undefined), "0/1000 steps  learning");
  assertEquals(
    progressLine({
      ...at(500),
      level: { policy: 0.931, base: 0.384, unit: "success" },
    }, 142.2),
    "500/1000 steps  policy 93.1 %  base 38.4 %  142 steps/s  ETA 0:04  learning",
  );
  assertEquals(progressLine(at(500), 0), "500/1000 steps  learning");
  const level = { policy: -62.31, base: -90, unit: "return" } as const;
  assertEquals(
    progressLine({ ...at(500), level }, 0),
    "500/1000 steps  policy returns -62.3  base -90.0  learning",
  );
});

Deno.test("durations and rates read as people write them", () => {
  assertEquals([0, 59.6, 61, 3661].map(duration), [
    "0:00",
    "1:00",
    "1:01",
    "1:01:01",
  ]);
  assertEquals([0, 0.9649, 1].map(percent), ["0.0 %", "96.5 %", "100.0 %"]);
});

const row = fc.record({
  kind: fc.constantFrom("round", "evaluation"),
  step: fc.nat(),
  rest: fc.dictionary(
    fc.stringMatching(/^[a-zA-Z]{1,8}$/).filter((s) =>
      s !== "kind" && s !== "step"
    ),
    fc.oneof(
      fc.double({ noNaN: true, noDefaultInfinity: true }).map((x) => x + 0),
      fc.string(),
      fc.boolean(),
      fc.constant(null),
    ),
    { noNullPrototype: true },
  ),
}).map(({ kind, step, rest }): Row => ({ ...rest, kind, step }));

Deno.test("rows read back as they were, to the last bit", () => {
  fc.assert(fc.property(fc.array(row), (rows) => {
    const text = rows.map((row) => formatRow(row) + "\n").join("");
    assertEquals(parseRows(text), rows);
  }));
});

Deno.test("a row is the same line whatever the order of its keys", () => {
  fc.assert(fc.property(row, (row) => {
    const reversed = Object.fromEntries(Object.entries(row).reverse()) as Row;
    assertEquals(formatRow(reversed), formatRow(row));
    assert(
      formatRow(row).startsWith(`{"kind":"${row.kind}","step":${row.step}`),
    );
  }));
});

Deno.test("a last line that a kill cut short is no row", () => {
  const whole = formatRow({ kind: "round", step: 1 }) + "\n";
  const next = formatRow({ kind: "round", step: 2 });
  fc.assert(fc.property(fc.nat(next.length), (length) => {
    assertEquals(parseRows(whole + next.slice(0, length)).length, 1);
  }));
});

Deno.test("a number that JSON cannot hold is no metric", () => {
  for (const value of [NaN, Infinity, -Infinity]) {
    assertThrows(
      () => formatRow({ kind: "round", step: 1, loss: value }),
      RangeError,
      "'loss'",
    );
  }
});

Deno.test("steps beyond what was asked for are told as such", () => {
  assertEquals(progressLine(at(1000), undefined), "1000/1000 steps  learning");
  assertEquals(
    progressLine(at(1050), undefined),
    "1050 steps, 1000 asked for  learning",
  );
});
