/**
 * Gives up what takes too long: one timer for all that wait, as one for each
 * would be a tenth of the work for a request.
 *
 * @module
 */

/** Waits on behalf of many. */
export interface Patience {
  /**
   * Calls `giveUp` unless its wait ends in time. It began at `from` on the clock
   * of `performance`, no sooner than those before it.
   */
  readonly begin: (from: number, giveUp: () => void) => void;
  readonly end: (giveUp: () => void) => void;
}

/** Patience of `timeout` milliseconds. */
export function openPatience(timeout: number): Patience {
  // In the order in which it ends.
  const waiting = new Map<() => void, number>();
  let awake = false;

  function look(): void {
    const now = performance.now();
    for (const [giveUp, end] of waiting) {
      if (end > now) return wakeIn(end - now);
      waiting.delete(giveUp);
      giveUp();
    }
    awake = false;
  }

  function wakeIn(ms: number): void {
    awake = true;
    setTimeout(look, ms);
  }

  return {
    begin: (from, giveUp) => {
      waiting.set(giveUp, from + timeout);
      if (!awake) wakeIn(timeout);
    },
    end: (giveUp) => {
      waiting.delete(giveUp);
    },
  };
}
