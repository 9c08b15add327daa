/**
 * Objects of the complex hook task: boxes, cylinders, Ls, Ts and polyhedra,
 * drawn so that size, mass and damping spread as those of the original's 105
 * meshes (Silver et al. 2018, arXiv 1812.06298, section 5):
 *
 *   largest extent   N(9.2, 1.6) cm, cut to 6..12
 *   mass             0.24 kg exp(N(0, 1)), cut to 0.033..2.47
 *   damping          U(0.2, 5) on all six velocities of the free joint
 *
 * The body's origin is the middle of the bounding box, or off it by `offset`.
 *
 * @module
 */

import { integer, normal, uniform } from "../../rng/distributions.ts";
import { cosTurn, exp, sinTurn } from "../../rng/elementary.ts";
import { derive, foldIn } from "../../rng/key.ts";
import type { Key } from "../../types.ts";
import { element, type Mjcf } from "../../world/mjcf.ts";
import type { Point } from "./task.ts";

/** A convex piece of an object; lengths in m, in the frame of the bounding box. */
export type Part =
  | { readonly kind: "box"; readonly centre: Point; readonly half: Point }
  | {
    readonly kind: "cylinder";
    readonly radius: number;
    readonly half: number;
    /** Whether it stands; else it lies along x. */
    readonly upright: boolean;
  }
  | {
    /** The hull of `vertices`, x y z after x y z. */
    readonly kind: "hull";
    readonly vertices: readonly number[];
  };

/** Kinds of objects. */
export const FAMILIES = ["box", "cylinder", "ell", "tee", "hull"] as const;

/** A shape without mass. */
export interface Form {
  /** Side lengths (m) of its bounding box. */
  readonly extents: Point;
  /** What it is made of. */
  readonly parts: readonly Part[];
}

/** An object. */
export interface HookObject extends Form {
  /** What it looks like. */
  readonly family: (typeof FAMILIES)[number];
  /** Mass (kg). */
  readonly mass: number;
  /** Damping of its free joint (N s/m, N m s/rad). */
  readonly damping: number;
  /** Turn about the vertical, in turns. */
  readonly yaw: number;
  /** Middle (m) of the bounding box from the body's origin, in x and y; for the original's defect. */
  readonly offset: readonly [number, number];
}

/** Distribution of a length, cut to a range (m). */
const EXTENT = { mean: 0.092, std: 0.016, low: 0.06, high: 0.12 };
const MASS = { median: 0.24, low: 0.033, high: 2.47 };
const DAMPING = { low: 0.2, high: 5 };
/** Sides of an object are at least this share of the longest. */
const SLIMMEST = 0.35;
/** Log-normal distance (m) of body and shape: over 5 cm in 29 %, over 10 cm in 16 %. */
const OFFSET = { median: 0.022, spread: 1.5, high: 0.4 };

/** The object of a key. */
export function hookObject(key: Key): HookObject {
  const size = derive(key, "size");
  const { mean, std, low, high } = EXTENT;
  const longest = clamp(mean + std * normal(size, 0), low, high);
  const family = FAMILIES[integer(derive(key, "family"), 0, FAMILIES.length)];
  const form = FORMS[family](derive(key, "form"), longest);
  const body = derive(key, "body");
  const mass = MASS.median * exp(normal(body, 0));
  const turn = uniform(body, 3);
  const away = OFFSET.median * exp(OFFSET.spread * normal(body, 4));
  const distance = Math.min(OFFSET.high, away);
  return {
    ...form,
    family,
    mass: clamp(mass, MASS.low, MASS.high),
    damping: between(body, 1, DAMPING.low, DAMPING.high),
    yaw: uniform(body, 2),
    offset: [distance * cosTurn(turn), distance * sinTurn(turn)],
  };
}

/** How a family is drawn, given its longest side (m). */
const FORMS: Readonly<
  Record<HookObject["family"], (key: Key, longest: number) => Form>
> = { box, cylinder, ell, tee, hull };

function box(key: Key, longest: number): Form {
  const extents = sides(key, longest);
  const half = halved(extents);
  return { extents, parts: [{ kind: "box", centre: [0, 0, 0], half }] };
}

function cylinder(key: Key, longest: number): Form {
  const other = longest * between(key, 0, SLIMMEST, 1);
  const slim = uniform(key, 1) < 0.5;
  const upright = uniform(key, 2) < 0.5;
  const [width, length] = slim ? [other, longest] : [longest, other];
  return {
    extents: upright ? [width, width, length] : [length, width, width],
    parts: [
      { kind: "cylinder", radius: width / 2, half: length / 2, upright },
    ],
  };
}

/** Two bars of one width that meet at a corner; it lies flat. */
function ell(key: Key, longest: number): Form {
  const { extents: [x, y, z], width } = bars(key, longest);
  return {
    extents: [x, y, z],
    parts: [
      bar(0, (width - y) / 2, x, width, z),
      bar((width - x) / 2, width / 2, width, y - width, z),
    ],
  };
}

/** A bar with another one at its middle; it lies flat. */
function tee(key: Key, longest: number): Form {
  const { extents: [x, y, z], width } = bars(key, longest);
  return {
    extents: [x, y, z],
    parts: [
      bar(0, (y - width) / 2, x, width, z),
      bar(0, -width / 2, width, y - width, z),
    ],
  };
}

/** Points about a ball, stretched to fill the bounding box. */
function hull(key: Key, longest: number): Form {
  const extents = sides(key, longest);
  const cloud = derive(key, "points");
  const count = 8 + integer(key, 4, 9);
  const points = Array.from(
    { length: count },
    (_, i) => scatter(foldIn(cloud, i)),
  );
  const fitted = [0, 1, 2].map((axis) => {
    const values = points.map((point) => point[axis]);
    const [low, high] = [Math.min(...values), Math.max(...values)];
    const scale = extents[axis] / (high - low);
    return values.map((value) => (value - (low + high) / 2) * scale);
  });
  const vertices = points.flatMap((_, i) => fitted.map((values) => values[i]));
  return { extents, parts: [{ kind: "hull", vertices }] };
}

/** A point in a random direction, 0.7 to 1 from the middle. */
function scatter(key: Key): Point {
  const z = 2 * uniform(key, 0) - 1;
  const turn = uniform(key, 1);
  const radius = between(key, 2, 0.7, 1);
  const flat = radius * Math.sqrt(1 - z * z);
  return [flat * cosTurn(turn), flat * sinTurn(turn), radius * z];
}

/** Three sides, the longest along a random axis. */
function sides(key: Key, longest: number): Point {
  const extents = [0, 1, 2].map((axis) =>
    longest * between(key, axis, SLIMMEST, 1)
  );
  extents[integer(key, 3, 3)] = longest;
  return [extents[0], extents[1], extents[2]];
}

/** Bounding box and width of two bars that lie flat. */
function bars(key: Key, longest: number): { extents: Point; width: number } {
  const y = longest * between(key, 0, 0.5, 1);
  const z = longest * between(key, 1, SLIMMEST, 0.7);
  return { extents: [longest, y, z], width: y * between(key, 2, 0.3, 0.5) };
}

function bar(x: number, y: number, dx: number, dy: number, dz: number): Part {
  return { kind: "box", centre: [x, y, 0], half: halved([dx, dy, dz]) };
}

/** The body named `object`, and the meshes that it is made of. */
export function objectBody(
  object: HookObject,
  offset: boolean,
): { readonly body: Mjcf; readonly assets: readonly Mjcf[] } {
  const [x, y] = offset ? object.offset : [0, 0];
  const volume = object.parts.reduce((sum, part) => sum + bulk(part), 0);
  const half = object.yaw / 2;
  const shapes = object.parts.map((part) =>
    shape(part, object.mass * bulk(part) / volume)
  );
  const turned = { pos: [x, y, 0], quat: [cosTurn(half), 0, 0, sinTurn(half)] };
  const { damping } = object;
  const body = element(
    "body",
    { name: "object" },
    element("joint", { name: "object", type: "free", damping }),
    element("frame", turned, ...shapes),
    // Not turned: a settled object reads angles near 0, as the original's.
    element("site", { name: "object", pos: [x, y, 0] }),
  );
  return { body, assets: object.parts.flatMap(asset) };
}

function shape(part: Part, mass: number): Mjcf {
  switch (part.kind) {
    case "box": {
      const { centre: pos, half: size } = part;
      return element("geom", { type: "box", pos, size, mass });
    }
    case "cylinder": {
      const { radius, half, upright } = part;
      const quat = upright ? [1, 0, 0, 0] : [1, 0, 1, 0];
      const size = [radius, half];
      return element("geom", { type: "cylinder", size, quat, mass });
    }
    case "hull":
      return element("geom", { type: "mesh", mesh: "object", mass });
  }
}

function asset(part: Part): readonly Mjcf[] {
  if (part.kind !== "hull") return [];
  return [element("mesh", { name: "object", vertex: part.vertices })];
}

/** What masses of parts are in proportion to: their volume, where there is more than one. */
function bulk(part: Part): number {
  return part.kind === "box" ? part.half[0] * part.half[1] * part.half[2] : 1;
}

function halved([x, y, z]: Point): Point {
  return [x / 2, y / 2, z / 2];
}

function between(key: Key, index: number, low: number, high: number): number {
  return low + (high - low) * uniform(key, index);
}

function clamp(x: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, x));
}
