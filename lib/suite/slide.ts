/**
 * Slide as an entry of the table.
 *
 * @module
 */

import { aimAndStrike } from "../control/aim_and_strike.ts";
import { slide, SLIDE_FRICTION } from "./fetch/slide.ts";
import { CUBE_PROTOCOL, CUBE_SIZES, FETCH_CHANNELS } from "./push.ts";
import { type Base, hide, type Task } from "./task.ts";

const AIM_AND_STRIKE: Base = {
  description: "goes behind the puck and strikes it towards the goal",
  options: {
    strength: {
      default: 1,
      low: 0.1,
      high: 2,
      unit: "",
      description: "Factor on the speed of the strike",
    },
  },
  policy: aimAndStrike,
};

/** FetchSlide, which the paper does not have: its protocol is that of the push tasks. */
export const SLIDE: Task = {
  id: "slide",
  description: "strike a puck so that it glides to a place out of reach",
  sizes: CUBE_SIZES,
  ...FETCH_CHANNELS,
  options: {
    objectRange: {
      default: 0.1,
      low: 0.08,
      high: 0.18,
      unit: "m",
      description: "Half side of the square the puck starts in",
    },
    goalRange: {
      default: 0.3,
      low: 0,
      high: 0.4,
      unit: "m",
      description:
        "Half side of the square that holds the goal; its middle lies 0.4 m beyond the gripper",
    },
    friction: {
      default: SLIDE_FRICTION,
      low: 0.01,
      high: 5,
      unit: "",
      description:
        "Sliding friction of table and puck; aim-and-strike always believes 0.1",
    },
  },
  bases: { "aim-and-strike": AIM_AND_STRIKE },
  // A strike is all or nothing: what is left of the base's aim must be kept until
  // critics are fine enough to tell strikes apart. Seed 1 over 0.39, success at 10,
  // 15 and 25 thousand steps: 0.61 0.72 0.69, never below 0.37; with a penalty of 10
  // and a warm-up of 1,000 steps 0.61 0.48 0.60, and 0.28 at 2,500.
  // Episodes that the base begins (a prefix of 0.3), for strikes without noise: seed
  // 2 at 10, 20 and 30 thousand 0.52 0.63 0.73, without 0.56 0.52 0.63, but seed 1
  // at 30, 50 and 70 thousand 0.65 0.70 0.68, without 0.67 0.77 0.72.
  recipe: { residualPenalty: 30, warmup: 5000 },
  paper: { ...CUBE_PROTOCOL, base: "aim-and-strike" },
  make: (mujoco, options) => hide(slide(mujoco, options)),
};
