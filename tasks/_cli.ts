/**
 * The command line: one table of options per task gives the strict parser, the
 * help text and the suggestions.
 *
 * @module
 */

import * as E from "fp-ts/Either";
import { parseArgs } from "node:util";
import { type ConfigError, nearest } from "../lib/errors.ts";
import { filledIn, inRange } from "./_optional_number.ts";

/** One option, `--name value`, or `--name` alone where it has no placeholder. */
export interface Option {
  readonly name: string;
  /** One letter, for `-h`. */
  readonly short?: string;
  /** What stands for the value in the help, for example `N`; absent for a flag. */
  readonly placeholder?: string;
  /** The default as the help shows it. */
  readonly default?: string;
  /** The number that `--name` alone stands for, where a number may be left out. */
  readonly implied?: string;
  /** The numbers that it takes, both ends included. */
  readonly range?: readonly [low: number, high: number];
  /** Words that may follow it where its number is left out; any other is taken for the number. */
  readonly beside?: readonly string[];
  readonly description: string;
  /** May be given more than once. */
  readonly repeated?: boolean;
  /**
   * The setting that it writes: `--seed 3` with `sets: "seed"` is `--set seed=3`.
   * The empty string takes the whole `path=value`, as `--set` itself does.
   */
  readonly sets?: string;
  /** Options that cannot stand beside this one, and why. */
  readonly excludes?: {
    readonly names: readonly string[];
    readonly why: string;
  };
}

/** A positional argument; they are filled in order. */
export interface Positional {
  readonly name: string;
  readonly description: string;
  readonly required?: boolean;
}

/** A `deno task`, as its parser and its help see it. */
export interface Command {
  readonly name: string;
  readonly summary: string;
  readonly positionals: readonly Positional[];
  readonly options: readonly Option[];
  readonly examples: readonly string[];
  /** Further paragraphs of the help. */
  readonly notes?: string;
}

/** What was given, checked against the table. */
export interface Arguments {
  /** `--help` was given: print {@link helpText} and stop. */
  readonly help: boolean;
  readonly positionals: readonly string[];
  /** Values of options that take one; absent where not given. */
  readonly text: Readonly<Record<string, string | undefined>>;
  readonly flags: ReadonlySet<string>;
  /** `path=value` of every option that sets a setting, in the order given. */
  readonly assignments: readonly string[];
}

/** {@link Arguments} while they are being read. */
interface Draft extends Arguments {
  readonly text: Record<string, string | undefined>;
  readonly flags: Set<string>;
  readonly assignments: string[];
  /** How each setting was given, by its path. */
  readonly written: Map<string, Written>;
}

/** A setting as it was given. */
interface Written {
  /** Such as `--seed 3`. */
  readonly words: string;
  readonly value: string;
}

const helpOption: Option = {
  name: "help",
  short: "h",
  description: "Show this text",
};

/**
 * Parses `args` strictly against the table of `command`.
 *
 * `--help` wins over every mistake, so that a person who is lost is told the way.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * const echo = { name: "echo", summary: "", positionals: [], examples: [], options: [
 *   { name: "seed", placeholder: "N", sets: "seed", description: "Seed" },
 * ] };
 * const parsed = parseCommand(echo, ["--seed", "3"]);
 * assertEquals(parsed._tag === "Right" && parsed.right.assignments, ["seed=3"]);
 * ```
 */
export function parseCommand(
  command: Command,
  args: readonly string[],
): E.Either<ConfigError, Arguments> {
  const options = [...command.options, helpOption];
  const tokens = tokenise(options, args);
  const found: Draft = {
    help: tokens.some((token) =>
      token.kind === "option" && token.name === "help"
    ),
    positionals: tokens.flatMap((token) =>
      token.kind === "positional" ? [token.value] : []
    ),
    text: Object.create(null),
    flags: new Set<string>(),
    assignments: [],
    written: new Map(),
  };
  if (found.help) return E.right(found);
  for (const token of tokens) {
    if (token.kind !== "option") continue;
    const option = options.find(({ name }) => name === token.name);
    const problem = option === undefined
      ? unknownOption(command, token.rawName)
      : store(found, option, token.value, token.inlineValue === true);
    if (problem !== undefined) return usageError(command, problem);
  }
  const problem = checkPositionals(command, found.positionals) ??
    checkExclusions(command, found);
  return problem === undefined ? E.right(found) : usageError(command, problem);
}

/** Node's tokens, not its messages: those know no near names. */
function tokenise(options: readonly Option[], args: readonly string[]) {
  const { tokens } = parseArgs({
    args: filledIn(options, args),
    strict: false,
    allowPositionals: true,
    tokens: true,
    options: Object.fromEntries(
      options.map(({ name, short, placeholder }) => [
        name,
        {
          type: placeholder === undefined ? "boolean" : "string",
          ...(short === undefined ? {} : { short }),
        } as const,
      ]),
    ),
  });
  return tokens;
}

/** Files one option under what was found; a problem is returned as a sentence. */
function store(
  found: Draft,
  option: Option,
  value: string | undefined,
  inline: boolean,
): string | undefined {
  const { name, placeholder } = option;
  const seen = found.flags.has(name) || name in found.text;
  if (seen && option.repeated !== true) {
    return `Cannot use '--${name}' twice: give it once`;
  }
  if (placeholder === undefined) {
    found.flags.add(name);
    return value === undefined
      ? undefined
      : `Cannot give '--${name}' a value as it is a switch: received '${value}'`;
  }
  if (option.range && inRange(option.range, value) === undefined) {
    const [low, high] = option.range;
    return `Cannot use '--${name} ${value}' as ${placeholder} must be a number from ${low} to ${high}: received '${value}'`;
  }
  const missing = value === undefined || value === "" ||
    (!inline && value.startsWith("--"));
  if (missing) {
    const instead = value ? `: the next word is '${value}'` : "";
    return `Cannot read '--${name}' as it needs a value, ` +
      `--${name} ${placeholder}${instead}`;
  }
  found.text[name] = value;
  if (option.sets === undefined) return undefined;
  const plain = option.range ? inRange(option.range, value) : value;
  const assignment = option.sets === "" ? value : `${option.sets}=${plain}`;
  found.assignments.push(assignment);
  return noteSetting(found, assignment, `--${name} ${value}`);
}

/** Notes what was set; a setting that has another value already is a problem. */
function noteSetting(
  { written }: Draft,
  assignment: string,
  words: string,
): string | undefined {
  const [path, ...rest] = assignment.split("=");
  const value = rest.join("=");
  const before = written.get(path);
  if (before !== undefined && before.value !== value) {
    return `Cannot use both '${before.words}' and '${words}' as '${path}' has one value: give one of them`;
  }
  written.set(path, { words, value });
  return undefined;
}

function unknownOption(command: Command, given: string): string {
  const names = [...command.options, helpOption].map(({ name }) => `--${name}`);
  const near = suggestion(given, names) || ".";
  return `Cannot use '${given}' as '${command.name}' has no such option` +
    `${near} Options: ${names.join(", ")}`;
}

function checkPositionals(
  command: Command,
  given: readonly string[],
): string | undefined {
  const { positionals, options, name } = command;
  const missing = positionals[given.length];
  if (missing?.required === true) {
    return `Cannot ${name} without ${missing.name}: ${missing.description}`;
  }
  if (given.length <= positionals.length) return undefined;
  const stray = given[positionals.length];
  const takes = positionals.length === 0
    ? "no arguments"
    : `only ${positionals.map((positional) => positional.name).join(", ")}`;
  const names = options.map((option) => option.name);
  const near = nearest(stray, names);
  const hint = stray.includes("=") && names.includes("set")
    ? `. Did you mean '--set ${stray}'?`
    : near === undefined
    ? ""
    : `. Did you mean '--${near}'?`;
  return `Cannot use '${stray}' as '${name}' takes ${takes}${hint}`;
}

function checkExclusions(
  command: Command,
  found: Arguments,
): string | undefined {
  const given = (name: string) => found.flags.has(name) || name in found.text;
  for (const { name, excludes } of command.options) {
    if (!given(name)) continue;
    const other = excludes?.names.find(given);
    if (excludes === undefined || other === undefined) continue;
    return `Cannot use '--${other}' together with '--${name}': ${excludes.why}`;
  }
  return undefined;
}

function usageError(
  command: Command,
  problem: string,
): E.Either<ConfigError, never> {
  const help = `See: deno task ${command.name} --help`;
  return E.left({ _tag: "ConfigError", message: `${problem}\n${help}` });
}

/** ". Did you mean 'x'?" where a name is near, else nothing. */
export function suggestion(given: string, allowed: readonly string[]): string {
  const near = nearest(given, allowed);
  return near === undefined ? "" : `. Did you mean '${near}'?`;
}

/** A refusal of a name: what it is for, what was given, what is allowed, what is near. */
export function unknownName(
  kind: string,
  given: string,
  allowed: readonly string[],
): ConfigError {
  const near = suggestion(given, allowed) || ".";
  const message = `Cannot find ${kind} '${given}'${near} ` +
    `Allowed: ${allowed.join(", ")}`;
  return { _tag: "ConfigError", message };
}

/** The help of a task: summary, usage, arguments, options, examples. */
export function helpText(command: Command): string {
  const { name, summary, positionals, options, examples, notes } = command;
  const usage = [
    `deno task ${name}`,
    ...positionals.map((positional) =>
      positional.required === true ? positional.name : `[${positional.name}]`
    ),
    "[options]",
  ].join(" ");
  return [
    `${summary}\n\nUsage: ${usage}`,
    section("Arguments", positionals.map((p) => [p.name, p.description])),
    section("Options", [...options, helpOption].map(optionRow)),
    notes ?? "",
    section("Examples", examples.map((example) => [example, ""])),
  ].filter((part) => part !== "").join("\n\n") + "\n";
}

function optionRow(option: Option): readonly [string, string] {
  const { name, short, placeholder, description, repeated } = option;
  const shown = option.implied === undefined ? placeholder : `[${placeholder}]`;
  const value = placeholder === undefined ? "" : ` ${shown}`;
  const remarks = [
    option.default === undefined ? "" : `default: ${option.default}`,
    option.implied === undefined ? "" : `${option.implied} if left out`,
    repeated === true ? "may be repeated" : "",
  ].filter((remark) => remark !== "").join("; ");
  return [
    `${short === undefined ? "" : `-${short}, `}--${name}${value}`,
    remarks === "" ? description : `${description} (${remarks})`,
  ];
}

/** A titled table of two columns; nothing where it has no rows. */
export function section(
  title: string,
  rows: readonly (readonly [string, string])[],
): string {
  if (rows.length === 0) return "";
  const width = Math.max(...rows.map(([left]) => left.length));
  const lines = rows.map(([left, right]) =>
    `  ${left.padEnd(width)}  ${right}`.trimEnd()
  );
  return [`${title}:`, ...lines].join("\n");
}
