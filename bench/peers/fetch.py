"""FetchPush of Gymnasium-Robotics 1.4.2, repaired for MuJoCo 3.14.

Its helpers compare a joint's type, a numpy integer, with members of an
enumeration. Since MuJoCo 3.14 such a comparison is false, so that no joint is of
any type. Here the helpers see the enumeration as whole numbers.
"""

import types

import gymnasium
import gymnasium_robotics
import mujoco
from gymnasium_robotics.utils import mujoco_utils

HORIZON = 50

gymnasium.register_envs(gymnasium_robotics)
joints = {name: int(member) for name, member in mujoco.mjtJoint.__members__.items()}
mujoco_utils.mujoco = types.SimpleNamespace(**{**vars(mujoco), "mjtJoint": types.SimpleNamespace(**joints)})


def push():
    """A fresh FetchPush with its time limit of 50 steps."""
    return gymnasium.make("FetchPush-v4")
