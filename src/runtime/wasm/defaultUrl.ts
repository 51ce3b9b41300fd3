/** Where the `ncnn.wasm` of this package is. The plugin replaces this module by one that names the asset of the build. */
export const defaultWasm: string | undefined = /* @__PURE__ */ new URL('./ncnn.wasm', import.meta.url).href;
