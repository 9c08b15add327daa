import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertThrows,
} from "@std/assert";
import fc from "fast-check";
import type { Crew } from "../../lib/train/train.ts";
import {
  charged,
  createStopwatch,
  noStopwatch,
  type Part,
  PARTS,
  type Times,
} from "../../tasks/_profile/stopwatch.ts";
import { describeProfile, openLedger } from "../../tasks/_profile/report.ts";

/** A clock that stands still unless it is moved. */
function clock() {
  let time = 0;
  return {
    now: () => time,
    pass: (seconds: number) => {
      time += seconds;
    },
  };
}

/** Times that are zero but for the given parts. */
function times(given: Partial<Times>): Times {
  const zeros = Object.fromEntries(PARTS.map((part) => [part, 0]));
  return { ...zeros, ...given } as Times;
}

/** Work of a part that takes some time, calls others, and takes some time again. */
interface Work {
  readonly part: Part;
  readonly before: number;
  readonly calls: readonly Work[];
}

/** Trees of at most `depth` levels below the root. */
function works(depth: number): fc.Arbitrary<Work> {
  return fc.record({
    part: fc.constantFrom(...PARTS.filter((part) => part !== "evaluation")),
    before: fc.integer({ min: 0, max: 9 }),
    calls: depth === 0
      ? fc.constant([])
      : fc.array(works(depth - 1), { maxLength: 3 }),
  });
}

/** Every piece of work counted for itself. */
function expected(work: Work, into = new Map<Part, number>()) {
  into.set(work.part, (into.get(work.part) ?? 0) + work.before);
  for (const call of work.calls) expected(call, into);
  return into;
}

Deno.test("each part is charged with its own time, not with that of those it calls", () => {
  fc.assert(fc.property(works(3), (work) => {
    const { now, pass } = clock();
    const watch = createStopwatch(now);
    function perform({ part, before, calls }: Work): void {
      watch.charge(part, () => {
        pass(before);
        calls.forEach(perform);
      })();
    }
    pass(3);
    perform(work);
    const own = expected(work);
    own.set("idle", (own.get("idle") ?? 0) + 3);
    assertEquals(watch.read(), times(Object.fromEntries(own)));
    const sum = Object.values(watch.read()).reduce((a, b) => a + b, 0);
    assertEquals(sum, now());
  }));
});

Deno.test("an evaluation keeps what happens inside it", () => {
  const { now, pass } = clock();
  const watch = createStopwatch(now);
  const env = charged(watch, "physics", { id: "toy", step: pass });
  watch.charge("evaluation", () => env.step(2))();
  env.step(5);
  assertEquals(watch.read(), times({ evaluation: 2, physics: 5 }));
  assertEquals(env.id, "toy");
});

Deno.test("a call that throws gives the clock back", () => {
  const { now, pass } = clock();
  const watch = createStopwatch(now);
  assertThrows(
    watch.charge("update", () => {
      pass(1);
      throw new RangeError("no");
    }),
    RangeError,
  );
  pass(4);
  assertEquals(watch.read(), times({ update: 1, idle: 4 }));
});

Deno.test("without a stopwatch functions stay what they are", () => {
  const work = () => 1;
  assertEquals(noStopwatch().charge("physics", work), work);
});

Deno.test("the ledger counts the Workers' share of the training alone", async () => {
  const { now, pass } = clock();
  const ledger = openLedger(now);
  const slow = (seconds: number) => () => {
    pass(seconds);
    return Promise.resolve([]);
  };
  const crew: Crew = {
    explore: slow(2),
    evaluate: slow(10),
    update: async () => void await slow(5)(),
  };
  const { explore, evaluate, update } = ledger.over(crew);
  pass(1); // start
  await evaluate("base", { label: "x", seed: 1 }, 0, 1);
  ledger.stage("evaluate", 10);
  await explore(0, 2, "warmup");
  pass(0.5); // the main thread digests
  ledger.stage("play", 2.5);
  await update({} as never);
  ledger.stage("learn", 5);
  const workers = [
    times({ evaluation: 10, physics: 2, update: 5, idle: 0.5 }),
    times({ evaluation: 10, physics: 1, update: 4, waiting: 1, idle: 1.5 }),
  ];
  const profile = ledger.close(workers, now());
  assertEquals(profile.seconds, 18.5);
  assertEquals(profile.workers.map(({ start }) => start), [1, 1]);
  assertAlmostEquals(profile.main, 0.5, 1e-12);
  assertEquals(profile.training.seconds, 7.5);
  assertAlmostEquals(profile.training.atWork, 12 / 15, 1e-12);
  // Both rest for 0.5 s, then one of them for 1 s twice.
  assertAlmostEquals(profile.training.allAtWork, 5 / 7.5, 1e-12);
  const text = describeProfile(profile);
  assert(/update +5\.0 +4\.0 +9\.0 +24\.3/.test(text), text);
  assert(text.includes("80.0 % of the time"), text);
  assert(text.includes("all at once: 66.7 %"), text);
});

Deno.test("a run without training has no share, not NaN", () => {
  const { now } = clock();
  const profile = openLedger(now).close([times({})], 0);
  assertEquals(profile.training, { seconds: 0, atWork: 0, allAtWork: 0 });
});
