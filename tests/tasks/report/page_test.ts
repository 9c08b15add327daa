import { assert, assertEquals } from "@std/assert";
import { parseHTML } from "linkedom";
import { ARMS, GRID_TASKS } from "../../../tasks/_grid/arms.ts";
import { CLAIMS } from "../../../tasks/_report/claims.ts";
import { html } from "../../../tasks/_report/html.ts";
import { reportPage } from "../../../tasks/_report/page.ts";
import { run } from "../grid/sample.ts";
import { budget as short, nothing, resultsOf } from "./sample.ts";

interface Element {
  readonly attributes: Iterable<{
    readonly name: string;
    readonly value: string;
  }>;
  readonly textContent: string;
  readonly tagName: string;
  readonly querySelectorAll: (selector: string) => Iterable<Element>;
}

function parsed(page: string): Element {
  const { document } = parseHTML(page) as unknown as {
    readonly document: { readonly documentElement: Element };
  };
  return document.documentElement;
}

function elements(page: string, selector: string): readonly Element[] {
  return [...parsed(page).querySelectorAll(selector)];
}

/** Two tasks, one of them dense, two arms and two seeds each. */
const evaluations = ["slippery-push", "pusher"].flatMap((task) =>
  ["default", "ddpg", "controller"].flatMap((arm, i) =>
    [1, 2].flatMap((seed) =>
      run({ task, arm, seed }, [0.4, 0.5, 0.92, 0.93, 0.98 - i * 0.3])
    )
  )
);
const some = resultsOf(evaluations);
const full = reportPage(short, some);

Deno.test("the page asks for nothing from outside and runs nothing", () => {
  for (const page of [full, reportPage(short, nothing)]) {
    for (const element of elements(page, "*")) {
      const tag = element.tagName.toLowerCase();
      assert(!["script", "link", "img", "iframe", "object"].includes(tag), tag);
      for (const { name, value } of element.attributes) {
        assert(!name.startsWith("on"), name);
        if (/^(xlink:)?(href|src|srcset|action|data)$/.test(name)) {
          assert(value.startsWith("#"), `${name}=${value}`);
        }
      }
    }
    assert(!/https?:|url\(|@import/.test(page), "a URL");
    const [policy] = elements(page, "meta[http-equiv]");
    assert(
      [...policy.attributes].some(({ value }) =>
        value.includes("default-src 'none'")
      ),
    );
  }
});

Deno.test("every number on the page is one", () => {
  assert(!/NaN|Infinity|undefined|\[object/.test(full));
});

Deno.test("the same results give the same page", () => {
  assertEquals(reportPage(short, some), full);
});

Deno.test("a task with rows has its curves along steps and along wall-clock", () => {
  for (const task of ["slippery-push", "pusher"]) {
    const texts = elements(full, `#${task} figure`).map((figure) =>
      figure.textContent
    );
    assertEquals(texts.length, 2);
    assert(texts[0].includes("environment steps"));
    assert(texts[1].includes("hours"));
    const measure = task === "pusher" ? "return" : "success rate";
    assert(texts.every((text) => text.includes(measure)), texts[0]);
  }
  const bare = reportPage(short, { ...some, timings: [] });
  assertEquals(elements(bare, "#pusher figure").length, 1);
  assert(bare.includes("Wall-clock was not recorded"));
});

Deno.test("a line and a band for each arm that learns, a level for one that does not", () => {
  const [figure] = elements(full, "#slippery-push figure");
  const lines = [...figure.querySelectorAll("[aria-label=line] path")];
  const bands = [...figure.querySelectorAll("[aria-label=area] path")];
  assertEquals([lines.length, bands.length], [3, 2]);
});

Deno.test("tables tell the ends, the times with censoring, and the comparison", () => {
  const [section] = elements(full, "#slippery-push");
  const text = section.textContent.replace(/\s+/g, " ");
  assert(text.includes("2 of 2"), "seeds that held 90 %");
  assert(text.includes("0.980 ["), "the end of default");
  assert(text.includes("> 4,000"), "a censored time");
  const range = "2,000range over seeds 1,000 to 2,0002,000, 2,000";
  assert(text.includes(range), "the time of the median seed and of all");
  assert(/1\.00 \[0\.\d\d, 1\.00\]/.test(text), "the comparison");
});

Deno.test("every claim has its line", () => {
  const rows = elements(full, "#claims tbody tr").map((row) => row.textContent);
  assertEquals(rows.length, CLAIMS.length);
  for (const { sentence } of CLAIMS) {
    assert(rows.some((row) => row.includes(sentence)), sentence);
  }
  for (const row of rows) {
    assert(/holds|does not hold|not decided/.test(row), row);
  }
});

Deno.test("what is missing is said, task by task and arm by arm", () => {
  const empty = reportPage(short, nothing);
  assert(empty.includes("There are no finished runs of this budget yet"));
  assert(empty.includes("deno task reproduce --budget short"));
  for (const { id } of GRID_TASKS) {
    assertEquals(elements(empty, `#${id}`).length, 1);
  }
  const lacks = "No finished run yet of: paper, td3, expert-explore.";
  assert(full.includes(lacks));
  assert(full.includes("No rows yet of push, pick-and-place"));
});

Deno.test("a run that is not recorded whole is marked, and in no table", () => {
  const open = run({ arm: "td3" }, [0.1, 0.2]).slice(0, -1);
  const begun = run({ arm: "default", seed: 3 }, [0.5]).slice(0, -1);
  const results = resultsOf(
    [...run({ arm: "default" }, [0.5, 0.9]), ...begun, ...open],
  );
  const page = reportPage(short, results);
  const [section] = elements(page, "#push");
  const text = section.textContent.replace(/\s+/g, " ");
  const note = "default (seed 3 after 0 steps); td3 (seed 1 after 1,000 steps)";
  assert(text.includes(note), text);
  assert(text.includes("our learner (unfinished)"), "the legend");
  assert(page.includes("1 finished runs, 2 unfinished"));
  const cells = elements(page, "#push tbody tr").map((row) => row.textContent);
  assert(cells.some((row) => row.startsWith("default1")), "one seed");
  assert(!cells.some((row) => row.startsWith("td3")), cells.join("\n"));
});

Deno.test("a run counts once its entry says that all of its rows are there", () => {
  const whole = resultsOf(run({}, [0.5, 0.9]));
  const [entry] = whole.recorded;
  for (const recorded of [[], [{ ...entry, rows: 7 }], [entry, entry]]) {
    const page = reportPage(short, { ...whole, recorded });
    assert(page.includes("no finished runs of this budget yet"));
    assert(page.includes("default (seed 1 after 1,000 steps)"));
  }
});

Deno.test("damaged lines and unknown arms are told of", () => {
  const page = reportPage(short, {
    ...some,
    evaluations: [...evaluations, ...run({ arm: "<b>new" }, [0.5])],
    damaged: [{ path: "push.csv", line: 7, text: "x", why: "it is short" }],
  });
  assert(page.includes("line 7 of"));
  assert(page.includes("does not know are left out: &lt;b&gt;new"));
});

Deno.test("text is never markup", () => {
  assertEquals(
    html`<p>${'<a href="x">&'}</p>`.html,
    "<p>&lt;a href=&quot;x&quot;&gt;&amp;</p>",
  );
  assertEquals(html`${[1, html`<b>${"<"}</b>`]}`.html, "1<b>&lt;</b>");
});

Deno.test("every arm has a colour of its own, in light and in dark", () => {
  const [style] = elements(full, "style");
  ARMS.forEach((_, i) => {
    const found = [...style.textContent.matchAll(
      new RegExp(`--arm-${i}:(#[0-9a-f]{6})`, "g"),
    )];
    assertEquals(found.length, 2, `arm ${i}`);
  });
  const light = [...style.textContent.matchAll(/--arm-\d+:(#[0-9a-f]{6})/g)]
    .map(([, colour]) => colour);
  assertEquals(new Set(light).size, 2 * ARMS.length);
});
