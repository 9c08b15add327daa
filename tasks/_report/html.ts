/**
 * Pieces of HTML: text that is never markup, and tables.
 *
 * @module
 */

/** Markup, as opposed to text. */
export interface Html {
  readonly html: string;
}

/** What may stand in a piece: text is escaped, markup is not. */
export type Content = string | number | Html | readonly Content[];

/**
 * Markup with values put in: `html`<p>${text}</p>``.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(html`<p>${"a < b"}</p>`.html, "<p>a &lt; b</p>");
 * ```
 */
export function html(
  parts: TemplateStringsArray,
  ...values: readonly Content[]
): Html {
  const text = parts.map((part, i) =>
    i < values.length ? part + render(values[i]) : part
  );
  return { html: text.join("") };
}

/** Text that is markup already. */
export function raw(html: string): Html {
  return { html };
}

/** A table that scrolls where it is too wide; nothing where it has no rows. */
export function table(
  heads: readonly string[],
  rows: readonly (readonly Content[])[],
  kind = "plain",
): Html {
  if (rows.length === 0) return raw("");
  return html`
    <div class="wide">
      <table class="${kind}">
        <thead>
          <tr>${heads.map((head) => html`<th>${head}</th>`)}</tr>
        </thead>
        <tbody>${rows.map((row) =>
          html`<tr>${row.map((cell) => html`<td>${cell}</td>`)}</tr>\n`
        )}</tbody>
      </table>
    </div>
  `;
}

function render(value: Content): string {
  if (typeof value === "string") return escape(value);
  if (typeof value === "number") return String(value);
  if ("html" in value) return value.html;
  return value.map(render).join("");
}

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
