import { modelFile, netTest } from '../harness.mjs';

export default {
  name: 'jest',
  title: 'Jest',
  shows: 'jest',
  packages: ['jest'],
  setup: ['net.test.js'],
  note: 'Jest does not use bundler plugins, so convert first. ES modules need `NODE_OPTIONS=--experimental-vm-modules`.',
  install: 'npx unplugin-ncnn convert alexa.onnx --emit module,dts -o nets\nNODE_OPTIONS=--experimental-vm-modules npx jest',
  files: {
    'jest.config.js': "export default { testEnvironment: 'node', transform: {} };\n",
    'net.test.js': netTest("import net from './nets/alexa.mjs';"),
    'alexa.onnx': modelFile,
  },
  check({ run }) {
    run('node', 'node_modules/unplugin-ncnn/dist/cli.mjs', 'convert', 'alexa.onnx', '--emit', 'module,dts', '-o', 'nets');
    run('node', '--experimental-vm-modules', 'node_modules/jest/bin/jest.js');
  },
};
