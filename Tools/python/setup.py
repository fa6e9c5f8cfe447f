"""Says of a wheel with tools in it that it is for one platform; all else is in pyproject.toml."""

from __future__ import annotations

import pathlib
from typing import Any

from setuptools import Distribution, setup
from setuptools.command.bdist_wheel import bdist_wheel

# Where Tools/python/build-wheel puts the tools, in a copy of this folder.
HAS_TOOLS = pathlib.Path(__file__).with_name("src").joinpath("gas_gnn", "bin").is_dir()


class ToolDistribution(Distribution):  # type: ignore[misc, unused-ignore]
    """A distribution whose wheel holds programs."""

    def has_ext_modules(self) -> bool:
        """Whether it belongs to one platform."""
        return HAS_TOOLS


class ToolWheel(bdist_wheel):  # type: ignore[misc, unused-ignore]
    """A wheel for every Python 3, of one platform where it holds the tools."""

    def get_tag(self) -> tuple[str, str, str]:
        """Python, ABI and platform."""
        tag: Any = super().get_tag()
        return "py3", "none", tag[2]


setup(distclass=ToolDistribution, cmdclass={"bdist_wheel": ToolWheel})
