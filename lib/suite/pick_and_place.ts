/**
 * Pick and place as an entry of the table.
 *
 * @module
 */

import {
  CALIBRATED,
  MISCALIBRATED,
  reactivePickAndPlace,
  TIGHT,
} from "../control/reactive_pick_and_place.ts";
import { OVERRULING } from "../learn/ready_recipes.ts";
import { pickAndPlace } from "./fetch/pick_and_place.ts";
import {
  CUBE_PROTOCOL,
  CUBE_SIZES,
  FETCH_CHANNELS,
  frictionOption,
  LAYOUT_OPTIONS,
} from "./push.ts";
import { type Base, hide, type OptionSpecs, type Task } from "./task.ts";

/** The settings of the controller, with the values of one of its variants. */
function optionsOf(variant: typeof CALIBRATED): OptionSpecs {
  const { offset, tolerance, gain, done } = variant;
  return {
    offset: {
      default: offset,
      low: -0.2,
      high: 0.2,
      unit: "m",
      description: "Error of the carry's target in x and in y",
    },
    tolerance: {
      default: tolerance,
      low: 1e-9,
      high: 0.01,
      unit: "m^2",
      description: "Squared distance that counts as over the cube",
    },
    gain: {
      default: gain,
      low: 0.1,
      high: 1000,
      unit: "",
      description: "Gain of the carry",
    },
    done: {
      default: done,
      low: 0,
      high: 0.01,
      unit: "m^2",
      description: "Squared distance of cube and goal that ends the carry",
    },
  };
}

function variant(description: string, values: typeof CALIBRATED): Base {
  return {
    description,
    options: optionsOf(values),
    policy: (options) => reactivePickAndPlace({ ...values, ...options }),
  };
}

/** FetchPickAndPlace. */
export const PICK_AND_PLACE: Task = {
  id: "pick-and-place",
  description: "bring a cube to a place on or over the table",
  sizes: CUBE_SIZES,
  ...FETCH_CHANNELS,
  options: { ...LAYOUT_OPTIONS, friction: frictionOption(1) },
  bases: {
    miscalibrated: variant("carries 3 cm past the goal", MISCALIBRATED),
    tight: {
      ...variant("hesitates over the cube, as in the paper", TIGHT),
      recipe: OVERRULING,
    },
    calibrated: variant("the controller as meant", CALIBRATED),
  },
  recipe: { authority: 0.4 },
  paper: { ...CUBE_PROTOCOL, base: "tight" },
  make: (mujoco, options) => hide(pickAndPlace(mujoco, options)),
};
