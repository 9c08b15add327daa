/**
 * A TensorBoard event file: records of protocol-buffer events.
 *
 * ```text
 * record = [ u64 length | u32 masked CRC of length | event | u32 masked CRC of event ]
 * event  = 1: wall_time double | 2: step int64 | 3: file_version string | 5: summary
 * summary = 1: value { 1: tag string, 2: simple_value float }, repeated
 * ```
 *
 * Integers are little-endian. The CRC is CRC-32C (Castagnoli; RFC 3720, section
 * 12.1), masked as `rotate right 15, plus 0xa282ead8`, since a CRC of data that
 * holds its own CRC tells nothing.
 *
 * @module
 */

import { openLog } from "../_files.ts";
import type { Row } from "./jsonl.ts";

/** A file of events. */
export interface EventSink {
  /** Writes the finite numbers of a row as `kind/name`. */
  readonly write: (row: Row) => void;
  /** Length in bytes. */
  readonly length: () => number;
  readonly sync: () => void;
  readonly close: () => void;
}

/**
 * Opens an event file and cuts it back to `length` bytes; a new file begins
 * with its version. TensorBoard finds files with "tfevents" in the name.
 *
 * @param now Seconds since 1970, for the time axis.
 */
export function openEvents(
  path: string,
  now: () => number,
  length = 0,
): EventSink {
  const log = openLog(path, length);
  const write = (step: number, field: Uint8Array) =>
    log.append(frame(event(now(), step, field)));
  if (length === 0) write(0, text(3, "brain.Event:2"));
  return {
    write: (row) => {
      const { kind, step, ...rest } = row;
      const values = Object.entries(rest).flatMap(([name, value]) =>
        typeof value === "number" ? [scalar(`${kind}/${name}`, value)] : []
      );
      if (values.length > 0) write(step, bytes(5, concat(values)));
    },
    length: log.length,
    sync: log.sync,
    close: log.close,
  };
}

/** CRC-32C of `data`. */
export function crc32c(data: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of data) {
    crc = crcTable[(crc ^ byte) & 0xff] ^ (crc >>> 8);
  }
  return (crc ^ 0xffffffff) >>> 0;
}

/** The CRC of every byte, reflected polynomial 0x82f63b78. */
const crcTable = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) {
    crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
  }
  return crc;
});

function maskedCrc(data: Uint8Array): number {
  const crc = crc32c(data);
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}

function frame(data: Uint8Array): Uint8Array {
  const record = new Uint8Array(8 + 4 + data.length + 4);
  const view = new DataView(record.buffer);
  view.setUint32(0, data.length, true); // an event never needs the upper word
  view.setUint32(8, maskedCrc(record.subarray(0, 8)), true);
  record.set(data, 12);
  view.setUint32(12 + data.length, maskedCrc(data), true);
  return record;
}

function event(time: number, step: number, field: Uint8Array): Uint8Array {
  const wallTime = new Uint8Array(9);
  wallTime[0] = tag(1, 1);
  new DataView(wallTime.buffer).setFloat64(1, time, true);
  return concat([wallTime, [tag(2, 0), ...varint(step)], field]);
}

function scalar(name: string, value: number): Uint8Array {
  const simple = new Uint8Array(5);
  simple[0] = tag(2, 5);
  new DataView(simple.buffer).setFloat32(1, value, true);
  return bytes(1, concat([text(1, name), simple]));
}

function text(field: number, value: string): Uint8Array {
  return bytes(field, new TextEncoder().encode(value));
}

function bytes(field: number, content: Uint8Array): Uint8Array {
  return concat([[tag(field, 2), ...varint(content.length)], content]);
}

/** Field number and wire type: 0 varint, 1 eight bytes, 2 length first, 5 four bytes. */
function tag(field: number, wire: number): number {
  return (field << 3) | wire;
}

/** Seven bits to a byte, least first; by division since a step may pass 2^31. */
function varint(value: number): readonly number[] {
  const out: number[] = [];
  let rest = value;
  while (rest >= 128) {
    out.push((rest % 128) | 128);
    rest = Math.floor(rest / 128);
  }
  return [...out, rest];
}

function concat(parts: readonly ArrayLike<number>[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    out.set(part, offset);
    offset += part.length;
  }
  return out;
}
