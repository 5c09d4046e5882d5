"""Speed and memory, measured on the running product; never part of the tests.

make bench                       all of them
python -m benchmarks latency     one, by its module's name
"""
