/** The platform that a net is optimized for: ncnn's code for WebAssembly, x86 CPUs or ARM CPUs, or all of these. */
export const targets = ['any', 'wasm', 'x86', 'arm'] as const;

export type Target = (typeof targets)[number];
