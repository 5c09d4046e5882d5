"""Memory of all processes, idle after the start: proportional set size, so that shared pages count once."""

import time

import psutil

from benchmarks.figures import Figure
from tests.e2e.product import Product


def measure(product: Product) -> list[Figure]:
    time.sleep(5)
    assert product.process is not None
    supervisor = psutil.Process(product.process.pid)
    sizes = [
        (process.name(), process.memory_full_info().pss)
        for process in (supervisor, *supervisor.children(recursive=True))
    ]
    return [Figure("memory of all processes, idle", sum(size for _, size in sizes) / 1024**3, "GB", 2.5)]
