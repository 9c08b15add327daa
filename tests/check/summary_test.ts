import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { judge, readSummary } from "../../tasks/_summary.ts";

Deno.test("the summary line of deno test is read, with steps, colours and all", () => {
  const lines: Record<string, readonly [number, number]> = {
    "ok | 12 passed | 0 failed (3s)": [12, 0],
    "ok | 1 passed (1 step) | 0 failed (3ms)": [1, 0],
    "FAILED | 4 passed (1 step) | 3 failed (2 steps) | 1 ignored (259ms)": [
      4,
      3,
    ],
    "\x1b[0m\x1b[32mok\x1b[0m | 57 passed | 0 failed \x1b[38;5;245m(659ms)\x1b[0m":
      [57, 0],
    "ok | 0 passed | 0 failed | 9 filtered out (1s)": [0, 0],
  };
  for (const [line, [passed, failed]] of Object.entries(lines)) {
    assertEquals(readSummary(`a test ... ok\n\n${line}\n`), { passed, failed });
  }
});

Deno.test("the last summary counts: tests may print summaries of their own", () => {
  const output = "ok | 1 passed | 0 failed\nmore\nFAILED | 2 passed | 5 failed";
  assertEquals(readSummary(output), { passed: 2, failed: 5 });
});

Deno.test("output without a summary has none", () => {
  assertEquals(readSummary("error: Type checking failed."), undefined);
  assertEquals(readSummary("said: ok | 1 passed | 0 failed"), undefined);
});

Deno.test("a run is good only with tests, a summary and exit code 0", () => {
  assertEquals(judge({ passed: 3, failed: 0 }, 0), { passed: 3, failed: 0 });
  const count = fc.nat(9);
  fc.assert(fc.property(count, count, count, (passed, failed, code) => {
    const verdict = judge({ passed, failed }, code);
    assertEquals(verdict.passed, passed);
    const good = passed > 0 && failed === 0 && code === 0;
    assertEquals(verdict.failed === 0, good);
    assert(verdict.failed >= failed);
  }));
  assertEquals(judge(undefined, 0), { passed: 0, failed: 1 });
  assertEquals(judge(undefined, 1), { passed: 0, failed: 1 });
});
