"""Robot files written for tests."""

from __future__ import annotations

from pathlib import Path

ARM = """<robot name="arm">
  <mujoco><compiler fusestatic="false" discardvisual="false"/></mujoco>
  <material name="red"><color rgba="1 0 0 1"/></material>
  <link name="base"><inertial><mass value="1"/><inertia ixx="1" iyy="1" izz="1" ixy="0" ixz="0" iyz="0"/></inertial>
    <visual><origin xyz="0 0 0.05"/><geometry><box size="0.2 0.2 0.1"/></geometry><material name="red"/></visual>
  </link>
  <link name="upper"><inertial><mass value="1"/><inertia ixx="1" iyy="1" izz="1" ixy="0" ixz="0" iyz="0"/></inertial>
    <visual><origin xyz="0.25 0 0" rpy="0 1.5707963267948966 0"/>
      <geometry><cylinder radius="0.03" length="0.4"/></geometry></visual>
  </link>
  <link name="fore"><inertial><mass value="1"/><inertia ixx="1" iyy="1" izz="1" ixy="0" ixz="0" iyz="0"/></inertial>
    <visual><origin xyz="0.2 0 0"/><geometry><sphere radius="0.05"/></geometry></visual>
  </link>
  <link name="tool"><inertial><mass value="1"/><inertia ixx="1" iyy="1" izz="1" ixy="0" ixz="0" iyz="0"/></inertial>
    <visual><geometry><box size="0.02 0.02 0.02"/></geometry></visual>
  </link>
  <joint name="shoulder" type="revolute"><parent link="base"/><child link="upper"/>
    <origin xyz="0 0 0.1" rpy="0.1 0.2 0.3"/><axis xyz="0 0 1"/>
    <limit lower="-2" upper="2" effort="1" velocity="1"/></joint>
  <joint name="elbow" type="revolute"><parent link="upper"/><child link="fore"/>
    <origin xyz="0.5 0 0" rpy="-0.4 0 0.7"/><axis xyz="0 0.6 0.8"/>
    <limit lower="-1" upper="2" effort="1" velocity="1"/></joint>
  <joint name="rail" type="prismatic"><parent link="fore"/><child link="tool"/>
    <origin xyz="0.3 0 0"/><axis xyz="1 0 0"/><limit lower="0" upper="0.2" effort="1" velocity="1"/></joint>
</robot>
"""

# Two links of 0.5 m and 0.3 m in the XY plane, as in any textbook.
PLANAR = """<robot name="planar">
  <link name="base"><visual><geometry><box size="0.1 0.1 0.1"/></geometry></visual></link>
  <link name="one"><visual><origin xyz="0.25 0 0"/><geometry><box size="0.5 0.02 0.02"/></geometry></visual></link>
  <link name="two"><visual><origin xyz="0.15 0 0"/><geometry><box size="0.3 0.02 0.02"/></geometry></visual></link>
  <link name="tip"/>
  <joint name="first" type="continuous"><parent link="base"/><child link="one"/><axis xyz="0 0 1"/></joint>
  <joint name="second" type="revolute"><parent link="one"/><child link="two"/><origin xyz="0.5 0 0"/>
    <axis xyz="0 0 1"/><limit lower="-3.1" upper="3.1"/></joint>
  <joint name="end" type="fixed"><parent link="two"/><child link="tip"/><origin xyz="0.3 0 0"/></joint>
</robot>
"""

TETRAHEDRON_OBJ = "v 0 0 0\nv 1 0 0\nv 0 1 0\nv 0 0 1\nf 1 3 2\nf 1 2 4\nf 1 4 3\nf 2 3 4\n"


def written(folder: Path, text: str, name: str = "robot.urdf") -> Path:
    """Return the path of a robot file with this text."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def one_mesh(filename: str, scale: str = "1 1 1") -> str:
    """Return URDF of one link that shows one mesh."""
    mesh = f'<mesh filename="{filename}" scale="{scale}"/>'
    return f'<robot name="r"><link name="base"><visual><geometry>{mesh}</geometry></visual></link></robot>'
