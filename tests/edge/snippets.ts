/**
 * Programs out of a document: the fenced blocks that begin with a comment that
 * names their file.
 *
 * @module
 */

/** The document that shows how to embed a policy. */
export const EMBED = new URL("../../docs/embed.md", import.meta.url);

/** The document that shows how other software reads one. */
export const FORMATS_DOC = new URL("../../docs/formats.md", import.meta.url);

/** The text of the fenced blocks of `document` in a language, in order. */
export function blocksOf(
  document: string,
  language: string,
): readonly string[] {
  const fence = /^```(\w+)\n(.*?)^```$/gms;
  return [...document.matchAll(fence)]
    .filter(([, tongue]) => tongue === language)
    .map(([, , text]) => text);
}

/**
 * The program that begins with `// name`, or `# name` where it is Python.
 *
 * @throws {RangeError} If there is not exactly one.
 */
export function snippetNamed(document: string, name: string): string {
  const [language, mark] = name.endsWith(".py")
    ? ["python", "#"]
    : ["js", "//"];
  const found = blocksOf(document, language)
    .filter((text) => text.startsWith(`${mark} ${name}\n`));
  if (found.length === 1) return found[0];
  throw new RangeError(
    `Cannot find the snippet '${name}': ${found.length} begin with that name`,
  );
}
