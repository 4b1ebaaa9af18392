// The addon's functions; native-bridge/cpu/engine.ts has their types in the words of its callers.
#pragma once

#include <node_api.h>

namespace tandem::addon {

// Per environment (main thread or worker): a hook that joins all engines' threads when it ends.
bool initialise(napi_env env);

// open(packed: Uint8Array, {width, height, threads, lanes, isa, reuseStatic}) -> [handle, {isa, threads, lanes, halo}]
napi_value open(napi_env env, napi_callback_info info);
// run(handle, inputs: TypedArray[], inputStrides: number[], outputs: TypedArray[], outputStrides: number[])
//   -> Promise<[milliseconds, computedShare]>; strides count samples
napi_value run(napi_env env, napi_callback_info info);
// close(handle) -> Promise<void>: after all frames; a second call resolves at once
napi_value close(napi_env env, napi_callback_info info);
// availableIsas() -> string[]: best first
napi_value availableIsas(napi_env env, napi_callback_info info);
// measurePeak(isa, milliseconds) -> [GFLOP/s f32, Gop/s int8] of the calling thread, which it blocks
napi_value measurePeak(napi_env env, napi_callback_info info);

// resample(taps: Int32Array, input: Uint8Array, inputStride, output: Uint8Array, outputStride): on the calling thread
napi_value resample(napi_env env, napi_callback_info info);
// comparePlanes(a: TypedArray, strideA, b: TypedArray, strideB, width, height, peak) -> Promise<[squaredError, ssim]>
napi_value comparePlanes(napi_env env, napi_callback_info info);

// openTraining(layers: Int32Array of six numbers each, {batch, side, loss: its place in TrainLoss}, isa) -> pass; see train_pass.h
napi_value openTraining(napi_env env, napi_callback_info info);
// runTraining(pass, parameters, low, high, gradient: Float32Array) -> loss; on the calling thread, which it blocks
napi_value runTraining(napi_env env, napi_callback_info info);

// openPipe() -> [descriptor to read from, descriptor to write to], closed on exec
napi_value openPipe(napi_env env, napi_callback_info info);

}  // namespace tandem::addon
