"""The sun by date and clock, against published positions."""

from __future__ import annotations

import datetime
import math

import pytest

from sdg.errors import RecipeError
from sdg.recipe.clock import clock_h, day_of_year, days_of
from sdg.stage.build import build_stage
from sdg.stage.model import Light
from sdg.stage.sun import sun_direction, sun_direction_at
from tests.recipes import frame_of, recipe_of


def sky(text: str) -> Light:
    recipe = recipe_of(f"lighting:\n  - sun_sky: {{{text}}}\n")
    return build_stage(frame_of(recipe), recipe).lights[0]


def elevation_deg(direction: tuple[float, float, float]) -> float:
    return math.degrees(math.asin(direction[2]))


def azimuth_deg(direction: tuple[float, float, float]) -> float:
    """Return the compass bearing: 0 is north, 90 east."""
    return math.degrees(math.atan2(direction[0], direction[1])) % 360


def at(moment: str) -> float:
    """Return days since 2000 of a moment of UTC."""
    return (datetime.datetime.fromisoformat(moment) - datetime.datetime(2000, 1, 1)).total_seconds() / 86_400


def test_the_sun_stands_where_nrel_s_example_has_it() -> None:
    """I. Reda and A. Andreas, "Solar Position Algorithm", NREL/TP-560-34302 (2008), table A5.1.

    Azimuth 194.34024 degrees; elevation before refraction 39.872046 degrees.
    """
    found = sky(
        'date: "2003-10-17", clock: "12:30:30", utc_offset_h: -7, latitude_deg: 39.742476, longitude_deg: -105.1786'
    ).sun_direction
    assert azimuth_deg(found) == pytest.approx(194.34024, abs=0.02)
    assert elevation_deg(found) == pytest.approx(39.872046, abs=0.02)


def test_declination_and_equation_of_time_are_those_of_meeus() -> None:
    """Meeus, examples 25.a and 28.b: 13 October 1992, 0 h: declination -7.78507 degrees, 13 m 42.7 s ahead.

    On the equator at the meridian of the sun, its distance from the zenith is the declination.
    """
    moment = at("1992-10-13T00:00:00")
    longitude = 180 - (13 * 60 + 42.7) / 240
    east, north, _ = sun_direction_at(moment, 0.0, longitude)
    assert math.degrees(math.asin(north)) == pytest.approx(-7.78507, abs=2e-3)
    assert math.degrees(math.asin(east)) == pytest.approx(0.0, abs=5e-3)


@pytest.mark.parametrize(
    ("moment", "declination"),
    [
        ("2024-03-20T03:06", 0.0),
        ("2024-06-20T20:51", 23.44),
        ("2024-09-22T12:44", 0.0),
        ("2024-12-21T09:20", -23.44),
        ("2026-03-20T14:46", 0.0),
        ("2026-09-23T00:05", 0.0),
    ],
)
def test_seasons_begin_when_the_almanac_says(moment: str, declination: float) -> None:
    """Equinoxes and solstices to the minute (Astronomical Applications Department, US Naval Observatory)."""
    _, north, _ = sun_direction_at(at(moment), 0.0, 0.0)
    assert math.degrees(math.asin(north)) == pytest.approx(declination, abs=0.01)


@pytest.mark.parametrize(
    ("day", "minutes"), [("2026-02-11", -14.2), ("2026-05-14", 3.7), ("2026-07-26", -6.5), ("2026-11-03", 16.4)]
)
def test_noon_is_early_or_late_by_the_equation_of_time(day: str, minutes: float) -> None:
    """The four turning points of the equation of time, as almanacs list them [minutes that a sundial is ahead]."""
    noon = at(f"{day}T12:00") - minutes / 1440
    east, _, _ = sun_direction_at(noon, 0.0, 0.0)
    assert math.degrees(math.asin(east)) == pytest.approx(0.0, abs=0.05)


def test_a_clock_agrees_with_the_solar_time_that_it_stands_for() -> None:
    """Where the clock shows solar time, both ways give one sun but for what Spencer's series lacks."""
    for day in range(1, 366, 7):
        found = sun_direction_at(days_of(None, day) + 0.5, 0.0, 0.0)
        equation_h = math.degrees(math.asin(found[0])) / -15
        series = sun_direction(12 + equation_h, day + 0.5, 0.0)
        assert series == pytest.approx(found, abs=math.radians(0.3))


def test_the_same_moment_by_other_clocks_is_the_same_sun() -> None:
    place = "latitude_deg: 48.14, longitude_deg: 11.58"
    munich = sky(f'date: "2026-06-21", clock: "14:30", utc_offset_h: 2, {place}')
    utc = sky(f'date: "2026-06-21", clock: 12.5, utc_offset_h: 0, {place}')
    tokyo = sky(f'date: "2026-06-21", clock: "21:30:00", utc_offset_h: 9, {place}')
    assert munich.sun_direction == pytest.approx(utc.sun_direction, abs=1e-12)
    assert tokyo.sun_direction == pytest.approx(utc.sun_direction, abs=1e-12)


def test_a_date_alone_says_the_day_of_solar_time() -> None:
    assert sky('date: "2026-06-21", hour: 9').sun_direction == sky("day: 172, hour: 9").sun_direction
    assert day_of_year("2024-12-31") == 366


def test_a_drawn_clock_stays_within_its_hours() -> None:
    recipe = recipe_of(
        "lighting:\n  - sun_sky: {date: {choice: ['2026-01-05', '2026-07-05']}, clock: {uniform: [9, 15]},"
        " utc_offset_h: 1, latitude_deg: 48, longitude_deg: 11}\n"
    )
    elevations = [
        elevation_deg(build_stage(frame_of(recipe, index), recipe).lights[0].sun_direction) for index in range(40)
    ]
    assert min(elevations) > 5
    assert min(elevations) < 20 < 50 < max(elevations) < 65


def test_hours_of_a_clock() -> None:
    assert [clock_h(clock) for clock in ("0:00", "06:30", "23:59:30", "24:00", 7.25)] == [
        0.0,
        6.5,
        24 - 1 / 120,
        24.0,
        7.25,
    ]


FAULTS = {
    'date: "2026-02-30"': "R145",
    "date: today": "R145",
    'clock: "25:00", utc_offset_h: 1, longitude_deg: 11': "R145",
    'clock: "14:30", utc_offset_h: 1': "R146",
    'clock: "14:30", longitude_deg: 1': "R146",
    'clock: "14:30", hour: 3, utc_offset_h: 1, longitude_deg: 11': "R146",
    'date: "2026-02-03", day: 34': "R146",
    "longitude_deg: 11": "R072",
}


@pytest.mark.parametrize("text", FAULTS)
def test_what_is_no_moment_is_a_fault(text: str) -> None:
    with pytest.raises(RecipeError) as caught:
        recipe_of(f"lighting:\n  - sun_sky: {{{text}}}\n")
    assert [fault.code for fault in caught.value.diagnostics] == [FAULTS[text]]
