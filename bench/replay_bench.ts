/**
 * A batch of 256 rows from a replay store of 1000 episodes: kernel and twin.
 * `deno bench -R -E --allow-sys bench/replay_bench.ts`
 *
 * @module
 */

import { contenders, isBaseline, noise } from "./_kernels.ts";

const [episodes, horizon, no, ng, na, rows] = [1000, 50, 25, 3, 4, 256];

for (const contender of await contenders()) {
  const { kernels, arena } = contender;
  const moments = episodes * (horizon + 1);
  const replay = arena.integers([
    noise(contender, moments * no, 1),
    noise(contender, moments * ng, 2),
    noise(contender, episodes * ng, 3),
    noise(contender, episodes * horizon * na, 4),
    arena.integers(new Array(episodes).fill(horizon)),
    horizon,
    no,
    ng,
    na,
  ]);
  const batch = arena.integers(
    [no, no, ng, na, 1, 2].map((size) => arena.floats(rows * size).pointer),
  );
  let draw = 0;
  Deno.bench(
    `batch of ${rows}: ${kernels.id}`,
    { group: "replay", baseline: isBaseline(contender) },
    () =>
      kernels.replaySample(
        replay,
        batch,
        0,
        rows,
        episodes,
        7,
        draw++,
        0.8,
        0.05,
      ),
  );
}
