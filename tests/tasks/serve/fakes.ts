/**
 * A small policy, the application over it, and requests to it.
 *
 * @module
 */

import type { EdgeController } from "../../../lib/edge/mod.ts";
import { type App, openApp, type Serving } from "../../../tasks/_serve/app.ts";

/** Most moments and bytes of a request in these tests. */
export const LIMITS = { maxBatch: 8, maxBody: 4096 };

/** Entries of what the small policy reads and plays. */
export const SIZES = { observation: 4, goal: 2, action: 3 };

/**
 * A policy of three actions that are easily told: the first reading itself, a
 * mean of all, and the difference of the goals less what is remembered.
 */
export function smallPolicy(memorySize = 0): EdgeController {
  const { observation: no, goal: ng, action: na } = SIZES;
  const many = new Float32Array(LIMITS.maxBatch * na);
  const start = new Float64Array(memorySize);
  const clip = (x: number) => Math.max(-1, Math.min(1, x));
  function decide(
    memory: Float64Array,
    seen: Float32Array,
    goal: Float32Array,
    to: Float32Array,
  ): Float64Array {
    to[0] = clip(seen[0]);
    to[1] = clip(seen.reduce((a, b) => a + b / no, 0));
    to[2] = clip(goal[0] - goal[1] - (memory[0] ?? 0));
    return memory.map((x, i) => x / 3 + seen[i % no]);
  }
  return {
    id: "small",
    init: () => start,
    act: (memory, seen, goal) => {
      const action = many.subarray(0, na);
      return { memory: decide(memory, seen, goal, action), action };
    },
    actMany: (memories, seen, goals) => ({
      memories: memories.map((memory, i) =>
        decide(
          memory,
          seen.subarray(i * no, (i + 1) * no),
          goals.subarray(i * ng, (i + 1) * ng),
          many.subarray(i * na, (i + 1) * na),
        )
      ),
      actions: many.subarray(0, memories.length * na),
    }),
    spec: {
      schema: 1,
      task: "small",
      sha256: "00",
      observationSize: no,
      goalSize: ng,
      actionSize: na,
      channels: ["grip.x [m]", "grip.y [m]", "cube.x [m]", "cube.y [µm]"],
      goalChannels: ["goal.x [m]", "goal.y [m]"],
      actionChannels: ["x", "y", "grip"],
      dt: 0.04,
      horizon: 50,
      memorySize,
      maxRows: LIMITS.maxBatch,
      base: { name: "none", options: {} },
      authority: 1,
      training: {
        seed: 1,
        steps: 0,
        baseSuccess: 0,
        policySuccess: 0,
        episodes: 1,
        config: "",
      },
      gate: { verdict: "ungated", delta: 0.05, margin: 0, pairs: 0 },
      environment: "",
    },
  };
}

/** The application over the small policy. */
export function appOf(asked: Partial<Serving> = {}): App {
  return openApp({
    controller: smallPolicy(),
    ...LIMITS,
    maxInFlight: 4,
    timeout: 1000,
    token: undefined,
    cors: undefined,
    metrics: () => "figures\n",
    account: () => {},
    failed: (error) => {
      throw error;
    },
    ...asked,
  });
}

/** A request in a few words. */
export interface Asked {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array | ReadableStream<Uint8Array>;
}

const encoder = new TextEncoder();
const JSON_TYPE = { "content-type": "application/json" };

/** The bytes of a body. */
export function bytesOf(body: string | Uint8Array): Uint8Array {
  return typeof body === "string" ? encoder.encode(body) : body;
}

/** A request; `POST /act` in JSON unless told. Only a body that is no stream says its length. */
export function requestOf(asked: Asked): Request {
  const { method = "POST", path = "/act", headers = JSON_TYPE, body } = asked;
  const bodiless = method === "GET" || method === "HEAD" || body === undefined;
  const whole = body instanceof ReadableStream ? body : bytesOf(body ?? "");
  const length: Record<string, string> =
    whole instanceof Uint8Array && !bodiless
      ? { "content-length": `${whole.length}` }
      : {};
  return new Request(`http://here${path}`, {
    method,
    headers: { ...length, ...headers },
    body: bodiless ? null : whole as BodyInit,
  });
}

/** What the application answers. */
export async function ask(app: App, asked: Asked): Promise<Answer> {
  return await read(app.handle(requestOf(asked)));
}

/** An answer as a client reads it. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly body: string;
}

const decoder = new TextDecoder();

/** Reads an answer to its end. */
export async function read(
  responding: Response | Promise<Response>,
): Promise<Answer> {
  const response = await responding;
  const { status, headers } = response;
  const bytes = await response.bytes();
  return { status, headers, bytes, body: decoder.decode(bytes) };
}

/** The value in a reply. */
// deno-lint-ignore no-explicit-any
export function valueOf({ body }: { readonly body: string | Uint8Array }): any {
  return JSON.parse(typeof body === "string" ? body : "null");
}
