/**
 * The body of a request, read to its end within a limit of bytes and of time.
 *
 * @module
 */

import { CLOSE, refusal, type Reply, tooLarge } from "./reply.ts";

/** What a body may take. */
export interface BodyLimits {
  /** Most bytes. */
  readonly maxBody: number;
  /** Milliseconds to its end. */
  readonly timeout: number;
}

const EMPTY = new Uint8Array(0);

/** Reads all of a body; a refusal where it is too much, too slow, or cut short. */
export async function readBody(
  stream: ReadableStream<Uint8Array> | null,
  { maxBody, timeout }: BodyLimits,
): Promise<Uint8Array | Reply> {
  if (stream === null) return EMPTY;
  const reader = stream.getReader();
  let late = false;
  // Whoever is cancelled hears of no more, as at the end of the body.
  const timer = setTimeout(() => {
    late = true;
    quietly(reader.cancel());
  }, timeout);
  const parts: Uint8Array[] = [];
  let size = 0;
  try {
    for (;;) {
      const { value } = await reader.read();
      if (late) return tooLate(timeout);
      if (value === undefined) return joined(parts, size);
      size += value.length;
      if (size > maxBody) {
        quietly(reader.cancel());
        return tooLarge(maxBody);
      }
      parts.push(value);
    }
  } catch {
    return refusal(400, "Cannot read the request as its body ended early");
  } finally {
    clearTimeout(timer);
  }
}

function tooLate(timeout: number): Reply {
  return refusal(
    408,
    `Cannot answer as a body must arrive within ${timeout} ms: it has not`,
    CLOSE,
  );
}

function joined(parts: readonly Uint8Array[], size: number): Uint8Array {
  if (parts.length === 1) return parts[0];
  const whole = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** A client who has gone already is no failure. */
function quietly(settling: Promise<void>): void {
  settling.catch(() => {});
}
