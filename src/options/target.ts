/** What a net is to be fast on: the code that ncnn runs for x86, that of WebAssembly, that for ARM, or all of these. */
export const targets = ['any', 'wasm', 'x86', 'arm'] as const;

export type Target = (typeof targets)[number];
