/** A look at a run: how it is asked for, played, kept, and what it then speaks for. */

import { assert, assertEquals, assertThrows } from "@std/assert";
import { join } from "node:path";
import { Refusal } from "../../lib/errors.ts";
import { derive, foldIn, key } from "../../lib/rng/key.ts";
import { type Gate, openGate } from "../../lib/rollout/gate.ts";
import { levelOfLook } from "../../lib/rollout/spending.ts";
import type { Outcome } from "../../lib/rollout/unroll.ts";
import { TASKS } from "../../lib/suite/registry.ts";
import { startCounters } from "../../lib/train/schedule.ts";
import type { Served, Serving } from "../../lib/train/serving.ts";
import type { Crew } from "../../lib/train/train.ts";
import { evaluationKey, type Player } from "../../lib/train/training.ts";
import type { Reward } from "../../lib/types.ts";
import type { Checkpoint } from "../../tasks/_checkpoint.ts";
import { defaultConfig } from "../../tasks/_config.ts";
import { environmentHash } from "../../tasks/_export/artefact.ts";
import { standingOf } from "../../tasks/_export/gating.ts";
import { type Asked, beginLook } from "../../tasks/_gate/asked.ts";
import { environmentDrift } from "../../tasks/_gate/environment.ts";
import {
  type Candidate,
  candidateIn,
  evidenceOf,
  learntIn,
  ownGate,
  refutation,
} from "../../tasks/_gate/evidence.ts";
import {
  gateFile,
  type Look,
  readLooks,
  writeLooks,
} from "../../tasks/_gate/look.ts";
import { episodesOf, playLook } from "../../tasks/_gate/play.ts";
import {
  type Circumstances,
  describeLook,
} from "../../tasks/_gate/sentence.ts";
import { inFolderSync } from "../folder.ts";

const config = defaultConfig({
  task: "push",
  base: "reactive",
  presets: TASKS.push,
  controller: {},
  env: {},
});
const run = { dir: "runs/a", config };

const around: Circumstances = {
  dir: "runs/a",
  own: undefined,
  exported: { step: 300, served: false },
};

const candidate: Candidate = {
  config,
  step: 300,
  state: Uint8Array.of(1, 2, 3),
  gate: { ...openGate(), pairs: 5 },
};

function asking(overrides: Partial<Asked> = {}): Asked {
  const none = { checkpoint: undefined, seed: undefined };
  return { delta: 0.05, margin: 0, pairs: 100, ...none, ...overrides };
}

function begin(looks: readonly Look[] = [], asked: Partial<Asked> = {}): Look {
  return beginLook(run, asking(asked), candidate, looks);
}

const found = { pairs: 60, wins: 20, losses: 2, wealth: 99 };

function passed(overrides: Partial<Look> = {}): Look {
  return { ...begin(), ...found, verdict: "passed", ...overrides };
}

function refused(action: () => unknown, ...says: readonly string[]): void {
  const { message } = assertThrows(action, Refusal);
  for (const part of says) assert(message.includes(part), message);
  assert(message.startsWith("Cannot "), message);
}

/** A crew whose players succeed, or return, by index of the episode. */
function crewOf(
  outcome: (player: Player, index: number) => number,
): Pick<Crew, "evaluate"> & { readonly played: number[] } {
  const played: number[] = [];
  return {
    played,
    evaluate: (player, _, first, count) =>
      Promise.resolve(Array.from({ length: count }, (_, i): Outcome => {
        if (player === "policy") played.push(first + i);
        const value = outcome(player, first + i);
        return { success: value > 0, return: value, length: 1, modelSteps: 0 };
      })),
  };
}

const sparse = { reward: { kind: "sparse", threshold: 0.05 } as Reward };
const dense = { reward: { kind: "dense" } as Reward };

Deno.test("a look plays pairs in turn and stops as soon as the evidence is enough", async () => {
  const signs: Gate[] = [];
  const crew = crewOf((player) => player === "policy" ? 1 : 0);
  const look = await playLook(crew, sparse, begin(), (g) => signs.push(g));
  assertEquals([look.verdict, look.wins, look.losses], ["passed", 8, 0]);
  assertEquals(look.pairs, 8);
  assert(look.wealth >= 1 / look.level);
  assertEquals(signs.length, 1);
  assertEquals(crew.played, Array.from({ length: 20 }, (_, i) => i));
});

Deno.test("a look gives up where even winning the rest would not do, and says so", async () => {
  const crew = crewOf((player) => player === "policy" ? 0 : 1);
  const look = await playLook(crew, sparse, begin(), () => {});
  assertEquals([look.verdict, look.wins], ["not passed", 0]);
  assert(look.pairs >= 40 && look.pairs < 100, `${look.pairs}`);
  const text = describeLook(look, around);
  for (const part of ["NOT PASSED", "stopped before its 100", "train longer"]) {
    assert(text.includes(part), text);
  }
});

Deno.test("where nobody does better a look passes with a margin alone", async () => {
  const crew = crewOf((_, index) => index % 3);
  const without = await playLook(crew, sparse, begin(), () => {});
  assertEquals([without.verdict, without.wealth], ["not passed", 1]);
  const asked = begin([], { margin: 0.1 });
  const within = await playLook(crew, sparse, asked, () => {});
  assertEquals([within.verdict, within.kind], ["passed", "non-inferiority"]);
});

Deno.test("over dense rewards the higher return wins a pair", async () => {
  const crew = crewOf((player) => player === "policy" ? -1 : -2);
  const look = await playLook(crew, dense, begin(), () => {});
  assertEquals(look.verdict, "passed");
  const blind = await playLook(crew, sparse, begin(), () => {});
  assertEquals(blind.verdict, "not passed");
});

Deno.test("no two sets of episodes have one in common: training, evaluation, the run's gate, fresh ones, looks", () => {
  for (const seed of [0, 1, 7]) {
    const sets = [
      derive(key(seed), "episode"),
      ...["training", "gate", "fresh"].map((label) =>
        evaluationKey({ label, seed })
      ),
      ...[1, 2, 3].map((look) => evaluationKey(episodesOf({ look, seed }))),
    ];
    const keys = new Set(
      sets.flatMap((set) =>
        Array.from({ length: 1000 }, (_, i) => {
          const { hi, lo } = foldIn(set, i);
          return `${hi} ${lo}`;
        })
      ),
    );
    assertEquals(keys.size, 1000 * sets.length);
  }
});

Deno.test("each further look may spend less; one that was interrupted goes on only where the same is asked", () => {
  const first = begin();
  assertEquals([first.look, first.level], [1, levelOfLook(0.05, 1)]);
  assertEquals(first.seed, config.seed);
  assertEquals(begin([first]), first);
  assertEquals(begin([first], { pairs: 500 }).look, 1);
  for (const other of [{ seed: 9 }, { margin: 0.1 }, { delta: 0.1 }]) {
    const next = begin([first], other);
    assertEquals(next.look, 2);
    assertEquals(next.level, levelOfLook(next.delta, 2));
  }
  assertEquals(begin([passed()]).look, 2);
  assertEquals(begin([passed(), passed({ look: 2 })]).look, 3);
});

Deno.test("too few pairs are refused with how many it takes, more at a later look", () => {
  refused(() => begin([], { pairs: 7 }), "--pairs 7", "8 pairs", "look 1");
  assertEquals(begin([], { pairs: 8 }).most, 8);
  const looks = [passed(), passed({ look: 2 }), passed({ look: 3 })];
  refused(() => begin(looks, { pairs: 8 }), "12 pairs", "look 4");
});

Deno.test("what earlier looks have spent cannot be asked back, and theirs must be this run and environment", () => {
  refused(() => begin([passed()], { delta: 0.01 }), "0.05 or more, not 0.01");
  const other = "0".repeat(64);
  refused(() => begin([passed({ config: other })]), "another run's");
  const elsewhere = passed({ environment: other });
  refused(() => begin([elsewhere]), "another environment");
});

Deno.test("gate.json is read as it was written, the latest look at its top; damage is refused", () => {
  inFolderSync((dir) => {
    assertEquals(readLooks(dir), []);
    const looks = [passed(), passed({ look: 2, verdict: "not passed" })];
    writeLooks(dir, looks);
    assertEquals(readLooks(dir), looks);
    const path = gateFile(dir);
    const text = Deno.readTextFileSync(path);
    const { verdict, look, earlier } = JSON.parse(text);
    assertEquals([verdict, look, earlier.length], ["not passed", 2, 1]);
    const damaged = [
      text.slice(0, 100),
      text.replace('"not passed"', '"fine"'),
      text.replace('"wins": 20', '"wins": -1'),
      text.replace('"seed"', '"sead"'),
      "[]",
    ];
    for (const wrong of damaged) {
      Deno.writeTextFileSync(path, wrong);
      refused(() => readLooks(dir), path, "damaged or edited");
    }
  });
});

Deno.test("a look speaks for the very policy in the very environment, whatever later looks found", () => {
  const looks = [passed(), passed({ look: 2, verdict: "not passed" })];
  const evidence = evidenceOf(candidate, looks);
  assertEquals(evidence, {
    by: "look",
    look: 1,
    delta: 0.05,
    margin: 0,
    pairs: 60,
  });
  assertEquals(refutation(candidate, looks), undefined);
  const hash = "0".repeat(64);
  const strays = [
    [{ config: hash }, "another run's"],
    [{ step: 200 }, "step 200"],
    [{ policy: hash }, "another policy"],
    [{ environment: hash }, "another environment"],
  ] as const;
  for (const [change, says] of strays) {
    const stray = [passed(change)];
    assertEquals(evidenceOf(candidate, stray), undefined);
    assert(refutation(candidate, stray)?.includes(says), says);
  }
  const unfinished = [passed({ verdict: "unfinished" })];
  assertEquals(evidenceOf(candidate, unfinished), undefined);
  assertEquals(refutation(candidate, unfinished), undefined);
});

Deno.test("of several looks that passed the one of least margin counts, and the run's own gate before all", () => {
  const looks = [passed({ margin: 0.1 }), passed({ look: 2, margin: 0.02 })];
  assertEquals(evidenceOf(candidate, looks)?.margin, 0.02);
  const own = { ...candidate, gate: { ...openGate(), passed: true, pairs: 9 } };
  const evidence = evidenceOf(own, looks);
  assertEquals([evidence?.by, evidence?.pairs], ["run", 9]);
});

Deno.test("export takes a look's evidence into the manifest, and refuses one that is about something else", () => {
  inFolderSync((dir) => {
    const at = { dir, config };
    refused(() => standingOf(at, candidate, false), "5 paired", "--ungated");
    writeLooks(dir, [passed({ margin: 0.1 })]);
    assertEquals(standingOf(at, candidate, false), {
      verdict: "passed",
      delta: 0.05,
      margin: 0.1,
      pairs: 60,
    });
    writeLooks(dir, [passed({ step: 200 })]);
    refused(() => standingOf(at, candidate, false), "step 200", "step 300");
    const { verdict, margin } = standingOf(at, candidate, true);
    assertEquals([verdict, margin], ["ungated", 0]);
  });
});

Deno.test("a run from another version of the physics, or of an unknown one, is told apart", () => {
  inFolderSync((dir) => {
    const write = (value: unknown) =>
      Deno.writeTextFileSync(join(dir, "versions.json"), JSON.stringify(value));
    const withPhysics = (version: string) => ({
      packages: { "@mujoco/mujoco": version },
    });
    assert(environmentDrift(dir)?.includes("gone"));
    write({});
    assert(environmentDrift(dir)?.includes("does not tell"));
    write(withPhysics("2.9.9"));
    assert(environmentDrift(dir)?.includes("MuJoCo 2.9.9"));
    const { imports } = JSON.parse(
      Deno.readTextFileSync(new URL("../../deno.json", import.meta.url)),
    );
    write(withPhysics(imports["@mujoco/mujoco"].split("@").at(-1)));
    assertEquals(environmentDrift(dir), undefined);
  });
});

Deno.test("a verdict in words tells claim, counts, chances of error and what to type next", () => {
  const text = describeLook(passed(), around);
  for (
    const part of [
      "PASSED. The policy is better than its controller",
      "In 60 paired episodes",
      "succeeded in 20 and the controller in 2; 38 ended alike",
      "at most 3.04 % for look 1, and 5 % over all looks",
      "needs a gate of its own",
      "deno task export runs/a",
    ]
  ) assert(text.includes(part), `${part}: ${text}`);
  const lost = { passed: false, delta: 0.05 };
  const both = describeLook(passed(), { ...around, own: lost });
  assert(both.includes("did not pass it at 5 %, it is 10 %"), both);
  const close = describeLook(passed({ margin: 0.05 }), around);
  assert(close.includes("not inferior") && close.includes("5 points"), close);
  const exported = { step: 200, served: true };
  const old = describeLook(passed(), { ...around, exported });
  assert(!old.includes("deno task export"), old);
  assert(old.includes("of step 200, which the run serves"), old);
  const spaced = describeLook(passed(), { ...around, dir: "my runs/a" });
  assert(spaced.endsWith("deno task export 'my runs/a'"), spaced);
  const failed = describeLook(passed({ verdict: "not passed" }), around);
  for (const part of ["NOT PASSED", "number 2", "0.76 %", "--margin 0.05"]) {
    assert(failed.includes(part), failed);
  }
  const returns = describeLook(passed({ measure: "return" }), around);
  assert(returns.includes("returned more in 20"), returns);
});

Deno.test("what a look did not show is put as what was asked, and what the run's own gate found stands beside it", () => {
  const not = (change: Partial<Look>, circumstances = around) =>
    describeLook(passed({ verdict: "not passed", ...change }), circumstances);
  for (
    const [change, says] of [
      [{}, "the policy succeeds more often than its controller."],
      [
        { margin: 0.05 },
        "less often than its controller by less than 5 points",
      ],
      [{ measure: "return" }, "returns more than its controller in more"],
      [{ measure: "return", margin: 0.05 }, "the share of episodes"],
    ] as const
  ) {
    const text = not(change);
    assert(text.startsWith("NOT PASSED. It is not shown that the "), text);
    assert(text.includes(says), text);
    assert(!text.includes("is better") && !text.includes("serving"), text);
  }
  const own = { passed: true, delta: 0.05 };
  const served = not({}, { ...around, own });
  assert(served.includes("goes on serving it on the evidence"), served);
  const both = describeLook(passed(), { ...around, own });
  assert(!both.includes("did not pass"), both);
});

const won: Gate = { ...openGate(), pairs: 9, wins: 9, passed: true };

/** The policy of step 100, which has passed its look. */
function servedAt(look: number): Served {
  const best = { score: 1, low: 1 };
  return { step: 100, score: 1, best, look, gate: won };
}

Deno.test("the run's own gate speaks of the policies that it looked at, and of no other", () => {
  const lost: Gate = { ...openGate(), pairs: 40, losses: 20 };
  const served = servedAt(1);
  const champion = {
    step: 300,
    score: 1,
    best: { score: 1, low: 1 },
    promising: true,
  };
  const looked = { looks: 2, tried: 1, triedAt: 200 };
  const over = { serving: { ...looked, served }, gate: lost };
  assertEquals([100, 200, 300].map((step) => ownGate(over, step)), [
    won,
    lost,
    openGate(),
  ]);
  const next = { serving: { ...looked, champion }, gate: lost };
  assertEquals([100, 200, 300].map((step) => ownGate(next, step)), [
    openGate(),
    openGate(),
    lost,
  ]);
});

Deno.test("a policy that is named has the verdict of the run's newest checkpoint, which may be a later one", () => {
  const at = (step: number, serving: Serving): Checkpoint => ({
    step,
    task: "push",
    config: "",
    header: { counters: { ...startCounters(), serving } },
    sections: {},
  });
  const served = servedAt(2);
  const early = at(100, { looks: 1, tried: 0.5, triedAt: 50 });
  const newest = at(300, { looks: 2, tried: 1, triedAt: 100, served });
  assertEquals(learntIn(run, early).gate, openGate());
  assertEquals(learntIn(run, early, newest).gate, won);
  assertEquals(learntIn(run, newest).gate, openGate());
  const { step, gate } = candidateIn(run, newest);
  assertEquals([step, gate], [100, won]);
});

Deno.test("the environment of the evaluation decides its hash", () => {
  const slippery = { ...config, env: { ...config.env, friction: 0.1 } };
  assert(environmentHash(slippery) !== environmentHash(config));
  assertEquals(environmentHash({ ...config }), environmentHash(config));
});
