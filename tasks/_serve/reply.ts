/**
 * What is answered to a request.
 *
 * @module
 */

/** An answer. */
export interface Reply {
  readonly status: number;
  readonly type: string;
  readonly body: string | Uint8Array<ArrayBuffer>;
  /** Actions in it. */
  readonly rows: number;
  /** Further headers. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** A request that was answered. */
export interface Served {
  readonly method: string;
  readonly path: string;
  readonly status: number;
  /** From its head to its answer. */
  readonly ms: number;
  readonly rows: number;
  /** Of the body. */
  readonly bytes: number;
}

/** What ends a connection whose client may still be sending. */
export const CLOSE = { connection: "close" };

/** An answer in JSON that is written already. */
export function jsonReply(status: number, body: string, rows = 0): Reply {
  return { status, type: "application/json", body, rows };
}

/** A refusal: one sentence says what was found, what is allowed and what to do. */
export function refusal(
  status: number,
  error: string,
  headers: Readonly<Record<string, string>> = {},
): Reply {
  return { ...jsonReply(status, JSON.stringify({ error })), headers };
}

/** The body is over its limit; `found` where its length was said. */
export function tooLarge(most: number, found?: number): Reply {
  const state = found === undefined ? "more came" : `it has ${found}`;
  return refusal(
    413,
    `Cannot answer as a body may have ${most} bytes: ${state}; send fewer moments at once`,
    CLOSE,
  );
}

/** The server has as much to do as it may, or is about to end. */
export function unavailable(why: string): Reply {
  return refusal(503, `Cannot answer as ${why}: ask again in a second`, {
    "retry-after": "1",
    ...CLOSE,
  });
}
