/**
 * Figures of a server as Prometheus reads them (text format 0.0.4): counters by
 * path and status, which are few whatever is asked, and a histogram of times.
 *
 * @module
 */

import type { Served } from "./reply.ts";

/** Upper ends of the histogram's buckets, 0.1 ms to 10 s. */
const BUCKETS = [1e-4, 1e-3, 1e-2, 0.1, 1]
  .flatMap((decade) => [1, 2.5, 5].map((x) => Number((x * decade).toFixed(5))))
  .concat(10);

/** What is known only when it is asked for. */
export interface Gauges {
  readonly inFlight: number;
  readonly droppedLogLines: number;
  /** Bytes of memory that the process holds. */
  readonly residentBytes: number;
}

/** The figures. */
export interface ServeMetrics {
  readonly add: (served: Served) => void;
  /** All figures as text. */
  readonly text: (gauges: Gauges) => string;
}

/** What is known of one path. */
interface Figures {
  /** Requests by status. */
  readonly statuses: Map<number, number>;
  /** Requests per bucket; the last holds what is slower than all. */
  readonly counts: Float64Array;
  sum: number;
  total: number;
}

/** Begins to count; paths that are not `known` count as `other`. */
export function openMetrics(
  known: readonly string[],
  labels: Readonly<Record<string, string>>,
): ServeMetrics {
  const other = noFigures();
  const paths = new Map([
    ...known.map((path) => [path, noFigures()] as const),
    ["other", other],
  ]);
  let actions = 0;
  return {
    add: ({ path, status, ms, rows }) => {
      record(paths.get(path) ?? other, status, ms / 1000);
      actions += rows;
    },
    text: (gauges) =>
      [
        counters(paths, actions),
        times(paths),
        present(gauges),
        metric("rpl_policy_info", "gauge", "The policy that is served.", [
          [labelText(labels), 1],
        ]),
      ].flat().join("\n") + "\n",
  };
}

function noFigures(): Figures {
  const counts = new Float64Array(BUCKETS.length + 1);
  return { statuses: new Map(), counts, sum: 0, total: 0 };
}

function record(figures: Figures, status: number, seconds: number): void {
  let bucket = 0;
  while (bucket < BUCKETS.length && seconds > BUCKETS[bucket]) bucket++;
  figures.counts[bucket]++;
  figures.sum += seconds;
  figures.total++;
  figures.statuses.set(status, (figures.statuses.get(status) ?? 0) + 1);
}

function counters(
  paths: ReadonlyMap<string, Figures>,
  actions: number,
): readonly string[] {
  const rows = [...paths].flatMap(([path, { statuses }]) =>
    [...statuses].map(([status, count]) =>
      [`path="${path}",status="${status}"`, count] as const
    )
  );
  const errors = rows.filter(([name]) => !/status="2/.test(name));
  return [
    metric("rpl_requests_total", "counter", "Requests answered.", rows),
    metric(
      "rpl_errors_total",
      "counter",
      "Requests refused or failed.",
      errors,
    ),
    metric("rpl_actions_total", "counter", "Actions answered.", actions),
  ].flat();
}

function present(gauges: Gauges): readonly string[] {
  const { inFlight, droppedLogLines, residentBytes } = gauges;
  const dropped = "rpl_log_lines_dropped_total";
  const memory = "process_resident_memory_bytes";
  return [
    metric("rpl_requests_in_flight", "gauge", "Not yet answered.", inFlight),
    metric(dropped, "counter", "Log lines that nobody took.", droppedLogLines),
    metric(memory, "gauge", "Memory of the process.", residentBytes),
  ].flat();
}

function times(paths: ReadonlyMap<string, Figures>): readonly string[] {
  const name = "rpl_request_seconds";
  const lines = [...paths].flatMap(([path, { counts, sum, total }]) => {
    if (total === 0) return [];
    const label = `path="${path}"`;
    let below = 0;
    const buckets = [...counts].map((count, bucket) => {
      below += count;
      const end = BUCKETS[bucket] ?? "+Inf";
      return `${name}_bucket{${label},le="${end}"} ${below}`;
    });
    return [
      ...buckets,
      `${name}_sum{${label}} ${sum}`,
      `${name}_count{${label}} ${total}`,
    ];
  });
  const help = "From the head of a request to its answer.";
  return [`# HELP ${name} ${help}`, `# TYPE ${name} histogram`, ...lines];
}

/** One value, or one for each set of labels. */
function metric(
  name: string,
  type: "counter" | "gauge",
  help: string,
  found: number | readonly (readonly [labels: string, value: number])[],
): readonly string[] {
  const lines = typeof found === "number"
    ? [`${name} ${found}`]
    : found.map(([labels, value]) => `${name}{${labels}} ${value}`);
  return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...lines];
}

function labelText(labels: Readonly<Record<string, string>>): string {
  const quoted = (value: string) =>
    value.replace(/[\\"\n]/g, (c) => c === "\n" ? "\\n" : `\\${c}`);
  return Object.entries(labels)
    .map(([name, value]) => `${name}="${quoted(value)}"`).join(",");
}
