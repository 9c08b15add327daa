/**
 * The kernel interface: what `kernels.wasm` exports, what the plain-TypeScript
 * twins in `reference.ts` implement, and what a second backend may replace.
 *
 * All pointers are byte offsets into `memory`; all floats are 32-bit unless
 * said otherwise; matrices are row-major. No kernel allocates, and none writes
 * outside the outputs named here.
 *
 * A kernel and its twin give the same bits (NaN payloads excepted), and so does
 * every engine: the order of all 32-bit operations is fixed. An element of a
 * product is one chain of multiplications and additions over k from first to
 * last, so that a row has the same bits alone and in any batch. Behind a
 * rectifier, terms of a unit that is zero are left out: see `mlpForward`.
 *
 * @module
 */

/** A pointer: byte offset into the memory of the kernels. */
export type Pointer = number;

/** Something that holds the bytes: a `WebAssembly.Memory` or a plain stand-in for the twins. */
export interface KernelMemory {
  readonly buffer: ArrayBufferLike;
}

/**
 * A network in memory, as 32-bit integers:
 *
 * ```text
 * [ inputs | depth | layerNorm (0, 1) | outputs | hidden 0 | ... | hidden depth-1 ]
 * ```
 *
 * Parameters, one flat vector: per layer the weights `[in, out]`, then the
 * biases `[out]`. A hidden layer computes `y = relu(LN?(x W + b))`; LN has no
 * affine part and epsilon 1e-5; the head is linear.
 *
 * Tape of a forward pass over `rows` rows, per hidden layer of width `h`:
 *
 * ```text
 * [ normalised (or pre-activation) rows x h | activation rows x h | 1/std rows ]
 * ```
 *
 * and behind them notes of the kernels' own for the backward pass, of
 * `64 + 32 * widest hidden` floats and `rows x (h + 1)` more per hidden layer.
 */
export type NetworkPointer = Pointer;

/**
 * A replay store in memory, as 32-bit integers (pointers in bytes):
 *
 * ```text
 * [ records | desired | lengths | goal bounds or 0
 * | horizon T | observationSize no | goalSize ng | actionSize na | size ]
 * ```
 *
 * records `[E, T+1, size]`, of each moment its observation `[no]`, achieved
 * goal `[ng]` and action `[na]` (the last has none), then what is left of
 * `size`, which is at least `no + ng + na`; desired `[E, ng]`, lengths `[E]`
 * (32-bit integers, steps in the episode), goal bounds `[2, ng]`, the lowest
 * and the highest entries of a goal.
 */
export type ReplayPointer = Pointer;

/**
 * Where a sampled batch is written, as 32-bit integers (pointers in bytes):
 *
 * ```text
 * [ observation | nextObservation | goal | action | reward | index ]
 * ```
 *
 * observation and nextObservation `[B, no]`, goal `[B, ng]`, action `[B, na]`,
 * reward `[B]`, index `[B, 2]` (32-bit integers: episode, step).
 */
export type BatchPointer = Pointer;

/**
 * One probabilistic network of an ensemble in memory, as 32-bit integers
 * (pointers in bytes):
 *
 * ```text
 * [ params | packed | centre | scale | low | high
 * | states S | actions A | depth | hidden 0 | ... | hidden depth-1 ]
 * ```
 *
 * Inputs `(s, a)` are centred and scaled (`[S + A]` each). Parameters are laid
 * out as those of a {@link NetworkPointer}; hidden layers compute
 * `swish(x W + b)`, the linear head gives `[2 S]`: mean and log-variance of the
 * change of state, the latter within the soft bounds `low` and `high` `[S]`.
 *
 * `packed` is 0, or the place for 16-bit weights, which `ensemblePack` fills:
 * `(ceil(k / 2) + 1) n` 32-bit words for a layer from `k` to `n`. Products are
 * then made in whole numbers, about as exact as floats of 11 bits and twice as
 * fast as those of 32.
 */
export type MemberPointer = Pointer;

/** Every kernel, with or without WebAssembly. */
export interface Kernels {
  /** `wasm`, `twin` or the name of another backend. */
  readonly id: string;
  readonly memory: KernelMemory;

  /**
   * dst[i] = uniform in [0, 1) of word 0 of block (first + i, 0), rounded to
   * f32; rounding makes 1 itself possible, once in 2^25 draws.
   */
  readonly uniforms: (
    dst: Pointer,
    count: number,
    hi: number,
    lo: number,
    first: number,
  ) => void;
  /** dst[i] = standard normal of block (first + i, 1), as `lib/rng` draws it, rounded to f32. */
  readonly normals: (
    dst: Pointer,
    count: number,
    hi: number,
    lo: number,
    first: number,
  ) => void;

  /**
   * C `[m, n]` = A `[m, k]` B `[k, n]`, plus C where `accumulate` is 1. In all
   * three products C may overlap neither A nor B.
   */
  readonly gemm: Gemm;
  /** C `[m, n]` = Aᵀ B with A `[k, m]`, B `[k, n]` (weight gradients). */
  readonly gemmTn: Gemm;
  /** C `[m, n]` = A Bᵀ with A `[m, k]`, B `[n, k]` (input gradients). */
  readonly gemmNt: Gemm;

  /**
   * y `[rows, outputs]` and the tape of `x [rows, inputs]`.
   *
   * Between two hidden layers only units that fired (are not 0) take part, in
   * the order of their numbers: forward and weight gradient are the chains of
   * `gemm` and `gemmTn` without the terms of the others. There `mlpBackward`
   * computes the gradient of a unit, dz . W[p, :], for those that fired alone,
   * in eight chains q mod 8, joined as ((c0+c4) + (c1+c5)) + ((c2+c6) + (c3+c7)).
   */
  readonly mlpForward: (
    network: NetworkPointer,
    params: Pointer,
    x: Pointer,
    tape: Pointer,
    y: Pointer,
    rows: number,
  ) => void;
  /**
   * The vector-Jacobian product of the last forward pass on this tape.
   *
   * Writes (does not add) the parameter gradient where `gradient` is not 0, and
   * the gradient of the inputs from number `first` on, `dx [rows, inputs -
   * first]`, where `dx` is not 0. `dy [rows, outputs]` is read only. `scratch`
   * holds at least `(4 * rows + 1) * widest hidden layer + 32 * rows + 40`
   * floats; the tape is left as it was.
   */
  readonly mlpBackward: (
    network: NetworkPointer,
    params: Pointer,
    x: Pointer,
    tape: Pointer,
    dy: Pointer,
    gradient: Pointer,
    dx: Pointer,
    first: number,
    scratch: Pointer,
    rows: number,
  ) => void;

  /** dst[i] = tanh(src[i]); both twins give the same bits. `dst` may be `src`. */
  readonly tanh: (src: Pointer, dst: Pointer, count: number) => void;

  /**
   * Adam (Kingma and Ba 2015) on `g = gradient[i] + gradient2[i]` (`gradient2`
   * may be 0 for none): m and v are updated in place, then
   * `params -= rate * m / (sqrt(v) + epsilon)`, where the caller has folded the
   * bias corrections into `rate` (= lr * sqrt(1 - beta2^t) / (1 - beta1^t)).
   */
  readonly adam: (
    params: Pointer,
    gradient: Pointer,
    gradient2: Pointer,
    m: Pointer,
    v: Pointer,
    count: number,
    rate: number,
    beta1: number,
    beta2: number,
    epsilon: number,
  ) => void;

  /** target += tau * (source - target). */
  readonly polyak: (
    target: Pointer,
    source: Pointer,
    count: number,
    tau: number,
  ) => void;

  /**
   * dst[r, i] = clamp((src[r, i] - mean[i]) * scale[i], -clip, clip) for `rows`
   * rows of `width`; rows of `dst` are `stride` floats apart.
   */
  readonly normalise: (
    src: Pointer,
    dst: Pointer,
    rows: number,
    width: number,
    stride: number,
    mean: Pointer,
    scale: Pointer,
    clip: number,
  ) => void;

  /**
   * Draws the rows `first` to `first + rows - 1` of a batch from the first
   * `episodes` episodes, the episode uniformly and then the step uniformly over
   * its length, and writes them to the same rows of `batch` (nothing where
   * `episodes` is 0). With probability `ratio` a goal becomes the achieved
   * goal of a later moment of its episode, uniform over t+1..length ("future",
   * Andrychowicz et al. 2017). A goal with an entry below the lowest or above
   * the highest of the store's goal bounds gives way to the desired goal of the
   * episode. The reward is 0 where the goal achieved at t+1 lies within
   * `threshold` of the row's goal, else -1 (distance in f64).
   *
   * Row i uses blocks (i, 2) -> episode word, step word and (i, 3) -> relabel
   * word, future word of the key, so a batch does not depend on how its rows
   * are divided. A word w draws a whole number below n as floor(w n / 2^32);
   * it relabels where w < ratio 2^32.
   */
  readonly replaySample: (
    replay: ReplayPointer,
    batch: BatchPointer,
    first: number,
    rows: number,
    episodes: number,
    hi: number,
    lo: number,
    ratio: number,
    threshold: number,
  ) => void;

  /** Fills the packed weights of a member; to be called whenever its parameters changed. */
  readonly ensemblePack: (member: MemberPointer) => void;
  /**
   * moments `[2 S, rows]` = mean, then standard deviation, of the change of
   * state of particles in columns: states `[S, rows]`, actions `[A, rows]`.
   *
   * `rows` is a multiple of 16; 32 keep all that a layer needs in the first
   * cache. `scratch` holds `rows (5 W / 2 + 2) + 16` floats, W the widest of inputs,
   * hidden layers and outputs. A particle has the same bits in any batch.
   */
  readonly ensembleMoments: (
    member: MemberPointer,
    states: Pointer,
    actions: Pointer,
    moments: Pointer,
    scratch: Pointer,
    rows: number,
  ) => void;
  /**
   * states `[size, rows]` += mean + deviation z. The normals z of row r are
   * those of counter `first + r` of the key, 2j and 2j + 1 from block
   * `(first + r, 0x6e6f6973 + j)`; they are left in `scratch` `[size, rows]`.
   * `rows` is a multiple of 4.
   */
  readonly ensembleAdvance: (
    states: Pointer,
    moments: Pointer,
    scratch: Pointer,
    size: number,
    rows: number,
    hi: number,
    lo: number,
    first: number,
  ) => void;
  /**
   * The gradient of a batch's loss under a member in 32-bit products,
   *
   *   sum ((mean - change)^2 / variance + ln variance) / (rows S)
   *     + sum over layers of decay[l] |W_l|^2 / 2
   *
   * with respect to its parameters, written to `gradient` (laid out as they
   * are), and with respect to the soft bounds, added to `bounds` `[2 S]`, low
   * then high. `records` `[N, 2 S + A]` hold state, action and change of state;
   * `index` `[rows]` (32-bit integers) names those of the batch; `decay` has
   * one entry per layer, the head included. `scratch` holds
   * `rows (inputs + 2 S + 2 (sum of hidden + widest hidden))` floats.
   */
  readonly ensembleGradient: (
    member: MemberPointer,
    decay: Pointer,
    records: Pointer,
    index: Pointer,
    gradient: Pointer,
    bounds: Pointer,
    scratch: Pointer,
    rows: number,
  ) => void;
}

/** A matrix product into C; `accumulate` 1 adds to C, 0 overwrites it. */
export type Gemm = (
  a: Pointer,
  b: Pointer,
  c: Pointer,
  m: number,
  n: number,
  k: number,
  accumulate: number,
) => void;
