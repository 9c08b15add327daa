/**
 * Tables and paragraphs of Markdown, laid out as `deno fmt` would.
 *
 * @module
 */

/** Cells side by side, each column as wide as its widest cell; the first row is the head. */
export function layOut(rows: readonly (readonly string[])[]): string {
  const widths = rows[0].map((_, i) =>
    Math.max(...rows.map((row) => row[i].length))
  );
  const [head, ...body] = rows.map((row) =>
    `| ${row.map((cell, i) => cell.padEnd(widths[i])).join(" | ")} |`
  );
  const rule = `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`;
  return [head, rule, ...body].join("\n");
}

/** Words in lines of 80 characters. */
export function wrap(text: string): string {
  const lines = [""];
  for (const word of text.split(" ")) {
    const line = `${lines.at(-1)} ${word}`.trim();
    if (line.length <= 80) lines[lines.length - 1] = line;
    else lines.push(word);
  }
  return lines.join("\n");
}
