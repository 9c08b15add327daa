import { assert, assertEquals } from "@std/assert";
import { parseHTML } from "linkedom";
import { AXES } from "../../../lib/suite/stress.ts";
import { splitLine } from "../../../tasks/_grid/table.ts";
import { stressPage } from "../../../tasks/_stress/page.ts";
import { csvOf, describeReport } from "../../../tasks/_stress/report.ts";
import { reportOn } from "./sample.ts";

const sparse = reportOn("push", "success");
const dense = reportOn("pusher", "return");

interface Element {
  readonly textContent: string;
  readonly querySelectorAll: (selector: string) => Iterable<Element>;
}

function elements(page: string, selector: string): readonly Element[] {
  const { document } = parseHTML(page) as unknown as {
    readonly document: Element;
  };
  return [...document.querySelectorAll(selector)];
}

Deno.test("the page stands alone: it asks for nothing and runs nothing", () => {
  for (const report of [sparse, dense]) {
    const page = stressPage(report);
    assert(!/https?:|url\(|@import|<script|<link|<img|\ssrc=/.test(page));
    assert(page.includes("default-src 'none'"));
    assert(page.includes("runs/a &lt;b&gt;"), "a path is text");
    assertEquals(page, stressPage(report));
  }
});

Deno.test("each axis has a chart of both players and a row per value", () => {
  for (const report of [sparse, dense]) {
    const page = stressPage(report);
    const sections = elements(page, "section");
    assertEquals(sections.length, report.curves.length);
    sections.forEach((section, i) => {
      const { id, points } = report.curves[i];
      const count = (selector: string) =>
        [...section.querySelectorAll(selector)].length;
      assertEquals([...section.querySelectorAll("h2")][0].textContent, id);
      assertEquals(count("figure svg"), 1);
      assertEquals(count("circle"), 2 * points.length);
      assertEquals(count("tbody tr"), points.length);
    });
    const numbers = [...page.matchAll(/ (?:d|cx|cy)="([^"]*)"/g)];
    assert(numbers.every(([, text]) => !/NaN|Infinity/.test(text)));
    assert(page.includes("'size' does not apply"));
  }
});

Deno.test("the table has one whole line per value of an axis", () => {
  const [head, ...lines] = csvOf(sparse).trimEnd().split("\n").map(splitLine);
  const points = sparse.curves.flatMap(({ id, points }) =>
    points.map((point) => ({ id, ...point }))
  );
  assertEquals(lines.length, points.length);
  lines.forEach((line, i) => {
    const { id, value, policy } = points[i];
    const field = (name: string) => line?.[head?.indexOf(name) ?? -1];
    assertEquals(line?.length, head?.length);
    assertEquals([field("axis"), field("value")], [id, String(value)]);
    assertEquals(field("unit"), AXES[id].unit);
    assertEquals(Number(field("policy_low")), policy.low);
  });
});

Deno.test("a person is told what was played, what not, and which value is undisturbed", () => {
  const text = describeReport(sparse);
  const says = [
    "step 300",
    "not served",
    "20 fresh episodes",
    "'size' does",
    "actions [steps]",
  ];
  for (const part of says) assert(text.includes(part), `${part}: ${text}`);
  assertEquals(text.match(/^ {2}\S+ \*/gm), ["  1 *", "  0 *"]);
});
