/**
 * The network as its definition, in doubles and one row at a time: the oracle
 * of the network kernels.
 *
 * @module
 */

/** A multilayer perceptron. */
export interface Shape {
  readonly inputs: number;
  readonly hidden: readonly number[];
  readonly outputs: number;
  readonly layerNorm: boolean;
}

/** Floats in the parameter vector: weights and biases, layer by layer. */
export function parameterCount(shape: Shape): number {
  return layers(shape).reduce((sum, [from, to]) => sum + (from + 1) * to, 0);
}

/** Floats in the layers on the tape of `rows` rows. */
export function tapeSize(shape: Shape, rows: number): number {
  return shape.hidden.reduce((sum, width) => sum + rows * (2 * width + 1), 0);
}

/** Floats behind them, which the kernels keep for themselves. */
export function notesSize(shape: Shape, rows: number): number {
  return shape.hidden.reduce(
    (sum, width) => sum + rows * (width + 1),
    64 + 32 * Math.max(0, ...shape.hidden),
  );
}

/** Floats of scratch. */
export function scratchSize(shape: Shape, rows: number): number {
  return (4 * rows + 1) * Math.max(0, ...shape.hidden) + 32 * rows + 40;
}

/**
 * y `[outputs]` of one row. `conditioned` is false where a pre-activation lies
 * so near the kink of the rectifier, or a deviation so near zero, that rounding
 * may decide the result.
 */
export function evaluate(
  shape: Shape,
  params: ArrayLike<number>,
  x: ArrayLike<number>,
): { readonly y: readonly number[]; readonly conditioned: boolean } {
  let values = Array.from(x);
  let offset = 0;
  let conditioned = true;
  const all = layers(shape);
  all.forEach(([from, to], layer) => {
    const bias = offset + from * to;
    let z = Array.from({ length: to }, (_, j) => {
      let sum = params[bias + j];
      for (let i = 0; i < from; i++) {
        sum += values[i] * params[offset + i * to + j];
      }
      return sum;
    });
    offset = bias + to;
    if (layer < all.length - 1) {
      if (shape.layerNorm) {
        const mean = z.reduce((sum, each) => sum + each, 0) / to;
        const variance = z.reduce((sum, each) => sum + (each - mean) ** 2, 0) /
          to;
        // One element, or all equal: zhat is 0 by rounding alone.
        conditioned &&= variance > 1e-2;
        z = z.map((each) => (each - mean) / Math.sqrt(variance + 1e-5));
      }
      conditioned &&= z.every((each) => Math.abs(each) > 1e-4);
      z = z.map((each) => Math.max(each, 0));
    }
    values = z;
  });
  return { y: values, conditioned };
}

/** Widths in and out of every layer, the head last. */
function layers(shape: Shape): readonly (readonly [number, number])[] {
  const widths = [shape.inputs, ...shape.hidden, shape.outputs];
  return widths.slice(1).map((to, i) => [widths[i], to]);
}
