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

/** Characters that wait for a slow reader. */
const WAITING = 1 << 20;

/** Characters after which lines are written at once. */
const ENOUGH = 1 << 15;

/** Longest path that is told, characters. */
const PATH = 128;

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
 * @param write Takes all of a text; fails where nobody reads any more.
 * @param wall Milliseconds since 1970.
 */
export function openAccessLog(
  write: (text: string) => Promise<void>,
  wall: () => number,
): AccessLog {
  let text = "";
  let [lines, dropped] = [0, 0];
  let writing: Promise<void> | undefined;

  async function drain(): Promise<void> {
    while (text !== "") {
      const [batch, count] = [text, lines];
      [text, lines] = ["", 0];
      await write(batch).catch(() => {
        dropped += count;
      });
    }
    writing = undefined;
  }

  return {
    add: (served) => {
      if (text.length > WAITING) dropped++;
      else {
        text += accessLine(served, wall());
        lines++;
      }
      if (text.length > ENOUGH) writing ??= drain();
    },
    dropped: () => dropped,
    // An empty log is not drained: that would be over before it is noted.
    flush: async () => {
      if (text !== "") writing ??= drain();
      await writing;
    },
  };
}

/** The line of a request, with its end. */
export function accessLine(
  { method, path, status, ms, rows, bytes }: Served,
  wall: number,
): string {
  const time = timeText(wall);
  const asked = `"method":"${method}","path":${
    JSON.stringify(path.slice(0, PATH))
  }`;
  const took = Math.round(1000 * ms) / 1000;
  return `{"time":"${time}",${asked},"status":${status},"ms":${took},"rows":${rows},"bytes":${bytes}}\n`;
}

const last = { wall: NaN, text: "" };

/** Many lines fall into one millisecond. */
function timeText(wall: number): string {
  if (wall !== last.wall) {
    last.wall = wall;
    last.text = new Date(wall).toISOString();
  }
  return last.text;
}
