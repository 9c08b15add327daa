/**
 * Whether the parts of an artefact fit together. A checksum says that a file is
 * whole, not that it is sound: kernels read memory by these sizes.
 *
 * @module
 */

import { authorities } from "../control/residual.ts";
import { FRAME_SIZE } from "../suite/hook_bases.ts";
import type { Artefact, Manifest } from "./artefact.ts";
import { isFiniteNumber } from "./inputs.ts";
import { KERNELS } from "./kernels.ts";
import { layOut, sizesOf, storeIn } from "./networks.ts";
import { NEWER, refuseFile } from "./refuse.ts";
import { sightOf } from "./senses.ts";

export { criticsOf, layerNames, networksOf } from "./networks.ts";

type Members = Readonly<Record<string, unknown>>;

/** A value by example: a list has one entry, a record those that it must have. */
type Kind = string | number | boolean | readonly Kind[] | {
  readonly [name: string]: Kind;
};

/** A finite number by example. */
const NUMBER = 0;

/** A whole number from 1 to {@link MOST} by example. */
const COUNT = 1;

/** Nothing of a policy comes near it. */
const MOST = 65536;

/** A manifest by example; what may be `null` is looked at apart. */
const EXAMPLE: Kind = {
  task: "",
  env: {},
  observationSize: COUNT,
  visible: COUNT,
  channels: [""],
  goalChannels: [""],
  actionChannels: [""],
  dt: NUMBER,
  horizon: COUNT,
  senses: { frames: COUNT },
  base: { name: "", kind: "", options: {} },
  network: {
    hidden: [COUNT],
    critics: COUNT,
    layerNorm: true,
    frames: COUNT,
    clipBase: true,
    selection: true,
    inside: true,
  },
  kernels: COUNT,
  training: {},
  gate: {},
  environment: "",
};

/**
 * Refuses a manifest that contradicts itself or its tensors.
 *
 * @throws {RangeError} What is wrong.
 */
export function checkArtefact({ manifest, tensors }: Artefact): void {
  checkKind("", manifest, EXAMPLE);
  const { kernels, env, base, observationSize, visible, dt } = manifest;
  const { network: { frames, authority }, channels, senses } = manifest;
  const { filter } = senses;
  if (kernels !== KERNELS) {
    refuseFile(
      `it needs kernels_${kernels}, this has kernels_${KERNELS}`,
      NEWER,
    );
  }
  checkFit(".env", areFinite(env));
  checkFit(".base.options", areFinite(base.options));
  checkFit(".visible", visible <= observationSize);
  checkFit(".network.frames", frames <= 2 && visible % frames === 0);
  const reach = authorities(authority);
  checkFit(
    ".network.authority",
    reach.every((most) => isFiniteNumber(most) && most >= 0 && most <= 2) &&
      (authority === reach[0] || // one for all
        reach.length === manifest.actionChannels.length),
  );
  checkFit(".dt", dt > 0);
  const known = filter === null ||
    filter?.kind === "hook" && isFiniteNumber(filter.noise) &&
      channels.length >= FRAME_SIZE;
  checkFit(
    ".senses",
    known && sightOf(senses, channels.length).size <= observationSize,
  );
  checkFit(".network.mirror", doesMirrorFit(manifest));
  layOut({ manifest, tensors }, 1, storeIn());
  for (const [name, { data }] of Object.entries(tensors)) {
    if (!data.every(isFiniteNumber)) {
      refuseFile(`tensor '${name}' is not finite`);
    }
  }
}

function checkFit(path: string, fits: boolean): void {
  if (fits) return;
  refuseFile(
    `'manifest${path}' is missing, of another kind or out of range`,
  );
}

function checkKind(path: string, value: unknown, kind: Kind): void {
  const list = Array.isArray(value);
  checkFit(
    path,
    typeof value === typeof kind && value !== null &&
      list === Array.isArray(kind) && !(list && value.length === 0) &&
      (kind !== NUMBER || isFiniteNumber(value)) &&
      (kind !== COUNT ||
        Number.isInteger(value) && value as number > 0 &&
          value as number <= MOST),
  );
  if (list) {
    value.forEach((entry) => checkKind(path, entry, (kind as Kind[])[0]));
  } else if (typeof kind === "object") {
    for (const [name, inner] of Object.entries(kind)) {
      checkKind(`${path}.${name}`, (value as Members)[name], inner);
    }
  }
}

function areFinite(settings: Members): boolean {
  return Object.values(settings).every(isFiniteNumber);
}

function doesMirrorFit(manifest: Manifest): boolean {
  const { mirror } = manifest.network;
  if (mirror === null) return true;
  const { observation, goal, action } = Object(mirror);
  // In the same order.
  const sizes = Object.values(sizesOf(manifest));
  return [observation, goal, action].every((permutation, i) =>
    isPermutation(permutation, sizes[i])
  );
}

function isPermutation(value: unknown, size: number): boolean {
  const { source, sign, offset } = Object(value);
  return Array.from({ length: size }).every((_, i) =>
    isFiniteNumber(sign?.[i]) && isFiniteNumber(offset?.[i]) &&
    Number.isInteger(source?.[i]) && source[i] >= 0 && source[i] < size
  );
}
