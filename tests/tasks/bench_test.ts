/** What `deno task bench` starts. */

import { assert, assertEquals, assertThrows } from "@std/assert";
import { Refusal } from "../../lib/errors.ts";
import { commandOf } from "../../tasks/bench.ts";

Deno.test("options go to deno bench, which gets the flags of training", () => {
  for (const options of [[], ["--filter", "/^mlp/"], ["--json"]]) {
    const [verb, ...rest] = commandOf(options);
    assertEquals(verb, "bench");
    assertEquals(rest.slice(rest.indexOf("bench") + 1), options);
    assert(rest.some((word) => word.startsWith("--v8-flags=")));
  }
});

Deno.test("a program that is there runs with its own arguments, and without flags for V8", async () => {
  for (const name of ["edge", "serve"]) {
    const words = commandOf([name, "x"]);
    assertEquals(words[0], "run");
    assertEquals(words.slice(-2), [`bench/${name}.ts`, "x"]);
    assert(!words.some((word) => word.includes("v8-flags")));
    const url = new URL(`../../bench/${name}.ts`, import.meta.url);
    assert((await Deno.stat(url)).isFile);
  }
});

Deno.test("a program that is not there is refused with the nearest", () => {
  const says = "Did you mean 'edge'? Allowed: edge, serve";
  assertThrows(() => commandOf(["edgy"]), Refusal, says);
  assertThrows(() => commandOf(["", "edge"]), Refusal, "Allowed: edge, serve");
});
