import { assert, assertEquals } from "@std/assert";
import * as E from "fp-ts/Either";
import fc from "fast-check";
import { fastRecipe } from "../../lib/learn/ready_recipes.ts";
import { defaultRecipe } from "../../lib/learn/recipe.ts";
import { presetRecipe, PRESETS } from "../../lib/suite/presets.ts";
import { TASKS } from "../../lib/suite/registry.ts";
import {
  canonicalJson,
  checkConfig,
  configHash,
  controllersHelp,
  defaultConfig,
  parseConfig,
  printConfig,
  resolveConfig,
  type RunConfig,
  settingsHelp,
  settingsOf,
  type TaskSettings,
} from "../../tasks/_config.ts";

const push: TaskSettings = {
  task: "push",
  base: "reactive",
  presets: TASKS["slippery-push"],
  controller: {
    width: {
      default: 0.15,
      low: 0.01,
      high: 0.5,
      unit: "m",
      description: "Width of the aisle",
    },
  },
  env: {
    friction: {
      default: 0.5,
      low: 0,
      high: 2,
      unit: "",
      description: "Sliding friction of the cube",
    },
  },
};

function resolved(...assignments: string[]): RunConfig {
  const result = resolveConfig(push, assignments);
  if (E.isLeft(result)) throw new Error(result.left.message);
  return result.right;
}

function refused(...assignments: string[]): string {
  const result = resolveConfig(push, assignments);
  if (E.isRight(result)) throw new Error(`Accepted: ${assignments.join(" ")}`);
  assertEquals(result.left._tag, "ConfigError");
  return result.left.message;
}

function assertSays(message: string, ...parts: string[]): void {
  for (const part of parts) {
    assert(message.includes(part), `Expected "${part}" in "${message}"`);
  }
}

Deno.test("without assignments the configuration is the default one", () => {
  const config = resolved();
  assertEquals(config, defaultConfig(push));
  assertEquals(config.recipe, defaultRecipe());
  assertEquals(config.controller, { width: 0.15 });
  assertEquals(config.env, { friction: 0.5 });
});

Deno.test("every preset passes its own schema", () => {
  assertEquals(resolved("preset=fast").recipe, fastRecipe());
  for (const preset of PRESETS) {
    const { recipe } = resolved(`preset=${preset}`);
    const expected = presetRecipe(preset, TASKS["slippery-push"], "reactive");
    assertEquals(recipe, expected);
  }
});

Deno.test("the settings are exactly the leaves of the configuration", () => {
  // `base` is set by --controller, which hashes the file.
  const { schema: _, task: __, base: ___, ...rest } = defaultConfig(push);
  const paths = Object.entries(rest).flatMap(([name, value]) =>
    typeof value === "object"
      ? Object.keys(value).map((key) => `${name}.${key}`)
      : [name]
  );
  assertEquals(
    settingsOf(push).map((setting) => setting.path).sort(),
    [...paths, ...ABSENT].sort(),
  );
});

/** What is off where it is not set. */
const ABSENT = ["safeExploration"];

Deno.test("each setting set to its own value changes nothing", () => {
  const config = defaultConfig(push);
  const present = settingsOf(push).filter(({ path }) => !ABSENT.includes(path));
  const all = present.map(({ path }) => {
    const [group, name] = path.split(".");
    // deno-lint-ignore no-explicit-any
    const part = (config as any)[group];
    return `${path}=${JSON.stringify(name === undefined ? part : part[name])}`;
  });
  assertEquals(resolved(...all), config);
});

Deno.test("two frames are averaged only where a task shows two", () => {
  const average = "recipe.frames=average";
  assertSays(refused(average), "'recipe.frames'", "one frame", '"average"');
  const two = { ...push, presets: TASKS["noisy-hook"] };
  assert(E.isRight(resolveConfig(two, [average])));
});

Deno.test("an authority is one number, or one per entry of the task's action", () => {
  const authority = [0.3, 0.3, 0.3, 2];
  const { recipe } = resolved(`recipe.authority=[${authority}]`);
  assertEquals(recipe.authority, authority);
  assertSays(refused("recipe.authority=[0.3,2]"), "or 4", "there are 2");
  assertSays(refused("recipe.authority=[0.3]"), "or 4", "there are 1");
  assertSays(refused("recipe.authority=[1,1,1,3]"), "at most 2", "[1,1,1,3]");
  const paper = refused(`recipe.authority=[${authority}]`, "preset=paper");
  assertSays(paper, "one number unless recipe.criticAction");
});

Deno.test("a setting is changed, and nothing but it", () => {
  const config = resolved("controller.width=0.10", "recipe.hidden=[64,64]");
  assertEquals(config, {
    ...defaultConfig(push),
    controller: { width: 0.1 },
    recipe: { ...defaultRecipe(), hidden: [64, 64] },
  });
  assertEquals(resolved("backend=tfjs").backend, "tfjs");
  assertEquals(resolved('backend="tfjs"').backend, "tfjs");
});

Deno.test("of two assignments the last wins, and a preset comes first whatever its place", () => {
  assertEquals(resolved("seed=1", "seed=2").seed, 2);
  const config = resolved("recipe.critics=7", "preset=fast");
  assertEquals(config.recipe, { ...fastRecipe(), critics: 7 });
});

Deno.test("minus zero is zero, so that the hash is the same", () => {
  assertEquals(configHash(resolved("seed=-0")), configHash(resolved("seed=0")));
});

Deno.test("a setting out of range is refused with value and range", () => {
  const cases: readonly [string, string, string][] = [
    ["seed=-1", "'seed'", "a whole number from 0 to"],
    ["seed=1.5", "'seed'", "current value is 1.5"],
    ["steps=-100", "'steps'", "current value is -100"],
    ["steps=1e999", "'steps'", "current value is Infinity"],
    ["steps=many", "'steps'", 'current value is "many"'],
    ["recipe.polyak=NaN", "'recipe.polyak'", 'current value is "NaN"'],
    ["recipe.polyak=0", "'recipe.polyak'", "above 0 and at most 1"],
    ["recipe.discount=1", "'recipe.discount'", "from 0 to below 1"],
    ["recipe.batch=255", "'recipe.batch'", "an even whole number"],
    ["recipe.layerNorm=1", "'recipe.layerNorm'", "true or false"],
    [
      "recipe.criticAction=epoch",
      "'recipe.criticAction'",
      "executed, residual",
    ],
    ["recipe.hidden=[]", "'recipe.hidden'", "such as [128,128]"],
    ["recipe.hidden=[64,0]", "'recipe.hidden'", "current value is [64,0]"],
    ["recipe.hidden=64", "'recipe.hidden'", "current value is 64"],
    ["controller.width=9", "'controller.width'", "from 0.01 to 0.5 m"],
    [
      "env.friction=null",
      "'env.friction'",
      "from 0 to 2: current value is null",
    ],
    ["evaluation.every=0", "'evaluation.every'", "from 1 to"],
    ["backend=gpu", "'backend'", "kernels, relaxed, twins, tfjs"],
    ["preset=quick", "'preset'", "default, fast, guarded"],
  ];
  for (const [assignment, ...parts] of cases) {
    assertSays(refused(assignment), ...parts);
  }
});

Deno.test("each mistake is told, not only the first", () => {
  const lines = refused("seed=-1", "recipe.batch=3").split("\n");
  assertEquals(lines.length, 2);
});

Deno.test("more target critics than critics are refused", () => {
  assertSays(
    refused("recipe.critics=1"),
    "'recipe.targetCritics'",
    "from 1 to recipe.critics",
    "current value is 2",
  );
});

Deno.test("an unknown setting is refused with the nearest full path", () => {
  assertSays(
    refused("width=0.1"),
    "'width'",
    "Did you mean 'controller.width'?",
  );
  assertSays(
    refused("controller.widht=0.1"),
    "Did you mean 'controller.width'?",
  );
  assertSays(refused("recipe.polyack=0.1"), "Did you mean 'recipe.polyak'?");
  assertSays(refused("polyack=0.1"), "Did you mean 'recipe.polyak'?");
  assertSays(refused("sede=3"), "Did you mean 'seed'?");
  assertSays(refused("algo.gamma=0.9"), "'algo.gamma'", "recipe.*", "seed");
  assertSays(refused("recipe=1"), "holds several settings", "recipe.authority");
});

Deno.test("a task without options says so", () => {
  const bare = { ...push, controller: {} };
  const result = resolveConfig(bare, ["controller.size=1"]);
  assert(E.isLeft(result));
  assertSays(result.left.message, "task 'push' has no controller settings");
});

Deno.test("what is no assignment, or not to be set, is refused", () => {
  assertSays(refused("seed"), "path=value");
  assertSays(refused("=3"), "path=value");
  assertSays(refused("task=push"), "as the first argument");
  assertSays(refused("schema=2"), "'schema'");
  fc.assert(fc.property(
    fc.constantFrom("__proto__", "constructor", "toString"),
    fc.constantFrom("", ".x"),
    (name, rest) => assertSays(refused(`${name}${rest}=1`), "no such setting"),
  ));
});

Deno.test("a printed configuration reads back the same", () => {
  const config = resolved("seed=9", "preset=paper", "controller.width=0.2");
  assertEquals(
    parseConfig(printConfig(config), "config.json"),
    E.right(config),
  );
});

Deno.test("a file cut short at any place is refused, with its name", () => {
  const text = printConfig(defaultConfig(push)).trimEnd();
  fc.assert(fc.property(fc.nat(text.length - 1), (length) => {
    const result = parseConfig(text.slice(0, length), "runs/a/config.json");
    assert(E.isLeft(result));
    assertSays(result.left.message, "'runs/a/config.json'", "truncated");
  }));
});

Deno.test("a file of another schema, or with a foreign key, is refused", () => {
  const config = defaultConfig(push);
  const other = parseConfig(JSON.stringify({ ...config, schema: 4 }), "c");
  assert(E.isLeft(other));
  assertSays(other.left.message, "schema 4", "this version reads schema 3");
  const foreign = parseConfig(JSON.stringify({ ...config, sede: 2 }), "c");
  assert(E.isLeft(foreign));
  assertSays(foreign.left.message, "'sede'", "Did you mean 'seed'?");
  assert(E.isLeft(parseConfig("null", "c")));
});

Deno.test("numbers that JSON cannot hold are named as they are", () => {
  const result = checkConfig({ ...defaultConfig(push), seed: NaN }, push);
  assert(E.isLeft(result));
  assertSays(result.left.message, "'seed'", "current value is NaN");
});

Deno.test("the hash depends on values, not on the order of keys", () => {
  const config = defaultConfig(push);
  const reversed = Object.fromEntries(
    Object.entries(config).reverse(),
  ) as unknown as RunConfig;
  assertEquals(configHash(reversed), configHash(config));
  assert(/^[0-9a-f]{64}$/.test(configHash(config)));
  assert(configHash(resolved("recipe.noise=0.08")) !== configHash(config));
});

Deno.test("canonical JSON of equal values is equal, of different ones different", () => {
  fc.assert(fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
    assertEquals(JSON.parse(canonicalJson(a)), JSON.parse(JSON.stringify(a)));
    const reordered = JSON.parse(
      JSON.stringify(a),
      (_, part) =>
        part !== null && typeof part === "object" && !Array.isArray(part)
          ? Object.fromEntries(Object.entries(part).reverse())
          : part,
    );
    assertEquals(canonicalJson(reordered), canonicalJson(a));
    if (canonicalJson(a) === canonicalJson(b)) {
      assertEquals(
        JSON.parse(JSON.stringify(a)),
        JSON.parse(JSON.stringify(b)),
      );
    }
  }));
});

Deno.test("the help of settings shows every one with its default, those of controllers apart", () => {
  const text = settingsHelp(push);
  const controllers = controllersHelp([push]);
  for (const { path, description } of settingsOf(push)) {
    const own = path.startsWith("controller.");
    assertSays(own ? controllers : text, `${path}=`, description);
    assert(!(own ? text : controllers).includes(`${path}=`), path);
  }
  assertSays(text, "recipe.hidden=[128,128]", "env.friction=0.5");
});

Deno.test("each controller's own settings are listed under its name", () => {
  const width = push.controller.width;
  const text = controllersHelp([
    push,
    {
      ...push,
      base: "slow",
      controller: { depth: { ...width, default: 0.2 } },
    },
    { ...push, base: "idle", controller: {} },
  ]);
  const parts = text.split("\n\n");
  assertEquals(parts.length, 3);
  assertSays(parts[0], "'reactive'", "controller.width=0.15");
  assertSays(parts[1], "'slow'", "controller.depth=0.2");
  assertSays(parts[2], "'idle': none");
});

Deno.test("an edited file is refused by field, with what may stand there and what was found", () => {
  const config = defaultConfig(push);
  const edits: readonly (readonly [object, ...string[]])[] = [
    [{ seed: "x" }, "'seed' must be a whole number from 0", `is "x"`],
    [{ steps: undefined }, "'steps' must be a whole number", "it is missing"],
    [{ task: 4 }, "'task' must be the name of a task", "is 4"],
    [{ base: 5 }, "'base' must be the name of a controller", "is 5"],
    [{ base: { file: 1 } }, "'base' must be", `is {"file":1}`],
    [{ recipe: 7 }, "'recipe' must be settings by name", "is 7"],
    [{ recipe: { ...config.recipe, noise: [] } }, "'recipe.noise'", "is []"],
    [{ evaluation: null }, "'evaluation' must be settings by name", "is null"],
    [{ controller: [1] }, "'controller' must be numbers by name", "is [1]"],
    [{ controller: { width: "b" } }, "'controller.width' must be a number"],
    [{ env: { friction: null } }, "'env.friction' must be a number", "is null"],
    [{ sede: 2 }, "no setting 'sede'. Did you mean 'seed'?"],
    [{ seed: -1, steps: 0.5 }, "'seed' must be", "; 'steps' must be"],
  ];
  for (const [edit, ...parts] of edits) {
    const text = JSON.stringify({ ...config, ...edit });
    const result = parseConfig(text, "runs/a/config.json");
    assert(E.isLeft(result), text);
    const { message } = result.left;
    assertSays(message, "Cannot read 'runs/a/config.json' as ", ...parts);
    assertSays(message, "start a new run with --out");
    // The words of the checker are not ours.
    assert(!/Invalid|expected|received/.test(message), message);
  }
});

Deno.test("a run from before an option was there is read as one without it", () => {
  const config = resolved();
  const later = [
    "anchor",
    "annealing",
    "burnInReturnSteps",
    "held",
    "hindsightBeyond",
    "imitation",
    "prefix",
    "returnSteps",
    "trust",
    "warmupCorrections",
  ];
  const recipe = Object.fromEntries(
    Object.entries(config.recipe).filter(([name]) => !later.includes(name)),
  );
  const before = parseConfig(JSON.stringify({ ...config, recipe }), "c");
  assertEquals(before, E.right(config));
  const earlier = Object.fromEntries(
    Object.entries(recipe).filter(([name]) => name !== "noise"),
  );
  const lacking = { ...config, recipe: earlier };
  assert(E.isLeft(parseConfig(JSON.stringify(lacking), "c")));
});
