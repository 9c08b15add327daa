"""Control steps of FetchPush under random actions: one process, or two of Gymnasium's."""

import numpy as np
from gymnasium.vector import AsyncVectorEnv

import fetch

# Drawn beforehand, so that only the environment is timed.
ACTIONS = np.random.default_rng(0).uniform(-1, 1, (fetch.HORIZON, 2, 4)).astype(np.float32)


def make(case, _threads):
    return one() if case == "one" else two()


def one():
    env = fetch.push()
    env.reset(seed=0)

    def episode():
        env.reset()
        for action in ACTIONS[:, 0]:
            env.step(action)

    return episode, fetch.HORIZON


def two():
    env = AsyncVectorEnv([fetch.push] * 2, context="fork")
    env.reset(seed=0)

    def episodes():  # each environment resets itself at its time limit
        for actions in ACTIONS:
            env.step(actions)

    return episodes, 2 * fetch.HORIZON
