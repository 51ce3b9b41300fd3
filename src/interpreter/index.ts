/** Sessions on the kernels of this package, without WebAssembly: the same functions as `unplugin-ncnn/runtime`. */
export { fromImage, type ImageInput, type ImageOptions } from '../runtime/image/fromImage.ts';
export type { PixelSource, Pixels } from '../runtime/image/pixels.ts';
export type { Placement } from '../runtime/image/resample.ts';
export type * from '../runtime/session/types.ts';
export { SessionError, type SessionErrorCode } from '../runtime/sessionError.ts';
export type * from '../runtime/types.ts';
export { createInterpreterSession as createSession } from './createSession.ts';
