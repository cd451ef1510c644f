"""`aisle eval voice`: the command around it. Above: the command line. Below: `voice_quality`, the shop's brands, the gates."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Annotated

import typer

voice_commands = typer.Typer()


@voice_commands.command("voice")
def voice(
    quick: Annotated[
        bool, typer.Option("--quick", help="One way of speaking instead of three, no other voices.")
    ] = False,
    missed: Annotated[bool, typer.Option("--missed", help="List what was misunderstood in the practice half.")] = False,
    gate: Annotated[
        bool, typer.Option("--gate", help="Exit with 1 when a threshold of eval/gates.py is missed.")
    ] = False,
    out: Annotated[Path | None, typer.Option(help="Write the JSON report to this file too.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="The report as JSON on the standard output.")] = False,
) -> None:
    """How well spoken words are understood: word errors, numbers and names, sounds that are no speech, CPU cost."""
    from assistant.shops.demo.brands import BRANDS
    from eval.gates import VOICE, failed
    from eval.voice.corpus import MANNERS
    from eval.voice.quality import VoiceRun, measure
    from model_serving.errors import ModelError

    names = tuple(brand.name for brand in BRANDS)
    chosen = VoiceRun(names=names, manners=MANNERS[:1] if quick else MANNERS, robots=not quick, languages=not quick)
    try:
        report, lines = asyncio.run(measure(chosen, on_step=lambda step: typer.echo(f"- {step}", err=True)))
    except ModelError as trouble:
        typer.echo(str(trouble), err=True)
        raise typer.Exit(2) from trouble
    written = json.dumps(report, indent=2, ensure_ascii=False)
    if out is not None:
        out.write_text(written + "\n", encoding="utf-8")
    typer.echo(written if as_json else _table(report))
    if missed:
        typer.echo("\n".join(lines), err=True)
    short = failed(VOICE, report) if gate else ()
    for line in short:
        typer.echo(line, err=True)
    raise typer.Exit(1 if short else 0)


def _table(report: dict[str, object]) -> str:
    lines = report["lines"]
    assert isinstance(lines, dict)
    rows = [f"{'line':14} {'split':9} {'word errors':>11} {'entities':>9}"]
    for line, splits in lines.items():
        for split, found in splits.items():
            rows.append(f"{line:14} {split:9} {found['word_error_rate']:11.1%} {found['entities_right'] or 0:9.1%}")
    rest = {key: report[key] for key in ("not_speech", "cpu_seconds_per_second_of_speech") if key in report}
    return "\n".join([*rows, json.dumps(rest, indent=2, ensure_ascii=False)])
