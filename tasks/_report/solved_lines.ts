/**
 * What the figure of steps-to-solved shows: for each task our learner, the
 * paper's, learning from scratch, and what others have published.
 *
 * @module
 */

import { armNamed, GRID_TASKS, gridTask } from "../_grid/arms.ts";
import type { Results } from "../_grid/results.ts";
import { counted } from "../_count.ts";
import type { SeedData } from "./data.ts";
import { PUBLISHED } from "./published.ts";
import { heldOf, runsOf } from "./solved.ts";
import { nameOf, OPEN, tellHeld } from "./solved_tell.ts";
import { tellSteps } from "./tell.ts";

/** Whose line it is. */
export type Whose = "ours" | "paper" | "scratch" | "published";

/** A line of the figure. */
export interface Line {
  readonly whose: Whose;
  readonly who: string;
  /** Steps; of a censored time, when it had surely not come. `undefined` where nothing is recorded. */
  readonly time: number | undefined;
  /** Whether the level was held at `time`. */
  readonly event: boolean;
  /** From where to where, where it is known. */
  readonly low?: number;
  readonly high?: number;
  readonly text: string;
}

/** The lines of a task. */
export interface Group {
  readonly title: string;
  readonly lines: readonly Line[];
}

/** A task with the level that counts as solved there. */
interface Heading {
  readonly task: string;
  readonly arm: string;
  readonly level: number;
}

const HEADINGS: readonly Heading[] = [
  { task: "slippery-push", arm: "default", level: 0.9 },
  { task: "pick-and-place", arm: "default", level: 0.9 },
  { task: "pick-and-place", arm: "default-tight", level: 0.9 },
  { task: "push", arm: "default", level: 0.9 },
  { task: "noisy-hook", arm: "default", level: 0.8 },
  { task: "complex-hook", arm: "default", level: 0.8 },
  { task: "slide", arm: "default", level: 0.8 },
];

/** Every task; `others` are the rows of the budget `short`. */
export function groupsOf(
  results: Results,
  others: Results,
): readonly Group[] {
  return HEADINGS.map((heading) => {
    const { task, arm, level } = heading;
    const name = nameOf({ task: gridTask(task), arm: armNamed(arm) });
    const ours = lineOf(
      "ours",
      "residual, our learner",
      runsOf(results, task, arm),
      level,
    );
    return {
      title: `${name}: ${level.toFixed(2)} held`,
      lines: arm === "default"
        ? [ours, ...besides(results, others, heading)]
        : [ours],
    };
  });
}

/** The paper's learner and learning from scratch, where they are recorded or a budget has them. */
function besides(
  results: Results,
  others: Results,
  { task, level }: Heading,
): readonly Line[] {
  const here = runsOf(results, task, "paper");
  const paper = here.length > 0 ? here : runsOf(others, task, "paper");
  const scratch = ["td3", "ddpg"].flatMap((arm) => {
    const runs = runsOf(others, task, arm);
    const whose = arm === "td3" ? "our" : "the paper's";
    return runs.length === 0
      ? []
      : [lineOf("scratch", `from scratch, ${whose} learner`, runs, level)];
  });
  const inPaper = GRID_TASKS.some(({ id }) => id === task);
  return [
    ...inPaper || paper.length > 0
      ? [lineOf("paper", "residual, the paper's learner", paper, level)]
      : [],
    ...inPaper && scratch.length === 0
      ? [lineOf("scratch", "from scratch", [], level)]
      : scratch,
    ...publishedBeside(task, level),
  ];
}

function publishedBeside(task: string, level: number): readonly Line[] {
  return PUBLISHED.filter((mark) =>
    mark.beside.includes(task) && mark.level === level
  ).map(({ method, on, steps }) => ({
    whose: "published",
    who: `${method}, published`,
    time: steps,
    event: true,
    text: `${tellSteps(steps)} on ${on}`,
  }));
}

function lineOf(
  whose: Whose,
  who: string,
  runs: readonly SeedData[],
  level: number,
): Line {
  const held = heldOf(runs, level);
  if (held === undefined) {
    return { whose, who, time: undefined, event: false, text: OPEN };
  }
  const { median, after, spread, events } = held;
  const event = median < Infinity;
  return {
    whose,
    who,
    time: event ? median : after,
    event,
    ...events === 0 ? {} : { low: spread.low, high: spread.high },
    text: `${tellHeld(held)}, ${counted(runs.length, "seed")}`,
  };
}
