/**
 * What others have published of plain Fetch tasks learnt from scratch, taken
 * from their logs and not run again here.
 *
 * - RHER and DDPG+HER (one process): logs in the repository of RHER, five seeds,
 *   median of the first evaluation at 0.9 or more, of ten episodes each.
 * - TQC+HER: the training run that the RL Zoo of stable-baselines3 ships, one
 *   seed, moving average of 100 training episodes.
 *
 * None asks for three evaluations in a row, so that each is a little early
 * beside ours, and none has a controller.
 *
 * @module
 */

/** A method on a task of theirs. */
export interface Published {
  readonly method: "RHER" | "TQC+HER" | "DDPG+HER";
  /** Their task. */
  readonly on: string;
  /** Our tasks beside which it stands. */
  readonly beside: readonly string[];
  readonly level: number;
  readonly steps: number;
}

const PUSHES = ["slippery-push", "push"];

/** All marks. */
export const PUBLISHED: readonly Published[] = [
  mark("RHER", "FetchPush", PUSHES, 0.9, 42_500),
  mark("TQC+HER", "FetchPush", PUSHES, 0.9, 197_000),
  mark("DDPG+HER", "FetchPush", PUSHES, 0.9, 1_090_000),
  mark("RHER", "FetchPickAndPlace", ["pick-and-place"], 0.9, 102_500),
  mark("TQC+HER", "FetchPickAndPlace", ["pick-and-place"], 0.9, 231_000),
  mark("DDPG+HER", "FetchPickAndPlace", ["pick-and-place"], 0.9, 740_000),
  mark("TQC+HER", "FetchSlide", ["slide"], 0.8, 2_440_000),
];

/** Where the marks come from, for a page. */
export const PUBLISHED_KEY =
  "Published marks were not run again here and are of plain FetchPush, FetchPickAndPlace and FetchSlide without a controller: RHER and DDPG+HER (one process) from the logs in RHER's repository, median of five seeds, first evaluation at 0.9; TQC+HER from the training run that the RL Zoo of stable-baselines3 ships, one seed, moving average of 100 training episodes; on FetchSlide it reached 0.8 and never 0.9 in 3 million steps.";

function mark(
  method: Published["method"],
  on: string,
  beside: readonly string[],
  level: number,
  steps: number,
): Published {
  return { method, on, beside, level, steps };
}
