import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  integer,
  normal,
  truncatedNormal,
  uniform,
} from "../../lib/rng/distributions.ts";
import { key } from "../../lib/rng/key.ts";
import { keys } from "../laws/trace.ts";

// All samples below come from fixed keys: bounds of four to five standard
// errors decide about the generator, not about luck.
const N = 40000;

/** Pearson's statistic of counts that should be equal. */
function chiSquare(counts: readonly number[]): number {
  const expected = counts.reduce((a, b) => a + b) / counts.length;
  return counts.reduce((sum, c) => sum + (c - expected) ** 2 / expected, 0);
}

/** Whether a chi-square statistic lies within five standard deviations of its mean. */
function plausible(statistic: number, freedom: number): boolean {
  return Math.abs(statistic - freedom) < 5 * Math.sqrt(2 * freedom);
}

/** The normal distribution function by the series of Marsaglia (2004). */
function normalCdf(x: number): number {
  let [term, sum] = [x, x];
  for (let k = 3; Math.abs(term) > 1e-17; k += 2) {
    term *= (x * x) / k;
    sum += term;
  }
  return 0.5 + sum * Math.exp(-0.5 * x * x) / Math.sqrt(2 * Math.PI);
}

const normals = Array.from({ length: N }, (_, i) => normal(key(2), i));

Deno.test("uniform is in [0, 1), and a function of key and index", () => {
  const index = fc.integer({ min: 0, max: 0xffffffff });
  fc.assert(fc.property(keys(), index, (k, i) => {
    const u = uniform(k, i);
    assert(u >= 0 && u < 1 && Number.isInteger(u * 2 ** 32));
    assertEquals(uniform(k, i), u);
  }));
});

Deno.test("uniform fills 100 bins evenly, and so do neighbouring pairs", () => {
  const k = key(1);
  const bins = Array(100).fill(0);
  const squares = Array(100).fill(0);
  for (let i = 0; i < N; i++) {
    const [u, v] = [uniform(k, i), uniform(k, i + 1)];
    bins[Math.floor(100 * u)]++;
    squares[10 * Math.floor(10 * u) + Math.floor(10 * v)]++;
  }
  assert(plausible(chiSquare(bins), 99), `bins: ${chiSquare(bins)}`);
  assert(plausible(chiSquare(squares), 99), `pairs: ${chiSquare(squares)}`);
});

Deno.test("uniform by key at a fixed index is as even as by index", () => {
  const bins = Array(100).fill(0);
  for (let i = 0; i < N; i++) bins[Math.floor(100 * uniform(key(i), 0))]++;
  assert(plausible(chiSquare(bins), 99), `bins: ${chiSquare(bins)}`);
});

Deno.test("integer is in [0, limit) and even", () => {
  const limit = fc.integer({ min: 1, max: 2 ** 21 });
  fc.assert(fc.property(keys(), fc.nat(), limit, (k, i, most) => {
    const x = integer(k, i, most);
    assert(Number.isInteger(x) && x >= 0 && x < most);
  }));
  const counts = Array(7).fill(0);
  for (let i = 0; i < N; i++) counts[integer(key(3), i, 7)]++;
  assert(plausible(chiSquare(counts), 6), `counts: ${chiSquare(counts)}`);
});

Deno.test("normal has the moments 0, 1, 0 and 3", () => {
  const moment = (p: number) => normals.reduce((sum, x) => sum + x ** p, 0) / N;
  assertAlmostEquals(moment(1), 0, 5 * Math.sqrt(1 / N));
  assertAlmostEquals(moment(2), 1, 5 * Math.sqrt(2 / N));
  assertAlmostEquals(moment(3), 0, 5 * Math.sqrt(15 / N));
  assertAlmostEquals(moment(4), 3, 5 * Math.sqrt(96 / N));
});

Deno.test("normal passes Kolmogorov and Smirnov", () => {
  const sorted = normals.toSorted((a, b) => a - b);
  const gap = sorted.reduce((most, x, i) => {
    const p = normalCdf(x);
    return Math.max(most, p - i / N, (i + 1) / N - p);
  }, 0);
  // sqrt(N) D exceeds 1.95 with chance 0.001.
  assert(Math.sqrt(N) * gap < 1.95, `statistic ${Math.sqrt(N) * gap}`);
});

Deno.test("normal is finite, below 6.8 and independent of its neighbours", () => {
  fc.assert(fc.property(keys(), fc.nat(), (k, i) => {
    assert(Math.abs(normal(k, i)) < 6.8);
  }));
  const product = (lag: number) =>
    normals.slice(lag).reduce((sum, x, i) => sum + x * normals[i], 0) / N;
  for (const lag of [1, 2, 3]) assertAlmostEquals(product(lag), 0, 0.025);
});

Deno.test("normal and uniform of one key and index are unrelated", () => {
  let sum = 0;
  for (let i = 0; i < N; i++) sum += normals[i] * (uniform(key(2), i) - 0.5);
  assertAlmostEquals(sum / N, 0, 5 * Math.sqrt(1 / 12 / N));
});

Deno.test("a truncated normal is a normal given that it is within the limit", () => {
  const limit = 2;
  const inside = 2 * normalCdf(limit) - 1;
  const counts = new Array<number>(20).fill(0);
  for (let i = 0; i < N; i++) {
    const z = truncatedNormal(key(6), i, limit);
    assert(Math.abs(z) <= limit);
    // Uniform, if z is what it claims to be.
    const share = (normalCdf(z) - normalCdf(-limit)) / inside;
    counts[Math.min(19, Math.floor(20 * share))] += 1;
  }
  assert(plausible(chiSquare(counts), 19));
});
