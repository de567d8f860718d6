"""Training: so many passes over the pictures, mirrored at random; one cycle of the learning rate."""

from __future__ import annotations

import time

import numpy as np
import torch

from benchmarks.detector.data import Pictures
from benchmarks.detector.model import Detector, as_input
from benchmarks.detector.targets import loss, mirrored, target_maps

_BATCH = 32
_HIGHEST_RATE = 2e-3
_DECAY = 1e-2


def train(pictures: Pictures, seed: int, epochs: int, device: str) -> Detector:
    """Return a network trained from weights that the seed draws; with deterministic kernels where PyTorch has them."""
    torch.manual_seed(seed)
    torch.use_deterministic_algorithms(True, warn_only=True)
    torch.backends.cudnn.benchmark = False
    order = np.random.default_rng(seed)
    on_gpu = device == "cuda"
    model = Detector().to(device, memory_format=torch.channels_last)
    images = torch.from_numpy(pictures.images).to(device)
    maps = torch.from_numpy(np.stack([target_maps(things) for things in pictures.things])).to(device)
    batch = min(_BATCH, len(images))
    steps = len(images) // batch
    optimizer = torch.optim.AdamW(model.parameters(), _HIGHEST_RATE, weight_decay=_DECAY, fused=on_gpu)
    rates = torch.optim.lr_scheduler.OneCycleLR(optimizer, _HIGHEST_RATE, total_steps=epochs * steps)
    model.train()
    started = time.perf_counter()
    for epoch in range(epochs):
        shuffled = torch.from_numpy(order.permutation(len(images))[: steps * batch].reshape(steps, batch)).to(device)
        turned = order.random(steps) < 0.5
        total = torch.zeros((), device=device)
        for step in range(steps):
            chosen = shuffled[step]
            x, wanted = as_input(images[chosen]), maps[chosen]
            if turned[step]:
                x, wanted = x.flip(-1), mirrored(wanted)
            with torch.autocast(device, torch.bfloat16, enabled=on_gpu):
                heat, sides = model(x.contiguous(memory_format=torch.channels_last))
            wrong = loss(heat, sides, wanted)
            optimizer.zero_grad(set_to_none=True)
            wrong.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 10.0)
            optimizer.step()
            rates.step()
            total += wrong.detach()
        if epoch % 5 == 0 or epoch == epochs - 1:
            spent = time.perf_counter() - started
            print(f"seed {seed} epoch {epoch}: loss {float(total) / steps:.3f}, {spent:.0f} s", flush=True)
    return model.eval()
