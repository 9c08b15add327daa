/**
 * Whether the head of a request deserves an answer.
 *
 * @module
 */

import { nearest } from "../../lib/errors.ts";
import { RAW } from "./act.ts";
import type { Serving } from "./app.ts";
import { refusal, type Reply, tooLarge } from "./reply.ts";
import { bearsToken } from "./token.ts";

/** Paths, in the order of the documentation. */
export const PATHS: readonly string[] = [
  "/act",
  "/spec",
  "/healthz",
  "/metrics",
];

/** A request at work. */
export interface Asked {
  readonly method: string;
  readonly path: string;
  /** When it came, on the clock of `performance`. */
  readonly from: number;
}

/** A request that deserves an answer, as its head says. */
export interface Admitted {
  /** Its body is rows of floats. */
  readonly raw: boolean;
  /** Bytes of its body; NaN where they are not said. */
  readonly length: number;
}

const BODILESS: Admitted = { raw: false, length: 0 };

/** A refusal before the body is read, or the answer to a browser that asks whether it may ask. */
export function admit(
  { method, path }: Asked,
  headers: Headers,
  serving: Serving,
): Reply | Admitted {
  if (!PATHS.includes(path)) return unknownPath(path);
  const { token, cors, maxBody } = serving;
  if (method === "OPTIONS" && cors !== undefined) return permission;
  const post = path === "/act";
  if (post ? method !== "POST" : method !== "GET" && method !== "HEAD") {
    return wrongMethod(method, path, post ? "POST" : "GET, HEAD");
  }
  if (token !== undefined && path !== "/healthz") {
    if (!bearsToken(headers.get("authorization"), token)) return unauthorised;
  }
  if (!post) return BODILESS;
  const type = typeOf(headers.get("content-type"));
  const length = Number(headers.get("content-length") ?? NaN);
  return wrongType(headers, type, serving) ??
    (length > maxBody
      ? tooLarge(maxBody, length)
      : { raw: type === RAW, length });
}

/** The type without parameters; no charset but UTF-8, which JSON is in. */
function typeOf(header: string | null): string | undefined {
  if (header === "application/json" || header === RAW) return header;
  return /^([^\s;]+)(?:\s*;\s*charset="?utf-8"?)?$/i.exec(header ?? "")?.[1]
    .toLowerCase();
}

const permission: Reply = {
  status: 204,
  type: "text/plain",
  body: "",
  rows: 0,
  headers: {
    "access-control-allow-methods": "GET, POST",
    "access-control-allow-headers": "authorization, content-type",
    "access-control-max-age": "600",
  },
};

const unauthorised = refusal(
  401,
  "Cannot answer as the request must bring the token of this server, 'authorization: Bearer TOKEN': it is missing or wrong",
  { "www-authenticate": "Bearer" },
);

function unknownPath(path: string): Reply {
  const near = nearest(path.slice(0, 64), PATHS);
  const hint = near === undefined ? "." : `. Did you mean ${near}?`;
  return refusal(
    404,
    `Cannot find this path${hint} Paths: ${PATHS.join(", ")}`,
  );
}

function wrongMethod(method: string, path: string, allow: string): Reply {
  return refusal(
    405,
    `Cannot ${method.slice(0, 16)} ${path}: its method is ${
      allow.split(",")[0]
    }`,
    { allow },
  );
}

function wrongType(
  headers: Headers,
  type: string | undefined,
  { controller: { spec } }: Serving,
): Reply | undefined {
  const coding = headers.get("content-encoding");
  if (coding !== null && coding.toLowerCase() !== "identity") {
    return unread(
      "its body is encoded: send it plain, without 'content-encoding'",
    );
  }
  if (type === "application/json") return undefined;
  if (type !== RAW) {
    return unread(
      `'content-type' must be application/json or ${RAW}: it is ${
        headers.has("content-type") ? "another" : "missing"
      }`,
    );
  }
  return spec.memorySize === 0 ? undefined : unread(
    "this policy remembers and raw floats have no place for its memory: send application/json",
  );
}

function unread(why: string): Reply {
  return refusal(415, `Cannot read the request as ${why}`);
}
