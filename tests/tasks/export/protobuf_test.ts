import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import {
  encodeMessage,
  type Message,
} from "../../../tasks/_export/protobuf.ts";

function hex(message: Message): string {
  return encodeMessage(message).toHex();
}

// The examples of https://protobuf.dev/programming-guides/encoding/.
Deno.test("numbers, texts, messages and lists are written as the format's guide writes them", () => {
  assertEquals(hex({ 1: 150 }), "089601");
  assertEquals(hex({ 2: "testing" }), "120774657374696e67");
  assertEquals(hex({ 3: { 1: 150 } }), "1a03089601");
  assertEquals(hex({ 4: "hello", 6: [1, 2, 3] }), "220568656c6c6f300130023003");
});

Deno.test("bytes are written as they are, and nothing is nothing", () => {
  assertEquals(hex({ 1: Uint8Array.of(0, 255) }), "0a0200ff");
  assertEquals(hex({}), "");
  assertEquals(hex({ 1: [] }), "");
  assertEquals(hex({ 1: "" }), "0a00");
});

Deno.test("a number comes back from its bytes, seven bits each", () => {
  fc.assert(fc.property(fc.maxSafeNat(), fc.integer({ min: 1, max: 999 }), (
    value,
    field,
  ) => {
    const bytes = encodeMessage({ [field]: value });
    const found: number[] = [];
    let [sum, factor] = [0, 1];
    for (const byte of bytes) {
      sum += byte % 128 * factor;
      factor *= 128;
      if (byte > 127) continue;
      found.push(sum);
      [sum, factor] = [0, 1];
    }
    assertEquals(found, [field * 8, value]);
  }));
});

Deno.test("a number that is not whole and from 0 is refused", () => {
  for (const value of [-1, 0.5, NaN, Infinity, 2 ** 53]) {
    assertThrows(() => encodeMessage({ 1: value }), RangeError, "whole number");
  }
});
