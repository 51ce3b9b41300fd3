import { createSession, fromImage } from 'unplugin-ncnn/runtime';
import net from '../models/squares.prototxt?ncnn';

/** Detects objects with an SSD of Caffe. `detect` gives `{ label, score, left, top, right, bottom }`, in pixels of the image. */
export async function createObjectDetector() {
  const session = await createSession(net);
  return {
    async detect(image) {
      const input = fromImage(image, net.inputs.data, { channels: 'bgr', resize: 'letterbox', pad: 255 });
      const { detections } = await session.run({ data: input });
      // A row for each object: label, score and corners in parts of the input, as `net.outputs.detections.columns` says.
      const [rows, columns] = detections.shape;
      const [, , height, width] = net.inputs.data.shape;
      return Array.from({ length: rows }, (_, row) => {
        const [label, score, left, top, right, bottom] = detections.data.subarray(row * columns);
        return {
          label,
          score,
          left: (left * width - input.left) / input.scaleX,
          top: (top * height - input.top) / input.scaleY,
          right: (right * width - input.left) / input.scaleX,
          bottom: (bottom * height - input.top) / input.scaleY,
        };
      });
    },
    dispose: session.dispose,
  };
}
