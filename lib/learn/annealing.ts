/**
 * Authority that grows while the actor learns: what an immature actor can spoil
 * is small, and so is the set of actions that it must first tell apart.
 *
 *   authority(n) = authority min(1, (n + 1) / annealing)   after n actor updates
 *
 * Exploration still draws corrections from all of it, so that critics have seen
 * what the actor will reach.
 *
 * @module
 */

import type { Authority } from "../control/residual.ts";
import type { Recipe } from "./recipe.ts";

/** The share of the authority in force after so many actor updates, in (0, 1]. */
export function shareOfAuthority(
  { annealing }: Pick<Recipe, "annealing">,
  actorUpdates: number,
): number {
  return annealing === 0 ? 1 : Math.min(1, (actorUpdates + 1) / annealing);
}

/** That share of an authority; all of it is the same value, bit for bit. */
export function shareOf(authority: Authority, share: number): Authority {
  return typeof authority === "number"
    ? share * authority
    : authority.map((most) => share * most);
}
