"""Our renderer against Cycles at its best settings, for the same error: `python -m benchmarks.cycles.race -o FOLDER`.

For each recipe, resolution and target, after references have been made:

1. Search: which of Cycles' settings (light tree on and off, two sample patterns, adaptive sampling, static BVH) reaches
   the target soonest, on small pictures of two frames, mean over seeds.
2. Count: how many samples each renderer then needs at full size, straight lines between logarithms over a ladder whose
   steps double, and then one more sample until the error is reached; for raw targets of many samples, on the line
   through an eighth and a quarter of them. This is frozen in `frozen.json`; the race below changes nothing of it.
   `--ours-spp raw:0.003=240` freezes ours by hand.
3. Race: ours and Cycles take turns on two frames that differ in everything that is drawn, so that each picture is
   that of a changed world; both keep their persistent data. The ratio is taken pair by pair.

Time runs from the changed world to the finished picture in memory. Ours has scene update, labels, rays and denoiser;
"picture alone" leaves the labels out, of which Cycles makes none. Cycles' has Blender's taking in what changed and the
whole render operator, and leaves out reading scene files and saving the picture, which comes after the operator. Worlds
are drawn beforehand for both. Both denoise with OIDN, quality FAST, albedo and normals as guides without a pass of
their own (Cycles calls that prefilter FAST). What Cycles' denoiser takes is found by rendering again without.

Each renderer is measured against its own reference (raw, other seeds), because materials are not the same to the last
percent; how far the two references are apart is printed. A reference has two independent halves, whose own noise is
taken off (`relative_mse_by_halves`): so it needs no 64 times the samples.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from functools import partial
from pathlib import Path

import click
import numpy as np

from benchmarks.cycles.check import luminance
from benchmarks.cycles.contenders import FRAMES, Case, Ours, Setting, Theirs
from benchmarks.cycles.engine import Cycles
from benchmarks.cycles.ledger import Ledger
from benchmarks.cycles.search import Judge, Target, best_setting, needed
from benchmarks.metrics import relative_mse
from benchmarks.scenes import Bench
from sdg.sensor.exposure import auto_saturation_luminance
from sdg.stage.model import Stage

_RACE_SEED = 500
_HEAD = """
| world | target | ours | relMSE | s | Cycles | relMSE | s | ratio, median (least to most) | picture alone |
|---|---|---|---|---|---|---|---|---|---|"""


class Race:
    """One recipe at one resolution."""

    def __init__(self, ledger: Ledger, cycles: Cycles, case: Case, small: Case, reference_spp: int) -> None:
        self.ledger, self.case, self.small = ledger, case, small
        self._benches: list[Bench] = []
        self._warm: set[tuple[Setting, Setting]] = set()
        ours, stages = self._open(case)
        small_ours, small_stages = self._open(small)
        white = ledger.get("exposure", small.name, lambda: _white(small_ours, small_stages))
        theirs = Theirs(cycles, 1 / white)
        self.ours = Judge(ledger, case, ours, stages, reference_spp)
        self.theirs = Judge(ledger, case, theirs, stages, reference_spp)
        self.small_ours = Judge(ledger, small, small_ours, small_stages, 4 * reference_spp)
        self.small_theirs = Judge(ledger, small, theirs, small_stages, 4 * reference_spp)

    def _open(self, case: Case) -> tuple[Ours, list[Stage]]:
        bench = case.bench()
        self._benches.append(bench)
        return Ours(bench.renderer), [bench.stage(frame) for frame in case.frames]

    def close(self) -> None:
        """Give the renderers back."""
        for bench in self._benches:
            bench.renderer.close()

    def bias(self) -> None:
        """Print how far the two references are apart."""
        for index, frame in enumerate(self.case.frames):
            ours, theirs = self.ours.reference(index), self.theirs.reference(index)
            white = auto_saturation_luminance(ours, np.ones(ours.shape[:2], bool))
            print(
                f"{self.case.name} frame {frame}: Cycles' reference has {luminance(theirs) / luminance(ours):.4f} of "
                f"our mean luminance; relMSE between the two {relative_mse(theirs, ours, white):.5f}",
                flush=True,
            )

    def freeze(self, target: Target, seeds: int, ours_spp: int | None) -> tuple[Setting, Setting]:
        """Return the settings to race with, ours and Cycles'; found the first time, kept afterwards."""

        def ours() -> dict[str, object]:
            first = Setting(4.0 if target.denoise else 32.0, target.denoise)
            if ours_spp is None:
                return asdict(needed(self.ours, needed(self.small_ours, first, target, seeds), target, seeds))
            return asdict(first.at(ours_spp))

        def theirs() -> dict[str, object]:
            (width, height), (small_width, small_height) = self.case.resolution, self.small.resolution
            ratio = width * height / (small_width * small_height)
            return asdict(
                needed(
                    self.theirs,
                    best_setting(self.small_theirs, target, seeds if target.denoise else 1, ratio),
                    target,
                    seeds,
                )
            )

        suffix = "" if ours_spp is None else f" {ours_spp} spp"
        return (
            Setting(**self.ledger.get("frozen", f"ours {self.case.name} {target}{suffix}", ours)),
            Setting(**self.ledger.get("frozen", f"cycles {self.case.name} {target}", theirs)),
        )

    def run(self, target: Target, settings: tuple[Setting, Setting], rounds: int) -> str:
        """Let both take turns; return the row of the table."""
        key = f"{self.case.name} {target} {json.dumps([asdict(one) for one in settings])}"
        pairs: list[list[float]] = []
        for index in range(rounds):
            lap = partial(self._lap, settings, index)
            pairs += self.ledger.get("race", f"{key} round {index}", lap)
        ours, labels, our_error, theirs, their_error, our_denoiser = np.array([pair[:6] for pair in pairs]).T
        ratios, alone = theirs / ours, theirs / (ours - labels)
        note = ""
        if target.denoise:
            raw = self.ledger.get("race", f"{key} without denoiser", lambda: self._raw(settings[1]))
            note = f" (without denoiser {np.median(ours - our_denoiser):.2f} and {np.median(raw):.2f} s)"
        return (
            f"| {self.case.name} | {target}{note} | {settings[0].effort:.0f} spp | {our_error.mean():.5f} | "
            f"{np.median(ours):.2f} | {settings[1].words()} | {their_error.mean():.5f} | {np.median(theirs):.2f} | "
            f"**{np.median(ratios):.2f}** ({ratios.min():.2f} to {ratios.max():.2f}) | "
            f"{np.median(alone):.2f} ({alone.min():.2f} to {alone.max():.2f}) |"
        )

    def _lap(self, settings: tuple[Setting, Setting], index: int) -> list[list[float]]:
        """Return, for each frame: our seconds, those of them for labels, error, theirs, their error, our denoiser's."""
        if settings not in self._warm:
            self._warm.add(settings)
            last = self.ours.stages[-1]
            self.ours.contender.picture(last, settings[0], 0)  # kernels differ by sample count
            self.theirs.contender.picture(last, settings[1].at(1.0), 0)
        pairs = []
        for number, stage in enumerate(self.ours.stages):
            seed = _RACE_SEED + 10 * index + number
            ours = self.ours.contender.picture(stage, settings[0], seed)
            theirs = self.theirs.contender.picture(stage, settings[1], seed)
            errors = self.ours.error(number, ours.radiance), self.theirs.error(number, theirs.radiance)
            pairs.append(
                [ours.seconds, ours.extra_seconds, errors[0], theirs.seconds, errors[1], ours.denoise_seconds or 0.0]
            )
            print(
                f"  {self.case.name} frame {stage.frame_index}: ours {ours.seconds:.2f} s ({errors[0]:.5f}), Cycles "
                f"{theirs.seconds:.2f} s ({errors[1]:.5f}), ratio {theirs.seconds / ours.seconds:.2f}",
                flush=True,
            )
        return pairs

    def _raw(self, setting: Setting) -> list[float]:
        plain = Setting(**{**asdict(setting), "denoise": False})
        return [self.theirs.contender.picture(stage, plain, _RACE_SEED).seconds for stage in self.theirs.stages]


def _white(ours: Ours, stages: list[Stage]) -> float:
    """Return about which luminance is white in these frames [nits]."""
    found = []
    for stage in stages:
        radiance = ours.picture(stage, Setting(32, denoise=False), 1).radiance
        found.append(auto_saturation_luminance(radiance, np.ones(radiance.shape[:2], bool)))
    return float(np.mean(found))


def parse_resolution(text: str) -> tuple[int, int]:
    """Read `640x480`."""
    width, height = text.split("x")
    return int(width), int(height)


@click.command()
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True, help="Folder that the race goes on in.")
@click.option("--recipe", "recipes", multiple=True, default=tuple(FRAMES), help="Name of a shipped recipe.")
@click.option("--resolution", "resolutions", multiple=True, default=("640x480", "1280x720"))
@click.option("--target", "targets", multiple=True, default=("raw:0.003", "denoised:0.001", "denoised:0.0005"))
@click.option("--frames", help="Two of them, with a comma, instead of those chosen for the recipe.")
@click.option("--ours-spp", multiple=True, help="TARGET=SAMPLES, to freeze ours by hand.")
@click.option("--set", "overrides", multiple=True, help="Of our recipe, as of sdg generate.")
@click.option("--rounds", default=5, help="Each is one pair for each frame.")
@click.option("--raw-rounds", default=2, help="The same, of targets without denoiser.")
@click.option("--seeds", default=2, help="Pictures of each frame for each step of a ladder.")
@click.option("--reference-spp", default=512, help="In all; four times as many on small pictures.")
@click.option("--small", default="160x120", help="Resolution of the search.")
@click.option("--no-race", is_flag=True, help="Stop after freezing.")
@click.option("--quick", is_flag=True, help="Try it all in a few minutes, with figures that mean nothing.")
def main(
    output: Path,
    recipes: tuple[str, ...],
    resolutions: tuple[str, ...],
    targets: tuple[str, ...],
    frames: str | None,
    ours_spp: tuple[str, ...],
    overrides: tuple[str, ...],
    rounds: int,
    raw_rounds: int,
    seeds: int,
    reference_spp: int,
    small: str,
    no_race: bool,
    quick: bool,
) -> None:
    """Search, freeze, race, and print a table."""
    if quick:
        recipes, resolutions, targets = ("warehouse",), ("160x120",), ("raw:0.03", "denoised:0.008")
        rounds, raw_rounds, seeds, reference_spp, small = 2, 1, 1, 64, "80x60"
    frozen = {name: int(count) for name, _, count in (one.rpartition("=") for one in ours_spp)}
    ledger, rows = Ledger(output), []
    with Cycles() as cycles:
        print(f"Cycles of Blender {cycles.version}", flush=True)
        for name in recipes:
            chosen = FRAMES[name] if frames is None else tuple(int(frame) for frame in frames.split(","))
            for resolution in resolutions:
                path, changes = Path(f"recipes/{name}.yaml"), tuple(overrides)
                cases = [Case(path, chosen, parse_resolution(size), changes) for size in (resolution, small)]
                race = Race(ledger, cycles, cases[0], cases[1], reference_spp)
                race.bias()
                for target in [Target.parse(text) for text in targets]:
                    settings = race.freeze(target, seeds, frozen.get(str(target)))
                    print(f"{race.case.name} {target}: ours {settings[0].effort:.0f} spp, Cycles {settings[1].words()}")
                    if not no_race:
                        rows.append(race.run(target, settings, rounds if target.denoise else raw_rounds))
                        print(rows[-1], flush=True)
                race.close()
    print("\n".join([_HEAD, *rows]))


if __name__ == "__main__":
    main()
