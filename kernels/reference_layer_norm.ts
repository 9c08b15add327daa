/**
 * The twin of layer normalisation (Ba, Kiros and Hinton 2016) without affine
 * part, and of the rectifier behind it:
 *
 *   zhat = (z - mean z) / sqrt(var z + 1e-5),   y = max(zhat, 0)
 *
 * A sum over a row runs in eight chains (element j of the groups of eight goes
 * to chain j mod 8; a group of four left over to chains 0 to 3), which are
 * joined as ((s0+s4) + (s1+s5)) + ((s2+s6) + (s3+s7)); the last 0 to 3 elements
 * are added one by one.
 *
 * @module
 */

import type { Pointer } from "./types.ts";

const fround = Math.fround;

/** Works on the rows behind a hidden layer; `scale [rows]` holds 1/std. */
type RowKernel = (
  a: Pointer,
  b: Pointer,
  scale: Pointer,
  rows: number,
  width: number,
) => void;

/** Works on `count` floats. */
type FlatKernel = (a: Pointer, b: Pointer, count: number) => void;

const chains = new Float32Array(8);

/** The sum over `width` terms in the order of the kernels. */
function rowSum(width: number, term: (j: number) => number): number {
  const body = width - width % 4;
  const eights = width - width % 8;
  chains.fill(0);
  for (let j = 0; j < body; j++) {
    chains[j < eights ? j % 8 : j % 4] += term(j);
  }
  for (let q = 0; q < 4; q++) chains[q] += chains[q + 4];
  const left = fround(chains[0] + chains[1]);
  let sum = fround(left + fround(chains[2] + chains[3]));
  for (let j = body; j < width; j++) sum = fround(sum + term(j));
  return sum;
}

/** `(z, y, scale)`: z `[rows, width]` becomes zhat, y = relu(zhat), scale = 1/std. */
export function normTwin(floats: Float32Array): RowKernel {
  const epsilon = fround(1e-5);
  return (z, y, scale, rows, width) => {
    z >>>= 2, y >>>= 2, scale >>>= 2;
    for (let row = 0; row < rows; row++, z += width, y += width) {
      const mean = fround(rowSum(width, (j) => floats[z + j]) / width);
      const squares = rowSum(width, (j) => {
        const d = fround(floats[z + j] - mean);
        return fround(d * d);
      });
      const variance = fround(squares / width);
      const rstd = fround(1 / fround(Math.sqrt(fround(variance + epsilon))));
      floats[scale + row] = rstd;
      for (let j = 0; j < width; j++) {
        const zhat = fround(fround(floats[z + j] - mean) * rstd);
        floats[z + j] = zhat;
        floats[y + j] = zhat < 0 ? 0 : zhat;
      }
    }
  };
}

/** `(z, y)`: y = relu(z). */
export function rectifyTwin(floats: Float32Array): FlatKernel {
  return (z, y, count) => {
    z >>>= 2, y >>>= 2;
    for (let j = 0; j < count; j++) {
      const value = floats[z + j];
      floats[y + j] = value < 0 ? 0 : value;
    }
  };
}

/** `(d, zhat, scale)`: d by y becomes d by z, in place. */
export function normBackTwin(floats: Float32Array): RowKernel {
  return (d, zhat, scale, rows, width) => {
    d >>>= 2, zhat >>>= 2, scale >>>= 2;
    for (let row = 0; row < rows; row++, d += width, zhat += width) {
      const g = (j: number) => floats[zhat + j] > 0 ? floats[d + j] : 0;
      const mean = fround(rowSum(width, g) / width);
      const dot = rowSum(width, (j) => fround(g(j) * floats[zhat + j]));
      const slope = fround(dot / width);
      const rstd = floats[scale + row];
      for (let j = 0; j < width; j++) {
        const centred = fround(g(j) - mean);
        const inner = fround(centred - fround(floats[zhat + j] * slope));
        floats[d + j] = rstd * inner;
      }
    }
  };
}

/** `(d, z)`: d becomes d where z > 0, else 0, in place. */
export function rectifyBackTwin(floats: Float32Array): FlatKernel {
  return (d, z, count) => {
    z >>>= 2, d >>>= 2;
    for (let j = 0; j < count; j++) {
      if (!(floats[z + j] > 0)) floats[d + j] = 0;
    }
  };
}
