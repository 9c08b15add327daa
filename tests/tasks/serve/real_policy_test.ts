import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { loadController } from "../../../lib/edge/mod.ts";
import { openActor } from "../../../tasks/_serve/act.ts";
import { seeded } from "../../edge/seeded.ts";
import { bytesOf, valueOf } from "./fakes.ts";

/** A policy that remembers, over a filter and a controller that compute. */
const { policy } = await seeded({
  task: "noisy-hook",
  base: "filtered",
  hidden: [16, 16],
  rows: 12,
});
const controller = loadController(policy);
const { spec } = controller;
const actor = openActor(controller, spec.maxRows);

Deno.test("whatever a real policy is asked, it has a finite action or refuses", () => {
  const unit = fc.double({ noNaN: true, min: -1, max: 1 });
  const vector = (size: number) =>
    fc.array(unit, { minLength: size, maxLength: size });
  const asked = fc.record({
    observation: vector(spec.observationSize),
    desired: vector(spec.goalSize),
    memory: vector(spec.memorySize - 1),
    begun: fc.constantFrom(0, 1),
    scale: fc.constantFrom(1, 1e6, 1e19, 3e38),
    past: fc.constantFrom(1, 1e150, 1e308),
  }).map(({ begun, scale, past, observation, desired, memory }) => ({
    observation: observation.map((x) => scale * x),
    desired: desired.map((x) => scale * x),
    memory: [begun, ...memory.map((x) => past * x)],
  }));
  let acted = 0;
  fc.assert(
    fc.property(asked, (asked) => {
      const reply = actor.json(bytesOf(JSON.stringify(asked)));
      if (reply.status === 422) return;
      assertEquals(reply.status, 200);
      acted++;
      const { action, memory } = valueOf(reply);
      assert(action.every((x: number) => x >= -1 && x <= 1));
      assert(memory.every(Number.isFinite));
    }),
    { numRuns: 1000 },
  );
  assert(acted > 0 && acted < 1000, `${acted} actions`);
});
