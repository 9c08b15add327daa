/**
 * The exports of `kernels.wasm`; `kernels/types.ts` is their contract.
 *
 * Several Workers instantiate this module over one shared memory, so it keeps
 * nothing of its own: no data segment, no global, no heap. Everything that a
 * kernel touches comes in as a pointer.
 */

export { normals, uniforms } from "./rng";
export { gemm } from "./gemm";
export { gemmNt } from "./gemm_nt";
export { gemmTn } from "./gemm_tn";
export { mlpForward } from "./mlp_forward";
export { mlpBackward } from "./mlp_backward";
export { adam, normalise, polyak, tanh } from "./elementwise";
export { replaySample } from "./replay";
export { ensembleAdvance, ensembleMoments, ensemblePack } from "./ensemble";
export { ensembleGradient } from "./ensemble_gradient";

/** The version of this interface, in a name that can be read without a memory. */
export function kernels_1(): void {}
