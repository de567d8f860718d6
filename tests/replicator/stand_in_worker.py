"""Stands in for Isaac Sim: answers requests with frames made of their index, and misbehaves on frame 2 as told.

Run as `stand_in_worker.py PROTOCOL_FILE MISDEED`, by a Python that knows nothing of `sdg`.
"""

from __future__ import annotations

import importlib.util
import io
import json
import os
import signal
import sys
import time

import numpy as np

path, misdeed = sys.argv[1:]
spec = importlib.util.spec_from_file_location("protocol", path)
assert spec is not None
assert spec.loader is not None
protocol = importlib.util.module_from_spec(spec)
sys.modules["protocol"] = protocol
spec.loader.exec_module(protocol)
assert not any(name.partition(".")[0] == "sdg" for name in sys.modules)

sys.stdout.write("Kit says hello on its standard output\n")
stream = os.fdopen(int(os.environ["SDG_FRAME_PIPE"]), "wb")


def message(index: int, *, shape: tuple[int, int] = (3, 4), color: str = "f2", late: int = 0) -> bytes:
    arrays = {
        ("main", "HdrColor"): np.full((*shape, 4), index, color),
        ("main", "distance_to_camera"): np.full((3, 4), index + 0.5, np.float32),
    }
    times = dict.fromkeys(arrays, (index, 60)) | {("main", "distance_to_camera"): (2 * index + late, 120)}
    if misdeed == "leave_out":
        del arrays["main", "distance_to_camera"]
    if misdeed == "no_time":
        times["main", "HdrColor"] = (index, 0)
    out = io.BytesIO()
    protocol.write_frame(out, index, arrays, times, {"main": {0: "BACKGROUND", 3: "/World/thing/body"}})
    return out.getvalue()


def answer(index: int) -> bytes:
    good = message(index)
    match misdeed:
        case "crash":
            sys.stdout.write("a device was lost\n")
            sys.stdout.flush()
            os.kill(os.getpid(), signal.SIGSEGV)
        case "exit":
            sys.exit(7)
        case "hang":
            time.sleep(600)
        case "hang_halfway":
            stream.write(good[:-20])
            stream.flush()
            time.sleep(600)
        case "truncate":
            stream.write(good[:-20])
            stream.close()
            sys.exit(0)
        case "truncate_and_go_on":
            return good[:-20] + message(index + 1)
        case "damage":
            return good[:-12] + bytes([good[-12] ^ 1]) + good[-11:]
        case "trail":
            return good + b"more"
        case "shape":
            return message(index, shape=(4, 3))
        case "type":
            return message(index, color="f4")
        case "repeat":
            return message(index - 1)
        case "skip":
            return message(index + 1)
        case "unequal":
            return message(index, late=1)
        case "chatter":
            return b"[Warning] this belongs on standard output\n"
        case "huge":
            return b"SDGF" + (1).to_bytes(4, "little") + (2**32 - 1).to_bytes(4, "little")
        case "version":
            return good[:4] + (9).to_bytes(4, "little") + good[8:]
        case "no_header":
            return b"SDGF" + (1).to_bytes(4, "little") + (2).to_bytes(4, "little") + b"[]"
        case "trouble":
            out = io.BytesIO()
            protocol.write_trouble(out, "no GPU with RT cores")
            return out.getvalue()
    return good


if misdeed == "never_ready":
    time.sleep(600)
if misdeed == "stillborn":
    sys.exit("no display")
if misdeed == "too_early":
    stream.write(message(0))
protocol.write_ready(stream, {"isaacsim": "5.1.0"})
for line in sys.stdin:
    request = json.loads(line)
    if "open" in request:
        protocol.write_ready(stream, {})
        continue
    asked = request["frame"]
    stream.write(answer(asked) if asked == 2 or misdeed in ("leave_out", "no_time") else message(asked))
    stream.flush()
