/** Writes edges.caffemodel, the weights of edges.prototxt: `node playground/models/edges.mjs`. */
import { writeFileSync } from 'node:fs';
import protobuf from 'protobufjs';

const binomial = [1, 4, 6, 4, 1];
const slope = [-1, 0, 1];
const smooth = [1, 2, 1];
const outer = (column, row, divisor) => column.flatMap((y) => row.map((x) => (x * y) / divisor));

const weights = [
  // Rec. 601, in Caffe's channel order: blue, green, red.
  { name: 'brightness', shape: [1, 3, 1, 1], values: [0.114, 0.587, 0.299] },
  { name: 'blur', shape: [1, 1, 5, 5], values: outer(binomial, binomial, 256) },
  // Sobel's.
  { name: 'slopes', shape: [2, 1, 3, 3], values: [...outer(smooth, slope, 8), ...outer(slope, smooth, 8)] },
];

/** Fields of caffe.proto: NetParameter.layer 100; LayerParameter.name 1, .blobs 7; BlobProto.data 5, .shape 7; BlobShape.dim 1. */
const writer = protobuf.Writer.create();
for (const { name, shape, values } of weights) {
  writer.uint32((100 << 3) | 2).fork();
  writer.uint32((1 << 3) | 2).string(name);
  writer.uint32((7 << 3) | 2).fork();
  writer.uint32((7 << 3) | 2).fork();
  packed(1, shape, 'int64');
  writer.ldelim();
  packed(5, values, 'float');
  writer.ldelim().ldelim();
}
writeFileSync(new URL('edges.caffemodel', import.meta.url), writer.finish());

function packed(field, values, type) {
  writer.uint32((field << 3) | 2).fork();
  for (const value of values) writer[type](value);
  writer.ldelim();
}
