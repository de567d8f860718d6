"""Does randomization help a detector that meets a world it never saw? Trained by us, tested on another renderer.

`frames` makes the training sets by `sdg generate`, `test_set` the test by Cycles, `experiment` trains and measures.
Promises that the test is fixed before anything is trained: forms, materials, skies, lamps, seeds stand in `recipes/`.
The network is small, is trained from scratch, and needs PyTorch, which `sdg` itself does not.
"""
