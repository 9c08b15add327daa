import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import {
  type Evaluation,
  EVALUATIONS,
  inOrder,
  RECORDED,
  TIMINGS,
} from "../../../tasks/_grid/rows.ts";
import {
  formatTable,
  parseTable,
  splitLine,
  type Table,
} from "../../../tasks/_grid/table.ts";
import { evaluation } from "./sample.ts";

interface Pair {
  readonly name: string;
  readonly value: number;
}

const pairs: Table<Pair> = {
  columns: ["name", "value"],
  write: ({ name, value }) => [name, value],
  read: ([name, value]) =>
    Number.isFinite(Number(value)) && value !== ""
      ? { name, value: Number(value) }
      : "its 'value' is no number",
};

const row = fc.record({
  name: fc.string().filter((text) => !/[\r\n]/.test(text)),
  value: fc.double({ noNaN: true, noDefaultInfinity: true })
    .map((value) => value + 0), // a negative zero reads back as zero
});

Deno.test("rows come back as they went, whatever text and number they hold", () => {
  fc.assert(fc.property(fc.array(row), (rows) => {
    const { rows: found, damage } = parseTable(pairs, formatTable(pairs, rows));
    assertEquals(found, rows.map(({ name, value }) => ({ name, value })));
    assertEquals(damage, []);
  }));
});

Deno.test("the same rows are the same bytes, one line each after the columns", () => {
  const rows = [{ name: 'a, "b"', value: 0.1 }, { name: "c", value: 1e21 }];
  assertEquals(
    formatTable(pairs, rows),
    'name,value\n"a, ""b""",0.1\nc,1e+21\n',
  );
});

Deno.test("a file that is cut anywhere loses the cut line and no other", () => {
  const rows = [1, 2, 3].map((seed) => evaluation({ seed }));
  const text = formatTable(EVALUATIONS, rows);
  const first = text.indexOf("\n") + 1;
  for (let end = first; end < text.length; end++) {
    const whole = text.slice(0, end).split("\n").length - 2;
    const { rows: found, damage } = parseTable(EVALUATIONS, text.slice(0, end));
    assertEquals(found, rows.slice(0, whole));
    assertEquals(damage.length, text[end - 1] === "\n" ? 0 : 1);
    for (const { line } of damage) assertEquals(line, whole + 2);
  }
});

Deno.test("a damaged line is named with its number and what is wrong", () => {
  const good = formatTable(EVALUATIONS, [evaluation({})]).split("\n");
  const cases = [
    ["x,y", "must have 19 fields: it has 2"],
    [good[1].replace("evaluation", "finnal"), "'kind' must be 'evaluation' or"],
    [good[1].replace(/,0\.5,/, ",half,"), "'success' must be a number"],
    [good[1].replace("aaaa", "zzzz"), "64 hexadecimal digits"],
    [`"${good[1]}`, "quotes do not match"],
  ];
  for (const [line, why] of cases) {
    const text = [good[0], line, good[1], ""].join("\n");
    const { rows, damage } = parseTable(EVALUATIONS, text);
    assertEquals(rows.length, 1, line);
    assertEquals(damage[0].line, 2);
    assert(damage[0].why.includes(why), damage[0].why);
  }
});

Deno.test("a table of other columns is refused as a whole", () => {
  assertThrows(
    () => parseTable(pairs, "name,price\na,1\n"),
    RangeError,
    "its first line must be 'name,value': it is 'name,price'",
  );
  assertThrows(() => parseTable(pairs, ""), RangeError, "it is ''");
});

Deno.test("quotes stand only round a whole field", () => {
  assertEquals(splitLine('a,"b,""c""",'), ["a", 'b,"c"', ""]);
  assertEquals(splitLine(""), [""]);
  assertEquals(splitLine('a"b,c'), undefined);
  assertEquals(splitLine('"a"b'), undefined);
});

Deno.test("an unfinished number is not written", () => {
  const bad = [{ name: "a", value: NaN }];
  assertThrows(() => formatTable(pairs, bad), RangeError, "must be finite");
});

Deno.test("rows stand in the order of the grid, those of a cell in their own", () => {
  const places = [
    { task: "slippery-push", arm: "paper", seed: 1 },
    { task: "slippery-push", arm: "default", seed: 10 },
    { task: "slippery-push", arm: "default", seed: 2 },
    { task: "push", arm: "controller", seed: 1 },
    { task: "push", arm: "unheard-of", seed: 1 },
  ];
  const expected = [3, 4, 2, 1, 0].map((i) => places[i]);
  fc.assert(
    fc.property(
      fc.shuffledSubarray(places, { minLength: places.length }),
      (shuffled) => assertEquals(inOrder(shuffled), expected),
    ),
  );
  const twice = [1, 2, 3].map((step) => ({ ...places[0], step }));
  assertEquals(inOrder(twice), twice);
});

Deno.test("no column of an evaluation tells the time", () => {
  for (const { columns } of [EVALUATIONS, RECORDED]) {
    assert(!columns.some((name) => /second|time|hour|clock/i.test(name)));
    assert(columns.every((name) => name !== "training"));
  }
  assert(TIMINGS.columns.includes("training"));
});

Deno.test("numbers that cannot be are damage, not results", () => {
  const impossible: readonly Partial<Evaluation>[] = [
    { success: 7 },
    { low: -0.1 },
    { episodes: -20 },
    { step: 2.5 },
  ];
  for (const some of impossible) {
    const [name] = Object.keys(some);
    const { rows, damage } = parseTable(
      EVALUATIONS,
      formatTable(EVALUATIONS, [evaluation(some)]),
    );
    assertEquals([rows.length, damage.length], [0, 1], name);
  }
});
