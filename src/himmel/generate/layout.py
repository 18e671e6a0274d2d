"""The plan of any request: of one window, of many, or over films that a person hands in."""

from __future__ import annotations

from pathlib import Path

from himmel.core.values import Request, Rework
from himmel.generate.config import SystemConfig
from himmel.generate.longer import plan_long
from himmel.generate.plan import Plan, plan_request
from himmel.generate.request import is_picture
from himmel.generate.rework import plan_rework
from himmel.generate.shots import Understood, unread
from himmel.generate.timeline import is_timeline


def lay_out(
    request: Request, config: SystemConfig, out: Path, understood: Understood = unread
) -> Plan:
    """Plan a request; `understood` tells which motions are over soon. Raises HimmelError as plan_request,
    plan_long and plan_rework do."""
    if isinstance(request, Rework):
        return plan_rework(request, config, out)
    fps = request.fps or config.defaults.fps
    if is_timeline(request, config, fps) and not is_picture(out, request):
        return plan_long(request, config, out, understood)
    return plan_request(request, config, out)
