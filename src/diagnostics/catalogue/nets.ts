/** ncnn nets: layers, weights, releases and precision. */
export const netCodes = {
  'count-differs': {
    severity: 'warning',
    summary: 'A count in the file does not match its contents; the net is read as ncnn reads it.',
    remedy: 'Write the number in the message into the file.',
  },
  'release-too-old': {
    severity: 'error',
    summary: 'The requested release of ncnn does not support a layer, or computes it differently.',
    remedy: 'Use the release in the message, or cut the net before the layer.',
    advice: [{ option: 'outputs', names: [] }],
  },
  'layer-upgraded': {
    severity: 'warning',
    summary: 'A layer of a net for an older ncnn was rewritten for the current one.',
    remedy: 'Compare the results with those of the old release, or convert the original model again.',
  },
  'layer-outdated': {
    severity: 'error',
    summary: 'The current ncnn refuses or ignores a layer of a net for an older one, and its meaning is ambiguous.',
    remedy: 'Convert the original model again.',
    advice: [{ option: 'shape' }],
  },
  'number-ambiguous': {
    severity: 'warning',
    summary: 'Releases of ncnn read a parameter of the net as different numbers.',
    remedy: 'Write floats with a decimal point or an exponent.',
  },
  'net-invalid': {
    severity: 'error',
    summary: 'ncnn would not load the net.',
    remedy: 'If you wrote the net, correct the layer in the message. Otherwise this is a bug: please report it with the model.',
  },
  'layer-not-run': {
    severity: 'error',
    summary: 'The net cannot be run for a comparison: ncnn would refuse a layer, or there is no reference for it.',
    remedy: 'Check the result in ncnn, or cut the net before the layer.',
  },
  'result-differs': {
    severity: 'error',
    summary: 'The outputs of the net differ from those of the model.',
    remedy: 'Convert without the optimizer to see whether a pass causes it, and please report it with the model.',
    advice: [{ option: 'optimize', value: false }],
  },
  'layers-left-out': {
    severity: 'info',
    summary: 'Layers for training or evaluation are removed.',
    remedy: 'No action is needed unless you need one of their outputs.',
  },
  'layer-unknown': {
    severity: 'error',
    summary: 'The layer type is unknown in ncnn (`.param`), or in Caffe and its forks (`.prototxt`).',
    remedy: 'In a `.param`, name the layers that your runtime registers. Otherwise cut the net before the layer.',
    advice: [
      { option: 'customLayers', types: ['TYPE'] },
      { option: 'outputs', names: [] },
    ],
  },
  'weights-mismatch': {
    severity: 'error',
    summary: 'The weights in the file do not match the layers.',
    remedy: 'Use the weights file that belongs to this model.',
  },
  'weights-surplus': {
    severity: 'warning',
    summary: 'The file has weights that no layer of the net uses.',
    remedy: 'Check that the weights belong to this model. If they do, no action is needed.',
  },
  'name-changed': {
    severity: 'warning',
    summary: 'A name is not valid in ncnn, so the net uses another one.',
    remedy: 'Use the new name to feed, extract or address it.',
  },
  'fp16-overflow': {
    severity: 'warning',
    summary: 'A layer overflows or loses too much precision in fp16 on phones; it is kept in fp32.',
    remedy: 'No action is needed: the layer has a feature mask. Calibrate with more inputs to find other layers.',
  },
  'fp16-risk': {
    severity: 'info',
    summary: 'A layer often exceeds the range of fp16, in which phones compute.',
    remedy: 'Calibrate with typical inputs: layers that break are kept in fp32.',
  },
  'precision-loss': {
    severity: 'warning',
    summary: 'Weights lose precision when stored as fp16.',
    remedy: 'Keep the layers in the message in fp32, or store all weights as fp32.',
    advice: [{ option: 'fp32Layers', layers: ['NAME'] }],
  },
} as const;
