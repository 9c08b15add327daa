/**
 * Options whose number may be left out, such as `--safe-exploration [SHARE]`:
 * which of the words after them is theirs, and whether it is in their range.
 *
 * @module
 */

import type { Option } from "./_cli.ts";

/** The words with `--name N`, and `--name` where its number is left out, as `--name=N`. */
export function filledIn(
  options: readonly Option[],
  args: readonly string[],
): string[] {
  const words: string[] = [];
  for (let i = 0; i < args.length; i++) {
    const option = options.find(({ name }) => args[i] === `--${name}`);
    if (option?.implied === undefined) words.push(args[i]);
    else if (isValue(option, args[i + 1])) {
      words.push(`${args[i]}=${args[++i]}`);
    } else words.push(`${args[i]}=${option.implied}`);
  }
  return words;
}

/** Whether the next word is the number of an option that may lack it. */
function isValue({ beside }: Option, next: string | undefined): boolean {
  if (next === undefined) return false;
  return /^[-+]?[.\d]/.test(next) ||
    beside !== undefined && !next.startsWith("-") && !beside.includes(next);
}

/** The number in `value` as a setting is written; `undefined` where it is out of the range. */
export function inRange(
  [low, high]: readonly [number, number],
  value: string | undefined,
): string | undefined {
  const number = value?.trim() ? Number(value) : NaN;
  return number >= low && number <= high ? String(number) : undefined;
}
