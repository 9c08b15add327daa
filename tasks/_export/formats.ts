/**
 * The files that a policy leaves as, by format: whole, as `policy.safetensors`
 * with its kernels, or its correction alone, for the software of others.
 *
 * @module
 */

import project from "../../deno.json" with { type: "json" };
import { decodeArtefact, SCHEMA } from "../../lib/edge/artefact.ts";
import { correctionOf } from "./correction.ts";
import { encodeOnnx } from "./onnx.ts";
import { layersModel, WEIGHTS } from "./tfjs.ts";

/** A file of a format. */
export interface FileKind {
  /** What it is called in a line of JSON. */
  readonly key: string;
  readonly name: string;
  /** A file of the format that holds a text by which an earlier export is known, and that text. */
  readonly mark: readonly [name: string, text: string];
}

/** A way to write a policy down. */
export interface Format {
  /** The file to load comes first. */
  readonly files: readonly FileKind[];
  /** Whether it holds the correction alone, without critics and base. */
  readonly alone: boolean;
  /** The contents of the files, of the policy in `policy.safetensors` and the kernels. */
  readonly encode: (
    policy: Uint8Array,
    kernels: Uint8Array,
  ) => readonly Uint8Array[];
}

const MODEL = "model.json";
const { name: producer, version } = project;

/** The formats by name. */
export const FORMATS: Readonly<Record<string, Format>> = {
  safetensors: {
    files: [
      marked("policy", "policy.safetensors", '"format":"rpl"'),
      marked("kernels", "kernels.wasm", "kernels_"),
    ],
    alone: false,
    encode: (policy, kernels) => [policy, kernels],
  },
  tfjs: {
    files: [
      marked("policy", MODEL, producer),
      { key: "weights", name: WEIGHTS, mark: [MODEL, producer] },
    ],
    alone: true,
    encode(policy) {
      const { manifest: rpl, sha256, ...rest } = decodeArtefact(policy);
      const correction = correctionOf({ manifest: rpl, ...rest });
      const metadata = { format: "rpl", schema: SCHEMA, sha256, rpl };
      const by = `${producer} ${version}`;
      const { json, weights } = layersModel(correction, by, metadata);
      return [new TextEncoder().encode(json), weights];
    },
  },
  onnx: {
    files: [marked("policy", "policy.onnx", producer)],
    alone: true,
    encode(policy) {
      const artefact = decodeArtefact(policy);
      const { sha256, manifest } = artefact;
      const rpl = JSON.stringify(manifest);
      const metadata = { format: "rpl", schema: `${SCHEMA}`, sha256, rpl };
      const about = { producer, version, metadata };
      return [encodeOnnx(correctionOf(artefact), about)];
    },
  },
};

/** A file that bears its own mark. */
function marked(key: string, name: string, text: string): FileKind {
  return { key, name, mark: [name, text] };
}
