import { assert, assertEquals } from "@std/assert";
import type { Cell } from "../../../tasks/_grid/cells.ts";
import type { Ended } from "../../../tasks/_grid/child.ts";
import { BUSY } from "../../../tasks/_grid/lock.ts";
import {
  type CellState,
  type Grid,
  runGrid,
  type World,
} from "../../../tasks/_grid/run.ts";
import { cell } from "./sample.ts";

const cells = [1, 2, 3, 4].map((seed) => cell("push", "default", seed));
const [first, second, third] = cells;

/** A training that a test ends by hand. */
interface FakeChild {
  readonly cell: Cell;
  readonly resume: boolean;
  readonly finish: (ended?: Partial<Ended>) => void;
  readonly evaluate: () => void;
  stopped: boolean;
}

/** A world that writes down what is done to it. */
function fakeWorld(states: ReadonlyMap<Cell, CellState> = new Map()) {
  const log: string[] = [];
  const children: FakeChild[] = [];
  const flags = { stopping: false };
  const name = ({ seed }: Cell) => `${seed}`;
  const world: World = {
    stateOf: (of) => states.get(of) ?? "none",
    train: (of, resume, hear) => {
      const { promise, resolve } = Promise.withResolvers<Ended>();
      const child: FakeChild = {
        cell: of,
        resume,
        stopped: false,
        finish: (ended) => resolve({ code: 0, error: "", ...ended }),
        evaluate: () => hear({ kind: "evaluation", step: 0 }),
      };
      children.push(child);
      log.push(`train ${name(of)}`);
      const stop = () => {
        child.stopped = true;
        resolve({ code: 130, error: "" });
      };
      return { ended: promise, stop };
    },
    record: (of, finished) =>
      log.push(`${finished ? "record" : "note"} ${name(of)}`),
    stopping: () => flags.stopping,
    began: () => {},
    heard: () => {},
    ended: (of, end) => log.push(`${end.kind} ${name(of)}`),
  };
  return { world, log, children, flags };
}

/** Lets everything happen that can. */
function settle(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

async function ends(grid: Grid): Promise<readonly string[]> {
  return [...await grid.done].map(([of, { kind }]) => `${of.seed} ${kind}`);
}

Deno.test("each cell does what is left of it, and no more", async () => {
  const states = new Map<Cell, CellState>([
    [first, "recorded"],
    [second, "finished"],
    [third, "begun"],
  ]);
  const { world, log, children } = fakeWorld(states);
  const grid = runGrid(cells, 1, world);
  await settle();
  assertEquals(children.map(({ resume }) => resume), [true]);
  children[0].finish();
  await settle();
  assertEquals(children.map(({ resume }) => resume), [true, false]);
  children[1].evaluate();
  children[1].finish();
  await grid.done;
  assertEquals(log, [
    "kept 1",
    "record 2",
    "done 2",
    "train 3",
    "record 3",
    "done 3",
    "train 4",
    "note 4",
    "record 4",
    "done 4",
  ]);
});

Deno.test("never more cells at once than jobs, never fewer while there are any", async () => {
  const { world, children } = fakeWorld();
  const grid = runGrid(cells, 3, world);
  await settle();
  assertEquals(children.length, 3);
  children[1].finish();
  await settle();
  assertEquals(children.map((child) => child.cell), cells);
  for (const child of children) child.finish();
  assertEquals((await ends(grid)).toSorted(), [
    "1 done",
    "2 done",
    "3 done",
    "4 done",
  ]);
});

Deno.test("a cell that fails is told with its complaint and stops no other", async () => {
  const { world, log, children } = fakeWorld();
  const grid = runGrid([first, second, third], 1, world);
  await settle();
  children[0].finish({ code: 3, error: "error: a number left the range" });
  await settle();
  children[1].finish({ code: BUSY });
  await settle();
  children[2].finish();
  const done = await grid.done;
  assertEquals(done.get(first), {
    kind: "failed",
    code: 3,
    error: "error: a number left the range",
  });
  const busy = done.get(second);
  assert(busy?.kind === "failed" && busy.error.includes("another process"));
  assertEquals(done.get(third)?.kind, "done");
  assert(!log.includes("record 1") && !log.includes("record 2"));
});

Deno.test("a stop reaches every running cell, is waited for, and begins no other", async () => {
  const { world, children, flags } = fakeWorld();
  const grid = runGrid(cells, 2, world);
  await settle();
  flags.stopping = true;
  grid.stop();
  assertEquals(await ends(grid), ["1 stopped", "2 stopped"]);
  assert(children.every(({ stopped }) => stopped));
  assertEquals(children.length, 2);
});

Deno.test("a cell that ends well while the grid stops is recorded", async () => {
  const { world, log, children, flags } = fakeWorld();
  const grid = runGrid(cells, 1, world);
  await settle();
  flags.stopping = true;
  children[0].finish();
  assertEquals(await ends(grid), ["1 done"]);
  assertEquals(log.at(-1), "done 1");
  assert(log.includes("record 1"));
});
