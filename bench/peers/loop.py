"""The whole loop of Stable-Baselines3: DDPG with hindsight on FetchPush, networks 3x256."""

import numpy as np
import torch
from stable_baselines3 import DDPG, HerReplayBuffer
from stable_baselines3.common.logger import Logger
from stable_baselines3.common.noise import NormalActionNoise

import fetch

WARMUP, CHUNK = 500, 250


def make(case, threads):
    """`case` is the number of gradient updates per environment step."""
    torch.set_num_threads(threads)
    model = DDPG(
        "MultiInputPolicy",
        fetch.push(),
        replay_buffer_class=HerReplayBuffer,
        replay_buffer_kwargs={"n_sampled_goal": 4, "goal_selection_strategy": "future"},
        train_freq=(1, "episode"),
        gradient_steps=round(float(case) * fetch.HORIZON),
        learning_starts=WARMUP,
        batch_size=256,
        buffer_size=100_000,
        learning_rate=1e-3,
        gamma=0.98,
        tau=0.05,
        action_noise=NormalActionNoise(np.zeros(4), np.full(4, 0.2)),
        policy_kwargs={"net_arch": [256, 256, 256]},
        device="cpu",
        seed=0,
    )
    model.set_logger(Logger(None, []))
    model.learn(WARMUP + fetch.HORIZON, log_interval=None)

    def chunk():
        model.learn(CHUNK, log_interval=None, reset_num_timesteps=False)

    return chunk, CHUNK
