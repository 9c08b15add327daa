/**
 * The house's own lint rules, for `lint.plugins` in `deno.json`.
 *
 * `lib/` and `kernels/*.ts` compute and nothing else: they name no platform, no
 * clock, no hidden randomness. These rules say so where the editor shows it.
 *
 * @module
 */

/** Where a rule holds: `lib/` and `kernels/*.ts`, or `lib/` alone, or shipped code. */
type Place = "pure" | "library" | "shipped";

/** Globals that pure code may not name, and what to use. */
const EFFECTS: Readonly<Record<string, string>> = {
  Deno: "platform calls belong in tasks/",
  process: "platform calls belong in tasks/",
  globalThis: "name what you need as a parameter",
  self: "name what you need as a parameter",
  window: "name what you need as a parameter",
  navigator: "take what you need as a parameter",
  Date: "take the time as a parameter",
  performance: "take the time as a parameter",
  setTimeout: "waiting belongs in tasks/",
  setInterval: "waiting belongs in tasks/",
  fetch: "take the bytes as a parameter",
  XMLHttpRequest: "take the bytes as a parameter",
  WebSocket: "take the bytes as a parameter",
  console: "return what there is to say",
  crypto: "draw from a Key of lib/rng",
  Worker: "threads belong in tasks/",
  localStorage: "storage belongs in tasks/",
};

const noEffects: Deno.lint.Rule = {
  create(context) {
    if (!holds("pure", context.filename)) return {};
    return {
      Identifier(node) {
        if (!Object.hasOwn(EFFECTS, node.name) || isLabel(node)) return;
        context.report({
          node,
          message: `Pure code may not name '${node.name}'`,
          hint: EFFECTS[node.name],
        });
      },
      MemberExpression(node) {
        if (!isName(node.object, "Math")) return;
        const { property } = node;
        const random = node.computed
          ? !(property.type === "Literal" && property.value !== "random")
          : isName(property, "random");
        if (random) reportRandom(context, node);
      },
      VariableDeclarator(node) {
        if (node.init && isName(node.init, "Math")) reportRandom(context, node);
      },
      ImportDeclaration(node) {
        if (!node.source.value.startsWith("node:")) return;
        context.report({
          node,
          message: `Pure code may not import '${node.source.value}'`,
          hint: "platform modules belong in tasks/",
        });
      },
    };
  },
};

const noClasses: Deno.lint.Rule = {
  create(context) {
    const isErrors = place(context.filename) === "lib/errors.ts";
    if (!holds("library", context.filename) || isErrors) return {};
    const report = (node: Deno.lint.Node) =>
      context.report({
        node,
        message: "The library has no classes",
        hint: "write a record of functions over an explicit state",
      });
    return { ClassDeclaration: report, ClassExpression: report };
  },
};

const noTopLevelArrows: Deno.lint.Rule = {
  create(context) {
    if (!holds("shipped", context.filename)) return {};
    return {
      VariableDeclarator(node) {
        const declaration = node.parent;
        const outside = declaration.parent.type === "Program" ||
          declaration.parent.type === "ExportNamedDeclaration";
        if (!outside || node.init?.type !== "ArrowFunctionExpression") return;
        context.report({
          node,
          message: "A function of a module is declared with 'function'",
          hint: "arrows are for the inside of functions",
        });
      },
    };
  },
};

/** The plugin. */
const plugin: Deno.lint.Plugin = {
  name: "house",
  rules: {
    "no-effects": noEffects,
    "no-classes": noClasses,
    "no-top-level-arrows": noTopLevelArrows,
  },
};

export default plugin;

function reportRandom(
  context: Deno.lint.RuleContext,
  node: Deno.lint.Node,
): void {
  context.report({
    node,
    message: "Pure code may not name 'Math.random'",
    hint: "draw from a Key of lib/rng",
  });
}

/** The path within this checkout, with forward slashes. */
function place(filename: string): string {
  const root = `${import.meta.dirname}`.replace(/tasks$/, "");
  const inside = filename.startsWith(root)
    ? filename.slice(root.length)
    : filename;
  return inside.replaceAll("\\", "/");
}

function holds(where: Place, filename: string): boolean {
  const path = place(filename);
  const library = path.startsWith("lib/");
  if (where === "library") return library;
  const pure = library || /^kernels\/[^/]+\.ts$/.test(path);
  return where === "pure" ? pure : pure || path.startsWith("tasks/");
}

function isName(node: Deno.lint.Node, name: string): boolean {
  return node.type === "Identifier" && node.name === name;
}

/** Whether an identifier only labels a member, as in `run.process` or `{ fetch: 1 }`. */
function isLabel(node: Deno.lint.Identifier): boolean {
  const { parent } = node;
  switch (parent.type) {
    case "MemberExpression":
      return parent.property === node && !parent.computed;
    case "Property":
      return parent.key === node && !parent.computed;
    case "TSPropertySignature":
    case "TSMethodSignature":
      return parent.key === node;
    default:
      return false;
  }
}
