/**
 * The requests to `serve`: who may ask what, how many at once, and what is
 * answered. A function from `Request` to `Response`; no sockets.
 *
 * @module
 */

import type { EdgeController } from "../../lib/edge/mod.ts";
import { openActor, RAW } from "./act.ts";
import { admit, typeOf } from "./admit.ts";
import { type BodyLimits, readBody } from "./body.ts";
import { openApi } from "./openapi.ts";
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

/** A request at work. */
interface Asked {
  readonly method: string;
  readonly path: string;
  readonly from: number;
}

/** Opens the application. */
export function openApp(serving: Serving): App {
  const answer = answers(serving);
  const respond = responses(serving.cors);
  const drained = Promise.withResolvers<void>();
  let [inFlight, draining] = [0, false];

  function turnedAway(): Reply | undefined {
    if (draining) return unavailable("this server is about to end");
    return inFlight > serving.maxInFlight
      ? unavailable(`${serving.maxInFlight} requests are at work`)
      : undefined;
  }

  function finish(asked: Asked, reply: Reply, bytes: number): Response {
    const { method, path, from } = asked;
    const { status, rows } = reply;
    const ms = performance.now() - from;
    serving.account({ method, path, status, ms, rows, bytes });
    if (--inFlight === 0 && draining) drained.resolve();
    return respond(reply);
  }

  async function act(request: Request, asked: Asked): Promise<Response> {
    const body = await readBody(request.body, serving);
    return body instanceof Uint8Array
      ? finish(asked, answer(asked.path, request, body), body.length)
      : finish(asked, body, 0);
  }

  return {
    handle: (request) => {
      inFlight++;
      const { method } = request;
      const path = pathOf(request.url);
      const asked = { method, path, from: performance.now() };
      const refused = turnedAway() ?? admit(request, path, serving);
      if (refused !== undefined) return finish(asked, refused, 0);
      return method === "POST"
        ? act(request, asked)
        : finish(asked, answer(path, request), 0);
    },
    inFlight: () => inFlight,
    drain: () => {
      draining = true;
      if (inFlight === 0) drained.resolve();
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

  function answer(path: string, { headers }: Request, body?: Uint8Array) {
    switch (path) {
      case "/healthz":
        return jsonReply(200, health);
      case "/spec":
        return jsonReply(200, document);
      case "/metrics":
        return { ...jsonReply(200, metrics()), type: FIGURES };
      default:
        return typeOf(headers.get("content-type")) === RAW
          ? actor.raw(body!)
          : actor.json(body!);
    }
  }

  return (path: string, request: Request, body?: Uint8Array): Reply => {
    try {
      return answer(path, request, body);
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
