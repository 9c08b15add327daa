/**
 * The requests to `serve`: who may ask what, how many at once, and what is
 * answered. A function from `Request` to `Response`; no sockets.
 *
 * @module
 */

import type { EdgeController } from "../../lib/edge/mod.ts";
import { openActor } from "./act.ts";
import { admit, type Admitted, type Asked } from "./admit.ts";
import { type BodyLimits, readBody } from "./body.ts";
import { openApi } from "./openapi.ts";
import { openPatience } from "./patience.ts";
import {
  jsonReply,
  refusal,
  type Reply,
  type Served,
  unavailable,
} from "./reply.ts";

/** What is served, to whom, and how much at once. */
export interface Serving extends BodyLimits {
  readonly controller: EdgeController;
  /** Most robots of one request. */
  readonly maxBatch: number;
  /** Most requests that are not yet answered. */
  readonly maxInFlight: number;
  /** What a request must bring, but for `GET /healthz`. */
  readonly token: string | undefined;
  /** Whose pages may ask, or `*`. */
  readonly cors: string | undefined;
  /** Figures as text. */
  readonly metrics: () => string;
  /** Told of every request that was answered. */
  readonly account: (served: Served) => void;
  /** Told of what should not happen. */
  readonly failed: (error: unknown) => void;
}

/** The application. */
export interface App {
  /** A handler for `Deno.serve`. */
  readonly handle: (request: Request) => Response | Promise<Response>;
  /** Requests that are not yet answered. */
  readonly inFlight: () => number;
  /** Refuses what comes from now on; settles when all is answered. */
  readonly drain: () => Promise<void>;
}

/** Opens the application. */
export function openApp(serving: Serving): App {
  const answer = answers(serving);
  const respond = responses(serving.cors);
  const patience = openPatience(serving.timeout);
  const work = openWork(serving.maxInFlight);

  function finish(asked: Asked, reply: Reply, bytes: number): Response {
    const { method, path, from } = asked;
    const { status, rows } = reply;
    const ms = performance.now() - from;
    serving.account({ method, path, status, ms, rows, bytes });
    work.end();
    return respond(reply);
  }

  async function act(
    request: Request,
    asked: Asked,
    { raw, length }: Admitted,
  ): Promise<Response> {
    const head = { length, from: asked.from };
    const body = await readBody(request, head, serving, patience);
    return body instanceof Uint8Array
      ? finish(asked, answer(asked.path, raw, body), body.length)
      : finish(asked, body, 0);
  }

  function handle(request: Request): Response | Promise<Response> {
    const { method } = request;
    const path = pathOf(request.url);
    const asked = { method, path, from: performance.now() };
    const found = work.begin() ?? admit(asked, request.headers, serving);
    if ("status" in found) return finish(asked, found, 0);
    return method === "POST"
      ? act(request, asked, found)
      : finish(asked, answer(path, false), 0);
  }

  return { handle, inFlight: work.count, drain: work.drain };
}

/** Counts what is at work, and turns away what is too much or too late. */
function openWork(most: number) {
  const drained = Promise.withResolvers<void>();
  let [count, draining] = [0, false];
  return {
    begin: (): Reply | undefined => {
      count++;
      if (draining) return unavailable("this server is about to end");
      return count > most
        ? unavailable(`${most} requests are at work`)
        : undefined;
    },
    end: () => {
      if (--count === 0 && draining) drained.resolve();
    },
    count: () => count,
    drain: () => {
      draining = true;
      if (count === 0) drained.resolve();
      return drained.promise;
    },
  };
}

/** What each path answers to a request that was admitted. */
function answers(serving: Serving) {
  const { controller, maxBatch, metrics, failed } = serving;
  const { task } = controller.spec;
  const actor = openActor(controller, maxBatch);
  const document = JSON.stringify(openApi(controller.spec, serving), null, 2);
  const health = JSON.stringify({ status: "ok", task });

  function answer(path: string, raw: boolean, body?: Uint8Array) {
    switch (path) {
      case "/healthz":
        return jsonReply(200, health);
      case "/spec":
        return jsonReply(200, document);
      case "/metrics":
        return { ...jsonReply(200, metrics()), type: FIGURES };
      default:
        return raw ? actor.raw(body!) : actor.json(body!);
    }
  }

  return (path: string, raw: boolean, body?: Uint8Array): Reply => {
    try {
      return answer(path, raw, body);
    } catch (error) {
      failed(error);
      return refusal(
        500,
        "Cannot answer as the policy failed: the server's own output says how",
      );
    }
  };
}

/** Prometheus text. */
const FIGURES = "text/plain; version=0.0.4";

/** Replies as responses, which pages of the origin may read. */
function responses(cors: string | undefined): (reply: Reply) => Response {
  const common: Record<string, string> = cors === undefined
    ? {}
    : { "access-control-allow-origin": cors, vary: "origin" };
  return ({ status, type, body, headers }) =>
    new Response(status === 204 ? null : body, {
      status,
      headers: { "content-type": type, ...common, ...headers },
    });
}

/** The path in an address such as `http://host/act?x=1`. */
function pathOf(url: string): string {
  const from = url.indexOf("/", url.indexOf("://") + 3);
  const query = url.indexOf("?", from);
  return url.slice(from, query < 0 ? undefined : query);
}
