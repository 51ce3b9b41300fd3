/** Models: operators, shapes and values. */
export const modelCodes = {
  'opset-unsupported': {
    severity: 'error',
    summary: 'The model uses an operator set that does not exist.',
    remedy: 'Check the model with `onnx.checker`, or export it again.',
  },
  'opset-newer': {
    severity: 'warning',
    summary: 'The operator set of the model is newer than those that are supported.',
    remedy: 'Compare the results with those of onnxruntime, or export the model for an older operator set.',
  },
  'type-unsupported': {
    severity: 'error',
    summary: 'ncnn does not support the element type of a tensor.',
    remedy: 'Export the model with float, integer or bool tensors.',
  },
  'operator-unknown': {
    severity: 'error',
    summary: 'Neither ONNX nor the model defines the operator.',
    remedy:
      'Export the model with standard operators, map the operator to a layer of your runtime (`customLayers`), or cut the graph before the node.',
    advice: [{ option: 'outputs', names: [] }],
  },
  'operator-unsupported': {
    severity: 'error',
    summary: 'ncnn does not support the operator, or this use of it.',
    remedy: 'Cut the graph before the node and compute the rest in your code, or export the model without the operator.',
    advice: [{ option: 'outputs', names: [] }],
  },
  'operator-invalid': {
    severity: 'error',
    summary: 'The node is not valid for its operator.',
    remedy: 'Check the model with `onnx.checker`, or export it again.',
  },
  'shape-unknown': {
    severity: 'error',
    summary: 'The converter needs a shape that is dynamic or unknown.',
    remedy: 'Set the shapes of the inputs, or replace an input that a shape depends on with a constant.',
    advice: [{ option: 'shape' }, { option: 'const' }],
  },
  'shape-mismatch': {
    severity: 'error',
    summary: 'A shape in the options contradicts the model.',
    remedy: 'Pass one size for each axis of the input.',
  },
  'graph-empty': {
    severity: 'error',
    summary: 'The graph has no operators: every output is a constant or an input.',
    remedy: 'Choose other outputs, or replace fewer inputs with constants.',
    advice: [{ option: 'outputs', names: [] }],
  },
  'batch-per-sample': {
    severity: 'info',
    summary: 'The net computes one sample of a batch at a time.',
    remedy: 'Run the net once for each sample, or export the model with a batch of 1.',
  },
  'batch-assumed-one': {
    severity: 'warning',
    summary: 'A dynamic batch axis was set to 1.',
    remedy: 'Set the shape if you need another batch.',
    advice: [{ option: 'shape' }],
  },
  'arithmetic-differs': {
    severity: 'warning',
    summary: 'ncnn computes a layer slightly differently from the source.',
    remedy: 'Compare the results with those of the source. If the difference matters, cut the net before the layer.',
  },
  'preparation-left-out': {
    severity: 'warning',
    summary: 'A data layer subtracts a mean from images or scales them; the net does not.',
    remedy:
      'Subtract and multiply in the same way before feeding the net: `substract_mean_normalize` of ncnn, or `fromImage` of the runtime.',
  },
  'reference-imported': {
    severity: 'info',
    summary: 'The net was compared with itself before optimization; the import was not verified.',
    remedy: 'Compare the outputs with those of the original framework.',
  },
  'field-unknown': {
    severity: 'warning',
    summary: 'A field of a text file is unknown and was ignored.',
    remedy: 'Check the spelling. No action is needed for fields that only affect training.',
  },
} as const;
