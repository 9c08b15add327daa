/**
 * DiscreteMPC: best-first search with a perfect model over six moves of the
 * gripper (Silver et al. 2018, arXiv 1812.06298, section 5 and appendix).
 *
 * Least is best, in lexicographic order of whole tenths of a millimetre:
 *
 *   near = floor(10^4 |b - G|_xy)
 *   cost = depth + floor(10^4 |g - p|),   p = b - (w / 2) u + (0, 0, 0.005)
 *
 * and of a random number, with cube b, goal G, gripper g and the unit vector u
 * of (G - b) in the plane. Per expansion the best open node tries +x, -x, +y,
 * -y, +z, -z; a child whose summed moves were met before is skipped (the root's
 * sum, zero, only once a child has met it). The advice is the first move on the
 * way to the best node met, in which a later one beats an equal earlier one;
 * nothing where the root is best.
 *
 * The model is the environment itself, forked: no state is copied but the
 * numbers that a step reads, and none is computed twice.
 *
 * @module
 */

import { uniform } from "../rng/distributions.ts";
import { foldIn } from "../rng/key.ts";
import type { Env, Key, Observation, Vec } from "../types.ts";
import type { Advisor } from "./advisor.ts";

/** An environment that can be asked "what if": the Fetch tasks are. */
export interface Model<S> extends Pick<Env<S>, "spec" | "step" | "drop"> {
  /** A second state that goes on as `state` would. */
  readonly fork: (state: S) => S;
}

/** Settings of {@link treeMpc}. */
export interface TreeMpcOptions {
  /** Nodes expanded per decision, a whole number from 1 to 1000. Default 10. */
  readonly expansions?: number;
  /** Size of a move in action units, in (0, 1]. Default 1: 5 cm are asked for. */
  readonly magnitude?: number;
  /** Width (m) that the search believes the cube to have, in (0, 1]. Default 0.1. */
  readonly width?: number;
}

/** Where the random numbers of a decision come from. */
export interface TreeMpcMemory {
  /** The key of the episode. */
  readonly key: Key;
  /** Decisions taken. */
  readonly t: number;
}

/** What a move leads to. `S` is the forked state, live while the node is open. */
interface Node<S> {
  readonly state: S;
  readonly near: number;
  readonly cost: number;
  readonly tie: number;
  readonly depth: number;
  /** The first move on the way here; none for the root. */
  readonly first: number;
  /** Summed moves, encoded by {@link shifted}. */
  readonly sum: number;
}

/** One decision under way. */
interface Search<S> {
  readonly model: Model<S>;
  readonly options: Required<TreeMpcOptions>;
  readonly desired: Vec;
  readonly key: Key;
  /** Buffer of the move that is tried, `[actionSize]`. */
  readonly move: Vec;
  /** Open nodes, best first, no more than can still be expanded. */
  readonly open: Node<S>[];
  /** Summed moves met. */
  readonly met: Set<number>;
  best: Node<S>;
  modelSteps: number;
}

const MOVES = 6;
/** Tenths of a millimetre per metre. */
const GRAIN = 1e4;
/** Height (m) of the push point over the cube's centre. */
const LIFT = 0.005;
/** Base of the code of summed moves: wider than twice the most expansions. */
const SPAN = 4096;

/**
 * Simulations that a search of so many expansions holds at once, over that of
 * the state it starts from: give the task that many slots more than episodes
 * run in it. One by one searches share them.
 *
 * Of the open nodes only as many are kept as expansions are left, so it is the
 * parent, its child and the others: never more than `expansions`.
 */
export function spareSlots(expansions = 10): number {
  return expansions;
}

/**
 * The tree search of the paper. It reads entries 0 to 5 of the observation
 * (gripper, then cube, m) and the goal (m), and advises a move `[actionSize]` of
 * `magnitude` along one of the first three entries, or zeros.
 *
 * @param model The environment that is played in, with {@link spareSlots} to spare.
 * @throws {RangeError} If an option is out of its range, or, later, if the
 * model's simulations are all in use.
 * @throws {Refusal} With a `DivergedError`, later, if a simulation is no longer finite.
 *
 * @example
 * ```ts ignore
 * const task = push(mujoco, { slots: 1 + spareSlots() });
 * const env = pipe(task, advised(treeMpc(task)), timeLimit(50));
 * ```
 */
export function treeMpc<S>(
  model: Model<S>,
  options: TreeMpcOptions = {},
): Advisor<S, TreeMpcMemory> {
  const { expansions = 10, magnitude = 1, width = 0.1 } = options;
  check(expansions, magnitude, width);
  const { actionSize } = model.spec;
  const action = new Float32Array(actionSize);
  const move = new Float32Array(actionSize);
  const all = { expansions, magnitude, width };
  return {
    id: expansions === 10 ? "tree-mpc" : `tree-mpc(${expansions})`,
    init: (key) => ({ key, t: 0 }),
    advise(state, moment, { key, t }) {
      const search = begin(model, all, state, moment, foldIn(key, t), move);
      try {
        grow(search);
      } finally {
        for (const { state } of search.open) model.drop(state);
      }
      write(action, search.best.first, magnitude);
      return {
        action,
        memory: { key, t: t + 1 },
        modelSteps: search.modelSteps,
      };
    },
  };
}

function check(expansions: number, magnitude: number, width: number): void {
  if (
    !(Number.isInteger(expansions) && expansions >= 1 && expansions <= 1000)
  ) {
    throw new RangeError(
      `Cannot search as 'expansions' must be a whole number from 1 to 1000: current value is ${expansions}`,
    );
  }
  for (const [name, value] of Object.entries({ magnitude, width })) {
    if (value > 0 && value <= 1) continue;
    throw new RangeError(
      `Cannot search as '${name}' must be in (0, 1]: current value is ${value}`,
    );
  }
}

function begin<S>(
  model: Model<S>,
  options: Required<TreeMpcOptions>,
  state: S,
  { observation, desired }: Observation,
  key: Key,
  move: Vec,
): Search<S> {
  const { near, gap } = judge(observation, desired, options.width);
  const best = { state, near, cost: gap, tie: 0, depth: 0, first: -1, sum: 0 };
  const met = new Set<number>();
  return {
    model,
    options,
    desired,
    key,
    move,
    open: [],
    met,
    best,
    modelSteps: 0,
  };
}

/** Expands the root, which stays the caller's, then the best open nodes. */
function grow<S>(search: Search<S>): void {
  const { model, open, options: { expansions } } = search;
  expand(search, search.best, expansions - 1);
  for (let left = expansions - 2; left >= 0; left--) {
    const node = open.shift();
    if (node === undefined) break;
    try {
      expand(search, node, left);
    } finally {
      model.drop(node.state);
    }
  }
}

/** Tries every move from a node and keeps at most `left` nodes open. */
function expand<S>(search: Search<S>, parent: Node<S>, left: number): void {
  for (let move = 0; move < MOVES; move++) {
    const sum = shifted(parent.sum, move);
    if (search.met.has(sum)) continue;
    search.met.add(sum);
    const child = simulate(search, parent, move, sum);
    if (atLeastAsGood(child, search.best)) search.best = child;
    insert(search.open, child);
    if (search.open.length > left) search.model.drop(search.open.pop()!.state);
  }
}

function simulate<S>(
  search: Search<S>,
  parent: Node<S>,
  move: number,
  sum: number,
): Node<S> {
  const { model, options, desired, key } = search;
  write(search.move, move, options.magnitude);
  const { state, observation: { observation } } = model.step(
    model.fork(parent.state),
    search.move,
  );
  const { near, gap } = judge(observation, desired, options.width);
  const depth = parent.depth + 1;
  return {
    state,
    near,
    cost: depth + gap,
    tie: uniform(key, search.modelSteps++),
    depth,
    first: parent.first < 0 ? move : parent.first,
    sum,
  };
}

/** The cube's distance from the goal and the gripper's from its push point. */
function judge(o: Vec, goal: Vec, width: number) {
  const x = goal[0] - o[3];
  const y = goal[1] - o[4];
  const length = Math.sqrt(x * x + y * y);
  // Without a direction +y, as that of atan2(0, 0) = 0 in the original.
  const ux = length > 0 ? x / length : 0;
  const uy = length > 0 ? y / length : 1;
  const dx = o[3] - width / 2 * ux - o[0];
  const dy = o[4] - width / 2 * uy - o[1];
  const dz = o[5] + LIFT - o[2];
  const gap = Math.sqrt(dx * dx + dy * dy + dz * dz);
  return { near: Math.floor(GRAIN * length), gap: Math.floor(GRAIN * gap) };
}

function atLeastAsGood<S>(a: Node<S>, b: Node<S>): boolean {
  return a.near < b.near || (a.near === b.near && a.cost <= b.cost);
}

/** Inserts in order of (near, cost, tie). */
function insert<S>(open: Node<S>[], node: Node<S>): void {
  let at = open.length;
  while (at > 0 && comesBefore(node, open[at - 1])) at--;
  open.splice(at, 0, node);
}

function comesBefore<S>(a: Node<S>, b: Node<S>): boolean {
  if (a.near !== b.near) return a.near < b.near;
  if (a.cost !== b.cost) return a.cost < b.cost;
  return a.tie < b.tie;
}

/** The sum after a move: three signed counts in one number. */
function shifted(sum: number, move: number): number {
  return sum + (move % 2 === 0 ? 1 : -1) * SPAN ** (move >> 1);
}

/** Writes a move: even ones go up, odd ones down, along entry `move / 2`. */
function write(out: Vec, move: number, magnitude: number): void {
  out.fill(0);
  if (move >= 0) out[move >> 1] = move % 2 === 0 ? magnitude : -magnitude;
}
