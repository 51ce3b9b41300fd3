/**
 * The code that runs in the app: sessions on ncnn as WebAssembly. Emitted modules contain a copy of `decodeBase64` and `fetchWeights`, so
 * that they need this package only to run the net.
 */
export { decodeBase64 } from './decodeBase64.ts';
export { fetchWeights } from './fetchWeights.ts';
export { fromImage, type ImageInput, type ImageOptions } from './image/fromImage.ts';
export type { PixelSource, Pixels } from './image/pixels.ts';
export type { Placement } from './image/resample.ts';
export type { Forward, ForwardParams, LayerBlob, LayerFunction } from './session/customLayer.ts';
export type * from './session/types.ts';
export { SessionError, type SessionErrorCode } from './sessionError.ts';
export type * from './types.ts';
export { createSession, type SessionOptions } from './wasm/createSession.ts';
export { customLayers } from './wasm/customLayers.ts';
export type { EmscriptenModule, WasmSource } from './wasm/ncnn.ts';
export type { Prepare } from './wasm/net.ts';
