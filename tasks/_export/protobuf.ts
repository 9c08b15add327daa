/**
 * Protocol Buffers, as much of the wire format as a writer of one known message
 * needs: a message is fields one behind the other, and a field is a tag and
 * either a whole number or bytes with their length.
 *
 * ```text
 * field:  varint (number << 3 | type)  type 0: varint; type 2: varint length, bytes
 * varint: seven bits a byte, the lowest first; the top bit says that more follow
 * ```
 *
 * @module
 */

/** A value of a field: a whole number from 0, a text, bytes, or a message. */
export type Value = number | string | Uint8Array | Message;

/** Fields by their number, in order; a list is a field that repeats. */
export interface Message {
  readonly [field: number]: Value | readonly Value[];
}

/** The bytes of a message. */
export function encodeMessage(message: Message): Uint8Array {
  const chunks = Object.entries(message).flatMap(([field, value]) =>
    listed(value).flatMap((one) => encodeField(Number(field), one))
  );
  const out = new Uint8Array(chunks.reduce((n, { length }) => n + length, 0));
  let at = 0;
  for (const chunk of chunks) {
    out.set(chunk, at);
    at += chunk.length;
  }
  return out;
}

function listed(value: Message[number]): readonly Value[] {
  return Array.isArray(value) ? value : [value as Value];
}

function encodeField(field: number, value: Value): readonly Uint8Array[] {
  if (typeof value === "number") return [varint(field * 8), varint(value)];
  const bytes = typeof value === "string"
    ? new TextEncoder().encode(value)
    : value instanceof Uint8Array
    ? value
    : encodeMessage(value);
  return [varint(field * 8 + 2), varint(bytes.length), bytes];
}

function varint(value: number): Uint8Array {
  if (!(Number.isSafeInteger(value) && value >= 0)) {
    throw new RangeError(
      `Cannot encode a field as it must be a whole number from 0: current value is ${value}`,
    );
  }
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 127; rest = Math.floor(rest / 128)) {
    bytes.push(rest % 128 + 128);
  }
  return Uint8Array.of(...bytes, rest);
}
