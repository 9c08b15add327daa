/**
 * What may be asked of `serve`: limits, who may ask, and where it listens.
 *
 * @module
 */

import type { EdgeSpec } from "../../lib/edge/mod.ts";
import { refuse } from "../../lib/errors.ts";
import type { Arguments, Command } from "../_cli.ts";
import { whole } from "../_number.ts";

/** The command. */
export const command: Command = {
  name: "serve",
  summary: "Answer with the actions of an exported policy, over HTTP.",
  positionals: [
    {
      name: "ARTEFACT",
      description: "policy.safetensors, or the folder that export wrote",
      required: true,
    },
  ],
  options: [
    {
      name: "port",
      placeholder: "N",
      default: "8000",
      description: "Port, 0 for any that is free",
    },
    {
      name: "host",
      placeholder: "H",
      default: "127.0.0.1",
      description: "Address to listen on, 0.0.0.0 for all",
    },
    {
      name: "cors",
      placeholder: "ORIGIN",
      description: "Whose pages may ask, such as https://example.org, or *",
    },
    {
      name: "max-batch",
      placeholder: "N",
      default: "256",
      description: "Most moments of a request, 1 to 4096",
    },
    {
      name: "max-in-flight",
      placeholder: "N",
      default: "512",
      description:
        "Most requests at work; further ones get 503 and retry-after",
    },
    {
      name: "timeout",
      placeholder: "MS",
      default: "5000",
      description: "Time for a body to arrive, 10 to 600000 ms",
    },
    {
      name: "controller",
      placeholder: "FILE",
      description: "The base, where the policy was learnt over a file",
    },
    { name: "json", description: "Say where it listens as one JSON line" },
    { name: "quiet", description: "Print no line per request" },
  ],
  examples: [
    "deno task serve runs/slippery-push-seed1/export",
    "RPL_TOKEN=... deno task serve policy.safetensors --host 0.0.0.0 --port 80",
    "curl localhost:8000/spec",
  ],
  notes:
    `Where RPL_TOKEN is set, requests must bring 'authorization: Bearer TOKEN', but for GET /healthz.
Put a proxy in front of the open internet: clients that are idle or slow with their headers keep their connection, until the system allows no further one.`,
};

/** What every refusal of an option ends with. */
const HELP = "\nSee: deno task serve --help";

/** How it is served. */
export interface ServeOptions {
  readonly host: string;
  readonly port: number;
  readonly token: string | undefined;
  readonly cors: string | undefined;
  readonly maxBatch: number;
  readonly maxInFlight: number;
  /** Milliseconds. */
  readonly timeout: number;
}

/**
 * Reads the options.
 *
 * @param token What requests must bring, if anything.
 * @throws {Refusal} Of a `ConfigError` where one cannot be used.
 */
export function readOptions(
  given: Pick<Arguments, "text">,
  token: string | undefined,
): ServeOptions {
  const { text } = given;
  return {
    host: text.host ?? "127.0.0.1",
    port: whole(given, "port", 8000, 0, 65535, HELP),
    token: readToken(token),
    cors: text.cors === undefined ? undefined : readOrigin(text.cors),
    maxBatch: whole(given, "max-batch", 256, 1, 4096, HELP),
    maxInFlight: whole(given, "max-in-flight", 512, 1, 65536, HELP),
    timeout: whole(given, "timeout", 5000, 10, 600_000, HELP),
  };
}

/** Longest number in JSON with its comma, such as `-1.2345678901234567e-308,`. */
const NUMBER = 26;

/** Bytes that the largest batch takes, with some to spare for spaces. */
export function batchBytes(
  { observationSize, goalSize, memorySize }: EdgeSpec,
  maxBatch: number,
): number {
  const numbers = observationSize + goalSize + memorySize;
  return 4096 + maxBatch * (NUMBER * numbers + 16);
}

/** A token that a header can carry. */
function readToken(token: string | undefined): string | undefined {
  if (token === undefined || /^[!-~]{1,1024}$/.test(token)) return token;
  return refuseOption(
    `the token in RPL_TOKEN: it must be 1 to 1024 visible ASCII characters without spaces, and it is ${
      token === "" ? "empty" : "not"
    }`,
  );
}

function readOrigin(text: string): string {
  const origin = URL.canParse(text) ? new URL(text).origin : "null";
  if (text === "*" || (text === origin && /^https?:/.test(text))) return text;
  return refuseOption(
    `'--cors ${text}': it must be an origin such as https://example.org, without a path, or *`,
  );
}

function refuseOption(problem: string): never {
  const message = `Cannot use ${problem}${HELP}`;
  return refuse({ _tag: "ConfigError", message });
}
