import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { armNamed, gridTask } from "../../../tasks/_grid/arms.ts";
import type { Evaluation } from "../../../tasks/_grid/rows.ts";
import { CLAIMS } from "../../../tasks/_report/claims.ts";
import { groupResults } from "../../../tasks/_report/data.ts";
import {
  type ArmSummary,
  firstHeld,
  improvement,
  summariseTask,
} from "../../../tasks/_report/summary.ts";
import {
  atLeast,
  between,
  dipsThenRecovers,
  endsAlike,
  endsBetter,
  givenSteps,
  improves,
  solvesEarlier,
  staysBelow,
  timesFewer,
} from "../../../tasks/_report/verdict.ts";
import { run } from "../grid/sample.ts";
import { resultsOf } from "./sample.ts";

/** The arm over seeds whose evaluations are these, over a base of one half. */
function summary(
  arm: string,
  seeds: readonly (readonly number[])[],
  task = "push",
  some: Partial<Evaluation> = {},
): ArmSummary {
  const { id } = armNamed(arm);
  const rows = seeds.flatMap((successes, i) =>
    run({ task, arm: id, seed: i + 1, ...some }, successes)
  );
  return summariesOf(rows, task)[0];
}

function summariesOf(
  evaluations: readonly Evaluation[],
  task: string,
): readonly ArmSummary[] {
  const data = groupResults(resultsOf(evaluations)).find((found) =>
    found.task === gridTask(task)
  );
  assert(data !== undefined);
  return summariseTask(data);
}

const solved = [0.5, 0.92, 0.95, 0.97, 0.98];
const slow = [0.5, 0.5, 0.6, 0.92, 0.95];
const hopeless = [0.02, 0, 0.01, 0.02, 0.03];
const good = summary("default", [solved, solved, solved]);
const middling = summary("paper", [slow, slow, slow]);
const bad = summary("ddpg", [hopeless, hopeless, hopeless]);

Deno.test("an end is the mean of the middle of the seeds, within its interval", () => {
  const { final, finals } = summary("default", [
    [0.5, 0.9],
    [0.5, 0.8],
    [0.5, 1],
  ]);
  assertEquals(finals, [0.9, 0.8, 1]);
  assert(final !== undefined);
  assertAlmostEquals(final.mean, 0.9, 1e-12);
  // The bootstrap reaches the worst and the best seed.
  assertAlmostEquals(final.low, 0.8, 1e-12);
  assertAlmostEquals(final.high, 1, 1e-12);
});

Deno.test("seeds that agree are no surer than the episodes of one of them", () => {
  const { final } = summary("default", [[0.5, 0.9], [0.5, 0.9]]);
  assert(final !== undefined);
  // Wilson for 360 of 400.
  assert(final.low > 0.865 && final.low < 0.87, `${final.low}`);
  assert(final.high > 0.92 && final.high < 0.93, `${final.high}`);
});

Deno.test("a policy that the gate kept back counts by its own success", () => {
  const rows = run({ arm: "paper" }, [0.5, 0.2]);
  const last = { ...rows[rows.length - 1], served: "base" } as const;
  const [kept] = summariesOf([...rows.slice(0, -1), last], "push");
  assertEquals(kept.finals, [last.success]);
  assertEquals([kept.served, kept.seeds], [0, 1]);
});

Deno.test("90 % is held from the first of three evaluations in a row", () => {
  const held = (successes: readonly number[]) =>
    firstHeld({
      seed: 1,
      evaluations: run({}, successes).slice(0, -1),
      final: undefined,
      timings: [],
    });
  const seen = { time: 1000, event: true, after: 0 };
  assertEquals(held([0, 0.9, 0.95, 0.9, 0.2]), seen);
  const later = { time: 3000, event: true, after: 2000 };
  assertEquals(held([0, 0.9, 0.8, 0.9, 0.9, 0.9]), later);
  const once = { time: 0, event: true, after: 0 };
  assertEquals(held([0.9, 0.9, 0.9]), once);
  // The last two may be the first of three.
  assertEquals(held([0.9, 0.9, 0.8, 0.9, 0.9]), { time: 2000, event: false });
  assertEquals(held([0.9, 0.9]), { time: 0, event: false });
  assertEquals(held([0, 0.9, 0]), { time: 2000, event: false });
  assertEquals(held([]), { time: 0, event: false });
});

Deno.test("a run that is not done is not part of an end", () => {
  const rows = [
    ...run({ seed: 1 }, solved),
    ...run({ seed: 2 }, hopeless).slice(0, -1),
  ];
  const [found] = summariesOf(rows, "push");
  assertEquals([found.seeds, found.finals], [1, [0.98]]);
});

Deno.test("levels: reached, missed, or too near to tell", () => {
  assertEquals(atLeast(0.97)(good).verdict, "holds");
  assertEquals(atLeast(0.985)(good).verdict, "not decided");
  assertEquals(atLeast(0.96)(middling).verdict, "not decided");
  assertEquals(atLeast(0.97)(bad).verdict, "does not hold");
  assertEquals(between(0.9, 1)(middling).verdict, "holds");
  assertEquals(between(0.1, 0.9)(good).verdict, "does not hold");
});

Deno.test("comparisons need intervals that part", () => {
  assertEquals(improves(good).verdict, "holds");
  assertEquals(improves(bad).verdict, "does not hold");
  const same = summary("td3", [[0.5, 0.51], [0.5, 0.49]]);
  assertEquals(improves(same).verdict, "not decided");
  assertEquals(endsBetter(good, bad).verdict, "holds");
  assertEquals(endsBetter(bad, good).verdict, "does not hold");
  assertEquals(endsBetter(good, good).verdict, "not decided");
  assertEquals(endsAlike(0.05)(good, good).verdict, "holds");
  assertEquals(endsAlike(0.05)(good, bad).verdict, "does not hold");
});

Deno.test("earlier is earlier only where censoring hides nothing", () => {
  assertEquals(solvesEarlier(good, bad).verdict, "holds");
  assertEquals(solvesEarlier(bad, good).verdict, "does not hold");
  // Both came between the same two evaluations.
  assertEquals(solvesEarlier(good, good).verdict, "not decided");
  assertEquals(solvesEarlier(good, middling).verdict, "holds");
  assertEquals(solvesEarlier(middling, good).verdict, "does not hold");
  // Censored at 1000, before the other held it from 1000: unknown.
  const brief = summary("td3", [[0.5]]);
  assertEquals(solvesEarlier(brief, good).verdict, "not decided");
  // Neither ever solves it: the ends speak, but for whom fewer steps excuse.
  const some = summary("td3", [[0.3, 0.4]]);
  const none = summary("ddpg", [[0.02, 0]]);
  assertEquals(solvesEarlier(some, bad).verdict, "holds");
  assertEquals(solvesEarlier(some, none).verdict, "holds");
  assertEquals(solvesEarlier(none, some).verdict, "does not hold");
  const longer = summary("paper", [[0.3, 0.3, 0.4]]);
  assertEquals(solvesEarlier(longer, none).verdict, "not decided");
  assertEquals(solvesEarlier(none, longer).verdict, "not decided");
});

Deno.test("so many times fewer, where the slower one is at least that slow", () => {
  assertEquals(timesFewer(4)(good, bad).verdict, "holds"); // 1000, over 4000
  assertEquals(timesFewer(5)(good, bad).verdict, "not decided");
  const slower = summary("paper", [[...slow, 0.96]]);
  // Anywhere up to 1000 against anywhere up to 1000; 2000 to 3000 twice.
  assertEquals(timesFewer(4)(good, good).verdict, "not decided");
  assertEquals(timesFewer(4)(slower, slower).verdict, "does not hold");
  assertEquals(timesFewer(2)(good, slower).verdict, "holds");
  assertEquals(timesFewer(3)(good, slower).verdict, "not decided");
  // Over 4000 against 1000.
  assertEquals(timesFewer(2)(bad, good).verdict, "does not hold");
  const brief = summary("td3", [[0.5, 0.5]]); // over 1000
  assertEquals(timesFewer(2)(brief, middling).verdict, "not decided"); // over 2000
});

Deno.test("a dip is a fall of every seed, and recovery an end above the base", () => {
  const dip = [0.5, 0.2, 0.6, 0.9, 0.95];
  const rule = dipsThenRecovers(0.05);
  assertEquals(rule(summary("paper", [dip, dip])).verdict, "holds");
  assertEquals(
    rule(summary("paper", [solved, solved])).verdict,
    "does not hold",
  );
  assertEquals(rule(summary("paper", [dip, solved])).verdict, "not decided");
  // 8 points of a hundred episodes are no news.
  const chance = summary("paper", [[0.5, 0.42, 0.6, 0.9, 0.95]]);
  assertEquals(rule(chance).verdict, "not decided");
});

Deno.test("a dip of returns is measured in returns, beyond their errors", () => {
  const rule = dipsThenRecovers(5);
  const of = (successes: readonly number[], returnError: number) =>
    summary("paper", [successes], "pusher", {
      baseReturn: -90,
      baseReturnError: 1,
      returnError,
    });
  const falls = [0.1, 0, 0.5]; // by 10
  assertEquals(rule(of(falls, 1)).verdict, "holds");
  assertEquals(rule(of(falls, 5)).verdict, "not decided");
  assertEquals(rule(of([0.1, 0.08, 0.5], 0.1)).verdict, "does not hold");
});

Deno.test("short training refutes nothing that is said of long training", () => {
  const rule = givenSteps(100_000, atLeast(0.97));
  assertEquals(rule(good).verdict, "holds");
  assertEquals(rule(bad).verdict, "not decided");
  assertEquals(givenSteps(4000, atLeast(0.97))(bad).verdict, "does not hold");
  assertEquals(staysBelow(0.1, 100_000)(bad).verdict, "not decided");
  assertEquals(staysBelow(0.1, 4000)(bad).verdict, "holds");
  assertEquals(staysBelow(0.1, 100_000)(good).verdict, "does not hold");
});

Deno.test("a return of one run without its spread decides nothing", () => {
  const of = (arm: string, success: number, some: Partial<Evaluation>) =>
    summary(arm, [[0.5, success]], "pusher", some);
  const unknown = of("pets", 0.2, {});
  const known = of("default", 0.4, { returnError: 2 });
  assertEquals(endsBetter(known, unknown).verdict, "not decided");
  const sure = of("pets", 0.2, { returnError: 2 });
  assertEquals(endsBetter(known, sure).verdict, "holds");
  assertEquals(known.held, []);
  assert(endsBetter(known, sure).numbers.includes("+20.0"));
});

Deno.test("the probability of improvement compares ends seed by seed", () => {
  const { mean, low, high } = improvement(good, bad)!;
  assertEquals([mean, high], [1, 1]);
  assert(low < 1, "A few seeds do not make sure");
  assertEquals(improvement(good, good)?.mean, 0.5);
});

Deno.test("without results no claim is decided, and each says what is missing", () => {
  const ids = CLAIMS.map(({ id }) => id);
  assertEquals(new Set(ids).size, ids.length);
  for (const { decide, id } of CLAIMS) {
    const { verdict, numbers } = decide(() => undefined);
    assertEquals(verdict, "not decided", id);
    assert(numbers.startsWith("no finished run of "), numbers);
  }
});

Deno.test("the claims are decided from the arms that they name", () => {
  const arms = [good, middling, bad];
  const find = (task: string, arm: string) =>
    arms.find((found) => found.task.id === task && found.arm.id === arm);
  const verdicts = Object.fromEntries(
    CLAIMS.map(({ id, decide }) => [id, decide(find).verdict]),
  );
  assertEquals(verdicts["default-improves-push"], "holds");
  assertEquals(verdicts["default-ends-push"], "holds");
  assertEquals(verdicts["aim-push"], "holds");
  assertEquals(verdicts["paper-before-ddpg-push"], "holds");
  assertEquals(verdicts["paper-dips-push"], "does not hold");
  assertEquals(verdicts["ddpg-solves-push"], "not decided"); // too few steps
  assertEquals(verdicts["default-before-td3-push"], "not decided"); // no run
});
