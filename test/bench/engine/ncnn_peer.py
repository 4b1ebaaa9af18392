"""Runs a network on ncnn for the bench: `ncnn_peer.py PARAM BIN WIDTH HEIGHT THREADS`. Each line on stdin runs it once; the
answer on stdout is the processor milliseconds of all threads. The first line of output says ncnn's version."""
import sys
import time

import ncnn
import numpy

param, weights = sys.argv[1:3]
width, height, threads = map(int, sys.argv[3:6])
net = ncnn.Net()
net.opt.num_threads = threads
if net.load_param(param) != 0 or net.load_model(weights) != 0:
    sys.exit("ncnn cannot load the network")
samples = numpy.linspace(0, 1, width * height, dtype=numpy.float32).reshape(1, height, width)
picture = ncnn.Mat(samples).clone()  # a Mat of an array borrows its memory
print(ncnn.__version__, flush=True)
for _ in sys.stdin:
    before = time.process_time()
    extractor = net.create_extractor()
    extractor.input("x", picture)
    status, result = extractor.extract("y")
    if status != 0 or (result.w, result.h) != (2 * width, 2 * height):
        sys.exit("ncnn gave no picture of twice the size")
    print(1000 * (time.process_time() - before), flush=True)
