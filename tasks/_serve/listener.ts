/**
 * Where the server listens. A process that may open no further file, since so
 * many clients are connected, ends the connections on which nothing is asked
 * and listens again.
 *
 * @module
 */

import { refuse } from "../../lib/errors.ts";
import { systemReason } from "../_files.ts";

/** Milliseconds in which connections end before it listens again. */
const AGAIN = 100;

/** An address. */
export interface Place {
  readonly hostname: string;
  readonly port: number;
}

/** A server that listens. */
export interface Listener {
  readonly place: Place;
  /** Listens no more; settles when all answers have left. */
  readonly close: () => Promise<unknown>;
}

/**
 * Listens.
 *
 * @param port 0 for any that is free.
 * @param warn Told when connections had to be ended.
 * @throws {Refusal} Of a `ConfigError` where it cannot listen there.
 */
export function listen(
  { hostname, port }: Place,
  handler: Deno.ServeHandler<Deno.NetAddr>,
  warn: (text: string) => void,
): Listener {
  const options = { hostname, port, onListen: () => {} };
  let closed = false;
  let ending: Promise<unknown> = Promise.resolve();
  let server = opening(options, open);

  function open(): Deno.HttpServer<Deno.NetAddr> {
    const opened = Deno.serve(options, handler);
    opened.finished.catch(({ message }) => {
      warn(`idle connections are ended, as no other can be taken: ${message}`);
      ending = Promise.all([ending, opened.shutdown()]);
      setTimeout(reopen, AGAIN);
    });
    return opened;
  }

  function reopen(): void {
    if (closed) return;
    try {
      server = open();
    } catch {
      setTimeout(reopen, AGAIN);
    }
  }

  options.port = server.addr.port;
  return {
    place: { hostname: server.addr.hostname, port: server.addr.port },
    close: () => {
      closed = true;
      return Promise.all([ending, server.shutdown()]);
    },
  };
}

/** What `open` gives, or a refusal that says what is wrong with the address. */
function opening<A>({ hostname, port }: Place, open: () => A): A {
  try {
    return open();
  } catch (error) {
    const reason = error instanceof Deno.errors.AddrInUse
      ? "the port is in use: stop what uses it, or choose another with --port"
      : error instanceof Deno.errors.AddrNotAvailable
      ? "this machine has no such address: choose another with --host"
      : systemReason(error) ??
        `${error instanceof Error ? error.message : error}`;
    return refuse({
      _tag: "ConfigError",
      message: `Cannot listen on ${hostname}:${port} as ${reason}`,
    });
  }
}
