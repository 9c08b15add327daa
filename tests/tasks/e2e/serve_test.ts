import { assert, assertEquals, assertRejects } from "@std/assert";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { loadController } from "../../../lib/edge/mod.ts";
import { seeded } from "../../edge/seeded.ts";
import { EMBED, snippetNamed } from "../../edge/snippets.ts";
import { makeFolder } from "../../folder.ts";
import {
  type Ended,
  pause,
  reached,
  type Running,
  startCommand,
  taskArguments,
} from "./run_task.ts";

const home = makeFolder();
const kernel = Deno.readFileSync(
  new URL("../../../kernels/kernels.wasm", import.meta.url),
);
const json = { "content-type": "application/json" };

/** A policy that remembers, over readings of 40 entries, and moments that it meets. */
const { policy, moments } = await seeded({
  task: "noisy-hook",
  base: "filtered",
  hidden: [16, 16],
  rows: 12,
  lean: true,
});
const { spec, ...controller } = loadController(policy);
const width = spec.observationSize + spec.goalSize;

Deno.writeFileSync(join(home, "policy.safetensors"), policy);
Deno.writeFileSync(join(home, "kernels.wasm"), kernel);
Deno.test.afterAll(() => Deno.removeSync(home, { recursive: true }));

/** A command that may open as many files as the variable says. */
const LIMITED = ["sh", "-c", 'ulimit -n "$FILES" && exec "$@"', "sh"];

/** Starts `deno task serve`; words such as `RPL_TOKEN=x` in front set variables, `FILES=x` a limit. */
function start(...words: readonly string[]): Running {
  const variables = words.filter((word) => /^[A-Z_]+=/.test(word));
  const args = words.filter((word) => !variables.includes(word));
  const command = [Deno.execPath(), ...taskArguments("serve", args)];
  const limit = words.some((word) => /^FILES=/.test(word)) ? LIMITED : [];
  return startCommand(home, "env", [...variables, ...limit, ...command]);
}

/** A server that listens. */
interface Served {
  readonly running: Running;
  readonly url: string;
  readonly port: number;
  /** Lines of its access log so far. */
  readonly log: () => readonly string[];
}

/** Runs `test` against a server on a free port, which then ends in order unless it has already. */
async function serving(
  words: readonly string[],
  test: (served: Served) => Promise<void>,
): Promise<Ended> {
  const running = start(".", "--port", "0", "--json", ...words);
  try {
    assert(
      await reached(running, () => running.out().includes("\n")),
      (running.isOver() ? (await running.ended).err : "") || "it says nothing",
    );
    const { url, port } = JSON.parse(running.out().split("\n")[0]);
    const log = () => running.out().trimEnd().split("\n").slice(1);
    await test({ running, url, port, log });
  } catch (error) {
    running.kill("SIGKILL");
    throw error;
  }
  running.kill("SIGTERM");
  const ended = await running.ended;
  assertEquals(ended.code, 0, ended.err);
  return ended;
}

function post(
  url: string,
  body: unknown,
  headers: Readonly<Record<string, string>> = json,
): Promise<Response> {
  const text = JSON.stringify(body);
  return fetch(`${url}/act`, { method: "POST", headers, body: text });
}

/** The row of a moment. */
function momentOf(row: number) {
  const from = row * width;
  return {
    observation: [...moments.subarray(from, from + spec.observationSize)],
    desired: [...moments.subarray(from + spec.observationSize, from + width)],
  };
}

const body = JSON.stringify(momentOf(0));
const request = new TextEncoder().encode(
  "POST /act HTTP/1.1\r\nhost: here\r\ncontent-type: application/json\r\n" +
    `content-length: ${body.length}\r\n\r\n${body}`,
);

/** A client who has sent all but the last bytes of his request. */
async function begin(port: number, missing: number): Promise<Deno.TcpConn> {
  const conn = await Deno.connect({ hostname: "127.0.0.1", port });
  await conn.write(request.subarray(0, -missing));
  return conn;
}

/** The status of the next answer; the connection is closed thereafter. */
async function hear(conn: Deno.TcpConn): Promise<number> {
  const part = new Uint8Array(65536);
  const count = await conn.read(part) ?? 0;
  conn.close();
  const text = new TextDecoder().decode(part.subarray(0, count));
  return Number(/^HTTP\/1\.1 (\d{3}) /.exec(text)?.[1]);
}

Deno.test("an episode over HTTP is the episode that the policy plays, to the bit", async () => {
  await serving([], async ({ url }) => {
    let kept = controller.init();
    let carried: { readonly memory?: readonly number[] } = {};
    const memories: (readonly number[])[] = [];
    const actions: (readonly number[])[] = [];
    for (let row = 0; row < 12; row++) {
      const { observation, desired } = momentOf(row);
      const decision = controller.act(
        kept,
        Float32Array.from(observation),
        Float32Array.from(desired),
      );
      memories.push([...kept]);
      kept = decision.memory;
      const answer = await post(url, { observation, desired, ...carried });
      const { action, memory } = await answer.json();
      assertEquals(action, [...decision.action]);
      assertEquals(memory, [...kept]);
      actions.push(action);
      carried = { memory };
    }
    const rows = Array.from({ length: 12 }, (_, row) => momentOf(row));
    const answer = await post(url, {
      observations: rows.map(({ observation }) => observation),
      desired: rows.map(({ desired }) => desired),
      memories,
    });
    assertEquals((await answer.json()).actions, actions);
  });
});

Deno.test("the client of docs/embed.md plays that episode", async () => {
  await serving(["--quiet"], async ({ url }) => {
    const text = snippetNamed(await Deno.readTextFile(EMBED), "client.js");
    const path = join(home, "client.js");
    await Deno.writeTextFile(path, text.replace("http://127.0.0.1:8000", url));
    const { act } = await import(pathToFileURL(path).href);
    let kept = controller.init();
    for (let row = 0; row < 12; row++) {
      const { observation, desired } = momentOf(row);
      const decision = controller.act(
        kept,
        Float32Array.from(observation),
        Float32Array.from(desired),
      );
      kept = decision.memory;
      assertEquals(await act(observation, desired), [...decision.action]);
    }
    const refused = await assertRejects(() => act([1], []), Error);
    assert(refused.message.includes("40 entries"), refused.message);
  });
});

Deno.test("what the server says of itself and writes down", async () => {
  const words = ["RPL_TOKEN=s3cret", "--cors", "http://a.example"];
  const { out, err } = await serving(words, async ({ url, running }) => {
    const said = JSON.parse(running.out().split("\n")[0]);
    assertEquals([said.task, said.token], ["noisy-hook", true]);
    assertEquals((await (await fetch(`${url}/healthz`)).json()).status, "ok");
    assertEquals(
      (await (await post(url, momentOf(0))).json()).action,
      undefined,
    );
    const headers = { ...json, authorization: "Bearer s3cret" };
    const answer = await post(url, momentOf(0), headers);
    assertEquals(answer.status, 200);
    assertEquals(
      answer.headers.get("access-control-allow-origin"),
      "http://a.example",
    );
    await answer.body?.cancel();
    const spec = await (await fetch(`${url}/spec`, { headers })).json();
    assertEquals(spec["x-policy"].sha256, said.sha256);
    const figures = await (await fetch(`${url}/metrics`, { headers })).text();
    assert(
      figures.includes('rpl_requests_total{path="/act",status="200"} 1\n'),
    );
    assert(figures.includes("rpl_requests_in_flight 1\n"));
    assert(figures.includes("rpl_actions_total 1\n"));
  });
  const lines = out.trimEnd().split("\n").slice(1).map((line) =>
    JSON.parse(line)
  );
  assertEquals(
    lines.map(({ method, path, status, rows }) =>
      `${method} ${path} ${status} ${rows}`
    ),
    [
      "GET /healthz 200 0",
      "POST /act 401 0",
      "POST /act 200 1",
      "GET /spec 200 0",
      "GET /metrics 200 0",
    ],
  );
  assertEquals(Object.keys(lines[0]), [
    ...["time", "method", "path", "status", "ms", "rows", "bytes"],
  ]);
  assert(!out.includes("s3cret") && !err.includes("s3cret"));
});

Deno.test("at its end a server answers what has begun and takes nothing new", async () => {
  let answered = 0;
  const { out, err } = await serving(
    [],
    async ({ url, port, running, log }) => {
      const begun = await Promise.all(
        Array.from({ length: 20 }, () => begin(port, 10)),
      );
      const idle = await Deno.connect({ hostname: "127.0.0.1", port });
      // Meanwhile others ask without a pause, until they are sent away.
      const loads = Array.from({ length: 4 }, async () => {
        for (let served = 0;; served++) {
          const answer = await post(url, momentOf(0));
          const { action, error } = await answer.json();
          if (answer.status === 200) {
            assertEquals(action.length, spec.actionSize);
          } else {
            assertEquals(answer.status, 503, error);
            return served;
          }
        }
      });
      assert(await reached(running, () => log().length > 50));
      running.kill("SIGTERM");
      const served = await Promise.all(loads);
      assert(!running.isOver());
      const last = await Promise.all(begun.map(async (conn) => {
        await conn.write(request.subarray(-10));
        return await hear(conn);
      }));
      assertEquals(last, last.map(() => 200));
      assertEquals(await idle.read(new Uint8Array(1)), null);
      idle.close();
      answered = served.reduce((a, b) => a + b) + last.length;
    },
  );
  const acted = out.split("\n").filter((line) => /"status":200,/.test(line));
  assertEquals(acted.length, answered);
  assert(/^Stopping: 2\d in flight/.test(err), err);
});

Deno.test("slow bodies are given up while others are served", async () => {
  await serving(["--timeout", "400", "--quiet"], async ({ url, port }) => {
    let over = false;
    const slow = Promise.all(Array.from({ length: 60 }, async () => {
      const conn = await begin(port, 200);
      const heard = hear(conn);
      for (let left = 200; left > 1 && !over; left--) {
        const byte = request.at(-left)!;
        await conn.write(Uint8Array.of(byte)).catch(() => left = 0);
        await pause(20);
      }
      return heard;
    })).finally(() => over = true);
    let served = 0;
    for (; !over || served < 20; served++) {
      const answer = await post(url, momentOf(0));
      assertEquals(answer.status, 200);
      await answer.body?.cancel();
    }
    const heard = await slow;
    assertEquals(heard, heard.map(() => 408));
  });
});

Deno.test("where no further file may be opened, idle connections end and others are served", async () => {
  const { err } = await serving(["FILES=64", "--quiet"], async (served) => {
    const { url, port } = served;
    const head = new TextEncoder().encode("GET /healthz HTTP/1.1\r\nhost");
    const idle: Deno.TcpConn[] = [];
    for (let refused = false; !refused && idle.length < 64;) {
      try {
        const conn = await Deno.connect({ hostname: "127.0.0.1", port });
        idle.push(conn);
        await conn.write(head);
      } catch {
        refused = true;
      }
    }
    assertEquals(await idle[0].read(new Uint8Array(1)), null);
    let answer: Response | undefined;
    while (answer === undefined) {
      answer = await post(url, momentOf(0)).catch(() => undefined);
      await pause(20);
    }
    assertEquals(answer.status, 200);
    await answer.body?.cancel();
    for (const conn of idle) conn.close();
  });
  assert(err.includes("warning: idle connections are ended"), err);
});

Deno.test("a second signal leaves at once", async () => {
  const running = start(".", "--port", "0", "--json", "--timeout", "60000");
  assert(await reached(running, () => running.out().includes("\n")));
  const { port } = JSON.parse(running.out().split("\n")[0]);
  const conn = await begin(port, 1);
  await pause(50);
  running.kill("SIGINT");
  // Sooner it would be taken for an echo of the first.
  await pause(1200);
  assert(!running.isOver());
  running.kill("SIGINT");
  assertEquals((await running.ended).code, 130);
  conn.close();
});

/** What is typed, the exit code, and parts of what is said. */
type Case = readonly [args: readonly string[], code: number, ...says: string[]];

Deno.test("a server that cannot start says why in one sentence", async () => {
  const damaged = policy.slice();
  damaged[policy.length - 9] ^= 1;
  Deno.writeFileSync(join(home, "damaged.safetensors"), damaged);
  Deno.writeFileSync(join(home, "short.safetensors"), policy.slice(0, 999));
  Deno.mkdirSync(join(home, "empty"));
  Deno.mkdirSync(join(home, "odd"));
  Deno.writeFileSync(join(home, "odd", "policy.safetensors"), policy);
  Deno.writeFileSync(join(home, "odd", "kernels.wasm"), kernel.slice(0, 99));
  const holder = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const taken = `${(holder.addr as Deno.NetAddr).port}`;
  const cases: readonly Case[] = [
    [["missing"], 4, "'missing'", "no such file"],
    [["empty"], 4, "policy.safetensors", "no such file"],
    [["damaged.safetensors"], 2, "damaged.safetensors", "checksum"],
    [["short.safetensors"], 2, "short.safetensors"],
    [["odd"], 2, "kernels.wasm"],
    [[".", "--port", taken], 2, taken, "in use", "--port"],
    [[".", "--host", "192.0.2.1"], 2, "192.0.2.1", "--host"],
    [[".", "--controller", "x.ts"], 2, "x.ts"],
    [["RPL_TOKEN=", "."], 2, "RPL_TOKEN", "empty"],
    [[".", "--prot", "1"], 2, "'--port'?"],
  ];
  try {
    const ended = await Promise.all(
      cases.map(([args]) => start(...args).ended),
    );
    cases.forEach(([args, code, ...says], i) => {
      const { err } = ended[i];
      assertEquals(ended[i].code, code, `${args}: ${err}`);
      assert(/^error: Cannot [^\n]*\n(See: [^\n]*\n)?$/.test(err), err);
      for (const part of says) assert(err.includes(part), `${err} | ${part}`);
    });
  } finally {
    holder.close();
  }
});
