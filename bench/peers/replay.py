"""Hindsight sampling from 125,000 transitions: Stable-Baselines3, numpy, and numpy tuned by hand.

All draw an episode, a step and a later moment for four rows in five, give a goal
within reach a reward of 0, and hand out observation, action, reward, next
observation and goal. Stable-Baselines3 keeps FetchPush's 64-bit observations.
"""

import numpy as np
from stable_baselines3 import HerReplayBuffer
from stable_baselines3.common.vec_env import DummyVecEnv

import fetch

EPISODES, HORIZON, HINDSIGHT, THRESHOLD = 2500, fetch.HORIZON, 0.8, 0.05
rng = np.random.default_rng(0)


def make(case, _threads):
    """`case` is sb3-256, numpy-4096, tuned-256 and the like."""
    name, rows = case.split("-")
    sample = {"sb3": stable_baselines, "numpy": vectorised, "tuned": tuned}[name]()
    return (lambda: sample(int(rows))), int(rows)


def made_up():
    """An episode of FetchPush's shapes; goals lie close enough for some to be reached."""
    return {
        "observation": rng.standard_normal((HORIZON + 1, 25)),
        "achieved": rng.uniform(-0.15, 0.15, (HORIZON + 1, 3)),
        "desired": rng.uniform(-0.15, 0.15, 3),
        "action": rng.uniform(-1, 1, (HORIZON, 4)).astype(np.float32),
    }


def stable_baselines():
    env = DummyVecEnv([fetch.push])
    buffer = HerReplayBuffer(
        EPISODES * HORIZON, env.observation_space, env.action_space, env,
        device="cpu", n_sampled_goal=4, goal_selection_strategy="future",
    )
    stock = [made_up() for _ in range(50)]
    for i in range(EPISODES):
        episode = stock[i % len(stock)]
        for t in range(HORIZON):
            last = t == HORIZON - 1
            buffer.add(
                moment(episode, t), moment(episode, t + 1), episode["action"][t][None],
                np.array([-1.0]), np.array([last]), [{"TimeLimit.truncated": last}],
            )
    return buffer.sample


def moment(episode, t):
    return {
        "observation": episode["observation"][t][None],
        "achieved_goal": episode["achieved"][t][None],
        "desired_goal": episode["desired"][None],
    }


def stacked():
    """Whole episodes in float32: observation, achieved, desired, action."""
    stock = [made_up() for _ in range(50)]
    chosen = [stock[i % len(stock)] for i in range(EPISODES)]
    return (
        np.stack([episode[name] for episode in chosen]).astype(np.float32)
        for name in ("observation", "achieved", "desired", "action")
    )


def vectorised():
    """A batch is a handful of indexed reads."""
    observation, achieved, desired, action = stacked()

    def sample(rows):
        episode = rng.integers(EPISODES, size=rows)
        t = rng.integers(HORIZON, size=rows)
        goal = desired[episode]
        relabelled = np.flatnonzero(rng.random(rows) < HINDSIGHT)
        future = rng.integers(t[relabelled] + 1, HORIZON + 1)
        goal[relabelled] = achieved[episode[relabelled], future]
        distance = np.linalg.norm(achieved[episode, t + 1] - goal, axis=1)
        reward = -(distance > THRESHOLD).astype(np.float32)
        return observation[episode, t], action[episode, t], reward, observation[episode, t + 1], goal

    return sample


def tuned():
    """The same with one draw per place, rows taken from flat arrays, and no square root."""
    observation, achieved, desired, action = stacked()
    observation, achieved, action = (x.reshape(-1, x.shape[-1]) for x in (observation, achieved, action))

    def sample(rows):
        place = rng.integers(EPISODES * HORIZON, size=rows, dtype=np.int32)
        episode = place // HORIZON
        moment = place + episode
        left = HORIZON - (place - episode * HORIZON)
        future = moment + 1 + (rng.random(rows, dtype=np.float32) * left).astype(np.int32)
        relabelled = rng.random((rows, 1), dtype=np.float32) < HINDSIGHT
        goal = np.where(relabelled, achieved.take(future, axis=0), desired.take(episode, axis=0))
        apart = achieved.take(moment + 1, axis=0) - goal
        reward = -(np.einsum("ij,ij->i", apart, apart) > THRESHOLD**2).astype(np.float32)
        now, later = observation.take(moment, axis=0), observation.take(moment + 1, axis=0)
        return now, action.take(place, axis=0), reward, later, goal

    return sample
