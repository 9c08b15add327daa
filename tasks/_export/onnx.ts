/**
 * The correction of a policy as an ONNX model, opset 13: `observation [rows, no]`
 * and `goal [rows, ng]` to `residual [rows, na]`, all 32-bit floats.
 *
 * Numbers of fields and types are those of `onnx.proto` (IR version 7); see
 * https://onnx.ai/onnx/api/classes.html.
 *
 * @module
 */

import { authorities } from "../../lib/control/residual.ts";
import type { Tensor } from "../../lib/edge/safetensors.ts";
import type { Permutation } from "../../lib/types.ts";
import { type Correction, LIMIT } from "./correction.ts";
import { encodeMessage, type Message } from "./protobuf.ts";

/** What is said of a model beside its graph. */
export interface About {
  /** The software that wrote it, and its version. */
  readonly producer: string;
  readonly version: string;
  /** Texts by name, for `metadata_props`. */
  readonly metadata: Readonly<Record<string, string>>;
}

const IR_VERSION = 7;
const OPSET = 13;
const FLOAT = 1;
const INT64 = 7;

/** A graph that grows; functions below return the name of what they add. */
interface Graph {
  readonly nodes: Message[];
  readonly initialisers: Map<string, Message>;
}

/** The bytes of the model. */
export function encodeOnnx(correction: Correction, about: About): Uint8Array {
  const graph: Graph = { nodes: [], initialisers: new Map() };
  build(graph, correction);
  const { observationSize, goalSize, actionSize } = correction;
  const entries = Object.entries(about.metadata);
  return encodeMessage({
    1: IR_VERSION,
    2: about.producer,
    3: about.version,
    7: {
      1: graph.nodes,
      2: "residual",
      5: [...graph.initialisers.values()],
      11: [
        variable("observation", observationSize),
        variable("goal", goalSize),
      ],
      12: [variable("residual", actionSize)],
    },
    8: { 1: "", 2: OPSET },
    14: entries.map(([key, value]) => ({ 1: key, 2: value })),
  });
}

/** A matrix of any number of rows. */
function variable(name: string, width: number): Message {
  const shape = { 1: [{ 2: "rows" }, { 1: width }] };
  return { 1: name, 2: { 1: { 1: FLOAT, 2: shape } } };
}

function build(graph: Graph, correction: Correction): void {
  const { mirror, authority } = correction;
  const inputs = ["observation", "goal"];
  const moment = add(graph, "Concat", inputs, "moment", { axis: 1 });
  const views = [look(graph, correction, moment, "")];
  if (mirror) {
    const image = mirrored(graph, mirror.moment, moment, "mirror/moment");
    const answer = look(graph, correction, image, "mirror/");
    views.push(mirrored(graph, mirror.action, answer, "mirror/back"));
  }
  const played = mean(graph, views, "views");
  const factor = constant(graph, "authority", vector(authorities(authority)));
  add(graph, "Mul", [played, factor], "residual");
}

/** What the network answers to one view of the moment, within [-1, 1]. */
function look(
  graph: Graph,
  correction: Correction,
  moment: string,
  view: string,
): string {
  const { frames } = correction;
  const normal = normalised(graph, correction, moment, view);
  const answers = frames.map((entries, t) => {
    const name = `${view}frame.${t}`;
    const index = `frame.${t}.entries`;
    const read = frames.length === 1
      ? normal
      : gather(graph, normal, entries, index, name);
    return pass(graph, correction, read, name);
  });
  const answer = mean(graph, answers, `${view}frames`);
  return add(graph, "Tanh", [answer], `${view}f`);
}

function normalised(
  graph: Graph,
  { mean, scale }: Correction,
  moment: string,
  view: string,
): string {
  const centre = constant(graph, "normaliser.mean", mean);
  const factor = constant(graph, "normaliser.scale", scale);
  const low = constant(graph, "low", scalar(-LIMIT));
  const high = constant(graph, "high", scalar(LIMIT));
  const centred = add(graph, "Sub", [moment, centre], `${view}centred`);
  const scaled = add(graph, "Mul", [centred, factor], `${view}scaled`);
  return add(graph, "Clip", [scaled, low, high], `${view}clamped`);
}

/** One pass of the network. */
function pass(
  graph: Graph,
  { layers }: Correction,
  input: string,
  name: string,
): string {
  return layers.reduce((x, { weight, bias }, depth) => {
    const at = `actor.${depth}`;
    const parameters = [
      constant(graph, `${at}.weight`, weight),
      constant(graph, `${at}.bias`, bias),
    ];
    const linear = add(graph, "Gemm", [x, ...parameters], `${name}/${at}`);
    return depth + 1 === layers.length
      ? linear
      : add(graph, "Relu", [linear], `${name}/${at}/relu`);
  }, input);
}

/** The mean of matrices; one is its own. */
function mean(graph: Graph, names: readonly string[], output: string): string {
  return names.length === 1 ? names[0] : add(graph, "Mean", names, output);
}

function mirrored(
  graph: Graph,
  { source, sign, offset }: Permutation,
  x: string,
  output: string,
): string {
  const signs = constant(graph, `${output}.sign`, vector(sign));
  const offsets = constant(graph, `${output}.offset`, vector(offset));
  const moved = gather(
    graph,
    x,
    source,
    `${output}.source`,
    `${output}/moved`,
  );
  const turned = add(graph, "Mul", [moved, signs], `${output}/turned`);
  return add(graph, "Add", [turned, offsets], output);
}

/** Columns of a matrix, by index. */
function gather(
  graph: Graph,
  x: string,
  columns: readonly number[],
  name: string,
  output: string,
): string {
  const data = BigInt64Array.from(columns, BigInt);
  graph.initialisers.set(name, {
    1: [columns.length],
    2: INT64,
    8: name,
    9: new Uint8Array(data.buffer),
  });
  return add(graph, "Gather", [x, name], output, { axis: 1 });
}

/** Adds a node; its name is that of its output. */
function add(
  { nodes }: Graph,
  operator: string,
  inputs: readonly string[],
  output: string,
  attributes: Readonly<Record<string, number>> = {},
): string {
  // Type 2 is a whole number.
  const given = Object.entries(attributes)
    .map(([name, value]) => ({ 1: name, 3: value, 20: 2 }));
  nodes.push({ 1: inputs, 2: output, 3: output, 4: operator, 5: given });
  return output;
}

/** Adds a tensor once, however many nodes read it. */
function constant(
  { initialisers }: Graph,
  name: string,
  { shape, data }: Tensor,
): string {
  const { buffer, byteOffset, byteLength } = data;
  initialisers.set(name, {
    1: shape,
    2: FLOAT,
    8: name,
    9: new Uint8Array(buffer, byteOffset, byteLength),
  });
  return name;
}

function scalar(value: number): Tensor {
  return { shape: [], data: Float32Array.of(value) };
}

function vector(values: readonly number[]): Tensor {
  return { shape: [values.length], data: Float32Array.from(values) };
}
