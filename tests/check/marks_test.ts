import { assertEquals } from "@std/assert";
import { marksIn } from "../../tasks/_marks.ts";

// Written so that `deno task check` does not find this file.
const later = "TO" + "DO";
const broken = "FIX" + "ME";

Deno.test("marks of unfinished work are found by line", () => {
  const text = `fine\n// ${later}: more\nfine\n/* ${broken} */ ${later}`;
  assertEquals(marksIn(text), [2, 4]);
});

Deno.test("a mark is a word in capitals", () => {
  const text = `${later.toLowerCase()}\n${later}S\nMASTO${later}\n`;
  assertEquals(marksIn(text), []);
  assertEquals(marksIn(""), []);
});
