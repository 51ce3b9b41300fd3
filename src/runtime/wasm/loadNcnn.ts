import type { LoadOptions } from '../session/types.ts';
import { compile } from './compile.ts';
import { instantiate, type Ncnn, ncnnOf, type ResolvedSource } from './ncnn.ts';

/** Loads ncnn. Throws {@link Failure}, or the reason of the signal. */
export async function loadNcnn(source: ResolvedSource, options: LoadOptions): Promise<Ncnn> {
  if (typeof source === 'object' && 'HEAPU8' in source) return ncnnOf(source);
  return await instantiate(source instanceof WebAssembly.Module ? source : await compile(source, options));
}
