/** The safetensors layout: what is written is read, as the format says, and damage is refused. */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  decodeTensors,
  encodeTensors,
  type Tensor,
} from "../../lib/edge/safetensors.ts";
import { refusalOf } from "./refused.ts";

const tensor: fc.Arbitrary<Tensor> = fc
  .array(fc.integer({ min: 0, max: 4 }), { maxLength: 3 })
  .chain((shape) => {
    const length = shape.reduce((n, size) => n * size, 1);
    return fc.float32Array({ minLength: length, maxLength: length }).map((
      data,
    ) => ({ shape, data }));
  });

/** Names as people give them, with some that objects treat specially. */
const name = fc.oneof(
  fc.string({ minLength: 1, unit: "grapheme" }),
  fc.constantFrom("__proto__", "constructor", "toString", "7", "µ [m/s²]"),
).filter((text) => text !== "__metadata__");

const files = fc.record({
  tensors: fc.array(fc.tuple(name, tensor), { maxLength: 6 })
    .map((entries): Record<string, Tensor> => Object.fromEntries(entries)),
  metadata: fc.dictionary(fc.string(), fc.string({ unit: "grapheme" }), {
    noNullPrototype: true,
  }),
});

/** The same as bits, so that NaN equals NaN and 0 does not equal -0. */
function bitsOf(tensors: Readonly<Record<string, Tensor>>) {
  return Object.entries(tensors).map(([name, { shape, data }]) => [
    name,
    shape,
    [...new Uint32Array(data.slice().buffer)],
  ]);
}

/** A file with this header around `data` bytes. */
function file(header: string, data: number, length?: bigint): Uint8Array {
  const text = new TextEncoder().encode(header);
  const bytes = new Uint8Array(8 + text.length + data);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, length ?? BigInt(text.length), true);
  bytes.set(text, 8);
  return bytes;
}

/** A header of tensors alone. */
function entries(all: Readonly<Record<string, unknown>>): string {
  return JSON.stringify({ __metadata__: {}, ...all });
}

const F32 = { dtype: "F32", shape: [2], "data_offsets": [0, 8] };

Deno.test("what is written is read, bit for bit, wherever the bytes lie", () => {
  fc.assert(fc.property(files, fc.nat(9), ({ tensors, metadata }, before) => {
    const bytes = encodeTensors({ tensors, metadata });
    const room = new Uint8Array(before + bytes.length + 3).fill(255);
    room.set(bytes, before);
    const view = room.subarray(before, before + bytes.length);
    const found = decodeTensors(view);
    assertEquals(bitsOf(found.tensors), bitsOf(tensors));
    assertEquals(found.metadata, metadata);
    // Copies: the file may be thrown away.
    room.fill(0);
    assertEquals(bitsOf(found.tensors), bitsOf(tensors));
  }));
});

Deno.test("the bytes are laid out as the format says", () => {
  fc.assert(fc.property(files, ({ tensors, metadata }) => {
    const bytes = encodeTensors({ tensors, metadata });
    const view = new DataView(bytes.buffer);
    const length = Number(view.getBigUint64(0, true));
    assertEquals((8 + length) % 8, 0, "the data are not aligned");
    const text = new TextDecoder().decode(bytes.subarray(8, 8 + length));
    assertEquals(text[0], "{", "the header begins with a brace");
    const header = JSON.parse(text);
    assertEquals(header.__metadata__, metadata);
    let end = 0;
    for (const [name, { shape, data }] of Object.entries(tensors)) {
      const entry = Object.getOwnPropertyDescriptor(header, name)?.value;
      const [from, to] = entry.data_offsets;
      assertEquals([entry.dtype, entry.shape, from], ["F32", shape, end]);
      data.forEach((x, i) => {
        const found = view.getFloat32(8 + length + from + 4 * i, true);
        assert(Object.is(found, x), `${name}[${i}] is ${found}, not ${x}`);
      });
      end = to;
    }
    assertEquals(8 + length + end, bytes.length);
  }));
});

Deno.test("the smallest file is that of the format's own description", () => {
  const bytes = file(
    '{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}',
    8,
  );
  new DataView(bytes.buffer).setFloat32(bytes.length - 4, 1.5, true);
  const { tensors, metadata } = decodeTensors(bytes);
  assertEquals(tensors, { a: { shape: [2], data: Float32Array.of(0, 1.5) } });
  assertEquals(metadata, {});
});

Deno.test("a file that ends anywhere else is refused", () => {
  const bytes = encodeTensors({
    tensors: {
      first: { shape: [3], data: Float32Array.of(1, 2, 3) },
      second: { shape: [2, 2], data: new Float32Array(4) },
    },
    metadata: { format: "test" },
  });
  for (let length = 0; length < bytes.length; length++) {
    refusalOf(() => decodeTensors(bytes.slice(0, length)), `${length} bytes`);
  }
  for (const more of [1, 4, 64]) {
    const longer = new Uint8Array(bytes.length + more);
    longer.set(bytes);
    refusalOf(() => decodeTensors(longer), `${more} bytes more`);
  }
});

Deno.test("a header that lies about its length is refused", () => {
  for (const length of [2n ** 60n, 2n ** 64n - 1n, 2n ** 53n, 2n ** 31n, 62n]) {
    const bytes = file(entries({ a: F32 }), 8, length);
    refusalOf(() => decodeTensors(bytes), `${length} bytes`);
  }
  refusalOf(() => decodeTensors(file(entries({ a: F32 }), 8, 0n)));
});

Deno.test("a header that is no object of tensors is refused", () => {
  const deep = 200_000;
  const headers = [
    "",
    "null",
    "7",
    '"text"',
    "[]",
    "{",
    '{"__metadata__":null}',
    '{"__metadata__":[]}',
    '{"__metadata__":7}',
    "\u0000".repeat(64),
    "[".repeat(deep),
    `{"a":${"[".repeat(deep)}${"]".repeat(deep)}}`,
    `{"a":${'{"a":'.repeat(deep)}7${"}".repeat(deep)}}`,
  ];
  for (const header of headers) {
    refusalOf(() => decodeTensors(file(header, 8)), header.slice(0, 40));
  }
});

Deno.test("a tensor that is not where and what it should be is refused", () => {
  const nest = JSON.parse(`${"[".repeat(5000)}${"]".repeat(5000)}`);
  const wrong: readonly unknown[] = [
    null,
    7,
    "F32",
    [],
    {},
    { ...F32, dtype: "F64" },
    { ...F32, dtype: "f32" },
    { ...F32, dtype: ["F32"] },
    { ...F32, shape: [-2] },
    { ...F32, shape: [-1, -2] },
    { ...F32, shape: [2.5] },
    { ...F32, shape: ["2"] },
    { ...F32, shape: 2 },
    { ...F32, shape: null },
    { ...F32, shape: [3] },
    { ...F32, shape: [1] },
    { ...F32, shape: [] },
    { ...F32, shape: nest },
    { ...F32, shape: [2 ** 53, 2 ** 53] },
    { ...F32, shape: [2 ** 32, 2 ** 32, 2 ** 32, 2 ** 32] },
    { ...F32, shape: Array(400).fill(2 ** 52) },
    { ...F32, shape: [0, 2 ** 53] },
    { ...F32, "data_offsets": [8, 0] },
    { ...F32, "data_offsets": [-8, 0] },
    { ...F32, "data_offsets": [0] },
    { ...F32, "data_offsets": [0, 8.5] },
    { ...F32, "data_offsets": [0, "8"] },
    { ...F32, data_offsets: "0,8" },
    { ...F32, data_offsets: nest },
    { ...F32, data_offsets: null },
    { ...F32, "data_offsets": [0, 16], shape: [4] },
    { ...F32, "data_offsets": [4, 12] },
    { ...F32, shape: [2 ** 40], "data_offsets": [0, 2 ** 42] },
  ];
  for (const entry of wrong) {
    const header = entries({ a: entry });
    refusalOf(() => decodeTensors(file(header, 8)), header.slice(0, 80));
  }
});

Deno.test("tensors that share data, or leave some, are refused", () => {
  const at = (begin: number, end: number) => ({
    dtype: "F32",
    shape: [(end - begin) / 4],
    "data_offsets": [begin, end],
  });
  for (
    const all of [
      { a: at(0, 8), b: at(0, 8) },
      { a: at(0, 8), b: at(4, 12) },
      { a: at(0, 4), b: at(8, 12) },
      { a: at(4, 12) },
      { a: at(0, 8) },
      {},
    ]
  ) {
    refusalOf(() => decodeTensors(file(entries(all), 12)), JSON.stringify(all));
  }
  // Fifty thousand views of one megabyte would be fifty gigabytes.
  const many = Object.fromEntries(
    Array.from({ length: 50_000 }, (_, i) => [`t${i}`, at(0, 1 << 20)]),
  );
  refusalOf(() => decodeTensors(file(entries(many), 1 << 20)));
});

Deno.test("a name twice is once, or damage; a name of the language is a name", () => {
  const entry = JSON.stringify(F32);
  const twice = `{"__metadata__":{},"a":${entry},"a":${entry}}`;
  assertEquals(Object.keys(decodeTensors(file(twice, 8)).tensors), ["a"]);
  const other = JSON.stringify({ ...F32, "data_offsets": [8, 16] });
  const apart = `{"__metadata__":{},"a":${entry},"a":${other}}`;
  refusalOf(() => decodeTensors(file(apart, 16)));
  const own = `{"__metadata__":{},"__proto__":${entry}}`;
  const { tensors } = decodeTensors(file(own, 8));
  assertEquals(Object.keys(tensors), ["__proto__"]);
  assertEquals(Object.getPrototypeOf(tensors), Object.prototype);
});

Deno.test("random damage is refused or read, never anything else", () => {
  let refused = 0;
  const damage = fc.array(
    fc.tuple(fc.nat(), fc.integer({ min: 1, max: 255 })),
    { minLength: 1, maxLength: 4 },
  );
  fc.assert(
    fc.property(files, damage, (whole, spots) => {
      const bytes = encodeTensors(whole);
      for (const [at, flip] of spots) bytes[at % bytes.length] ^= flip;
      try {
        decodeTensors(bytes);
      } catch {
        refused += 1;
        refusalOf(() => decodeTensors(bytes));
      }
    }),
    { numRuns: 5000 },
  );
  assert(refused > 1000, `${refused} were refused`);
});
