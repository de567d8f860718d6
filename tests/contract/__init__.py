"""What every renderer must keep, on scenes whose pictures geometry and photometry know.

Written against `sdg.render.api.Renderer` alone: `pytest tests/contract --renderer mitsuba` or `replicator`.
"""
