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

/** Words of capitals with an underscore, which stand where a figure will be. */
const PLACEHOLDER = /\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+\b/;

/** The lines of Markdown, counted from 1, whose prose holds a leftover placeholder. */
export function placeholdersIn(markdown: string): readonly number[] {
  let fenced = false;
  return markdown.split("\n").flatMap((line, i) => {
    const fence = /^\s*(?:```|~~~)/.test(line);
    if (fence) fenced = !fenced;
    const prose = line.replace(/`[^`]*`/g, "");
    return !fenced && !fence && PLACEHOLDER.test(prose) ? [i + 1] : [];
  });
}
