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
  const state = START.slice();
  const schedule = new Int32Array(64);
  // One 1 bit, zeros, and the length in bits as 64 (section 5.1.1).
  const padded = new Uint8Array(((length + 8) >> 6) * 64 + 64);
  padded.set(bytes);
  padded[length] = 0x80;
  const blocks = new DataView(padded.buffer);
  blocks.setBigUint64(padded.length - 8, BigInt(8 * length));
  for (let at = 0; at < padded.length; at += 64) {
    for (let t = 0; t < 16; t++) schedule[t] = blocks.getInt32(at + 4 * t);
    compress(state, schedule);
  }
  const digits = (word: number) => (word >>> 0).toString(16).padStart(8, "0");
  return Array.from(state, digits).join("");
}

/**
 * The block whose 16 words begin the schedule (section 6.2.2). Written out: a
 * policy is checked once, before the engine has compiled what makes calls and
 * short arrays cheap.
 */
function compress(state: Int32Array, w: Int32Array): void {
  for (let t = 16; t < 64; t++) {
    const x = w[t - 15];
    const y = w[t - 2];
    const low = (x >>> 7 | x << 25) ^ (x >>> 18 | x << 14) ^ (x >>> 3);
    const high = (y >>> 17 | y << 15) ^ (y >>> 19 | y << 13) ^ (y >>> 10);
    w[t] = high + w[t - 7] + low + w[t - 16];
  }
  let a = state[0];
  let b = state[1];
  let c = state[2];
  let d = state[3];
  let e = state[4];
  let f = state[5];
  let g = state[6];
  let h = state[7];
  for (let t = 0; t < 64; t++) {
    const sum1 = (e >>> 6 | e << 26) ^ (e >>> 11 | e << 21) ^
      (e >>> 25 | e << 7);
    const one = (h + sum1 + (g ^ (e & (f ^ g))) + K[t] + w[t]) | 0;
    const sum0 = (a >>> 2 | a << 30) ^ (a >>> 13 | a << 19) ^
      (a >>> 22 | a << 10);
    const two = (sum0 + ((a & b) | (c & (a | b)))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + one) | 0;
    d = c;
    c = b;
    b = a;
    a = (one + two) | 0;
  }
  state[0] += a;
  state[1] += b;
  state[2] += c;
  state[3] += d;
  state[4] += e;
  state[5] += f;
  state[6] += g;
  state[7] += h;
}

/** The first 32 bits of the fractional parts of a root of the first primes. */
function fractions(
  count: number,
  root: (prime: number) => number,
): Int32Array {
  const primes: number[] = [];
  for (let n = 2; primes.length < count; n++) {
    if (primes.every((prime) => n % prime !== 0)) primes.push(n);
  }
  return Int32Array.from(primes, (prime) => (root(prime) % 1) * 0x100000000);
}
