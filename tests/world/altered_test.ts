import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertThrows,
} from "@std/assert";
import { Refusal } from "../../lib/errors.ts";
import {
  type Alteration,
  altered,
  scaleFriction,
  scaleMass,
  scaleSize,
} from "../../lib/world/altered.ts";
import { element } from "../../lib/world/mjcf.ts";
import { createWorld, type World } from "../../lib/world/mujoco.ts";
import { loadMujoco } from "../../tasks/_physics.ts";

const mujoco = await loadMujoco();

/** How a {@link scene} is built. */
interface Build {
  readonly mass?: number;
  readonly size?: number;
  readonly sliding?: number;
  readonly joint?: string;
  readonly condim?: number;
}

/** A thing of a bar and a hull, free or on a rail, over a floor. */
function scene(build: Build = {}): string {
  const { mass = 2, size = 1, sliding = 0.8, joint = "free", condim = 3 } =
    build;
  const friction = [sliding, 0.005, 0.0001];
  const common = { friction, condim };
  const corners = [0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1];
  return element(
    "mujoco",
    {},
    element("option", {}, element("flag", { autoreset: "disable" })),
    element("size", { memory: "256K" }),
    element(
      "asset",
      {},
      element("mesh", {
        name: "hull",
        vertex: corners.map((x) => 0.1 * size * x),
      }),
    ),
    element(
      "worldbody",
      {},
      element("geom", { ...common, type: "plane", size: [1, 1, 1] }),
      element(
        "body",
        { name: "object", pos: [0, 0, 1] },
        element("joint", { type: joint }),
        element("geom", {
          ...common,
          type: "box",
          size: [0.1, 0.2, 0.3].map((x) => size * x),
          pos: [0.5 * size, 0, 0],
          mass,
        }),
        element("geom", {
          ...common,
          type: "mesh",
          mesh: "hull",
          mass: mass / 2,
        }),
      ),
    ),
  );
}

const FIELDS = [
  "body_mass",
  "body_inertia",
  "body_ipos",
  "body_invweight0",
  "dof_invweight0",
  "geom_friction",
  "geom_size",
  "geom_pos",
  "geom_rbound",
  "geom_aabb",
  "mesh_vert",
] as const;

function numbersOf({ model }: World) {
  return FIELDS.map((name) => [name, [...model[name]]] as const);
}

/** The scene altered is the scene that was built so, number by number. */
function assertBuilt(alteration: Alteration, built: Build): void {
  using made = createWorld(altered(mujoco, alteration), scene(), { slots: 1 });
  using meant = createWorld(mujoco, scene(built), { slots: 1 });
  const expected = new Map(numbersOf(meant));
  for (const [name, values] of numbersOf(made)) {
    values.forEach((value, i) =>
      assertAlmostEquals(value, expected.get(name)![i], 1e-6, `${name}[${i}]`)
    );
  }
}

Deno.test("an altered model is the model that was written so", () => {
  assertBuilt(scaleMass("object", 3), { mass: 6 });
  assertBuilt(scaleSize("object", 1.5), { size: 1.5 });
  assertBuilt(scaleFriction(0.25), { sliding: 0.2 });
});

Deno.test("a model that nothing is done to has the same bits, and the module stays as it is", () => {
  using plain = createWorld(mujoco, scene(), { slots: 1 });
  using same = createWorld(altered(mujoco, () => {}), scene(), { slots: 1 });
  assertEquals(numbersOf(same), numbersOf(plain));
  using heavy = createWorld(
    altered(mujoco, scaleMass("object", 2)),
    scene(),
    { slots: 1 },
  );
  using after = createWorld(mujoco, scene(), { slots: 1 });
  assertEquals(numbersOf(after), numbersOf(plain));
  const object = heavy.index("body", "object");
  assertAlmostEquals(heavy.model.body_mass[object], 6, 1e-12);
});

Deno.test("what cannot be altered is refused with the reason", () => {
  const cases: readonly (readonly [Alteration, Build, string])[] = [
    [scaleSize("object", 2), { joint: "slide" }, "held at its height"],
    [scaleFriction(2), { condim: 1 }, "no contact has any"],
    [scaleMass("hook", 2), {}, "'hook' cannot be altered"],
  ];
  for (const [alteration, build, says] of cases) {
    const { error } = assertThrows(
      () => createWorld(altered(mujoco, alteration), scene(build)),
      Refusal,
      says,
    );
    assert(error._tag === "ModelError");
  }
  for (const bad of [0, -1, NaN, Infinity]) {
    assertThrows(() => scaleMass("object", bad), RangeError, `${bad}`);
  }
});
