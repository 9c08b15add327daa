/**
 * Transforms that fit any environment, the constructors of time steps and the
 * check of the laws.
 *
 * A transform takes options and returns a function from environment to
 * environment, so that `pipe` reads from the task outwards:
 * `pipe(task, sensorNoise(0.01), timeLimit(50))`.
 *
 * | transform | what it does | identity |
 * |---|---|---|
 * | {@link timeLimit} | truncates after a number of steps | `timeLimit(Infinity)` |
 * | {@link actionRepeat} | holds each action, sums the rewards | `actionRepeat(1)` |
 * | {@link sensorNoise} | adds normal noise to the observation | `sensorNoise(0)` |
 * | {@link actuatorDelay} | plays actions some steps late | `actuatorDelay(0)` |
 * | {@link actionBias} | adds a constant to every action, and clips | `actionBias(0)` |
 * | {@link amplified} | multiplies actions before they are clipped | `amplified(1)` |
 * | {@link frames} | shows the last frames | `frames(1)` |
 * | {@link estimated} | appends what a filter makes of noisy places, in hidden channels | |
 * | {@link advised} | appends what an advisor would play, in hidden channels | |
 * | {@link overBase} | puts a base controller inside, actions become corrections | |
 *
 * @module
 */

export * from "./action_bias.ts";
export * from "./action_repeat.ts";
export * from "./actuator_delay.ts";
export * from "./advised.ts";
export * from "./amplified.ts";
export * from "./check.ts";
export * from "./check_spec.ts";
export * from "./estimated.ts";
export * from "./frames.ts";
export * from "./over_base.ts";
export * from "./reward.ts";
export * from "./sensor_noise.ts";
export * from "./step.ts";
export * from "./time_limit.ts";
