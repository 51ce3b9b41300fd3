/** Files and their formats. */
export const fileCodes = {
  'file-missing': {
    severity: 'error',
    summary: 'A model file, or a file that belongs to it, does not exist.',
    remedy: 'Check the path. Put side files in the folder of the model, with the name in the message.',
  },
  'file-unreadable': {
    severity: 'error',
    summary: 'A file exists but cannot be read.',
    remedy: 'Pass the path of a file that you have permission to read, not of a folder.',
  },
  'file-foreign': {
    severity: 'error',
    summary: 'The contents of the file do not match its name.',
    remedy: 'Download the model itself. The message names what the file is, often a web page, a Git LFS pointer or an archive.',
  },
  'file-truncated': {
    severity: 'error',
    summary: 'The file is incomplete.',
    remedy: 'Download or copy the file again.',
  },
  'file-malformed': {
    severity: 'error',
    summary: 'The file is not valid in its format.',
    remedy: 'Download or export the model again. In a text file, correct the line in the message.',
  },
  'file-outside': {
    severity: 'error',
    summary: 'A side file is outside the folder of the model.',
    remedy: 'Move the side file into the folder of the model, or allow it if you trust the model.',
    advice: [{ option: 'allowOutside' }],
  },
  'file-denied': {
    severity: 'error',
    summary: 'A request to the development server names a model that no source imports and that is outside the served folders.',
    remedy: 'Import the model in a source of the project, or add its folder to `server.fs.allow`.',
  },
  'format-unknown': {
    severity: 'error',
    summary: 'Unsupported model format.',
    remedy: 'Use a model in one of the formats in the message.',
  },
  'format-unsupported': {
    severity: 'error',
    summary: 'The format is recognized but not supported.',
    remedy: 'Convert the model to ONNX with the tool in the message.',
  },
} as const;
