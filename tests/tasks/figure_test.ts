import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertThrows,
} from "@std/assert";
import { parseHTML } from "linkedom";
import { Refusal } from "../../lib/errors.ts";
import { type Curve, learningCurve } from "../../tasks/_figure.ts";

const steps = [0, 2500, 5000, 7500];

function curve(seed: number, successes: readonly number[]): Curve {
  const rows = successes.map((success, i) => ({
    kind: "evaluation",
    step: steps[i],
    success,
    low: success - 0.05,
    high: success + 0.02,
    base: 0.36,
  }));
  const round = { kind: "round", step: 1100, criticLoss: 0.1 };
  return { seed, path: "metrics.jsonl", rows: [round, ...rows] };
}

const curves = [
  curve(1, [0.36, 0.6, 0.8, 0.9]),
  curve(2, [0.36, 0.7, 0.9, 0.96]),
  curve(3, [0.36, 0.65, 0.94, 0.96]),
];

interface Drawn {
  readonly querySelectorAll: (
    selector: string,
  ) => Iterable<{ readonly getAttribute: (name: string) => string | null }>;
  readonly textContent: string;
}

function drawn(svg: string): Drawn {
  const { document } = parseHTML(svg) as unknown as {
    document: { querySelector: (selector: string) => Drawn };
  };
  return document.querySelector("svg");
}

/** Corners of the lines of the figure, in pixels. */
function lines(svg: string): readonly (readonly number[][])[] {
  return [...drawn(svg).querySelectorAll("[aria-label=line] path")]
    .map((path) =>
      (path.getAttribute("d") ?? "").slice(1).split("L").map((corner) =>
        corner.split(",").map(Number)
      )
    );
}

Deno.test("the figure is a standalone SVG and the same text each time", () => {
  const svg = learningCurve(curves, "slippery-push");
  assert(/^<svg [^>]*xmlns="http:\/\/www.w3.org\/2000\/svg"/.test(svg));
  assert(svg.endsWith("</svg>\n"));
  assertEquals(learningCurve(curves, "slippery-push"), svg);
});

Deno.test("there is one line per seed and one through their means", () => {
  const found = lines(learningCurve(curves, "slippery-push"));
  assertEquals(found.length, 4);
  const [one, two, three, mean] = found;
  mean.forEach(([x, y], i) => {
    assertEquals(x, one[i][0]);
    // The mean of pixels is the pixel of the mean, as the axis is linear.
    assert(Math.abs((one[i][1] + two[i][1] + three[i][1]) / 3 - y) < 0.01);
  });
  assert(mean[3][1] < mean[0][1], "success grows upwards");
});

Deno.test("the mean goes only as far as every seed", () => {
  const short = [curves[0], curve(2, [0.36, 0.7])];
  const [long, brief, mean] = lines(learningCurve(short, "push"));
  assertEquals([long.length, brief.length, mean.length], [4, 2, 2]);
});

Deno.test("the base is a dashed rule at its rate, with its label", () => {
  const svg = learningCurve(curves, "slippery-push");
  const figure = drawn(svg);
  const rules = [...figure.querySelectorAll("[aria-label=rule] line")];
  assertEquals(rules.length, 1);
  // Every seed begins at the base, so the rule meets the lines there.
  assertAlmostEquals(
    Number(rules[0].getAttribute("y1")),
    lines(svg)[0][0][1],
    0.01,
  );
  const dashed = [...figure.querySelectorAll("[aria-label=rule]")];
  assertEquals(dashed[0].getAttribute("stroke-dasharray"), "6 4");
  for (
    const label of [
      "slippery-push",
      "base controller alone 36 %",
      "base + learnt correction 94 %, 3 seeds, mean",
      "environment steps",
      "success rate",
    ]
  ) assert(figure.textContent.includes(label), `Expected "${label}"`);
});

Deno.test("a title is text, never markup", () => {
  const svg = learningCurve(curves, "a < b & <script>c</script>");
  assert(!svg.includes("<script>"));
});

Deno.test("a seed that is given twice is counted once", () => {
  const svg = learningCurve([curves[0], curves[0]], "push");
  assert(drawn(svg).textContent.includes("correction 90 %, 1 seed"));
});

Deno.test("where returns are the measure, they are drawn with their base and their own scale", () => {
  const rows = [-120, -80, -60].map((value, i) => ({
    kind: "evaluation",
    step: steps[i],
    success: 0,
    return: value,
    returnError: 2,
    baseReturn: -120,
  }));
  const svg = learningCurve(
    [{ seed: 1, path: "metrics.jsonl", rows }],
    "pusher",
    "return",
  );
  const [one] = lines(svg);
  assertEquals(one.length, 3);
  const [first, second, third] = one.map(([, y]) => y);
  // 40 and 20 higher, on a linear axis.
  assertAlmostEquals((first - second) / (second - third), 2, 0.01);
  const { textContent } = drawn(svg);
  for (
    const label of [
      "base controller alone -120.0",
      "base + learnt correction -60.0, 1 seed",
    ]
  ) assert(textContent.includes(label), `Expected "${label}"`);
  assert(!textContent.includes("success rate"));
});

Deno.test("runs without an evaluation, or with an edited one, are refused with the file", () => {
  assertThrows(() => learningCurve([], "push"), Refusal, "no run holds");
  const path = "run/metrics.jsonl";
  assertThrows(
    () => learningCurve([{ seed: 1, path, rows: [] }], "push"),
    Refusal,
    "no run holds",
  );
  const [, row] = curves[0].rows;
  for (const success of [null, "x", NaN, 1e999, -1, 2, undefined]) {
    const rows = [{ ...row, success }] as Curve["rows"];
    assertThrows(
      () => learningCurve([{ seed: 1, path, rows }], "push"),
      Refusal,
      `Cannot draw '${path}' as 'success' of its evaluation of step 0 must be a number from 0 to 1: current value is ${success}`,
    );
  }
  assertThrows(
    () => learningCurve([curves[0]], "pusher", "return"),
    Refusal,
    "'return' of its evaluation of step 0 must be a finite number",
  );
});
