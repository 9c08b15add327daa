/**
 * SHA-256 (FIPS 180-4), synchronous and on any engine: an artefact is checked
 * before it is used, also where there is no `crypto`.
 *
 * @module
 */

/** Round constants: fractional parts of the cube roots of the first 64 primes (section 4.2.2). */
const K = fractions(64, Math.cbrt);

/** First hash value: of the square roots of the first eight (section 5.3.3). */
const START = fractions(8, Math.sqrt);

/**
 * The digest of `bytes` as 64 lower-case hexadecimal digits.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * const abc = new TextEncoder().encode("abc");
 * assertEquals(sha256(abc).slice(0, 8), "ba7816bf");
 * ```
 */
export function sha256(bytes: Uint8Array): string {
  const { length } = bytes;
  const state = Uint32Array.from(START);
  const schedule = new Uint32Array(64);
  // One 1 bit, zeros, and the length in bits as 64 (section 5.1.1).
  const padded = new Uint8Array(((length + 8) >> 6) * 64 + 64);
  padded.set(bytes);
  padded[length] = 0x80;
  const blocks = new DataView(padded.buffer);
  blocks.setBigUint64(padded.length - 8, BigInt(8 * length));
  for (let at = 0; at < padded.length; at += 64) {
    compress(state, schedule, blocks, at);
  }
  return [...state].map((word) => word.toString(16).padStart(8, "0")).join("");
}

/** The block at byte `at` (section 6.2.2). */
function compress(
  state: Uint32Array,
  w: Uint32Array,
  blocks: DataView,
  at: number,
): void {
  let [a, b, c, d, e, f, g, h] = state;
  for (let t = 0; t < 64; t++) {
    if (t < 16) w[t] = blocks.getUint32(at + 4 * t);
    else {
      const [x, y] = [w[t - 15], w[t - 2]];
      const low = turn(x, 7) ^ turn(x, 18) ^ (x >>> 3);
      const high = turn(y, 17) ^ turn(y, 19) ^ (y >>> 10);
      w[t] = high + w[t - 7] + low + w[t - 16];
    }
    const sum1 = turn(e, 6) ^ turn(e, 11) ^ turn(e, 25);
    const one = (h + sum1 + ((e & f) ^ (~e & g)) + K[t] + w[t]) | 0;
    const sum0 = turn(a, 2) ^ turn(a, 13) ^ turn(a, 22);
    const two = (sum0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + one) | 0;
    d = c;
    c = b;
    b = a;
    a = (one + two) | 0;
  }
  [a, b, c, d, e, f, g, h].forEach((word, i) => state[i] += word);
}

function turn(x: number, by: number): number {
  return (x >>> by) | (x << (32 - by));
}

/** The first 32 bits of the fractional parts of a root of the first primes. */
function fractions(
  count: number,
  root: (prime: number) => number,
): Uint32Array {
  const primes: number[] = [];
  for (let n = 2; primes.length < count; n++) {
    if (primes.every((prime) => n % prime !== 0)) primes.push(n);
  }
  return Uint32Array.from(primes, (prime) => (root(prime) % 1) * 0x100000000);
}
