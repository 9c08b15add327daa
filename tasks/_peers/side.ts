/**
 * One side of a comparison, and how two sides take turns.
 *
 * @module
 */

/** Someone who works at a rate. */
export interface Side {
  /** Pieces of work per second, over about `seconds` or more. */
  readonly measure: (seconds: number) => Promise<number>;
  readonly close: () => Promise<void>;
}

/** Milliseconds for the threads of one side to fall asleep before the other begins. */
const PAUSE = 50;

/**
 * Measures A B A B: what else the machine does meets both sides alike.
 *
 * A first measurement of each is thrown away: caches fill, code is compiled.
 * Threads need the pause (ms) to fall asleep; work on this one does not.
 */
export async function alternate(
  ours: Side,
  theirs: Side,
  seconds: number,
  repeats: number,
  pause = PAUSE,
): Promise<{ readonly ours: number[]; readonly theirs: number[] }> {
  const rates = { ours: [] as number[], theirs: [] as number[] };
  for (let i = 0; i <= repeats; i++) {
    const a = await ours.measure(seconds);
    await rest(pause);
    const b = await theirs.measure(seconds);
    await rest(pause);
    if (i === 0) continue;
    rates.ours.push(a);
    rates.theirs.push(b);
  }
  return rates;
}

/** A side whose rate is given, not measured. */
export function fixedSide(rate: number): Side {
  return {
    measure: () => Promise.resolve(rate),
    close: () => Promise.resolve(),
  };
}

/** Work on this thread, repeated until a measurement is long enough; `amount` pieces each time. */
export function repeated(work: () => unknown, amount = 1): Side {
  let count = 1;
  return {
    measure(seconds) {
      for (;;) {
        const start = performance.now();
        for (let i = 0; i < count; i++) work();
        const spent = (performance.now() - start) / 1000;
        const done = count;
        const factor = seconds / spent;
        count = Math.max(1, Math.ceil(count * Math.min(factor, 10)));
        if (factor < 1.5) return Promise.resolve(done * amount / spent);
      }
    },
    close: () => Promise.resolve(),
  };
}

function rest(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
