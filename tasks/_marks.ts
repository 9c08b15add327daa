/**
 * Unfinished work in texts.
 *
 * @module
 */

// Written so that this file does not find itself.
const MARK = new RegExp(`\\b(?:${["TO" + "DO", "FIX" + "ME"].join("|")})\\b`);

/** The lines of `text`, counted from 1, that mark unfinished work. */
export function marksIn(text: string): readonly number[] {
  return text.split("\n").flatMap((line, i) => MARK.test(line) ? [i + 1] : []);
}
