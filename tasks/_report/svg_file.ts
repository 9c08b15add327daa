/**
 * A figure as a file of its own.
 *
 * @module
 */

import type { plot } from "@observablehq/plot";

/** The text of the file; `undefined` where there is no figure. */
export function fileOf(
  svg: ReturnType<typeof plot> | undefined,
): string | undefined {
  if (svg === undefined) return undefined;
  svg.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  return `${svg.outerHTML}\n`;
}
