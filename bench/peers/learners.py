"""Gradient updates, batch 256: the learners of this project in PyTorch eager, and Stable-Baselines3's own.

The batches are ready-made: what this project draws from replay, relabels and
normalises in each update, its peers are given.

Written for speed, within what eager mode offers: the critics of an ensemble are
one product of stacked weights, Adam is fused, targets move by one foreach call,
and the actor's step asks for no gradient of the critics.
"""

import random
from itertools import cycle, pairwise

import gymnasium
import numpy as np
import torch
from stable_baselines3 import DDPG
from stable_baselines3.common.logger import Logger
from torch.nn import functional as F

OBSERVATION, ACTION, BATCH, DISCOUNT = 28, 4, 256, 0.98
CALL = 20  # updates between two looks at the clock


def make(case, threads):
    torch.set_num_threads(threads)
    torch.manual_seed(0)
    if case == "sb3":
        model = stable_baselines()
        return (lambda: model.train(CALL, BATCH)), CALL
    learner = LEARNERS[case]()
    batches = cycle([made_up() for _ in range(16)])

    def call():
        for _ in range(CALL):
            learner.update(next(batches))

    return call, CALL


def made_up():
    """Normalised observation and next, action, reward, and the base's actions now and next."""
    observation, following = torch.randn(2, BATCH, OBSERVATION)
    action, base, next_base = torch.rand(3, BATCH, ACTION) * 2 - 1
    reward = -(torch.rand(BATCH, 1) < 0.9).float()
    return observation, action, reward, following, base, next_base


class Networks:
    """`count` equal networks; outputs are `[count, rows, out]`, of one network `[rows, out]`."""

    def __init__(self, count, sizes, norm=False):
        self.count, self.norm = count, norm
        self.params = []
        for a, b in pairwise(sizes):
            weights = torch.empty(count, a, b).uniform_(-1, 1) * (6 / (a + b)) ** 0.5
            self.params += [weights, torch.zeros(count, 1, b)]
        if count == 1:
            self.params = [p[0] for p in self.params]
        self.target = [p.clone() for p in self.params]
        self.average = [p.clone() for p in self.params]
        for p in self.params:
            p.requires_grad_()

    def __call__(self, x, params=None):
        params = self.params if params is None else params
        product = torch.addmm if params[0].dim() == 2 else torch.baddbmm
        if params[0].dim() == 3:
            x = x.expand(len(params[0]), *x.shape)
        for weights, biases in zip(params[:-2:2], params[1:-2:2]):
            x = product(biases, x, weights)
            x = F.relu(F.layer_norm(x, x.shape[-1:]) if self.norm else x)
        return product(params[-1], x, params[-2])


class Learner:
    def __init__(self, hidden, critics, norm, rates=(1e-3, 1e-3)):
        self.actor = Networks(1, [OBSERVATION, *hidden, ACTION])
        self.critics = Networks(critics, [OBSERVATION + ACTION, *hidden, 1], norm)
        self.actor_adam, self.critic_adam = (
            torch.optim.Adam(networks.params, lr=rate, fused=True)
            for networks, rate in zip((self.actor, self.critics), rates)
        )
        self.updates = 0

    def critic_step(self, observation, action, target):
        q = self.critics(torch.cat([observation, action], 1))
        loss = (q - target).square().mean((-2, -1)).sum()
        self.critic_adam.zero_grad()
        loss.backward()
        self.critic_adam.step()

    def actor_step(self, loss):
        for p, gradient in zip(self.actor.params, torch.autograd.grad(loss, self.actor.params)):
            p.grad = gradient
        self.actor_adam.step()

    @torch.no_grad()
    def follow(self, networks, step):
        torch._foreach_lerp_(networks.target, networks.params, step)


class Ddpg(Learner):
    """DDPG as in hindsight experience replay: one critic 3x256, clipped targets that follow every 40 updates."""

    def __init__(self):
        super().__init__([256] * 3, 1, False)

    def update(self, batch):
        observation, action, reward, following, *_ = batch
        with torch.no_grad():
            ahead = torch.tanh(self.actor(following, self.actor.target))
            q = self.critics(torch.cat([following, ahead], 1), self.critics.target)
            target = (reward + DISCOUNT * q).clamp(-1 / (1 - DISCOUNT), 0)
        self.critic_step(observation, action, target)
        squashed = torch.tanh(self.actor(observation))
        value = self.critics(torch.cat([observation, squashed], 1)).mean()
        self.actor_step(squashed.square().mean() - value)
        self.updates += 1
        if self.updates % 40 == 0:
            self.follow(self.critics, 0.05)
            self.follow(self.actor, 0.05)


class Td3(Learner):
    """TD3 of the textbook with LayerNorm in its twin critics: smoothed targets, the actor on the first critic."""

    def __init__(self, width):
        super().__init__([width] * 2, 2, True)

    def update(self, batch):
        observation, action, reward, following, *_ = batch
        with torch.no_grad():
            noise = (0.2 * torch.randn_like(action)).clamp(-0.5, 0.5)
            ahead = (torch.tanh(self.actor(following, self.actor.target)) + noise).clamp(-1, 1)
            q = self.critics(torch.cat([following, ahead], 1), self.critics.target)
            target = reward + DISCOUNT * q.amin(0)
        self.critic_step(observation, action, target)
        self.updates += 1
        if self.updates % 2 == 0:
            first = [p[0] for p in self.critics.params]
            squashed = torch.tanh(self.actor(observation))
            self.actor_step(-self.critics(torch.cat([observation, squashed], 1), first).mean())
            self.follow(self.critics, 0.005)
            self.follow(self.actor, 0.005)


class Residual(Learner):
    """This project's default recipe: five critics 2x128, two drawn for a target that selects base or correction."""

    def __init__(self):
        super().__init__([128] * 2, 5, True, (3e-4, 1e-3))

    def update(self, batch):
        observation, action, reward, following, base, next_base = batch
        with torch.no_grad():
            squashed = torch.tanh(self.actor(following, self.actor.target))
            ahead = (next_base + 0.3 * squashed).clamp(-1, 1)
            drawn = random.sample(range(self.critics.count), 2)
            target_params = [p[drawn] for p in self.critics.target]
            choices = torch.cat([ahead, next_base])
            q = self.critics(torch.cat([following.repeat(2, 1), choices], 1), target_params)
            best = q.amin(0).view(2, BATCH, 1).amax(0)
            target = (reward + DISCOUNT * best).clamp(-1 / (1 - DISCOUNT), 0)
        self.critic_step(observation, action, target)
        self.follow(self.critics, 0.005)
        self.remember(self.critics)
        self.updates += 1
        if self.updates % 2 == 0:
            squashed = torch.tanh(self.actor(observation))
            corrected = (base + 0.3 * squashed).clamp(-1, 1)
            value = self.critics(torch.cat([observation, corrected], 1)).mean()
            self.actor_step(2 * squashed.square().mean() - value)
            self.follow(self.actor, 0.005)
            self.remember(self.actor)

    @torch.no_grad()
    def remember(self, networks):
        torch._foreach_lerp_(networks.average, networks.params, 5e-4)


LEARNERS = {
    "ddpg-3x256": Ddpg,
    "td3-2x128": lambda: Td3(128),
    "td3-2x256": lambda: Td3(256),
    "default": Residual,
}


class Spaces(gymnasium.Env):
    """An environment of which Stable-Baselines3 asks nothing but its shapes."""

    observation_space = gymnasium.spaces.Box(-np.inf, np.inf, (OBSERVATION,), np.float32)
    action_space = gymnasium.spaces.Box(-1, 1, (ACTION,), np.float32)

    def reset(self, seed=None, options=None):
        return np.zeros(OBSERVATION, np.float32), {}


def stable_baselines():
    model = DDPG(
        "MlpPolicy", Spaces(), batch_size=BATCH, buffer_size=10_000,
        policy_kwargs={"net_arch": [256, 256, 256]}, device="cpu",
    )
    model.set_logger(Logger(None, []))
    rng = np.random.default_rng(0)
    for _ in range(10_000):
        now, following = rng.standard_normal((2, 1, OBSERVATION), np.float32)
        action = rng.uniform(-1, 1, (1, ACTION)).astype(np.float32)
        model.replay_buffer.add(now, following, action, np.array([-1.0]), np.array([False]), [{}])
    return model
