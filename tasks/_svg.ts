/**
 * Drawing without a browser: a page for Observable Plot, and a figure as a file
 * of its own.
 *
 * @module
 */

import type { plot, PlotOptions } from "@observablehq/plot";
import { parseHTML } from "linkedom";

/** A page to draw on; typed as the browser's, which Deno's library does not know. */
export function documentOf(): NonNullable<PlotOptions["document"]> {
  const { document } = parseHTML("<html></html>") as unknown as {
    readonly document: NonNullable<PlotOptions["document"]>;
  };
  return document;
}

/** The text of the file. */
export function fileOf(svg: ReturnType<typeof plot>): string {
  svg.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  return `${svg.outerHTML}\n`;
}
