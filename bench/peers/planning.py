"""One PETS plan of the pusher's sizes in PyTorch eager: CEM 500 x 5, horizon 25, 20 particles, 5 probabilistic networks.

Written for speed, within what eager mode offers: the five networks are one
batched product, activations are written in place, and no gradient is asked for.
"""

from itertools import pairwise

import torch
from torch.nn.functional import silu, softplus

STATE, ACTION, NETWORKS = 20, 7, 5
WIDTHS = [STATE + ACTION, 200, 200, 200, 2 * STATE]
POPULATION, ELITES, ITERATIONS, HORIZON, PARTICLES = 500, 50, 5, 25, 20
EACH = PARTICLES // NETWORKS  # particles of a plan per network, which they keep for the whole horizon
ROWS = POPULATION * EACH
SMOOTHING, BOUND = 0.1, 2.0


def make(_case, threads):
    torch.set_num_threads(threads)
    torch.manual_seed(0)
    networks = Networks()
    first = 0.1 * torch.randn(STATE)
    goal = torch.tensor([0.45, -0.05, -0.32])

    def call():
        with torch.inference_mode():
            return plan(networks, first, goal)

    return call, 1


class Networks:
    """Five networks side by side: mean and log-variance of the change of state."""

    def __init__(self):
        self.layers = [
            (torch.randn(NETWORKS, a, b) / (2 * a**0.5), torch.zeros(NETWORKS, 1, b))
            for a, b in pairwise(WIDTHS)
        ]
        self.centre, self.scale = torch.zeros(WIDTHS[0]), torch.ones(WIDTHS[0])
        self.low, self.high = torch.full((STATE,), -10.0), torch.full((STATE,), -4.0)

    def advance(self, states, actions):
        """Next states of particles `[NETWORKS, ROWS, STATE]`."""
        x = torch.cat([states, actions], 2).sub_(self.centre).div_(self.scale)
        for weights, bias in self.layers[:-1]:
            x = silu(torch.baddbmm(bias, x, weights), inplace=True)
        weights, bias = self.layers[-1]
        mean, logvar = torch.baddbmm(bias, x, weights).split(STATE, 2)
        logvar = self.high - softplus(self.high - logvar)
        deviation = (self.low + softplus(logvar - self.low)).mul_(0.5).exp_()
        return states + mean.addcmul_(deviation, torch.randn_like(states))


def cost(states, actions, goal):
    tip, thing = states[..., 14:17], states[..., 17:20]
    near = (tip - thing).abs_().sum(2)
    far = (thing - goal).abs_().sum(2)
    return 0.5 * near + 1.25 * far + 0.1 * actions.square().sum(2)


def plan(networks, first, goal):
    mean, variance = torch.zeros(HORIZON, ACTION), torch.ones(HORIZON, ACTION)
    for _ in range(ITERATIONS):
        room = torch.minimum(mean + BOUND, BOUND - mean) / 2
        deviation = torch.minimum(variance.sqrt(), room)
        z = torch.fmod(torch.randn(POPULATION, HORIZON, ACTION), 2)  # at most two deviations
        plans = mean + deviation * z
        states = first.expand(NETWORKS, ROWS, STATE)
        total = torch.zeros(NETWORKS, ROWS)
        for t in range(HORIZON):
            actions = plans[:, t].repeat_interleave(EACH, 0).expand(NETWORKS, ROWS, ACTION)
            states = networks.advance(states, actions)
            total += cost(states, actions, goal)
        scores = total.view(NETWORKS, POPULATION, EACH).mean((0, 2))
        best = plans[scores.topk(ELITES, largest=False).indices]
        mean = SMOOTHING * mean + (1 - SMOOTHING) * best.mean(0)
        variance = SMOOTHING * variance + (1 - SMOOTHING) * best.var(0, correction=0)
    return mean
