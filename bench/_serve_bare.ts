/**
 * The least that a server can do: `deno run -N _serve_bare.ts PORT` answers
 * every request with a constant.
 *
 * A body is read, as Deno ends a connection whose body was left unread, and a
 * new connection for each request would be many times slower.
 *
 * @module
 */

const headers = { "content-type": "application/json" };
const action = [0.1, 0.2, 0.3, 0.4].map(Math.fround);
const body = JSON.stringify({ action });

Deno.serve(
  { hostname: "127.0.0.1", port: Number(Deno.args[0]), onListen: () => {} },
  async (request) => {
    if (request.method === "POST") await request.bytes();
    return new Response(body, { headers });
  },
);
