declare module 'virtual:ncnn-wasm' {
  /** Where `ncnn.wasm` is; `undefined` in a build without it. */
  const url: string | undefined;
  export default url;
}

declare module 'virtual:report.css';

declare module 'virtual:examples' {
  /** Addresses of the files of the examples, by the paths under which `plugins/exampleFiles.ts` has them. */
  const urls: Readonly<Record<string, string>>;
  export default urls;
}

/** Exists only in workers, and so not in the `dom` library. */
declare class FileReaderSync {
  readAsArrayBuffer(blob: Blob): ArrayBuffer;
}
