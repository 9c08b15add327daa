/**
 * The body of a request, read to its end within a limit of bytes and of time.
 *
 * A short one is read by the engine at one go, which is quick, but holds what
 * came until the connection ends. A longer one comes piece by piece and is let
 * go when it is given up.
 *
 * @module
 */

import type { Patience } from "./patience.ts";
import { CLOSE, refusal, type Reply, tooLarge } from "./reply.ts";

/** What a body may take. */
export interface BodyLimits {
  /** Most bytes. */
  readonly maxBody: number;
  /** Milliseconds to its end. */
  readonly timeout: number;
}

/** Bytes of a body that is short. */
const SHORT = 1 << 14;

/** Pieces of a longer one that may be small; the work is per piece, not per byte. */
const SMALL = 256;

/** Least mean of all further pieces, bytes. */
const LEAST = 512;

/** What the head of a request says of its body. */
export interface Head {
  /** Bytes; NaN where it does not say. */
  readonly length: number;
  /** When it came, on the clock of `performance`. */
  readonly from: number;
}

/** Reads all of a body; a refusal where it is too much, too slow, or cut short. */
export function readBody(
  request: Request,
  head: Head,
  limits: BodyLimits,
  patience: Patience,
): Promise<Uint8Array | Reply> {
  const read = head.length <= SHORT ? readShort : readPieces;
  return read(request, head, limits, patience);
}

function readShort(
  request: Request,
  { from }: Head,
  { maxBody, timeout }: BodyLimits,
  patience: Patience,
): Promise<Uint8Array | Reply> {
  return new Promise((resolve) => {
    const giveUp = () => resolve(tooLate(timeout));
    const end = (read: Uint8Array | Reply) => {
      patience.end(giveUp);
      resolve(read);
    };
    patience.begin(from, giveUp);
    request.bytes().then(
      (bytes) => end(bytes.length > maxBody ? tooLarge(maxBody) : bytes),
      () => end(cutShort),
    );
  });
}

async function readPieces(
  { body }: Request,
  { from }: Head,
  { maxBody, timeout }: BodyLimits,
  patience: Patience,
): Promise<Uint8Array | Reply> {
  if (body === null) return new Uint8Array(0);
  const reader = body.getReader();
  let late = false;
  // Whoever is cancelled hears of no more, as at the end of the body.
  const giveUp = () => {
    late = true;
    quietly(reader.cancel());
  };
  patience.begin(from, giveUp);
  try {
    let whole = new Uint8Array(0);
    let size = 0;
    for (let pieces = 0;; pieces++) {
      const { value } = await reader.read();
      if (late) return tooLate(timeout);
      if (value === undefined) return whole.subarray(0, size);
      const end = size + value.length;
      const scattered = pieces > SMALL + end / LEAST;
      if (end > maxBody || scattered) {
        quietly(reader.cancel());
        return scattered ? tooScattered(pieces, end) : tooLarge(maxBody);
      }
      if (end > whole.length) whole = enlarged(whole, end);
      whole.set(value, size);
      size = end;
    }
  } catch {
    return cutShort;
  } finally {
    patience.end(giveUp);
  }
}

const cutShort = refusal(
  400,
  "Cannot read the request as its body ended early",
);

function tooLate(timeout: number): Reply {
  return refusal(
    408,
    `Cannot answer as a body must arrive within ${timeout} ms: it has not`,
    CLOSE,
  );
}

function tooScattered(pieces: number, bytes: number): Reply {
  return refusal(
    413,
    `Cannot answer as pieces of a body must have ${LEAST} bytes in the mean: ${pieces} brought ${bytes}; send it in larger ones`,
    CLOSE,
  );
}

/** Its bytes with place for `size`, and for as many again as there were. */
function enlarged(
  bytes: Uint8Array,
  size: number,
): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(Math.max(size, 2 * bytes.length));
  larger.set(bytes);
  return larger;
}

/** A client who has gone already is no failure. */
function quietly(settling: Promise<void>): void {
  settling.catch(() => {});
}
