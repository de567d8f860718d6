"""What the command line makes of its arguments; datasets themselves are tested with the executor."""

from __future__ import annotations

import functools
import re
from pathlib import Path

import pytest

import sdg.executor.generate as executor
from sdg.cli.main import main
from sdg.cli.progress import duration
from tests.executor.fake_pipeline import SOURCE
from tests.executor.harness import records, write_recipe


@pytest.fixture
def recipe(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A recipe in the current folder, and workers that make fake frames."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(executor, "Options", functools.partial(executor.Options, source=SOURCE))
    return write_recipe(tmp_path, 4)


def test_a_dataset_goes_to_outputs_by_its_name(recipe: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["generate", str(recipe)]) == 0
    assert len(records(Path("outputs/tiny"))) == 4
    out, err = capsys.readouterr()
    assert out == ""
    assert "4/4 frames" in err
    # A run of under a second tells no time.
    assert re.search(rf"^4 frames( in \d+ s.*)?: {re.escape(str(Path('outputs/tiny').absolute()))}$", err, re.MULTILINE)
    assert main(["generate", str(recipe)]) == 0
    assert "is finished already (4 frames): nothing to do" in capsys.readouterr().err


def test_shards_are_joined(recipe: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for shard in ("1/2", "2/2"):
        assert main(["generate", str(recipe), "--shard", shard, "-n", "3", "--seed", "5"]) == 0
    folders = [f"outputs/tiny-shard-{index}-of-2" for index in (1, 2)]
    assert main(["merge", "joined", *folders]) == 0
    assert len(records(Path("joined"))) == 3
    assert main(["merge", "other", folders[0]]) == 2
    assert "missing: shard 2/2" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--shard", "0/3"], "'0/3' is not I/N"),
        (["--shard", "4/3"], "'4/3' is not I/N"),
        (["-n", "0"], "0 is not in the range"),
        (["-n", "-1"], "-1 is not in the range"),
        (["-n", "many"], "'many' is not a valid integer"),
        (["--seed", "-1"], "-1 is not in the range"),
        (["--workers", "0"], "0 is not in the range"),
        (["--workers", "100000"], "100000 is not in the range"),
        (["--device", "tpu"], "'tpu' is not one of"),
        (["--quality-for", "soon"], "'soon' is neither a number of seconds nor a folder"),
        (["--quality-for", "0"], "a frame takes some time"),
        (["--quality-for", "nan"], "a frame takes some time"),
        (["--quality-for", "inf"], "a frame takes some time"),
        (["--quality-for", "2", "--set", "render.spp=5"], "which --set gives too"),
        (["--quality-for", "."], "there are no samples to take over"),
        (["--set", "nonsense"], "an override reads key.path=value"),
        (["--set", "frames=zero"], "frames"),
        (["--nonsense"], "No such option"),
    ],
)
def test_nonsense_is_refused_with_status_2_and_nothing_is_written(
    recipe: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    assert main(["generate", str(recipe), *arguments]) == 2
    assert said in capsys.readouterr().err
    assert [path.name for path in Path().iterdir()] == [recipe.name]


def test_a_profile_says_what_limited_the_run(recipe: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["generate", str(recipe), "--profile"]) == 0
    err = capsys.readouterr().err
    assert "where the time went: 4 frames, 1 worker\n" in err
    assert re.search(
        r"^  encode and write +\d\.\d{3} s +\d+\.\d s +\d+\.\d %  beside the next frames$", err, re.MULTILINE
    )
    assert re.search(r"^limited by .+ \(\d+ %\)$", err, re.MULTILINE)
    assert main(["generate", str(recipe), "--profile"]) == 0
    assert "where the time went" not in capsys.readouterr().err, "nothing was made"


@pytest.mark.parametrize("name", ["absent.yaml", "."])
def test_a_recipe_that_is_not_there_is_refused(recipe: Path, capsys: pytest.CaptureFixture[str], name: str) -> None:
    assert main(["generate", name]) == 2
    assert "Traceback" not in capsys.readouterr().err
    assert not Path("outputs").exists()


def test_what_rtx_lacks_is_refused_before_isaac_sim_is_looked_for(
    recipe: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    exposure = "    exposure: {f_number: 4, shutter_s: 0.01, gain_db: 0}\n    rolling_shutter: {line_time_us: 10}\n"
    recipe.write_text(recipe.read_text() + exposure)
    asked = ["generate", str(recipe), "--renderer", "replicator"]
    assert main(asked) == 2
    assert "error[R130]: RTX has no rolling shutter" in capsys.readouterr().err
    assert main([*asked, "--allow-missing"]) == 3
    assert "warning[R130]: RTX has no rolling shutter" in capsys.readouterr().err
    assert [path.name for path in Path().iterdir()] == [recipe.name]


def test_a_missing_asset_writes_nothing(recipe: Path, capsys: pytest.CaptureFixture[str]) -> None:
    recipe.write_text(recipe.read_text() + "scene: {objects: [{name: part, asset: {file: no/such.obj}}]}\n")
    assert main(["generate", str(recipe)]) == 2
    assert f"{recipe}:" in capsys.readouterr().err
    assert not Path("outputs").exists()


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.2, "0 s"), (59.4, "59 s"), (60, "1 min 00 s"), (200, "3 min 20 s"), (7500, "2 h 05 min")]
)
def test_durations_are_readable(seconds: float, text: str) -> None:
    assert duration(seconds) == text
