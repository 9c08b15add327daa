import { assert, assertEquals } from "@std/assert";
import { openPatience } from "../../../tasks/_serve/patience.ts";

Deno.test("what is not done in time is given up once, in order, and not before", async () => {
  const patience = openPatience(40);
  const given: string[] = [];
  /** Settles with the milliseconds for which it waited. */
  function begin(name: string) {
    const from = performance.now();
    const { promise, resolve } = Promise.withResolvers<number>();
    const giveUp = () => {
      given.push(name);
      resolve(performance.now() - from);
    };
    patience.begin(from, giveUp);
    return { end: () => patience.end(giveUp), given: promise };
  }
  const first = begin("first");
  begin("quick").end();
  const second = begin("second");
  assert(await first.given >= 40);
  // A later one has all its time, whether others wait still or none does.
  assert(await begin("third").given >= 40);
  await second.given;
  assert(await begin("fourth").given >= 40);
  assertEquals(given, ["first", "second", "third", "fourth"]);
});
