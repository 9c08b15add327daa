import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import {
  exitCode,
  nearest,
  Refusal,
  refuse,
  type RplError,
} from "../lib/errors.ts";

const message = "Cannot go on";
const errors: Record<RplError["_tag"], RplError> = {
  ConfigError: { _tag: "ConfigError", message },
  ModelError: { _tag: "ModelError", message },
  DivergedError: {
    _tag: "DivergedError",
    message,
    quantity: "qvel[3]",
    seed: 1,
    step: 2,
  },
  ControllerError: {
    _tag: "ControllerError",
    message,
    controller: "mine",
    step: 2,
  },
  CheckpointError: { _tag: "CheckpointError", message },
  StorageError: { _tag: "StorageError", message },
};

Deno.test("exit codes: 2 is usage, 3 is diverged, 4 is storage", () => {
  const codes = Object.fromEntries(
    Object.entries(errors).map(([tag, error]) => [tag, exitCode(error)]),
  );
  assertEquals(codes, {
    ConfigError: 2,
    CheckpointError: 2,
    ControllerError: 2,
    ModelError: 3,
    DivergedError: 3,
    StorageError: 4,
  });
});

Deno.test("a refusal carries its error and speaks its message", () => {
  for (const error of Object.values(errors)) {
    const thrown = assertThrows(() => refuse(error), Refusal, message);
    assertEquals(thrown.error, error);
    assertEquals(`${thrown}`, `Refusal: ${message}`);
  }
});

const names = ["push", "slippery-push", "pick-and-place", "noisy-hook"];

Deno.test("nearest finds a name after one slip of the fingers", () => {
  const slip = fc.record({
    name: fc.constantFrom(...names),
    at: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
    kind: fc.constantFrom("drop", "double", "replace"),
  });
  fc.assert(fc.property(slip, ({ name, at, kind }) => {
    const i = Math.floor(at * name.length);
    const middle = { drop: "", double: name[i] + name[i], replace: "_" }[kind];
    const typed = name.slice(0, i) + middle + name.slice(i + 1);
    assertEquals(nearest(typed, names), name);
  }));
});

Deno.test("nearest gives the name itself, and none where all are far", () => {
  for (const name of names) assertEquals(nearest(name, names), name);
  assertEquals(nearest("cartpole", names), undefined);
  assertEquals(nearest("push", []), undefined);
  assertEquals(nearest("", ["seed"]), undefined);
});

Deno.test("nearest names something allowed, never farther than a third of what was typed or two", () => {
  fc.assert(fc.property(fc.string({ maxLength: 20 }), (typed) => {
    const found = nearest(typed, names);
    if (found === undefined) return;
    assert(names.includes(found));
    const most = Math.max(2, Math.floor(typed.length / 3));
    assert(Math.abs(found.length - typed.length) <= most);
  }));
});
