"""The commands behind every figure of docs/performance.md and docs/correctness.md; run them alone on a machine."""
