/**
 * Colours of figures: those that the page's style sheet sets for light and dark,
 * or fixed ones for a file on white.
 *
 * @module
 */

/** What a figure is drawn with. */
export interface Ink {
  readonly ground: string;
  readonly text: string;
  readonly faint: string;
  readonly good: string;
  readonly bad: string;
  /** Our learner, the paper's, from scratch, and what others have published. */
  readonly ours: string;
  readonly paper: string;
  readonly scratch: string;
  readonly published: string;
}

/** Inside the page. */
export const PAGE_INK: Ink = {
  ground: "transparent",
  text: "currentColor",
  faint: "var(--faint)",
  good: "var(--good)",
  bad: "var(--bad)",
  ours: "var(--arm-0)",
  paper: "var(--arm-1)",
  scratch: "var(--arm-2)",
  published: "var(--faint)",
};

/** In a file of its own. */
export const FILE_INK: Ink = {
  ground: "white",
  text: "#24292f",
  faint: "#57606a",
  good: "#116329",
  bad: "#a40e26",
  ours: "#0b62c4",
  paper: "#b3470b",
  scratch: "#0a7a55",
  published: "#57606a",
};
