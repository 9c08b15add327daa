/**
 * What is served as an OpenAPI 3.1 document, with the sizes of the policy as
 * constraints and its own specification under `x-policy`.
 *
 * @module
 */

import project from "../../deno.json" with { type: "json" };
import type { EdgeSpec } from "../../lib/edge/mod.ts";
import { RAW } from "./act.ts";

/** What the server allows. */
interface Allowed {
  readonly maxBatch: number;
  readonly maxBody: number;
  readonly token: string | undefined;
}

/** When a request to `POST /act` is refused. */
const REFUSALS: Readonly<Record<number, string>> = {
  400: "The body is not JSON, not what the policy reads, or cut short",
  401: "The bearer token is missing or wrong",
  408: "The body did not arrive in time",
  413: "The body is over x-max-body-bytes, or the batch over maxItems",
  415: "The body is of another type or encoding",
  422: "The policy has no finite action for these numbers",
  500: "The policy failed, a mistake in the server or its controller",
  503:
    "Too many requests are at work, or the server ends: ask again after retry-after seconds",
};

/** The document. */
export function openApi(spec: EdgeSpec, allowed: Allowed): unknown {
  const guarded = allowed.token === undefined ? {} : {
    security: [{ token: [] }],
  };
  return {
    openapi: "3.1.0",
    info: {
      title: `Policy for ${spec.task}`,
      version: project.version,
      description:
        "Actions of a residual policy and its base controller, all entries in [-1, 1].",
    },
    "x-policy": spec,
    "x-max-body-bytes": allowed.maxBody,
    ...guarded,
    paths: {
      "/act": { post: actOperation(spec) },
      "/spec": { get: reading("This document", "application/json") },
      "/healthz": {
        get: {
          ...reading("Whether the server answers", "application/json"),
          security: [],
        },
      },
      "/metrics": { get: reading("Figures for Prometheus", "text/plain") },
    },
    components: {
      schemas: schemas(spec, allowed.maxBatch),
      ...allowed.token === undefined ? {} : {
        securitySchemes: { token: { type: "http", scheme: "bearer" } },
      },
    },
  };
}

function actOperation({ memorySize }: EdgeSpec): unknown {
  const raw = memorySize > 0 ? {} : {
    [RAW]: { schema: { type: "string", format: "binary" } },
  };
  const json = (one: string, many: string) => ({
    "application/json": { schema: { oneOf: [ref(one), ref(many)] } },
  });
  return {
    summary: "Act for one robot, or for many at once",
    description: memorySize > 0
      ? "Send the memory of the last answer with the next moment; none at the start of an episode."
      : `As ${RAW}: rows of [observation | desired], little-endian 32-bit floats, to rows of actions.`,
    requestBody: {
      required: true,
      content: { ...json("Moment", "Moments"), ...raw },
    },
    responses: {
      200: {
        description: "What to play",
        content: { ...json("Decision", "Decisions"), ...raw },
      },
      ...refusals(),
    },
  };
}

function refusals(): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(REFUSALS).map(([status, description]) => [status, {
      description,
      content: { "application/json": { schema: ref("Error") } },
    }]),
  );
}

function reading(summary: string, type: string): Record<string, unknown> {
  const content = { [type]: {} };
  return { summary, responses: { 200: { description: summary, content } } };
}

function schemas(spec: EdgeSpec, maxBatch: number): unknown {
  const { channels, goalChannels, actionChannels, memorySize } = spec;
  const observation = vector(channels.length, channels);
  const desired = vector(goalChannels.length, goalChannels);
  const action = {
    ...vector(actionChannels.length, actionChannels),
    items: { type: "number", minimum: -1, maximum: 1 },
  };
  const memory = vector(memorySize);
  const many = (items: unknown) => ({
    type: "array",
    items,
    minItems: 1,
    maxItems: maxBatch,
  });
  const kept = memorySize > 0;
  return {
    Moment: object(
      { observation, desired, ...kept ? { memory } : {} },
      ["observation", "desired"],
    ),
    Moments: object(
      {
        observations: many(observation),
        desired: many(desired),
        ...kept ? { memories: many(memory) } : {},
      },
      ["observations", "desired"],
    ),
    Decision: object({ action, ...kept ? { memory } : {} }),
    Decisions: object({
      actions: many(action),
      ...kept ? { memories: many(memory) } : {},
    }),
    Error: object({ error: { type: "string" } }),
  };
}

function vector(size: number, channels?: readonly string[]) {
  const entries = { type: "number" };
  const described = channels === undefined
    ? {}
    : { description: channels.join(", ") };
  return {
    type: "array",
    items: entries,
    minItems: size,
    maxItems: size,
    ...described,
  };
}

function object(
  properties: Readonly<Record<string, unknown>>,
  required = Object.keys(properties),
): unknown {
  return { type: "object", properties, required, additionalProperties: false };
}

function ref(name: string): unknown {
  return { $ref: `#/components/schemas/${name}` };
}
