/** The location of this package's `ncnn.wasm`. The plugin replaces the expression with the URL of a build asset, or with the bytes. */
export function defaultWasm(): string | Uint8Array<ArrayBuffer> | undefined {
  return new URL('./ncnn.wasm', import.meta.url).href;
}
