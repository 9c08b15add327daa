/**
 * A small builder of MJCF text, the model language of MuJoCo (XML reference:
 * https://mujoco.readthedocs.io/en/stable/XMLreference.html).
 *
 * Numbers are written as the shortest text that reads back as the same double,
 * so a model is bit for bit the one that was asked for.
 *
 * @module
 */

/** What an attribute may hold: text, a number, a yes or no, or a row of numbers. */
export type Attribute = string | number | boolean | readonly number[];

/** An element with its attributes and children, as text. */
export type Mjcf = string;

/**
 * One element. Attributes that are `undefined` are left out.
 *
 * @throws {RangeError} If a number is not finite.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * const cube = element("geom", { type: "box", size: [0.025, 0.025, 0.025] });
 * assertEquals(cube, '<geom type="box" size="0.025 0.025 0.025"/>');
 * ```
 */
export function element(
  tag: string,
  attributes: Readonly<Record<string, Attribute | undefined>> = {},
  ...children: readonly Mjcf[]
): Mjcf {
  const head = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => ` ${name}="${text(value!, `${tag}.${name}`)}"`)
    .join("");
  return children.length === 0
    ? `<${tag}${head}/>`
    : `<${tag}${head}>\n${children.join("\n")}\n</${tag}>`;
}

function text(value: Attribute, place: string): string {
  if (typeof value === "string") return escape(value);
  if (typeof value === "boolean") return String(value);
  const numbers = typeof value === "number" ? [value] : value;
  const bad = numbers.find((x) => !Number.isFinite(x));
  if (bad !== undefined) {
    throw new RangeError(
      `Cannot write the model as '${place}' must hold finite numbers: it holds ${bad}`,
    );
  }
  return numbers.join(" ");
}

function escape(value: string): string {
  return value.replaceAll("&", "&amp;").replaceAll("<", "&lt;")
    .replaceAll('"', "&quot;");
}
