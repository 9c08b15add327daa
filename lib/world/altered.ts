/**
 * The MuJoCo module with models that are altered before they are compiled:
 * other friction, a heavier body, a larger one.
 *
 * What a task makes of a model afterwards, it makes of the altered one: the
 * compiler works out inertia and contact weights anew, and a scene settles with
 * the object that it has. A world that is made with the module itself is not
 * touched.
 *
 * @module
 */

import type { MjsElement, MjsGeom } from "@mujoco/mujoco";
import { refuse } from "../errors.ts";
import type { Mujoco } from "./mujoco.ts";

/** A model that is not compiled yet. */
export type Draft = ReturnType<Mujoco["parseXMLString"]>;

/**
 * A change of a model before it is compiled.
 *
 * @throws {Refusal} With a `ModelError`, where the model has nothing to change.
 */
export type Alteration = (mujoco: Mujoco, draft: Draft) => void;

/**
 * The module whose every model is altered as it is compiled.
 *
 * @example
 * ```ts ignore
 * const heavy = push(altered(mujoco, scaleMass("object", 2)));
 * ```
 */
export function altered(mujoco: Mujoco, alteration: Alteration): Mujoco {
  function compile(mjcf: string) {
    const draft = mujoco.parseXMLString(mjcf);
    try {
      alteration(mujoco, draft);
      return mujoco.mj_compile(draft);
    } finally {
      draft.delete();
    }
  }
  const models = Object.create(mujoco.MjModel, {
    from_xml_string: { value: compile },
  });
  return Object.create(mujoco, { MjModel: { value: models } });
}

/** Multiplies the sliding friction of every shape, and with it of every contact. */
export function scaleFriction(factor: number): Alteration {
  checkFactor(factor);
  return (mujoco, draft) => {
    const shapes = allShapes(mujoco, draft);
    if (shapes.every(({ condim }) => condim === 1)) {
      refuseModel("friction cannot be scaled as no contact has any");
    }
    for (const { friction } of shapes) friction[0] *= factor;
  };
}

/** Multiplies the mass of a body's shapes, and with it its inertia. */
export function scaleMass(body: string, factor: number): Alteration {
  checkFactor(factor);
  return (mujoco, draft) => {
    for (const shape of shapesOf(mujoco, draft, body)) {
      shape.mass *= factor;
      shape.density *= factor; // counts where no mass is given
    }
  };
}

/** Multiplies the lengths of a free body's shapes; its mass stays, its inertia follows. */
export function scaleSize(body: string, factor: number): Alteration {
  checkFactor(factor);
  return (mujoco, draft) => {
    const { mjOBJ_JOINT } = mujoco.mjtObj;
    const [joint] = childrenOf(mujoco, draft, body, mjOBJ_JOINT);
    const free = joint !== undefined &&
      mujoco.mjs_asJoint(joint)?.type === mujoco.mjtJoint.mjJNT_FREE;
    if (!free) {
      refuseModel(
        `the size of '${body}' cannot be scaled as it is held at its height and would sink into what it lies on`,
      );
    }
    for (const shape of shapesOf(mujoco, draft, body)) {
      enlarge(mujoco, draft, shape, factor);
    }
  };
}

function enlarge(
  mujoco: Mujoco,
  draft: Draft,
  shape: MjsGeom,
  factor: number,
): void {
  const { size, pos, meshname } = shape;
  for (let i = 0; i < 3; i++) {
    size[i] *= factor;
    pos[i] *= factor;
  }
  shape.density /= factor ** 3; // counts where no mass is given
  if (meshname === "") return;
  const { mjOBJ_MESH } = mujoco.mjtObj;
  const found = mujoco.mjs_findElement(draft, mjOBJ_MESH, meshname);
  const mesh = found && mujoco.mjs_asMesh(found);
  for (let i = 0; i < 3; i++) if (mesh) mesh.scale[i] *= factor;
}

function shapesOf(
  mujoco: Mujoco,
  draft: Draft,
  body: string,
): readonly MjsGeom[] {
  const { mjOBJ_GEOM } = mujoco.mjtObj;
  return childrenOf(mujoco, draft, body, mjOBJ_GEOM).map((element) =>
    mujoco.mjs_asGeom(element) as MjsGeom
  );
}

type Kind = Parameters<Mujoco["mjs_firstChild"]>[1];

function childrenOf(
  mujoco: Mujoco,
  draft: Draft,
  name: string,
  kind: Kind,
): readonly MjsElement[] {
  const body = mujoco.mjs_findBody(draft, name) ??
    refuseModel(`'${name}' cannot be altered as the scene has no such body`);
  return gather(
    mujoco.mjs_firstChild(body, kind, 0),
    (element) => mujoco.mjs_nextChild(body, element, 0),
  );
}

function allShapes(mujoco: Mujoco, draft: Draft): readonly MjsGeom[] {
  const elements = gather(
    mujoco.mjs_firstElement(draft, mujoco.mjtObj.mjOBJ_GEOM),
    (element) => mujoco.mjs_nextElement(draft, element),
  );
  return elements.map((element) => mujoco.mjs_asGeom(element) as MjsGeom);
}

/** The elements of a linked list, whose end is `null` or `undefined`. */
function gather(
  first: MjsElement | undefined,
  next: (element: MjsElement) => MjsElement | undefined,
): readonly MjsElement[] {
  const found: MjsElement[] = [];
  for (let element = first; element; element = next(element)) {
    found.push(element);
  }
  return found;
}

function checkFactor(factor: number): void {
  if (factor > 0 && factor < Infinity) return;
  throw new RangeError(
    `Cannot alter a model as 'factor' must be finite and above 0: current value is ${factor}`,
  );
}

/** `createWorld` puts before it that the model does not compile. */
function refuseModel(message: string): never {
  return refuse({ _tag: "ModelError", message });
}
