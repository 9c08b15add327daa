/**
 * One JSON line per request: what was asked and how it went, never what was
 * observed and never a token.
 *
 * Lines are gathered and written a few times a second. A reader who does not
 * keep up loses lines, which are counted; he never holds up a robot.
 *
 * @module
 */

import type { Served } from "./reply.ts";

/** Bytes that wait for a slow reader. */
const WAITING = 1 << 19;

/** Bytes after which lines are written at once. */
const ENOUGH = 1 << 17;

/** Longest method and path that are told, characters. */
const [METHOD, PATH] = [16, 128];

/** The log. */
export interface AccessLog {
  readonly add: (served: Served) => void;
  /** Lines that were not written as nobody took them. */
  readonly dropped: () => number;
  /** Writes what has gathered; call it a few times a second, and at the end. */
  readonly flush: () => Promise<void>;
}

/**
 * Opens the log.
 *
 * @param write Takes all of some bytes, which are lent to it; fails where nobody
 * reads any more.
 * @param wall Milliseconds since 1970.
 */
export function openAccessLog(
  write: (bytes: Uint8Array) => Promise<void>,
  wall: () => number,
): AccessLog {
  const pages = openPages();
  let [lines, dropped] = [0, 0];
  let writing: Promise<void> | undefined;

  async function drain(): Promise<void> {
    while (pages.size() > 0) {
      const count = lines;
      lines = 0;
      await write(pages.take()).catch(() => {
        dropped += count;
      });
    }
    writing = undefined;
  }

  return {
    add: (served) => {
      if (pages.put(accessLine(served, wall()))) lines++;
      else dropped++;
      if (pages.size() > ENOUGH) writing ??= drain();
    },
    dropped: () => dropped,
    // An empty log is not drained: that would be over before it is noted.
    flush: async () => {
      if (pages.size() > 0) writing ??= drain();
      await writing;
    },
  };
}

/**
 * ASCII as bytes: a page gathers while another is written. One long text would
 * be quicker to add to, but a tree of its parts for the garbage collector.
 */
function openPages() {
  let [page, other] = [new Uint8Array(WAITING), new Uint8Array(WAITING)];
  let size = 0;
  return {
    /** Whether there was place for the text. */
    put: (text: string): boolean => {
      if (size + text.length > WAITING) return false;
      for (let i = 0; i < text.length; i++) page[size++] = text.charCodeAt(i);
      return true;
    },
    size: () => size,
    /** All that was put, lent until it is taken again. */
    take: (): Uint8Array => {
      const taken = page.subarray(0, size);
      [page, other] = [other, page];
      size = 0;
      return taken;
    },
  };
}

/** The line of a request, in ASCII, with its end. */
export function accessLine(
  { method, path, status, ms, rows, bytes }: Served,
  wall: number,
): string {
  const asked = `"method":"${method.slice(0, METHOD)}","path":${quoted(path)}`;
  const took = Math.round(1000 * ms) / 1000;
  return `{"time":"${
    timeText(wall)
  }",${asked},"status":${status},"ms":${took},"rows":${rows},"bytes":${bytes}}\n`;
}

/** Many lines fall into one millisecond, and most are of one path. */
const timeText = remembering((wall: number) => new Date(wall).toISOString());
const quoted = remembering((path: string) =>
  JSON.stringify(path.slice(0, PATH)).replace(/[^ -~]/g, escaped)
);

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

/** The function, which is not called again for what it was given last. */
function remembering<A>(find: (given: A) => string): (given: A) => string {
  let last: A | undefined;
  let found = "";
  return (given) => {
    if (given !== last) [last, found] = [given, find(given)];
    return found;
  };
}
