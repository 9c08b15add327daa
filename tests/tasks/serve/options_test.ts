import { assert, assertEquals, assertThrows } from "@std/assert";
import * as E from "fp-ts/Either";
import { parseCommand } from "../../../tasks/_cli.ts";
import { Refusal } from "../../../lib/errors.ts";
import {
  batchBytes,
  command,
  readOptions,
  type ServeOptions,
} from "../../../tasks/_serve/options.ts";
import { bytesOf, LIMITS, smallPolicy } from "./fakes.ts";

function read(
  args: readonly string[],
  token?: string,
): ServeOptions {
  const given = parseCommand(command, ["policy", ...args]);
  assert(E.isRight(given));
  return readOptions(given.right, token);
}

Deno.test("without options it listens for this machine alone", () => {
  assertEquals(read([]), {
    host: "127.0.0.1",
    port: 8000,
    token: undefined,
    cors: undefined,
    maxBatch: 256,
    maxInFlight: 512,
    timeout: 5000,
  });
});

Deno.test("a token is what a header can carry, and is never repeated", () => {
  assertEquals(read([], "s3cret!").token, "s3cret!");
  for (const token of ["", "secret word", "secret\n", "sécret"]) {
    const { message } = assertThrows(() => read([], token), Refusal);
    assert(message.startsWith("Cannot use the token in RPL_TOKEN"), message);
    assert(!/s.cret/.test(message), message);
  }
});

Deno.test("an origin is one, or all", () => {
  for (const origin of ["*", "http://a", "https://a.example:8443"]) {
    assertEquals(read(["--cors", origin]).cors, origin);
  }
});

Deno.test("what cannot be used is refused with what is allowed", () => {
  const cases: readonly [args: readonly string[], ...says: string[]][] = [
    [["--port", "65536"], "'--port 65536'", "0 to 65535"],
    [["--port", "http"], "'--port http'"],
    [["--max-batch", "0"], "1 to 4096"],
    [["--max-batch", "4097"], "1 to 4096"],
    [["--max-in-flight", "0"], "1 to 65536"],
    [["--timeout", "9"], "10 to 600000"],
    [["--timeout", "1.5"], "'--timeout 1.5'"],
    [["--cors", "a.example"], "'--cors a.example'", "https://example.org"],
    [["--cors", "https://a/"], "without a path"],
    [["--cors", "file:///a"], "an origin"],
    [["--cors", "http://a\r\nx: y"], "an origin"],
  ];
  for (const [args, ...says] of cases) {
    const error = assertThrows(() => read(args), Refusal);
    const { message } = error as Refusal;
    assert(message.startsWith("Cannot use "), message);
    for (const part of says) assert(message.includes(part), message);
  }
});

Deno.test("the largest batch fits into the body that is allowed unless told", () => {
  for (const memorySize of [0, 50]) {
    const { spec } = smallPolicy(memorySize);
    const row = (size: number) =>
      Array.from({ length: size }, () => -1.2345678901234567e-308);
    const rows = (size: number) =>
      Array.from({ length: LIMITS.maxBatch }, () => row(size));
    const body = JSON.stringify({
      observations: rows(spec.observationSize),
      desired: rows(spec.goalSize),
      ...memorySize > 0 ? { memories: rows(memorySize) } : {},
    });
    const bytes = batchBytes(spec, LIMITS.maxBatch);
    assert(bytesOf(body).length <= bytes);
    assert(bytes < 2 * bytesOf(body).length + 4096);
  }
});
