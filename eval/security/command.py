"""`aisle eval security`: the attacks and the canaries against the real product, with figures. Above: eval's commands."""

from __future__ import annotations

import asyncio
import json
import logging
import tempfile
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Annotated, Any, Final

import typer

security_commands = typer.Typer()
_ALL: Final = "rules,obeying_writer,obeying_structured,obeying_native"


@security_commands.command("security")
def security(
    modes: Annotated[str, typer.Option(help=f"Of {_ALL},small_model; separated by commas.")] = _ALL,
    each: Annotated[int, typer.Option(min=0, max=15, help="Ways in beside the message, of each attack.")] = 3,
    most: Annotated[
        int | None, typer.Option(min=1, help="So many runs of each mode, drawn by the seed; else all.")
    ] = None,
    only: Annotated[str, typer.Option(help="Only attacks whose id holds this.")] = "",
    canaries: Annotated[
        bool, typer.Option("--canaries/--no-canaries", help="1,000 customers, 100 attacking at once.")
    ] = True,
    seed: Annotated[int, typer.Option(help="Of the shop and of the ways in.")] = 7,
    at_once: Annotated[int, typer.Option(min=1, help="Conversations side by side.")] = 8,
    work: Annotated[
        Path | None, typer.Option(help="Keeps what is done: the same command goes on where it was stopped.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Write the whole report to this file too.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="The report as JSON on the standard output.")] = False,
) -> None:
    """Attack the product with at least 200 attacks by 16 ways in; exit 1 when anything that must be 0 is not."""
    logging.getLogger("assistant").setLevel(logging.CRITICAL)  # attacked flows fail by design, and each tells of it
    with tempfile.TemporaryDirectory(prefix="aisle-security-") as made:
        folder = work or Path(made)
        folder.mkdir(parents=True, exist_ok=True)
        report = asyncio.run(_measured(folder, modes, each, most, only, seed, at_once, canaries))
    text = json.dumps(report, indent=2, ensure_ascii=False)
    if out is not None:
        out.write_text(text + "\n", encoding="utf-8")
    typer.echo(text if as_json else "\n".join(report["summary"]))
    raise typer.Exit(1 if report["breached"] else 0)


async def _measured(
    folder: Path, modes: str, each: int, most: int | None, only: str, seed: int, at_once: int, canaries: bool
) -> dict[str, Any]:
    from assistant.planning import PlannerChoice
    from eval.machine import machine
    from eval.security.attack import load_attacks
    from eval.security.campaign import DAY, Campaign, attack
    from eval.security.canaries import CUSTOMERS, search_for_canaries
    from eval.security.report import breached, lines_of, told

    campaign = Campaign(folder=folder, seed=seed, each=each, at_once=at_once, only=only, most=most)
    attacks = load_attacks()
    reached = []
    async with AsyncExitStack() as stack:
        for mode in _modes(modes):
            model = await _small_model(stack, folder) if mode == "small_model" else None
            reached.append(told(await attack(campaign, mode, tell=_tell, model=model)))
    found = []
    if canaries:
        chosen: tuple[tuple[str, PlannerChoice, bool], ...] = (("rules", "rules", False), ("obeying", "native", True))
        for name, planner, obeying in chosen:
            home = folder / f"canaries_{name}"
            looked = await search_for_canaries(home, now=DAY, seed=seed, planner=planner, obeying=obeying, tell=_tell)
            found.append((name, looked))
    report: dict[str, Any] = {
        "machine": machine(),
        "seed": seed,
        "attacks": len(attacks),
        "families": len({one.family for one in attacks}),
        "modes": reached,
        "canaries": [{"mode": name, "customers": CUSTOMERS, **one.plain()} for name, one in found],
        "breached": breached(reached, [one for _, one in found]),
    }
    report["summary"] = lines_of(report)
    return report


def _modes(named: str) -> list[Any]:
    from eval.security.campaign import ALL_MODES

    chosen = [name.strip() for name in named.split(",") if name.strip()]
    if unknown := [name for name in chosen if name not in ALL_MODES]:
        raise typer.BadParameter(f"{unknown!r} is none of {', '.join(ALL_MODES)}")
    return chosen


async def _small_model(stack: AsyncExitStack, folder: Path) -> Any:
    """The model that the settings name; else a clear end."""
    from model_serving.serving import open_language_model
    from model_serving.settings import read_settings
    from model_serving.waiting import wait_until_ready

    model = await stack.enter_async_context(
        open_language_model(read_settings(), home=folder, on_progress=lambda line: _tell(line))
    )
    if model is None:
        raise typer.BadParameter("no language model here: `aisle models list` says how to get one")
    await wait_until_ready(model, timeout=300)
    return model


def _tell(line: str) -> None:
    typer.echo(line, err=True)
