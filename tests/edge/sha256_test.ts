/** SHA-256 is that of the standard, for every length. */

import { assertEquals } from "@std/assert";
import { createHash } from "node:crypto";
import fc from "fast-check";
import { sha256 } from "../../lib/edge/sha256.ts";

/** Messages and digests of FIPS 180-2, appendix B, and of the empty message. */
const VECTORS = [
  ["", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"],
  ["abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"],
  [
    "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
    "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
  ],
  [
    "a".repeat(1_000_000),
    "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0",
  ],
] as const;

function theirs(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

Deno.test("the digests are those of the standard", () => {
  for (const [message, digest] of VECTORS) {
    assertEquals(sha256(new TextEncoder().encode(message)), digest);
  }
});

Deno.test("every length to four blocks gives the engine's digest", () => {
  for (let length = 0; length <= 256; length++) {
    const bytes = Uint8Array.from({ length }, (_, i) => 31 * i + length);
    assertEquals(sha256(bytes), theirs(bytes), `${length} bytes`);
  }
});

Deno.test("any bytes give the engine's digest, wherever they lie, and stay", () => {
  const bytes = fc.uint8Array({ maxLength: 5000 });
  fc.assert(fc.property(bytes, fc.nat(9), (bytes, before) => {
    const room = new Uint8Array(before + bytes.length + 5).fill(255);
    room.set(bytes, before);
    const view = room.subarray(before, before + bytes.length);
    assertEquals(sha256(view), theirs(bytes));
    assertEquals(view, bytes);
  }));
});
