import { assert, assertEquals } from "@std/assert";
import { join } from "node:path";
import { parseConfig } from "../../../tasks/_config.ts";
import { unwrap } from "../../../tasks/_files.ts";
import type { Verdict } from "../../../tasks/_judge.ts";
import { openSession } from "../../../tasks/_session.ts";
import type { Report } from "../../../tasks/_stress/report.ts";
import { makeFolder, namesIn } from "../../folder.ts";
import { inPairs, runTask, textOf, TINY, trained, WILD } from "./run_task.ts";

/** Holds the run that is stressed. */
const home = makeFolder();
const run = join(home, "run");

Deno.test.beforeAll(async () => {
  await trained(home, "push", ...TINY, ...WILD, `--out=${run}`);
});

Deno.test.afterAll(() => Deno.removeSync(home, { recursive: true }));

async function reportLine(...args: readonly string[]): Promise<string> {
  const { code, out, err } = await runTask(home, "stress", run, ...args);
  assertEquals([code, err], [0, ""]);
  assert(/^[^\n]+\n$/.test(out), `one line: ${out}`);
  return out;
}

Deno.test("stress --json draws policy against base, and begins where eval ends", async () => {
  const count = ["--episodes=3", "--json"];
  const out = join(home, "push.html");
  const axes = ["--axes=quality", `--out=${out}`, ...count];
  const line = await reportLine(...axes, "--workers=1");
  const report: Report = JSON.parse(line);
  assertEquals(report.curves.map(({ id }) => id), ["quality"]);
  assertEquals(report.policy, { step: 200, served: false, moved: true });
  assertEquals([report.episodes, report.leftOut], [3, []]);

  const judged = await runTask(home, "eval", run, ...count, "--workers=1");
  const { base, learnt }: Verdict = JSON.parse(judged.out);
  const [{ points }] = report.curves;
  const [plain, ...others] = points;
  assertEquals([plain.base.mean, plain.base.low], [base.success, base.low]);
  assertEquals(
    [plain.policy.mean, plain.policy.high],
    [learnt.success, learnt.high],
  );
  // Eight centimetres beside a goal of five.
  assert(others[3].base.mean < plain.base.mean, line);
  assert(textOf(home, "push.html").includes("<svg"));
  assertEquals(textOf(home, "push.csv").split("\n").length, 1 + 5 + 1);

  assertEquals(await reportLine(...axes, "--workers=2"), line);
});

Deno.test("page and table lie in the run's folder unless told otherwise", async () => {
  const args = ["--axes=bias", "--episodes=2", "--workers=1"];
  const { code, out } = await runTask(home, "stress", run, ...args);
  assertEquals(code, 0, out);
  const found = namesIn(run).filter((name) => name.startsWith("stress"));
  assertEquals(found, ["stress.csv", "stress.html"]);
  for (const part of ["  0 *", "policy of step 200"]) {
    assert(out.includes(part), out);
  }
});

Deno.test("what cannot be done is refused before anything is played", async () => {
  const cases: readonly (readonly [readonly string[], ...string[]])[] = [
    [[], "without RUN"],
    [["nowhere"], "'nowhere'"],
    [[run, "--axes=fricton"], "'fricton'", "'friction'?", "quality"],
    [[run, "--episodes=0"], "'--episodes 0'", "from 2"],
    [[run, "--episodes=1"], "'--episodes 1'", "from 2"],
    [[run, "--out=page.pdf"], "'--out page.pdf'", ".html"],
    [[run, "--out=no/page.html"], "no folder 'no'"],
  ];
  await inPairs(cases, async ([args, ...says]) => {
    const { code, out, err } = await runTask(home, "stress", ...args);
    assertEquals([code, out], [2, ""], err);
    assert(/^error: Cannot [a-z]/.test(err), err);
    for (const part of says) assert(err.includes(part), `${part}: ${err}`);
  });
});

Deno.test("a disturbed crew plays the disturbed base inside its policy, and finds back", async () => {
  const config = unwrap(parseConfig(textOf(run, "config.json"), run));
  // Nothing learnt is restored: this policy is its base.
  const session = await openSession(config, 1);
  const set = { label: "fresh", seed: 1 };
  const { crew } = session;
  const play = (player: "policy" | "base") => crew.evaluate(player, set, 0, 2);
  try {
    const plain = await play("base");
    assertEquals(await play("policy"), plain);
    await crew.disturb({ axis: "quality", value: 0.08 });
    const aside = await play("policy");
    assertEquals(await play("base"), aside);
    assert(JSON.stringify(aside) !== JSON.stringify(plain));
    for (const axis of ["quality", "delay"]) {
      await crew.disturb({ axis, value: 0 });
      assertEquals(await play("policy"), plain);
    }
  } finally {
    session.close();
  }
});
