/**
 * A barrier for threads over shared memory.
 *
 * ```text
 * Int32: [ arrived | generation ]
 * ```
 *
 * The last to arrive opens the next generation. The others look for a while
 * (a shard's half of an update ends within microseconds of the other's), then
 * sleep.
 *
 * @module
 */

const LOOKS = 20_000;

/** A function that returns once `parties` threads have called it. */
export function createBarrier(state: Int32Array, parties: number): () => void {
  if (parties === 1) return () => {};
  return () => {
    const generation = Atomics.load(state, 1);
    if (Atomics.add(state, 0, 1) === parties - 1) {
      Atomics.store(state, 0, 0);
      Atomics.add(state, 1, 1);
      Atomics.notify(state, 1);
      return;
    }
    for (let i = 0; i < LOOKS; i++) {
      if (Atomics.load(state, 1) !== generation) return;
    }
    while (Atomics.load(state, 1) === generation) {
      Atomics.wait(state, 1, generation);
    }
  };
}
