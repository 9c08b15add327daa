/** Whoever can compute a digest can claim anything: it is refused, or it acts. */

import { assert } from "@std/assert";
import fc from "fast-check";
import type { Tensor } from "../../lib/edge/safetensors.ts";
import { attempt, kernels } from "./attempt.ts";
import { assertSays } from "./refused.ts";
import { type Changes, forged, signed, toyArtefact } from "./toy_artefact.ts";

type Tensors = Readonly<Record<string, Tensor>>;

const PERMUTATION = { source: [1, 0], sign: [1, -1], offset: [0.5, 0] };
const ALONE = { source: [0], sign: [-1], offset: [0] };
const MIRROR = { observation: PERMUTATION, goal: ALONE, action: ALONE };

/** Whole artefacts, each with parts that the others lack. */
const WHOLE = ([
  { network: { mirror: MIRROR } },
  { network: { hidden: [2, 3], selection: false, inside: true } },
  {
    observationSize: 4,
    visible: 4,
    senses: { frames: 2, filter: null },
    network: { frames: 2 },
  },
  {
    task: "pusher",
    base: { name: "still", kind: "task", options: {} },
    goalChannels: ["a", "b", "c"],
    actionChannels: [..."abcdefg"],
  },
  {
    task: "noisy-hook",
    observationSize: 86,
    visible: 80,
    channels: Array.from({ length: 40 }, (_, i) => `c${i}`),
    goalChannels: ["a", "b", "c"],
    actionChannels: [..."abcd"],
    senses: { frames: 2, filter: { kind: "hook", noise: 0.025 } },
    base: { name: "filtered", kind: "task", options: {} },
    network: { hidden: [2], critics: 1, authority: [0.3, 0.3, 0.3, 2] },
  },
] satisfies readonly Changes[]).map(toyArtefact);

/** What no member of a manifest is, and what some are. */
const ODD: readonly unknown[] = [
  undefined,
  null,
  true,
  false,
  0,
  -0.5,
  -1,
  1,
  2,
  3,
  1.5,
  65536,
  65537,
  2 ** 31,
  1e9,
  1e15,
  1e300,
  "",
  "hook",
  "__proto__",
  "constructor",
  "1",
  [],
  [[]],
  [0],
  [1],
  [1e9],
  [NaN],
  ["a"],
  [null],
  Array(3).fill(1),
  Array(70_000).fill(1),
  {},
  { length: 3 },
  { toString: 1, valueOf: 1 },
];

/** Every place in a value, as a path. */
function placesIn(value: unknown, path: readonly string[] = []): string[][] {
  const inner = typeof value === "object" && value !== null
    ? Object.entries(value).flatMap(([name, it]) =>
      placesIn(it, [...path, name])
    )
    : [];
  return [[...path], ...inner];
}

/** The value with another at a place; `undefined` leaves the member out. */
function put(value: unknown, path: readonly string[], other: unknown): unknown {
  if (path.length === 0) return other;
  const [name, ...rest] = path;
  const copy: Record<string, unknown> = Array.isArray(value)
    ? [...value] as never
    : { ...value as object };
  const inner = put(copy[name], rest, other);
  if (inner === undefined && !Array.isArray(copy)) delete copy[name];
  else copy[name] = inner;
  return copy;
}

let attempts = 0;
let working = 0;

function tryOut(bytes: Uint8Array, about: string): void {
  attempts += 1;
  const module = attempts % 8 === 0 ? kernels : undefined;
  const options = { rows: 2, ...module ? { module } : {} };
  if (attempt(bytes, options, about) === undefined) working += 1;
}

/** As text: JSON has a way to write what is infinite. */
function textOf(manifest: unknown): string {
  const text = JSON.stringify(manifest) ?? "undefined";
  return text.replaceAll("1e+300", "1e999");
}

for (const [i, { manifest, tensors }] of WHOLE.entries()) {
  Deno.test(`a manifest with one member missing or of another kind: ${i}`, () => {
    assert(attempt(forged(manifest, tensors)) === undefined);
    for (const path of placesIn(manifest)) {
      for (const odd of ODD) {
        const changed = textOf(put(manifest, path, odd));
        const about = `${path.join(".")}: ${JSON.stringify(odd)?.slice(0, 40)}`;
        tryOut(forged(changed, tensors), about);
      }
    }
  });
}

Deno.test("manifests that are odd in several places", () => {
  const odd = fc.constantFrom(...ODD);
  const all = fc.constantFrom(...WHOLE).chain(({ manifest, tensors }) => {
    const place = fc.constantFrom(...placesIn(manifest));
    return fc.array(fc.tuple(place, odd), { minLength: 2, maxLength: 4 }).map(
      (changes) => {
        const changed = changes.reduce<unknown>(
          (it, [path, other]) =>
            typeof it === "object" ? put(it, path, other) : it,
          manifest,
        );
        return { text: textOf(changed), tensors };
      },
    );
  });
  fc.assert(
    fc.property(all, ({ text, tensors }) => {
      tryOut(forged(text, tensors), text.slice(0, 300));
    }),
    { numRuns: 3000 },
  );
});

Deno.test("a manifest that is no manifest", () => {
  const deep = 100_000;
  const [{ tensors }] = WHOLE;
  for (
    const text of [
      "",
      "null",
      "7",
      "[]",
      "{}",
      '"text"',
      "{",
      '{"__proto__":{"task":"toy"}}',
      "[".repeat(deep) + "]".repeat(deep),
      `{"task":${"[".repeat(deep)}${"]".repeat(deep)}}`,
    ]
  ) {
    assert(attempt(forged(text, tensors)) !== undefined, text.slice(0, 40));
  }
});

/** The same numbers as another shape. */
function reshaped(
  { data }: Tensor,
  shape: readonly number[],
): Tensor {
  const length = shape.reduce((n, size) => n * size, 1);
  const at = (i: number) => data[i % Math.max(1, data.length)] ?? 0;
  return { shape, data: Float32Array.from({ length }, (_, i) => at(i)) };
}

Deno.test("a tensor that is missing or of another shape is named", () => {
  for (const { manifest, tensors } of WHOLE) {
    for (const [name, tensor] of Object.entries(tensors)) {
      const { shape } = tensor;
      const others = [
        [],
        [0],
        ...shape.map((_, i) => shape.map((n, j) => i === j ? n + 1 : n)),
        ...shape.map((_, i) => shape.map((n, j) => i === j ? n - 1 : n)),
        [...shape, 1],
        [1, ...shape],
        ...shape.length === 2 && shape[0] !== shape[1]
          ? [[shape[1], shape[0]], [shape[0] * shape[1]]]
          : [],
      ];
      for (const other of others) {
        const changed = { ...tensors, [name]: reshaped(tensor, other) };
        tryOut(forged(manifest, changed), `${name} [${other}]`);
        assertSays(attempt(forged(manifest, changed)) ?? "", name);
      }
      const { [name]: _, ...fewer } = tensors;
      assertSays(attempt(forged(manifest, fewer)) ?? "", name, "missing");
    }
  }
});

Deno.test("a weight that is not finite is refused, one too great acts or is refused", () => {
  for (const { manifest, tensors } of WHOLE) {
    for (const [name, { shape, data }] of Object.entries(tensors)) {
      for (const value of [NaN, Infinity, -Infinity, 3.4e38, -3.4e38, 1e-45]) {
        const spoilt = data.slice();
        spoilt[data.length >> 1] = value;
        const changed: Tensors = {
          ...tensors,
          [name]: { shape, data: spoilt },
        };
        const bytes = forged(manifest, changed);
        tryOut(bytes, `${name}: ${value}`);
        if (!Number.isFinite(value)) assertSays(attempt(bytes) ?? "", name);
        const huge: Tensor = { shape, data: data.map(() => value) };
        tryOut(forged(manifest, { ...tensors, [name]: huge }), name);
      }
    }
  }
});

Deno.test("a cache that is missing, empty or ragged is refused, or acts", () => {
  const base = { name: "cached", kind: "task", options: {} } as const;
  const { manifest, tensors } = toyArtefact({
    task: "pusher",
    base,
    goalChannels: ["a", "b", "c"],
    actionChannels: [..."abcdefg"],
  });
  const table = (...shape: readonly number[]) =>
    reshaped({ shape, data: Float32Array.of(0.25, -1, 3) }, shape);
  const whole = { "base.states": table(5, 2), "base.actions": table(5, 7) };
  assert(attempt(forged(manifest, { ...tensors, ...whole })) === undefined);
  const shapes = [[], [0], [5], [0, 7], [5, 0], [4, 7], [5, 6], [5, 2], [5, 3]];
  for (const [name, tensor] of Object.entries(whole)) {
    for (const shape of [...shapes, [1, 70], [7, 5], [5, 7, 1], [5, 1, 7]]) {
      const changed = { ...whole, [name]: reshaped(tensor, shape) };
      const bytes = forged(manifest, { ...tensors, ...changed });
      tryOut(bytes, `${name} [${shape}]`);
    }
    const { [name]: _, ...fewer }: Record<string, Tensor> = whole;
    assert(attempt(forged(manifest, { ...tensors, ...fewer })) !== undefined);
  }
  for (const [states, actions] of [[4, 5], [5, 4], [0, 0]]) {
    const odd = {
      "base.states": table(states, 2),
      "base.actions": table(actions, 7),
    };
    const bytes = forged(manifest, { ...tensors, ...odd });
    assert(attempt(bytes) !== undefined, `${states} and ${actions}`);
  }
});

Deno.test("bytes that turn in a signed file are refused, or act", () => {
  const files = WHOLE.map(({ manifest, tensors }) => forged(manifest, tensors));
  const damage = fc.array(
    fc.tuple(fc.nat(), fc.integer({ min: 1, max: 255 })),
    { minLength: 1, maxLength: 3 },
  );
  fc.assert(
    fc.property(fc.constantFrom(...files), damage, (file, spots) => {
      const bytes = file.slice();
      // The words ahead of the digest are what finds its place again.
      for (const [at, flip] of spots) {
        bytes[130 + at % (bytes.length - 130)] ^= flip;
      }
      tryOut(signed(bytes), JSON.stringify(spots));
    }),
    { numRuns: 3000 },
  );
});

Deno.test("more than ten thousand were tried, and of both kinds", () => {
  assert(attempts >= 10_000, `${attempts}`);
  assert(working >= 100 && attempts - working >= 5000, `${working} worked`);
});
