/**
 * The frame of a page that stands alone: one file, its style sheet in it.
 *
 * @module
 */

import { type Html, html, raw } from "./html.ts";
import { styleSheet } from "./style.ts";

/**
 * A page that asks nobody for anything: its policy forbids every request.
 *
 * @param rules What its style sheet says besides.
 */
export function document(title: string, body: Html, rules = ""): string {
  return html`
    <!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta http-equiv="Content-Security-Policy"
          content="default-src 'none'; style-src 'unsafe-inline'">
        <title>${title}</title>
        <style>${raw(styleSheet() + rules)}</style>
      </head>
      <body>
    ${body}
      </body>
    </html>
  `.html;
}
