import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import * as E from "fp-ts/Either";
import fc from "fast-check";
import { prepare } from "../../tasks/_peers/jobs.ts";
import { processor } from "../../tasks/_peers/machine.ts";
import { findPython, type Run } from "../../tasks/_peers/python.ts";
import { allRows, relaxedRow } from "../../tasks/_peers/rows.ts";
import { alternate, type Side } from "../../tasks/_peers/side.ts";
import {
  inUnit,
  lineOf,
  type Measured,
  ratios,
  spread,
  tableOf,
  type Unit,
  type Work,
} from "../../tasks/_peers/table.ts";
import { inFolder, startCommand, taskArguments } from "./e2e/run_task.ts";

const rate = fc.double({ min: 1e-3, max: 1e9, noNaN: true });
const pairs = fc.array(fc.tuple(rate, rate), { minLength: 1, maxLength: 9 });

function work(bar: number | null, unit: Unit = "updates/s"): Work {
  return { work: "sums", peer: "abacus", unit, bar };
}

function measured(
  pairs: readonly (readonly [number, number])[],
  what: Work,
): Measured {
  return {
    work: what,
    ours: pairs.map(([ours]) => ours),
    theirs: pairs.map(([, theirs]) => theirs),
  };
}

Deno.test("a spread is ordered, lies within the numbers and does not depend on their order", () => {
  fc.assert(fc.property(fc.array(rate, { minLength: 1 }), (values) => {
    const { min, median, max } = spread(values);
    assertEquals(min, Math.min(...values));
    assertEquals(max, Math.max(...values));
    const below = values.filter((value) => value <= median).length;
    const above = values.filter((value) => value >= median).length;
    assert(2 * below >= values.length && 2 * above >= values.length);
    assertEquals(spread(values.toReversed()), { min, median, max });
  }));
});

Deno.test("ratios turn over when the sides change places, whatever the unit", () => {
  const units = fc.constantFrom<Unit>("updates/s", "M transitions/s", "us");
  fc.assert(fc.property(pairs, units, (pairs, unit) => {
    const forward = ratios(measured(pairs, work(null, unit)));
    const swapped = pairs.map(([a, b]) => [b, a] as const);
    const backward = ratios(measured(swapped, work(null, unit)));
    assertAlmostEquals(forward.min * backward.max, 1, 1e-9);
    assertAlmostEquals(forward.max * backward.min, 1, 1e-9);
  }));
});

Deno.test("a ratio above 1 is ours being faster: more per second, less time apiece", () => {
  const faster = [[200_000, 100_000]] as const;
  for (const unit of ["updates/s", "M transitions/s", "us"] as const) {
    const line = lineOf(measured(faster, work(2, unit)));
    assertEquals([line.ratio, line.pass], [2, true], unit);
  }
  assertEquals(inUnit(200_000, "us"), 5);
  assertEquals(inUnit(200_000, "M transitions/s"), 0.2);
  const { ours, theirs } = lineOf(measured(faster, work(2, "us")));
  assertEquals([ours, theirs], [5, 10]);
});

Deno.test("pairs are compared, not medians: a slow moment that meets both sides leaves the ratio", () => {
  const noisy = [[10, 5], [1, 0.5], [100, 50]] as const;
  const { min, median, max } = ratios(measured(noisy, work(2)));
  assertEquals([min, median, max], [2, 2, 2]);
});

Deno.test("a line holds exactly the eight promised fields, and passes exactly at its bar", () => {
  const line = lineOf(measured([[3, 2]], work(1.5)));
  assertEquals(Object.keys(line).sort(), [
    "bar",
    "ours",
    "pass",
    "peer",
    "ratio",
    "theirs",
    "unit",
    "work",
  ]);
  assertEquals(line.pass, true);
  assertEquals(lineOf(measured([[3, 2]], work(1.5001))).pass, false);
  assertEquals(lineOf(measured([[3, 2]], work(null))).pass, null);
});

Deno.test("a row that was not measured does not pass and says so", () => {
  const broken = { ...measured([], work(1)), failure: "it fell over" };
  const { ours, ratio, pass } = lineOf(broken);
  assertEquals([ours, ratio, pass], [null, null, false]);
  assert(tableOf([broken]).endsWith("not measured"));
});

Deno.test("the table has one line per row, columns under their heads", () => {
  const rows = [
    measured([[2, 1]], work(1)),
    measured([[1, 20]], { ...work(3), work: "a much longer name" }),
  ];
  const [head, first, second, ...rest] = tableOf(rows).split("\n");
  assertEquals(rest, []);
  const end = head.indexOf("ratio") + "ratio".length;
  assertEquals(first.slice(0, end).split(/\s+/).at(-1), "2.00");
  assertEquals(second.slice(0, end).split(/\s+/).at(-1), "0.05");
  assert(first.endsWith("reached") && second.endsWith("short"));
});

Deno.test("the two sides take turns, and the first turn of each is thrown away", async () => {
  const order: string[] = [];
  function side(name: string, rate: number): Side {
    let turn = 0;
    return {
      measure: () => {
        order.push(name);
        return Promise.resolve(rate + turn++);
      },
      close: () => Promise.resolve(),
    };
  }
  const rates = await alternate(side("a", 10), side("b", 20), 0, 2);
  assertEquals(order.join(""), "ababab");
  assertEquals(rates, { ours: [11, 12], theirs: [21, 22] });
});

Deno.test("no two rows are the same, and rows of one process stand together", () => {
  const rows = allRows();
  const names = rows.map(({ work, peer }) => `${work} ${peer}`);
  assertEquals(new Set(names).size, rows.length);
  const processes = rows.flatMap(({ theirs }) =>
    "family" in theirs ? [`${theirs.family} ${theirs.threads}`] : []
  );
  const changes = processes.filter((name, i) => name !== processes[i - 1]);
  assertEquals(new Set(changes).size, changes.length);
});

Deno.test("with the relaxed build every row of kernels is measured on it, and says so", () => {
  for (const row of allRows()) {
    const relaxed = relaxedRow(row);
    const { ours } = row;
    const kernels = "loop" in ours ||
      (!["step", "decide"].includes(ours.job.kind) && ours.relaxed !== true);
    assertEquals(relaxed !== undefined, kernels, row.work);
    if (relaxed === undefined) continue;
    assert(relaxed.work.endsWith("relaxed build"), relaxed.work);
    assertEquals([relaxed.theirs, relaxed.bar], [row.theirs, row.bar]);
    if ("loop" in relaxed.ours) {
      assertEquals(relaxed.ours.loop.backend, "relaxed");
    } else assertEquals(relaxed.ours.relaxed, true);
  }
});

Deno.test("each row's family is a module of the peers' folder", () => {
  const folder = new URL("../../bench/peers/", import.meta.url);
  for (const { theirs } of allRows()) {
    if (!("family" in theirs)) continue;
    const text = Deno.readTextFileSync(new URL(`${theirs.family}.py`, folder));
    assert(/^def make\(\w+, \w+\):$/m.test(text), theirs.family);
  }
});

Deno.test("a job of steps counts what it did, as often as it is asked", async () => {
  const module = new WebAssembly.Module(
    Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0),
  );
  const memory = new WebAssembly.Memory({ initial: 1 });
  const barrier = new SharedArrayBuffer(64);
  // A decision is worth sixty, and is never cut.
  for (const [kind, few] of [["step", 3], ["decide", 60]] as const) {
    const place = { job: { kind }, module, memory, barrier };
    const repeat = await prepare({ ...place, thread: 0, threads: 1 });
    assertEquals([repeat(3), repeat(60)], [few, 60], kind);
  }
});

/** A machine on which only these commands exist, with what they answer. */
function machine(
  commands: Readonly<Record<string, readonly [number, string]>>,
): Run {
  return (name) => {
    const [code, output] = commands[name] ?? [];
    const ended = code === undefined ? undefined : { code, output: output! };
    return Promise.resolve(ended);
  };
}

Deno.test("a Python is found under any of its names, an old one is passed over", async () => {
  const run = machine({
    "python3": [1, "3.9.2\n"],
    "python3.12": [0, "3.12.1\n"],
  });
  assertEquals(await findPython(run), E.right("python3.12"));
});

Deno.test("a Python that is too old or has no venv is named with its fault", async () => {
  const old = await findPython(machine({ python3: [1, "3.8.10\n"] }));
  assert(E.isLeft(old) && old.left.includes("'python3' is version 3.8.10"));
  const words = "Traceback\nModuleNotFoundError: No module named 'ensurepip'\n";
  const bare = await findPython(machine({ python3: [1, words] }));
  assert(E.isLeft(bare) && bare.left.includes("No module named 'ensurepip'"));
});

Deno.test("where Python is missing the task explains itself and exits with 0", async () => {
  await inFolder(async (dir) => {
    const allowed = ["-R", "-E", "--allow-sys", "--allow-run"];
    const args = ["--python", "no-such-python", "--json"];
    const { ended } = startCommand(
      dir,
      Deno.execPath(),
      taskArguments("bench_peers", args, allowed),
    );
    const { code, out, err } = await ended;
    assertEquals([code, out], [0, ""], err);
    assert(err.startsWith("Cannot compare with Python software"), err);
    assert(err.includes("no-such-python"), err);
  });
});

Deno.test("a processor is described by its name and its widest vectors", () => {
  const text =
    "processor\t: 0\nmodel name\t: Abacus 9\nflags\t\t: fpu avx avx2 avx512f\n";
  assertEquals(processor(text), "Abacus 9 (AVX-512)");
  assertEquals(processor(""), Deno.build.arch);
});
