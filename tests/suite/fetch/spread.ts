/**
 * Statistics of draws, for tests of distributions.
 *
 * @module
 */

/** Pearson's statistic of counts that should be equal. */
export function chiSquare(counts: readonly number[]): number {
  const expected = counts.reduce((a, b) => a + b) / counts.length;
  return counts.reduce((sum, n) => sum + (n - expected) ** 2 / expected, 0);
}

/** The mean of values. */
export function mean(values: readonly number[]): number {
  return values.reduce((a, b) => a + b) / values.length;
}

/** The variance of values. */
export function variance(values: readonly number[]): number {
  const middle = mean(values);
  return mean(values.map((x) => (x - middle) ** 2));
}

/** Pearson's correlation of two rows of values. */
export function correlation(
  a: readonly number[],
  b: readonly number[],
): number {
  const [ma, mb] = [mean(a), mean(b)];
  const product = mean(a.map((x, i) => (x - ma) * (b[i] - mb)));
  return product / Math.sqrt(variance(a) * variance(b));
}

/** The value that a share of the values lies below. */
export function quantile(values: readonly number[], share: number): number {
  return values.toSorted((a, b) => a - b)[Math.floor(share * values.length)];
}
