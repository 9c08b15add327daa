/**
 * Real runtimes for programs that embed a policy: each serves a folder over
 * HTTP on this machine until it is stopped.
 *
 * @module
 */

import { fileURLToPath } from "node:url";

/** A program that answers at `url`. */
export interface Served {
  readonly url: string;
  /** Ends it and waits for its end. */
  readonly stop: () => Promise<void>;
}

/** This folder. */
const here = fileURLToPath(new URL("./", import.meta.url));

/** Arguments for Deno to run a program of this folder with the packages of `config`. */
export function withPackages(
  config: string,
  program: string,
  ...args: readonly string[]
): readonly string[] {
  return [
    ...["run", "--no-prompt", "--quiet", "--frozen"],
    ...["--config", here + config],
    ...[
      "-R",
      "-W",
      "-E",
      "--allow-run",
      "--allow-sys",
      "--allow-net=127.0.0.1",
    ],
    here + program,
    ...args,
  ];
}

/** Name and switch of a test that needs a runtime: where it is missing, its name says so and why. */
export function unless(
  missing: string,
  name: string,
): { readonly name: string; readonly ignore: boolean } {
  const ignore = missing !== "";
  return { name: ignore ? `NOT RUN (${missing}): ${name}` : name, ignore };
}

/**
 * Why there is no Node here; the empty string where there is one. Where there
 * is none, Deno puts itself on the path under that name.
 */
export function whyNoNode(): string {
  try {
    const args = ["-p", "typeof Deno"];
    const { stdout } = new Deno.Command("node", { args }).outputSync();
    const real = new TextDecoder().decode(stdout).trim() === "undefined";
    return real ? "" : "the 'node' on the path is Deno";
  } catch {
    return "no 'node' on the path";
  }
}

/** Whether `command` can be run. */
export function exists(command: string): boolean {
  try {
    const args = ["--version"];
    return new Deno.Command(command, { args, stdout: "null", stderr: "null" })
      .outputSync().success;
  } catch {
    return false;
  }
}

/** `Deno.serve` in the program `file`. */
export function serveDeno(dir: string, file: string): Promise<Served> {
  const args = ["run", "--no-prompt", "-R", "--allow-net=127.0.0.1", file];
  const env = { DENO_SERVE_ADDRESS: "tcp:127.0.0.1:0" };
  return serve(Deno.execPath(), args, dir, { env, signal: "SIGTERM" });
}

/** `node:http` in the program `file`, which listens at `PORT`. */
export function serveNode(dir: string, file: string): Promise<Served> {
  const env = { PORT: "0" };
  return serve("node", [file], dir, { env, signal: "SIGTERM" });
}

/** workerd, through miniflare, with the worker that the configuration names. */
export function serveWorkerd(dir: string, wrangler: string): Promise<Served> {
  const args = ["runtimes.json", "workerd_server.ts", dir, wrangler] as const;
  return serve(Deno.execPath(), withPackages(...args), dir);
}

/** Vercel's virtual machine with a function that was built for it. */
export function serveEdgeVm(dir: string, file: string): Promise<Served> {
  const args = ["runtimes.json", "edge_vm_server.ts", dir, file] as const;
  return serve(Deno.execPath(), withPackages(...args), dir);
}

/** Starts a program and waits for the address that it prints; it ends with its input, or at the signal. */
async function serve(
  command: string,
  args: readonly string[],
  cwd: string,
  { env = {}, signal }: {
    readonly env?: Readonly<Record<string, string>>;
    readonly signal?: Deno.Signal;
  } = {},
): Promise<Served> {
  const child = new Deno.Command(command, {
    args: [...args],
    cwd,
    env: { ...env, NO_COLOR: "1" },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  let said = "";
  const heard = Promise.withResolvers<string>();
  const listen = async (stream: ReadableStream<Uint8Array<ArrayBuffer>>) => {
    for await (const text of stream.pipeThrough(new TextDecoderStream())) {
      said += text;
      const url = said.match(/http:\/\/[\w.]+:\d+(?=\/|\s)/);
      if (url !== null) heard.resolve(url[0].replace("0.0.0.0", "127.0.0.1"));
    }
  };
  const ended = Promise.all([listen(child.stdout), listen(child.stderr)])
    .then(() => {
      heard.reject(new Error(`${command} ended: ${said.slice(-2000)}`));
    });
  return {
    url: await heard.promise,
    async stop() {
      await child.stdin.close();
      if (signal !== undefined) child.kill(signal);
      await child.status;
      await ended;
    },
  };
}
