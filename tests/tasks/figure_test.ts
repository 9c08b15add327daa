import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertThrows,
} from "@std/assert";
import { parseHTML } from "linkedom";
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
  return { seed, rows: [round, ...rows] };
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

Deno.test("runs without an evaluation, or with a broken one, are refused", () => {
  assertThrows(() => learningCurve([], "push"), RangeError, "no run holds");
  assertThrows(
    () => learningCurve([{ seed: 1, rows: [] }], "push"),
    RangeError,
    "no run holds",
  );
  const broken = [{ kind: "evaluation", step: 2500, success: null }];
  assertThrows(
    () => learningCurve([{ seed: 1, rows: broken }], "push"),
    TypeError,
    "'success'",
  );
});
