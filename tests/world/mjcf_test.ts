import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { element } from "../../lib/world/mjcf.ts";

Deno.test("numbers read back as the same doubles", () => {
  const double = fc.double({ noNaN: true, noDefaultInfinity: true });
  fc.assert(fc.property(fc.array(double, { minLength: 1 }), (row) => {
    const text = element("geom", { size: row }).match(/size="(.*)"/)![1];
    assertEquals(text.split(" ").map(Number), row.map((x) => x + 0));
  }));
});

Deno.test("text is escaped, absent attributes are left out, children nest", () => {
  assertEquals(
    element("a", { name: '<"&">', other: undefined, limited: true }),
    '<a name="&lt;&quot;&amp;&quot;>" limited="true"/>',
  );
  assertEquals(element("a", {}, element("b")), "<a>\n<b/>\n</a>");
});

Deno.test("a number that is not finite is refused by its place", () => {
  assertThrows(
    () => element("geom", { size: [1, NaN] }),
    RangeError,
    "'geom.size'",
  );
});
