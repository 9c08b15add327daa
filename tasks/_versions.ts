/**
 * What a run was made with: enough to explain a difference and to repeat it.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import project from "../deno.json" with { type: "json" };
import type { RunConfig } from "./_config.ts";
import { systemReason } from "./_files.ts";
import { type Build, buildOf, fileOf } from "./_kernels.ts";

/** The content of `versions.json`. */
export interface Versions {
  /** The command that repeats the run. */
  readonly command: string;
  readonly project: string;
  readonly deno: string;
  readonly v8: string;
  readonly typescript: string;
  /** Operating system and processor, for example `linux x86_64`. */
  readonly platform: string;
  /** Revision that the checkout is at, where there is one. */
  readonly revision: string | null;
  /** The kernels that the run computes with. */
  readonly kernels: KernelVersion;
  /** Version of each npm package by name. */
  readonly packages: Readonly<Record<string, string>>;
}

/** A build of the kernels. */
export interface KernelVersion {
  /** `plain`, `relaxed` (bits depend on the machine) or `twins` (TypeScript). */
  readonly build: Build;
  /** Its file; `null` for the twins. */
  readonly file: string | null;
  /** SHA-256 (hex) of that file, where it can be read. */
  readonly sha256: string | null;
}

/** Gathers the versions; `command` is what a person would type to repeat the run. */
export function versions(
  command: string,
  backend: RunConfig["backend"],
): Versions {
  const root = import.meta.url.startsWith("file:")
    ? fileURLToPath(new URL("../", import.meta.url))
    : undefined;
  return {
    command,
    project: project.version,
    deno: Deno.version.deno,
    v8: Deno.version.v8,
    typescript: Deno.version.typescript,
    platform: `${Deno.build.os} ${Deno.build.arch}`,
    revision: root === undefined ? null : revision(join(root, ".git")) ?? null,
    kernels: kernelVersion(buildOf(backend)),
    packages: packageVersions(Object.values(project.imports)),
  };
}

function kernelVersion(build: Build): KernelVersion {
  const url = fileOf(build);
  if (url?.protocol !== "file:") return { build, file: null, sha256: null };
  const path = fileURLToPath(url);
  return { build, file: basename(path), sha256: sha256(path) ?? null };
}

/** `npm:name@1.2.3/path` -> name and version; other specifiers are left out. */
export function packageVersions(
  specifiers: readonly string[],
): Readonly<Record<string, string>> {
  const found = specifiers.flatMap((specifier) => {
    const match = /^npm:(@?[^@]+)@([^/]+)/.exec(specifier);
    return match === null ? [] : [[match[1], match[2]] as const];
  });
  return Object.fromEntries(found.sort(([a], [b]) => a < b ? -1 : 1));
}

/** The commit that HEAD names, read from the files so that git need not run. */
function revision(git: string): string | undefined {
  const head = readIfPresent(join(git, "HEAD"))?.trim();
  const reference = head?.match(/^ref: (.+)$/)?.[1];
  if (reference === undefined) return head;
  const loose = readIfPresent(join(git, reference))?.trim();
  if (loose !== undefined) return loose;
  return readIfPresent(join(git, "packed-refs"))?.split("\n")
    .find((line) => line.endsWith(` ${reference}`))?.split(" ")[0];
}

function sha256(path: string): string | undefined {
  const bytes = ifPresent(() => Deno.readFileSync(path));
  return bytes && createHash("sha256").update(bytes).digest("hex");
}

function readIfPresent(path: string): string | undefined {
  return ifPresent(() => Deno.readTextFileSync(path));
}

/** A version that cannot be read is a version that is not known, never a failed run. */
function ifPresent<A>(read: () => A): A | undefined {
  try {
    return read();
  } catch (error) {
    if (systemReason(error) === undefined) throw error;
    return undefined;
  }
}
