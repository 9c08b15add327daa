/**
 * Headless Chromium: found on this machine, or unpacked from npm.
 *
 * Looked for, in this order: the environment's `CHROMIUM`; the names under which
 * distributions install it; on Linux with x86-64 the npm package
 * `@sparticuz/chromium` (64 MB, fetched when it is first needed).
 *
 * @module
 */

import { join } from "node:path";
import { exists, withPackages } from "./runtimes.ts";

/** Names of a Chromium that may be installed. */
const NAMES = [
  "chromium",
  "chromium-browser",
  "google-chrome-stable",
  "google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/** Seconds that a page may take to answer. */
const PATIENCE = 60;

/** A browser to start. */
interface Browser {
  readonly command: string;
  readonly env: Readonly<Record<string, string>>;
}

/** Why there is no browser here; the empty string where there is one. */
export function whyNoChromium(): string {
  const npm = Deno.build.os === "linux" && Deno.build.arch === "x86_64";
  return npm || installed() !== undefined
    ? ""
    : `no Chromium: set CHROMIUM to one (tried ${NAMES.join(", ")})`;
}

/** `CHROMIUM`, where it names a program, or else what is installed; `CHROMIUM=npm` asks for that of npm. */
function installed(): string | undefined {
  const given = Deno.env.get("CHROMIUM");
  return given === "npm" ? undefined : given ?? NAMES.find(exists);
}

/** The browser of this machine, or that of npm, unpacked to `dir`. */
async function findBrowser(dir: string): Promise<Browser> {
  const command = installed();
  if (command !== undefined) return { command, env: {} };
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [...withPackages("chromium.json", "npm_chromium.ts")],
    // The package unpacks its libraries where it believes to be at Amazon's.
    env: { TMPDIR: dir, AWS_LAMBDA_JS_RUNTIME: "nodejs22.x" },
    stdin: "null",
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes).trim();
  if (!success) throw new Error(`No Chromium from npm: ${text(stderr)}`);
  const LD_LIBRARY_PATH = join(dir, "al2023", "lib");
  return { command: text(stdout), env: { LD_LIBRARY_PATH } };
}

/** Kinds of files as browsers insist on them. */
const TYPES: Readonly<Record<string, string>> = {
  html: "text/html",
  js: "text/javascript",
  wasm: "application/wasm",
};

/**
 * Opens a page beside the files of `dir` and returns what it reports:
 * the module `script` must end in `report(value)` with a value for JSON.
 */
export async function inChromium(
  dir: string,
  script: string,
): Promise<unknown> {
  const answer = Promise.withResolvers<unknown>();
  const page = `<!doctype html><meta charset="utf-8">
<script>
  function report(value) {
    fetch("/report", { method: "POST", body: JSON.stringify(value) });
  }
  addEventListener("error", ({ message }) => report({ error: message }));
  addEventListener("unhandledrejection", ({ reason }) =>
    report({ error: String(reason) }));
</script>
<script type="module">${script}</script>`;
  const handler = async (request: Request) => {
    const { pathname } = new URL(request.url);
    if (pathname === "/report") {
      answer.resolve(await request.json());
      return new Response();
    }
    const bytes = pathname === "/"
      ? new TextEncoder().encode(page)
      : await Deno.readFile(join(dir, pathname)).catch(() => undefined);
    const [, kind = "html"] = pathname.match(/\.(\w+)$/) ?? [];
    const headers = {
      "content-type": TYPES[kind] ?? "application/octet-stream",
    };
    return new Response(bytes, { status: bytes ? 200 : 404, headers });
  };
  const options = { hostname: "127.0.0.1", port: 0, onListen() {} };
  await using server = Deno.serve(options, handler);
  const url = `http://127.0.0.1:${server.addr.port}/`;
  return await browse(dir, url, answer.promise);
}

/** Runs the browser at `url` until there is an answer. */
async function browse(
  dir: string,
  url: string,
  answer: Promise<unknown>,
): Promise<unknown> {
  const { command, env } = await findBrowser(dir);
  const child = new Deno.Command(command, {
    args: [
      // Tests run as root in containers, where its sandbox cannot be.
      ...["--headless", "--no-sandbox", "--disable-gpu"],
      ...["--disable-dev-shm-usage", "--no-first-run", "--no-zygote"],
      ...[`--user-data-dir=${join(dir, "profile")}`, url],
    ],
    env,
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  const words = new Response(child.stderr).text();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve("gave no answer"), PATIENCE * 1000);
  });
  const gone = child.status.then(({ code }) => `ended with code ${code}`);
  const failed = Promise.race([late, gone]).then(async (why) => {
    end(child);
    throw new Error(`${command} ${why}: ${(await words).slice(-2000)}`);
  });
  try {
    return await Promise.race([answer, failed]);
  } finally {
    clearTimeout(timer);
    failed.catch(() => {});
    end(child);
    await child.status;
    await words;
  }
}

function end(child: Deno.ChildProcess): void {
  try {
    child.kill("SIGTERM");
  } catch (error) {
    if (!(error instanceof TypeError)) throw error; // It has ended already.
  }
}
