import { assert, assertEquals } from "@std/assert";
import * as E from "fp-ts/Either";
import * as TE from "fp-ts/TaskEither";
import fc from "fast-check";
import { nearest, Refusal, type RplError } from "../../lib/errors.ts";
import {
  type Arguments,
  type Command,
  helpText,
  parseCommand,
  unknownName,
} from "../../tasks/_cli.ts";
import { runProgram } from "../../tasks/_program.ts";

const train: Command = {
  name: "train",
  summary: "Train a correction.",
  positionals: [{ name: "task", description: "Task to train" }],
  options: [
    {
      name: "seed",
      placeholder: "N",
      default: "1",
      sets: "seed",
      description: "Seed of every random draw",
    },
    {
      name: "set",
      placeholder: "PATH=VALUE",
      sets: "",
      repeated: true,
      description: "Change a setting",
      excludes: { names: ["resume"], why: "a resumed run keeps its settings" },
    },
    { name: "out", placeholder: "DIR", description: "Folder of the run" },
    { name: "resume", placeholder: "DIR", description: "Go on with a run" },
    { name: "json", description: "Print JSON lines" },
    {
      name: "share",
      placeholder: "ETA",
      sets: "share",
      implied: "0.5",
      description: "What it may cost",
    },
    {
      name: "part",
      placeholder: "SHARE",
      sets: "part",
      implied: "0.5",
      range: [0.001, 0.999],
      beside: ["push"],
      description: "What it may cost at most",
    },
  ],
  examples: ["deno task train push --seed 3"],
};

const evaluate: Command = {
  name: "eval",
  summary: "Evaluate a run.",
  positionals: [{
    name: "RUN",
    description: "folder of a run",
    required: true,
  }],
  options: [],
  examples: [],
};

function parsed(...args: string[]): Arguments {
  const result = parseCommand(train, args);
  if (E.isLeft(result)) throw new Error(result.left.message);
  return result.right;
}

function refused(command: Command, ...args: string[]): string {
  const result = parseCommand(command, args);
  if (E.isRight(result)) throw new Error(`Accepted: ${args.join(" ")}`);
  assertEquals(result.left._tag, "ConfigError");
  return result.left.message;
}

function assertSays(message: string, ...parts: string[]): void {
  for (const part of parts) {
    assert(message.includes(part), `Expected "${part}" in "${message}"`);
  }
}

Deno.test("a number that may be left out is taken where one follows, and else the one that is implied", () => {
  const share = (...args: string[]) => parsed(...args);
  for (
    const [args, value] of [
      [["--share"], "0.5"],
      [["--share", "0.1"], "0.1"],
      [["--share=0.1"], "0.1"],
      [["--share", "-3"], "-3"],
      [["--share", ".2", "push"], ".2"],
      [["--share", "push"], "0.5"],
      [["push", "--share", "--seed", "3"], "0.5"],
    ] as const
  ) {
    const found = share(...args);
    assertEquals(found.assignments[0], `share=${value}`, args.join(" "));
    assertEquals(
      found.positionals.length,
      Number(args.some((w) => w === "push")),
    );
  }
  assertEquals(share("--share", "--seed", "3").assignments[1], "seed=3");
  const help = helpText(train);
  assert(help.includes("--share [ETA]") && help.includes("0.5 if left out"));
});

Deno.test("where a number has a range, any word but those that may stand beside it is held to it", () => {
  for (
    const [args, value] of [
      [["--part"], "0.5"],
      [["--part", ".5"], "0.5"],
      [["--part=1e-2"], "0.01"],
      [["--part", "push"], "0.5"],
      [["--part", "--seed", "3"], "0.5"],
    ] as const
  ) assertEquals(parsed(...args).assignments[0], `part=${value}`);
  for (const wrong of ["NaN", "abc", "", " ", "1e-320", "0", "1", "-0.1"]) {
    for (const args of [["--part", wrong], [`--part=${wrong}`]]) {
      const allowed = "SHARE must be a number from 0.001 to 0.999";
      assertSays(refused(train, ...args), `'--part ${wrong}'`, allowed);
    }
  }
});

Deno.test("what is given in good order is found by name", () => {
  const found = parsed("push", "--out", "runs/a", "--json", "--seed=7");
  assertEquals(found.positionals, ["push"]);
  assertEquals(found.text.out, "runs/a");
  assertEquals(found.text.resume, undefined);
  assert(found.flags.has("json"));
  assert(!found.help);
});

Deno.test("options that set a setting become assignments, in the order given", () => {
  const found = parsed("--set", "a.b=1", "--seed", "3", "--set", "c=4");
  assertEquals(found.assignments, ["a.b=1", "seed=3", "c=4"]);
});

Deno.test("a setting with two values is refused with both, whichever way they were given", () => {
  const words = fc.tuple(
    fc.constantFrom("--seed", "--set seed"),
    fc.integer({ min: 0, max: 9 }),
  );
  fc.assert(fc.property(words, words, ([first, a], [second, b]) => {
    fc.pre(first !== second || first !== "--seed"); // that is an option twice
    const write = (name: string, value: number) =>
      name === "--seed" ? ["--seed", `${value}`] : ["--set", `seed=${value}`];
    const [one, two] = [write(first, a), write(second, b)];
    if (a === b) {
      const { assignments } = parsed(...one, ...two);
      assertEquals(assignments, [`seed=${a}`, `seed=${a}`]);
    } else {
      const said = refused(train, ...one, ...two);
      assertSays(said, `'${one.join(" ")}'`, `'${two.join(" ")}'`, "'seed'");
    }
  }));
  assertEquals(parsed("--set", "a=1", "--set", "b=2").assignments.length, 2);
});

Deno.test("a value may hold an equals sign or begin with a minus", () => {
  assertEquals(parsed("--seed", "-5").assignments, ["seed=-5"]);
  assertEquals(parsed("--out=a=b").text.out, "a=b");
});

Deno.test("an option one slip away from its name is named in the refusal", () => {
  const names = train.options.map((option) => `--${option.name}`);
  fc.assert(fc.property(
    fc.constantFrom(...names),
    fc.nat(),
    (name, where) => {
      const i = 3 + where % (name.length - 3);
      const slip = name.slice(0, i) + name.slice(i + 1);
      fc.pre(!names.includes(slip) && slip !== "--");
      const near = nearest(slip, [...names, "--help"]);
      fc.pre(near === name); // "--sed" is as near to "--set" as to "--seed"
      assertSays(refused(train, slip), `'${slip}'`, `Did you mean '${name}'?`);
    },
  ));
  assertSays(refused(train, "-x"), "'-x'", "--seed, --set, --out");
});

Deno.test("a stray word is refused with what was probably meant", () => {
  assertSays(refused(train, "push", "seed"), "'seed'", "only task", "'--seed'");
  assertSays(
    refused(train, "push", "recipe.polyak=0.1"),
    "Did you mean '--set recipe.polyak=0.1'?",
  );
});

Deno.test("a missing value, a doubled option and a valued switch are refused", () => {
  assertSays(refused(train, "--out"), "'--out'", "--out DIR");
  assertSays(refused(train, "--out", "--json"), "the next word is '--json'");
  assertSays(refused(train, "--out="), "'--out' as it needs a value");
  assertSays(refused(train, "--seed", "1", "--seed", "2"), "twice");
  assertSays(refused(train, "--json", "--json"), "twice");
  assertSays(refused(train, "--json=yes"), "switch", "'yes'");
});

Deno.test("options that exclude each other are refused with the reason", () => {
  assertSays(
    refused(train, "--resume", "runs/a", "--set", "seed=1"),
    "'--resume'",
    "'--set'",
    "keeps its settings",
  );
});

Deno.test("a required argument that is absent is asked for", () => {
  assertSays(refused(evaluate), "without RUN", "folder of a run");
});

Deno.test("names of Object's own members are options like any other", () => {
  assertSays(refused(train, "--constructor"), "no such option");
  assertEquals("toString" in parsed("push").text, false);
});

Deno.test("help wins over every mistake and names everything in the table", () => {
  assert(parsed("--help", "--nonsense").help);
  assert(parsed("-h").help);
  const text = helpText(train);
  assertSays(text, "Usage: deno task train [task] [options]", "-h, --help");
  for (const option of train.options) {
    assertSays(text, `--${option.name}`, option.description);
  }
  assertSays(text, "(default: 1)", "(may be repeated)", ...train.examples);
  assertSays(helpText(evaluate), "Usage: deno task eval RUN [options]");
});

Deno.test("an unknown name is refused with the allowed ones and the nearest", () => {
  const { message } = unknownName("task", "slippery", [
    "push",
    "slippery-push",
  ]);
  assertSays(message, "'slippery'", "push, slippery-push");
  const near = unknownName("task", "slipery-push", ["push", "slippery-push"]);
  assertSays(near.message, "Did you mean 'slippery-push'?");
});

Deno.test("a program's outcome is its exit code, its error told once", async () => {
  const diverged: RplError = {
    _tag: "DivergedError",
    message: "Cannot go on as qvel[3] is NaN",
    quantity: "qvel[3]",
    seed: 1,
    step: 7,
  };
  const config: RplError = { _tag: "ConfigError", message: "no" };
  const storage: RplError = { _tag: "StorageError", message: "full" };
  const run = async (program: Parameters<typeof runProgram>[0]) => {
    const said: string[] = [];
    return [await runProgram(program, (text) => said.push(text)), said];
  };
  assertEquals(await run(TE.right(undefined)), [0, []]);
  assertEquals(await run(TE.right(130)), [130, []]);
  assertEquals(await run(TE.left(config)), [2, ["error: no"]]);
  assertEquals(await run(TE.left(diverged)), [
    3,
    ["error: Cannot go on as qvel[3] is NaN"],
  ]);
  assertEquals(
    await run(() => Promise.reject(new Refusal(storage))),
    [4, ["error: full"]],
  );
});

Deno.test("an exception that is no refusal is a bug: stack and exit code 1", async () => {
  const said: string[] = [];
  const code = await runProgram(() => {
    throw new RangeError("index 9");
  }, (text) => said.push(text));
  assertEquals(code, 1);
  assertSays(said.join(), "RangeError: index 9", "cli_test.ts");
});
