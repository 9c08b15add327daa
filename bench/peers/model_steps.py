"""Model steps of a tree search on FetchPush, in MuJoCo alone: restore, forward, 20 physics steps."""

import mujoco
import numpy as np

import fetch

STEPS, SUBSTEPS = 60, 20


def make(_case, _threads):
    env = fetch.push()
    model, data = moment_of_push(env)
    gripper = model.body("robot0:gripper_link").id
    qpos, qvel, turn = data.qpos.copy(), data.qvel.copy(), data.mocap_quat.copy()
    moves = 0.05 * np.vstack([np.eye(3), -np.eye(3)])
    targets = [data.xpos[gripper] + moves[i % 6] for i in range(STEPS)]

    def expand():
        for target in targets:
            data.qpos[:], data.qvel[:] = qpos, qvel
            data.mocap_pos[0], data.mocap_quat[:] = target, turn
            mujoco.mj_forward(model, data)
            mujoco.mj_step(model, data, nstep=SUBSTEPS)

    return expand, STEPS


def moment_of_push(env):
    """The model, and its data at a moment at which the closed hand pushes the cube."""
    seen, _ = env.reset(seed=0)
    for _ in range(8):
        towards = seen["achieved_goal"] - seen["observation"][:3]
        action = np.clip(np.append(10 * towards, -1), -1, 1)
        seen = env.step(action.astype(np.float32))[0]
    return env.unwrapped.model, env.unwrapped.data
