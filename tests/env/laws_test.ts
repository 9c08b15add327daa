import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { pipe } from "fp-ts/function";
import { actionRepeat } from "../../lib/env/action_repeat.ts";
import { actuatorDelay } from "../../lib/env/actuator_delay.ts";
import { sensorNoise } from "../../lib/env/sensor_noise.ts";
import { timeLimit } from "../../lib/env/time_limit.ts";
import { toy } from "../toy.ts";
import { envLaws } from "../laws/env.ts";
import { actionSequences, keys, trace } from "../laws/trace.ts";

envLaws("toy", () => toy());
envLaws(
  "windy toy that ends",
  () => toy({ axes: 2, wind: 1, terminates: true, threshold: 0.2 }),
);
envLaws("timeLimit", () => timeLimit(7)(toy()));
envLaws("actionRepeat", () => pipe(toy(), timeLimit(8), actionRepeat(3)));
envLaws("sensorNoise", () => sensorNoise(0.1)(toy({ axes: 2 })));
envLaws("actuatorDelay", () => actuatorDelay(3)(toy({ wind: 1 })));
envLaws("all transforms", () =>
  pipe(
    toy({ axes: 2, wind: 0.5, terminates: true, threshold: 0.2 }),
    sensorNoise(0.02, { channels: [0, 2] }),
    actuatorDelay(1),
    actionRepeat(2),
    timeLimit(5),
  ));

Deno.test("drop passes through every transform", () => {
  const env = toy({ axes: 2 });
  const layered = pipe(
    env,
    actuatorDelay(2),
    sensorNoise(0.1),
    actionRepeat(2),
    timeLimit(4),
  );
  fc.assert(fc.property(keys(), actionSequences(2, 6), (key, actions) => {
    trace(layered, key, actions);
    assertEquals(env.live(), 0);
  }));
});
