/** Options, imports, outputs and limits. */
export const projectCodes = {
  'limit-exceeded': {
    severity: 'error',
    summary: 'The model needs more memory, time or output than the limit allows.',
    remedy: 'Check the sizes in the model and in your options. If you trust the model, raise the limit in the message.',
    advice: [{ option: 'maxEntries' }, { option: 'maxNodes' }, { option: 'maxElements' }, { option: 'maxSteps' }, { option: 'maxBytes' }],
  },
  'partner-assumed': {
    severity: 'warning',
    summary: 'The other file of a model has a different name; the only candidate in the folder is used.',
    remedy: 'Join the two files with a plus, `net.prototxt+weights.caffemodel`, or give them the same name.',
  },
  'shape-replaced': {
    severity: 'warning',
    summary: 'A shape in the options replaces sizes that the model declares.',
    remedy: 'Compare the results with those of the model at this size, or export the model for it.',
  },
  'name-unknown': {
    severity: 'error',
    summary: 'An option names an input or output the model does not have.',
    remedy: 'Use a name that the message suggests; `unplugin-ncnn inspect MODEL` lists inputs and outputs.',
  },
  'id-unknown': {
    severity: 'warning',
    summary: 'The code reads the id of a layer or blob that does not exist. It is `undefined`, which ncnn treats as 0.',
    remedy: 'Correct the name. With `dts: true` a wrong name is a compile error.',
  },
  'import-suspicious': {
    severity: 'warning',
    summary: 'An import of a model has no `?ncnn`, or a misspelled one.',
    remedy: 'Append `?ncnn` to the path, or `?url` to get the URL of the file.',
  },
  'glob-unmatched': {
    severity: 'warning',
    summary: 'A glob in the option `models` matches no imported model.',
    remedy: 'Correct the glob. It counts from the root of the project, or from anywhere if it begins with `**`.',
  },
  'option-invalid': {
    severity: 'error',
    summary: 'An option or query parameter is not valid.',
    remedy: 'Use a value that the message lists.',
  },
  'output-conflict': {
    severity: 'error',
    summary: 'Two outputs, or an output and a source, have the same path.',
    remedy: 'Choose another folder with `-o`, or convert the models one by one.',
  },
  'output-unwritable': {
    severity: 'error',
    summary: 'An output file cannot be written.',
    remedy: 'Choose a folder with enough space and write permission with `-o`.',
  },
  'cache-damaged': {
    severity: 'warning',
    summary: 'An entry of the cache is damaged; the model is converted again.',
    remedy: 'If this happens again, check the disk, or set `cache` to another folder.',
  },
  'package-missing': {
    severity: 'error',
    summary: 'An optional package is not installed, or cannot be loaded.',
    remedy: 'Install the package in the message, or remove the option that needs it.',
  },
  'internal-error': {
    severity: 'error',
    summary: 'The converter failed because of a bug.',
    remedy: 'Please report it with the model.',
  },
} as const;
