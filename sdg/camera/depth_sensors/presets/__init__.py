"""The presets: one JSON file each, every number with unit, kind (measured, derived, typical) and source."""
