import { customBit } from '../net/format/paramWrite.ts';
import type { Net } from '../net/net.ts';
import type { Emitter } from './artifact.ts';
import { blobIdentifiers, customTypeIdentifiers, fileIdentifier, layerIdentifiers } from './names.ts';

/** `<stem>.id.h`: the numbers of layers and blobs as C++ constants, in the format of ncnn2mem. */
export const idHeaderFiles: Emitter = ({ stem, model }) => {
  const name = `${stem}.id.h`;
  return [{ name, chunks: () => [new TextEncoder().encode(idHeader(name, `${fileIdentifier(`${stem}.param`)}_id`, model.net))] }];
};

function idHeader(file: string, namespace: string, net: Net): string {
  const guard = `NCNN_INCLUDE_GUARD_${fileIdentifier(file)}`;
  return [
    `#ifndef ${guard}`,
    `#define ${guard}`,
    `namespace ${namespace} {`,
    ...constants(net),
    `} // namespace ${namespace}`,
    `#endif // ${guard}`,
    '',
  ].join('\n');
}

/** Each layer, followed by its tops. The types of custom layers come last, for registering them. */
function constants(net: Net): readonly string[] {
  const layerNames = layerIdentifiers(net);
  const blobNames = blobIdentifiers(net);
  const lines: string[] = [];
  let blob = 0;
  for (const [index, layer] of net.layers.entries()) {
    lines.push(`const int LAYER_${layerNames.get(layer.name)} = ${index};`);
    for (const top of layer.tops) lines.push(`const int BLOB_${blobNames.get(top)} = ${blob++};`);
  }
  const types = [...customTypeIdentifiers(net).values()].map((name, index) => `const int TYPEINDEX_${name} = ${customBit | index};`);
  return [...lines, ...types];
}
