/**
 * The correction of a policy as a layers model of TensorFlow.js: `model.json`
 * and the weights that it names, for `tf.loadLayersModel`.
 *
 * Stock layers only, so that nothing has to be registered before it loads:
 *
 * ```text
 * moment     Concatenate: observation and goal
 * mirror     Dense: the mirror image of the moment
 * twice      Concatenate: the moment beside itself
 * normalise  BatchNormalization: one copy times scale, the other times -scale
 * clamp      ReLU up to 5: the positive parts of all entries, and the negative
 * frame_T    Dense: their difference, for the entries that a pass reads
 * actor_L    Dense
 * frames     Average over passes
 * f          Activation: tanh
 * residual   Dense: authority times the mean over views, the second turned back
 * ```
 *
 * One of the two parts is 0, so that clamping is exact. Passes and views share
 * their layers.
 *
 * @module
 */

import { authorities, type Authority } from "../../lib/control/residual.ts";
import type { Tensor } from "../../lib/edge/safetensors.ts";
import type { Permutation } from "../../lib/types.ts";
import { type Correction, LIMIT, type Linear } from "./correction.ts";

/** Name of the file of weights. */
export const WEIGHTS = "model.weights.bin";

type Config = Readonly<Record<string, unknown>>;

/** A layer, and what it is called with, one list for each time. */
interface Layer {
  readonly kind: string;
  readonly config: Config;
  readonly calls: (readonly Tap[])[];
  readonly weights: Readonly<Record<string, Tensor>>;
}

/** What a layer gave when it was called for the `call`-th time. */
interface Tap {
  readonly layer: string;
  readonly call: number;
}

/** Layers by name, in the order in which they were first called. */
type Graph = Map<string, Layer>;

/** The two files of a model: the text of `model.json`, and its weights. */
export interface LayersModel {
  readonly json: string;
  readonly weights: Uint8Array;
}

/**
 * The model of a correction.
 *
 * @param generatedBy The software that wrote it.
 * @param metadata What `model.getUserDefinedMetadata()` gives.
 */
export function layersModel(
  correction: Correction,
  generatedBy: string,
  metadata: Config,
): LayersModel {
  const graph: Graph = new Map();
  build(graph, correction);
  const weights = [...graph].flatMap(([layer, { weights }]) =>
    Object.entries(weights)
      .map(([name, tensor]) => ({ name: `${layer}/${name}`, ...tensor }))
  );
  const listed = weights
    .map(({ name, shape }) => ({ name, shape, dtype: "float32" }));
  const json = {
    format: "layers-model",
    generatedBy,
    convertedBy: null,
    modelTopology: topologyOf(graph),
    weightsManifest: [{ paths: [WEIGHTS], weights: listed }],
    userDefinedMetadata: metadata,
  };
  const numbers = weights.flatMap(({ data }) => Array.from(data));
  const data = Float32Array.from(numbers);
  return { json: JSON.stringify(json), weights: new Uint8Array(data.buffer) };
}

function topologyOf(graph: Graph): Config {
  const layers = [...graph].map(([name, { kind, config, calls }]) => ({
    "class_name": kind,
    config: { name, ...config },
    name,
    "inbound_nodes": calls.map((taps) =>
      taps.map(({ layer, call }) => [layer, call, 0, {}])
    ),
  }));
  const config = {
    name: "residual",
    layers,
    "input_layers": [["observation", 0, 0], ["goal", 0, 0]],
    "output_layers": [["residual", 0, 0]],
  };
  return {
    "class_name": "Model",
    config,
    "keras_version": "2.15.0",
    backend: "tensor_flow.js",
  };
}

function build(graph: Graph, correction: Correction): void {
  const { observationSize, goalSize, actionSize, mirror } = correction;
  const inputs = [
    input(graph, "observation", observationSize),
    input(graph, "goal", goalSize),
  ];
  const moment = call(graph, "moment", "Concatenate", inputs, { axis: -1 });
  const views = [look(graph, correction, moment)];
  const turns = [identity(actionSize)];
  if (mirror) {
    const map = linear(mirror.moment);
    const image = dense(graph, "mirror", moment, map);
    views.push(look(graph, correction, image));
    turns.push(linear(mirror.action));
  }
  const seen = views.length === 1
    ? views[0]
    : call(graph, "views", "Concatenate", views, { axis: -1 });
  dense(graph, "residual", seen, mixed(turns, correction.authority));
}

/** What the network answers to one view of the moment, within [-1, 1]. */
function look(graph: Graph, correction: Correction, moment: Tap): Tap {
  const { frames, layers } = correction;
  const twice = [moment, moment];
  const both = call(graph, "twice", "Concatenate", twice, { axis: -1 });
  const normal = call(
    graph,
    "normalise",
    "BatchNormalization",
    [both],
    { axis: -1, center: false, scale: true, epsilon: 0 },
    statisticsOf(correction),
  );
  const clamped = call(graph, "clamp", "ReLU", [normal], {
    "max_value": LIMIT,
  });
  const width = correction.mean.data.length;
  const answers = frames.map((entries, t) => {
    const read = dense(
      graph,
      `frame_${t}`,
      clamped,
      difference(entries, width),
    );
    return layers.reduce((x, layer, depth) => {
      const last = depth + 1 === layers.length;
      const activation = last ? "linear" : "relu";
      return dense(graph, `actor_${depth}`, x, layer, activation);
    }, read);
  });
  const answer = answers.length === 1
    ? answers[0]
    : call(graph, "frames", "Average", answers, {});
  return call(graph, "f", "Activation", [answer], { activation: "tanh" });
}

/** The normaliser over a moment and, with the sign turned, over its copy. */
function statisticsOf({ mean, scale }: Correction): Layer["weights"] {
  const twice = (a: Float32Array, b: Float32Array) => tensor([...a, ...b]);
  const ones = scale.data.map(() => 1);
  return {
    gamma: twice(scale.data, scale.data.map((x) => -x)),
    "moving_mean": twice(mean.data, mean.data),
    "moving_variance": twice(ones, ones),
  };
}

function input(graph: Graph, layer: string, width: number): Tap {
  const config = { "batch_input_shape": [null, width], dtype: "float32" };
  graph.set(layer, { kind: "InputLayer", config, calls: [], weights: {} });
  return { layer, call: 0 };
}

function dense(
  graph: Graph,
  name: string,
  x: Tap,
  { weight, bias }: Linear,
  activation = "linear",
): Tap {
  const zeros = { "class_name": "Zeros", config: {} };
  const config = {
    units: bias.data.length,
    activation,
    "use_bias": true,
    "kernel_initializer": zeros,
  };
  const weights = { kernel: weight, bias };
  return call(graph, name, "Dense", [x], config, weights);
}

/** Calls a layer, and makes it first where there is none of that name. */
function call(
  graph: Graph,
  name: string,
  kind: string,
  taps: readonly Tap[],
  config: Config,
  weights: Layer["weights"] = {},
): Tap {
  const layer = graph.get(name) ?? { kind, config, calls: [], weights };
  graph.set(name, layer);
  return { layer: name, call: layer.calls.push(taps) - 1 };
}

/** The map that a permutation is: `y[i] = sign[i] x[source[i]] + offset[i]`. */
function linear({ source, sign, offset }: Permutation): Linear {
  const size = source.length;
  const weight = matrix(size, size);
  source.forEach((from, i) => weight.data[from * size + i] = sign[i]);
  return { weight, bias: tensor(offset) };
}

function identity(size: number): Linear {
  const source = Array.from({ length: size }, (_, i) => i);
  const sign = source.map(() => 1);
  return linear({ source, sign, offset: source.map(() => 0) });
}

/** From positive and negative parts of `width` entries, side by side, to some of the entries. */
function difference(entries: readonly number[], width: number): Linear {
  const columns = entries.length;
  const weight = matrix(2 * width, columns);
  entries.forEach((entry, i) => {
    weight.data[entry * columns + i] = 1;
    weight.data[(width + entry) * columns + i] = -1;
  });
  return { weight, bias: tensor(entries.map(() => 0)) };
}

/** From the answers to all views, side by side, to the authority times the mean of what each turns into. */
function mixed(turns: readonly Linear[], authority: Authority): Linear {
  const reach = authorities(authority);
  const share = (i: number) => reach[i % reach.length] / turns.length;
  const rows = turns.flatMap(({ weight }) => Array.from(weight.data));
  const [, columns] = turns[0].weight.shape;
  const data = Float32Array.from(rows, (x, i) => share(i) * x);
  const offsets = tensor(
    turns[0].bias.data.map((_, i) =>
      share(i) * turns.reduce((sum, { bias }) => sum + bias.data[i], 0)
    ),
  );
  return {
    weight: { shape: [rows.length / columns, columns], data },
    bias: offsets,
  };
}

function matrix(rows: number, columns: number): Tensor {
  return { shape: [rows, columns], data: new Float32Array(rows * columns) };
}

function tensor(values: Iterable<number>): Tensor {
  const data = Float32Array.from(values);
  return { shape: [data.length], data };
}
