/** The library stays small enough to be sent along. */

import { assert } from "@std/assert";
import { join } from "node:path";
import { bundle } from "../../tasks/_bundle.ts";
import { inFolder } from "../folder.ts";

/** Bytes of the library, minified. */
const MOST = 20_000;

Deno.test("the library is at most 20 kB as one minified file", () =>
  inFolder(async (dir) => {
    const out = join(dir, "edge.js");
    await bundle("lib/edge/mod.ts", out);
    const { length } = await Deno.readFile(out);
    assert(length <= MOST, `${length} bytes`);
  }));
