/** An artefact comes back as it was, and any damage to its file is found. */

import { assertEquals } from "@std/assert";
import { createHash } from "node:crypto";
import {
  type Artefact,
  decodeArtefact,
  encodeArtefact,
} from "../../lib/edge/artefact.ts";
import { readSpec } from "../../lib/edge/mod.ts";
import { encodeTensors } from "../../lib/edge/safetensors.ts";
import { assertSays, refusalOf } from "./refused.ts";
import { type Changes, forged, toyArtefact, toyBytes } from "./toy_artefact.ts";

const HALF_TURN = {
  observation: { source: [0, 1], sign: [-1, -1], offset: [0, 0] },
  goal: { source: [0], sign: [-1], offset: [0.5] },
  action: { source: [0], sign: [-1], offset: [0] },
};

/** Artefacts that differ in kind. */
const KINDS: readonly Changes[] = [
  {},
  { network: { selection: false } },
  { network: { hidden: [2, 4, 1], critics: 1, layerNorm: false } },
  { network: { mirror: HALF_TURN, inside: true } },
  { senses: { frames: 2, filter: null }, observationSize: 4, visible: 4 },
  {
    observationSize: 4,
    visible: 4,
    senses: { frames: 2, filter: null },
    network: { frames: 2 },
  },
  { channels: ["Winkel [°]", "v [µm/s²]"], task: 'ein "Ding" \\ \n' },
  { base: { name: "my.ts", kind: "file", options: { gain: 1e-9 } } },
];

/** The smallest that selects. */
const small = toyBytes({ network: { hidden: [1], critics: 1 } });

Deno.test("what is encoded is decoded, and its file always has the same bytes", () => {
  for (const kind of KINDS) {
    const artefact = toyArtefact(kind);
    const bytes = encodeArtefact(artefact);
    const { manifest, tensors, sha256 } = decodeArtefact(bytes);
    assertEquals({ manifest, tensors }, artefact as Artefact);
    assertEquals(encodeArtefact({ manifest, tensors }), bytes);
    assertEquals(readSpec(bytes).sha256, sha256);
  }
});

Deno.test("the digest is that of the file with zeros in its place", () => {
  for (const kind of KINDS) {
    const bytes = toyBytes(kind);
    const { sha256 } = decodeArtefact(bytes);
    const text = new TextDecoder("latin1").decode(bytes);
    assertEquals(text.split(sha256).length, 2, "it does not stand there once");
    const blank = bytes.slice();
    const at = text.indexOf(sha256);
    blank.fill("0".charCodeAt(0), at, at + 64);
    assertEquals(createHash("sha256").update(blank).digest("hex"), sha256);
  }
});

Deno.test("artefacts that differ in anything have other digests", () => {
  const others = [{ dt: 0.2 }, { env: { wind: 1 } }, { environment: "tea" }];
  const digests = [...KINDS, ...others].map((kind) =>
    readSpec(toyBytes(kind)).sha256
  );
  assertEquals(new Set(digests).size, digests.length);
});

Deno.test("every single bit that turns is found", () => {
  const bytes = small.slice();
  for (let bit = 0; bit < 8 * bytes.length; bit++) {
    bytes[bit >> 3] ^= 1 << (bit & 7);
    refusalOf(() => decodeArtefact(bytes), `bit ${bit}`);
    bytes[bit >> 3] ^= 1 << (bit & 7);
  }
  decodeArtefact(bytes);
});

Deno.test("a file that was cut anywhere, or goes on, is refused", () => {
  for (let length = 0; length < small.length; length++) {
    refusalOf(() => decodeArtefact(small.slice(0, length)), `${length} bytes`);
  }
  const longer = new Uint8Array(small.length + 4);
  longer.set(small);
  refusalOf(() => decodeArtefact(longer));
});

Deno.test("the checksum is named where it is what is wrong", () => {
  const damaged = small.slice();
  damaged[damaged.length - 2] ^= 1;
  assertSays(refusalOf(() => decodeArtefact(damaged)), "checksum");
  // Whoever edits text and forgets the digest.
  const edited = small.slice();
  const text = new TextDecoder("latin1").decode(small);
  edited[text.indexOf("100")] = "9".charCodeAt(0);
  assertSays(refusalOf(() => decodeArtefact(edited)), "checksum");
});

Deno.test("the digest itself cannot be taken from elsewhere", () => {
  const { manifest, tensors } = toyArtefact();
  const { sha256 } = decodeArtefact(toyBytes());
  const rpl = JSON.stringify(manifest);
  for (const digest of [sha256, "", "0".repeat(64), sha256.toUpperCase()]) {
    const metadata = { format: "rpl", schema: "1", sha256: digest, rpl };
    const bytes = encodeTensors({ tensors, metadata });
    if (digest !== sha256) refusalOf(() => decodeArtefact(bytes), digest);
    else assertEquals(bytes, toyBytes());
  }
  // In another order, so that it stands elsewhere.
  const metadata = { sha256, format: "rpl", schema: "1", rpl };
  refusalOf(() => decodeArtefact(encodeTensors({ tensors, metadata })));
});

Deno.test("an authority is one number from 0 to 2, or one per entry of an action", () => {
  const { manifest, tensors } = toyArtefact();
  const { length } = manifest.actionChannels;
  const withOne = (authority: unknown) =>
    forged(
      { ...manifest, network: { ...manifest.network, authority } },
      tensors,
    );
  const each = Array(length).fill(2);
  const none = each.map(() => 0);
  for (const right of [0.1, 2, each, none]) decodeArtefact(withOne(right));
  const wrong = [
    -0.1,
    2.1,
    [],
    [...each, 1],
    each.map(() => -0.1),
    each.map(() => "1"),
  ];
  for (const authority of wrong) {
    const sentence = refusalOf(() => decodeArtefact(withOne(authority)));
    assertSays(sentence, "'manifest.network.authority'");
  }
});

Deno.test("another schema is named, and the one that is read", () => {
  const { manifest, tensors } = toyArtefact();
  for (const schema of ["2", "0", "", "one", "1.0"]) {
    const bytes = forged(manifest, tensors, schema);
    const sentence = refusalOf(() => decodeArtefact(bytes));
    assertSays(sentence, `schema ${schema}, this reads 1`);
  }
  decodeArtefact(forged(manifest, tensors));
});

Deno.test("kernels of another version are named, and those that are here", () => {
  const { manifest, tensors } = toyArtefact();
  for (const kernels of [2, 65536]) {
    const bytes = forged({ ...manifest, kernels }, tensors);
    const sentence = refusalOf(() => decodeArtefact(bytes));
    assertSays(sentence, `kernels_${kernels}`);
    assertSays(sentence, "kernels_1");
  }
});

Deno.test("safetensors of somebody else are no policy", () => {
  const tensors = { a: { shape: [1], data: Float32Array.of(1) } };
  for (const metadata of [{}, { format: "pt" }, { format: "rpl2" }]) {
    const bytes = encodeTensors({ tensors, metadata });
    assertSays(refusalOf(() => decodeArtefact(bytes)), "no policy");
  }
});

Deno.test("what does not fit together is not encoded either", () => {
  const { manifest, tensors } = toyArtefact();
  const { "actor.0.bias": _, ...fewer } = tensors;
  refusalOf(() => encodeArtefact({ manifest, tensors: fewer }));
  refusalOf(() =>
    encodeArtefact({ manifest: { ...manifest, dt: NaN }, tensors })
  );
  const training = { ...manifest.training, policySuccess: NaN };
  const claims = { ...manifest, training };
  assertSays(
    refusalOf(() => encodeArtefact({ manifest: claims, tensors })),
    "policySuccess",
  );
});
