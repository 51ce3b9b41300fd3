// Any imported model. With the plugin's option `dts`, each one is declared with its own ids and shapes instead.

declare module '*?ncnn' {
  import type { NcnnModel } from 'unplugin-ncnn/runtime';

  const model: NcnnModel;
  export default model;
  export const param: NcnnModel['param'];
  export const loadBin: NcnnModel['loadBin'];
  export const LayerId: NcnnModel['layers'];
  export const BlobId: NcnnModel['blobs'];
  export const inputs: NcnnModel['inputs'];
  export const outputs: NcnnModel['outputs'];
}

declare module '*&ncnn' {
  import type { NcnnModel } from 'unplugin-ncnn/runtime';

  const model: NcnnModel;
  export default model;
  export const param: NcnnModel['param'];
  export const loadBin: NcnnModel['loadBin'];
  export const LayerId: NcnnModel['layers'];
  export const BlobId: NcnnModel['blobs'];
  export const inputs: NcnnModel['inputs'];
  export const outputs: NcnnModel['outputs'];
}
