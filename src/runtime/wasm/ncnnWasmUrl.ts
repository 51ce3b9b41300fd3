/** Where the `ncnn.wasm` of this package is. The plugin replaces the expression by the URL of an asset of the build, or by the bytes. */
export function defaultWasm(): string | Uint8Array<ArrayBuffer> | undefined {
  return new URL('./ncnn.wasm', import.meta.url).href;
}
