/** What a controller is handed, and what it refuses: by name, and without harm. */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { type EdgeController, loadController } from "../../lib/edge/mod.ts";
import type { Vec } from "../../lib/types.ts";
import { kernels } from "./attempt.ts";
import { assertSays, refusalOf } from "./refused.ts";
import { type Changes, toyBytes } from "./toy_artefact.ts";

/** Two frames of two readings, one goal, two actions. */
const TWO: Changes = {
  observationSize: 4,
  visible: 4,
  senses: { frames: 2, filter: null },
  actionChannels: ["a", "b"],
  network: { mirror: null },
};

const plain = toyBytes();
const two = toyBytes(TWO);
const filed = toyBytes({ base: { name: "my.ts", kind: "file", options: {} } });

const seen = Float32Array.of(0.3, -0.4);
const goal = Float32Array.of(0.1);

/** What plain JavaScript may hand over. */
type Loose = (...given: readonly unknown[]) => unknown;

function loose(controller: EdgeController) {
  return {
    act: controller.act as unknown as Loose,
    actMany: controller.actMany as unknown as Loose,
  };
}

Deno.test("an entry that is no finite number is refused by name and place", () => {
  const { act, actMany } = loose(loadController(two, kernels));
  const memory = loadController(two).init();
  const bad = [
    NaN,
    Infinity,
    -Infinity,
    1e39,
    -1e300,
    null,
    undefined,
    "1",
    {},
  ];
  for (const value of [...bad, 1n, true, [1]]) {
    const said = (run: () => unknown, name: string, i: number) =>
      assertSays(refusalOf(run, `${value}`), `'${name}'`, `entry ${i} `);
    said(() => act(memory, [0, value], goal), "observation", 1);
    said(() => act(memory, seen, [value]), "desired", 0);
    const worn: unknown[] = [...memory];
    worn[2] = value;
    said(() => act(worn, seen, goal), "memory", 2);
    const pair = [memory, memory];
    said(() => actMany(pair, [0, 1, 2, value], [1, 2]), "observation", 3);
    said(() => actMany(pair, [0, 1, 2, 3], [1, value]), "desired", 1);
    said(() => actMany([memory, worn], [0, 1, 2, 3], [1, 2]), "memory", 2);
  }
});

Deno.test("a length that does not fit is refused, with what was found and is allowed", () => {
  const controller = loadController(two, kernels);
  const { act, actMany } = loose(controller);
  const memory = controller.init();
  const said = (run: () => unknown, name: string, allowed: number) =>
    assertSays(refusalOf(run), `'${name}'`, `${allowed} entries`);
  for (const length of [0, 1, 3, 4, 1000]) {
    const list = new Float32Array(length);
    said(() => act(memory, list, goal), "observation", 2);
    if (length !== 1) said(() => act(memory, seen, list), "desired", 1);
    if (length !== 3) said(() => act(list, seen, goal), "memory", 3);
  }
  const many = [memory, memory, memory];
  said(
    () => actMany(many, new Float32Array(5), new Float32Array(3)),
    "observation",
    6,
  );
  said(
    () => actMany(many, new Float32Array(6), new Float32Array(2)),
    "desired",
    3,
  );
  said(
    () =>
      actMany([memory, [], memory], new Float32Array(6), new Float32Array(3)),
    "memory",
    3,
  );
});

Deno.test("what is no list at all is refused", () => {
  const controller = loadController(two, kernels);
  const { act, actMany } = loose(controller);
  const memory = controller.init();
  for (const value of [undefined, null, 0, NaN, "ab", {}, true, () => {}]) {
    refusalOf(() => act(memory, value, goal), `${value}`);
    refusalOf(() => act(memory, seen, value), `${value}`);
    refusalOf(() => act(value, seen, goal), `${value}`);
    refusalOf(() => actMany(value, seen, goal), `${value}`);
    refusalOf(() => actMany([memory], value, goal), `${value}`);
  }
});

Deno.test("no robot, or more than there is room for, is refused", () => {
  const { init, actMany, spec } = loadController(plain, kernels, { rows: 3 });
  assertEquals(spec.maxRows, 3);
  for (const count of [0, 4, 100]) {
    const memories = Array.from({ length: count }, init);
    const sentence = refusalOf(() =>
      actMany(memories, new Float32Array(2 * count), new Float32Array(count))
    );
    assertSays(sentence, "must be 1 to 3 robots", `${count}`);
  }
  const three = [init(), init(), init()];
  actMany(three, new Float32Array(6), new Float32Array(3));
});

Deno.test("a refusal leaves no trace", () => {
  const controller = loadController(two, kernels, { rows: 4 });
  const { act, actMany } = loose(controller);
  const start = controller.init();
  const expected = controller.act(start, seen, goal).action.slice();
  const broken = [
    () => act(start, [5, NaN], goal),
    () => act(start, [5, 5], [NaN]),
    () => act([1, 5, NaN], [5, 5], goal),
    () => actMany([start, start], [5, 5, 5, NaN], [1, 1]),
    () => actMany([start, [1, 7, NaN]], [5, 5, 5, 5], [1, 1]),
  ];
  for (const run of broken) {
    refusalOf(run);
    assertEquals(controller.act(start, seen, goal).action, expected);
  }
});

Deno.test("any list of the numbers does, as 32-bit floats", () => {
  const controller = loadController(two, kernels);
  const { act } = loose(controller) as unknown as Pick<EdgeController, "act">;
  const number = fc.double({ min: -3, max: 3, noNaN: true });
  fc.assert(fc.property(number, number, number, (x, y, g) => {
    const start = controller.init();
    const [o, d] = [Float32Array.of(x, y), Float32Array.of(g)];
    const { action, memory } = controller.act(start, o, d);
    const expected = [...action];
    for (const make of [Array, Float64Array]) {
      const [list, wish] = [make.of(x, y), make.of(g)] as unknown as Vec[];
      const found = act([...start] as unknown as Float64Array, list, wish);
      assertEquals([...found.action], expected);
      assertEquals(found.memory, memory);
    }
  }));
});

Deno.test("what is handed over stays as it was", () => {
  const controller = loadController(two, kernels);
  const [o, g] = [seen.slice(), goal.slice()];
  const start = controller.init();
  const { memory } = controller.act(start, o, g);
  const before = memory.slice();
  controller.act(memory, o, g);
  controller.actMany(
    [memory, memory],
    Float32Array.of(1, 2, 3, 4),
    Float32Array.of(5, 6),
  );
  assertEquals([o, g, memory], [seen, goal, before]);
  assert(start.every((x) => x === 0));
});

Deno.test("memories are values: an old one gives what it gave", () => {
  const controller = loadController(two, kernels);
  const moments = Array.from(
    { length: 30 },
    (
      _,
      t,
    ) => [
      Float32Array.of(Math.sin(t), Math.cos(3 * t)),
      Float32Array.of(Math.sin(7 * t)),
    ],
  );
  const memories = [controller.init()];
  const actions = moments.map(([o, g], t) => {
    const { action, memory } = controller.act(memories[t], o, g);
    memories.push(memory);
    return action.slice();
  });
  // Backwards, so that nothing but the memory can tell what was before.
  for (let t = moments.length - 1; t >= 0; t--) {
    const [o, g] = moments[t];
    const { action, memory } = controller.act(memories[t], o, g);
    assertEquals(action, actions[t]);
    assertEquals(memory, memories[t + 1]);
  }
  const all = (i: number) =>
    Float32Array.from(moments.flatMap((moment) => [...moment[i]]));
  const many = controller.actMany(memories.slice(0, -1), all(0), all(1));
  assertEquals(many.actions, Float32Array.from(actions.flatMap((a) => [...a])));
  assertEquals(many.memories, memories.slice(1));
});

Deno.test("a controller of a file is asked with 32-bit floats, and its answer is held to be one", () => {
  const asked: (readonly Float32Array[])[] = [];
  const { act, init } = loadController(filed, kernels, {
    base: (observation, desired) => {
      asked.push([observation.slice(), desired.slice()]);
      return [0.25];
    },
  });
  act(init(), seen, goal);
  assertEquals(asked, [[seen, goal]]);
  for (
    const answer of [
      [NaN],
      [Infinity],
      [1e39],
      [],
      [0, 0],
      ["1"],
      undefined,
      null,
      7,
      Promise.resolve([0]),
    ]
  ) {
    const base = (() => answer) as unknown as () => number[];
    const controller = loadController(filed, kernels, { base });
    const run = () => controller.act(controller.init(), seen, goal);
    assertSays(refusalOf(run, `${answer}`), "my.ts");
  }
});

Deno.test("a controller of a file must be given, and nothing else is asked for", () => {
  assertSays(
    refusalOf(() => loadController(filed, kernels)),
    "my.ts",
    "'base'",
  );
  const never = () => {
    throw new Error("it was asked");
  };
  const { act, init } = loadController(plain, kernels, { base: never });
  act(init(), seen, goal);
});

Deno.test("a module that is not these kernels is refused", async () => {
  const read = (name: string) =>
    Deno.readFile(new URL(`../../kernels/${name}`, import.meta.url));
  const empty = Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0);
  const older = (await read("kernels.wasm")).slice();
  const name = new TextEncoder().encode("kernels_1");
  const at = older.findIndex((_, i) =>
    name.every((c, j) => older[i + j] === c)
  );
  older[at + name.length - 1] = "0".charCodeAt(0);
  for (const bytes of [empty, older, await read("kernels.shared.wasm")]) {
    const module = new WebAssembly.Module(bytes as BufferSource);
    const sentence = refusalOf(() => loadController(plain, module));
    assertSays(sentence, "the module lacks kernels_1", "kernels.wasm");
  }
});

Deno.test("the number of rows must be one, and there must be memory for them", () => {
  for (const rows of [0, -1, 1.5, NaN, Infinity, "8", null]) {
    const options = { rows } as { readonly rows: number };
    assertSays(
      refusalOf(() => loadController(plain, kernels, options)),
      "'rows'",
    );
  }
  for (const rows of [1e7, 2 ** 31, 1e15]) {
    for (const module of [kernels, undefined]) {
      const sentence = refusalOf(() => loadController(plain, module, { rows }));
      assertSays(sentence, "bytes", "fewer 'rows'");
    }
  }
});

Deno.test("the specification says what to hand over and what it plays", () => {
  const { spec, init, act } = loadController(two, kernels);
  const { observationSize, goalSize, actionSize, channels, memorySize } = spec;
  assertEquals([observationSize, goalSize, actionSize], [2, 1, 2]);
  assertEquals(channels, ["x [m]", "v [m/s]"]);
  assertEquals([spec.authority, spec.dt, spec.horizon], [0.5, 0.1, 20]);
  assertEquals([spec.schema, spec.maxRows], [1, 256]);
  assertEquals(init().length, memorySize);
  assertEquals(act(init(), seen, goal).memory.length, memorySize);
  assertEquals(loadController(plain).spec.memorySize, 0);
});
