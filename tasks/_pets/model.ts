/**
 * A fitted model as a file: its numbers, one after another, as 32-bit floats.
 *
 * @module
 */

import {
  loadEnsemble,
  type ModelEnsemble,
  saveEnsemble,
} from "../../lib/control/ensemble.ts";
import { refuse } from "../../lib/errors.ts";
import type { Kernels } from "../../kernels/types.ts";
import { reading, writeWhole } from "../_files.ts";

/** Writes the model to a file. */
export function saveModel(ensemble: ModelEnsemble, path: string): void {
  const numbers = saveEnsemble(ensemble);
  writeWhole(path, [new Uint8Array(numbers.buffer)]);
}

/**
 * Reads a model from a file.
 *
 * @throws {Refusal} If the file is not one of this shape or holds a number that
 * is not finite.
 */
export function loadModel(
  ensemble: ModelEnsemble,
  kernels: Kernels,
  file: string,
): void {
  const bytes = reading(`read '${file}'`, () => Deno.readFileSync(file));
  const { hidden, networks } = ensemble.shape;
  const size = saveEnsemble(ensemble).length;
  const refused = (why: string) =>
    refuse({
      _tag: "CheckpointError",
      message:
        `Cannot use '${file}' as a model of ${networks} networks [${hidden}] wide as ${why}. Give a model-N.bin that 'deno task pets' of this version has written`,
    });
  if (bytes.length !== 4 * size) {
    refused(
      `it must be of the shape that is fitted here, ${
        4 * size
      } bytes: it has ${bytes.length}`,
    );
  }
  const numbers = new Float32Array(bytes.slice().buffer);
  const odd = numbers.findIndex((x) => !Number.isFinite(x));
  if (odd >= 0) {
    refused(`its numbers must be finite: number ${odd} is ${numbers[odd]}`);
  }
  loadEnsemble(ensemble, kernels, numbers);
}
