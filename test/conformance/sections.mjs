/** PyTorch is a large install, and its exporters are slow. */
const torch = { requirements: 'requirements-torchvision.txt', needs: 'torchvision', full: true };

/**
 * In execution order; `full` ones run only with --full or by name. docs/conformance.md describes what a section compares, with the result
 * that it prints as `figures: …` (or the number of passed cases).
 */
export const sections = [
  {
    name: 'reference',
    compares: 'our ONNX operators, as `verify` uses them, on the numeric node cases of the ONNX backend suite',
    script: 'onnx/reference.py',
    generator: 'onnx/evaluate.ts',
  },
  {
    name: 'layers',
    compares: 'our executor of nets, layer by layer, on random combinations of parameters',
    script: 'net/layers.py',
    generator: 'net/layers/generate.ts',
  },
  {
    name: 'releases',
    compares: 'the same layers on eight older releases of ncnn, as far as `minNcnnVersion` says that they compute them',
    script: 'net/releases.py',
    generator: 'net/layers/generate.ts',
    full: true,
  },
  { name: 'node-cases', compares: 'the numeric node cases of the ONNX backend suite', script: 'onnx/node_cases.py' },
  {
    name: 'pytorch-operator',
    compares: 'the pytorch-operator cases of the same suite',
    script: 'onnx/node_cases.py',
    words: ['--suite', 'pytorch-operator'],
  },
  {
    name: 'pytorch-converted',
    compares: 'the pytorch-converted cases of the same suite',
    script: 'onnx/node_cases.py',
    words: ['--suite', 'pytorch-converted'],
  },
  {
    name: 'simple',
    compares: 'the simple cases of the same suite',
    script: 'onnx/node_cases.py',
    words: ['--suite', 'simple'],
  },
  {
    name: 'models',
    compares: 'models for text detection and recognition, wake words and voice activity, optimized and not, against onnxruntime',
    script: 'onnx/models.py',
  },
  // Without Python.
  {
    name: 'sessions',
    compares:
      'the same models and MXNet nets in sessions on ncnn.wasm and the interpreter, in Node and Chromium, against onnxruntime-web or MXNet',
    program: 'test/conformance/runtime/sessions.mjs',
  },
  { name: 'exporter-patterns', compares: 'graphs as exporters write them, against onnxruntime', script: 'onnx/exporter_patterns.py' },
  {
    name: 'reports',
    compares: 'graphs of each kind that users reported problems with, for any converter, against onnxruntime',
    script: 'onnx/reports.py',
  },
  {
    name: 'random-graphs',
    compares: 'random graphs of the steps that exporters write, many with dynamic sizes, against onnxruntime',
    script: 'onnx/random_graphs.py',
  },
  { name: 'fp16', compares: "the same models with `--fp16`, bit for bit against NumPy's rounding", script: 'onnx/fp16.py' },
  {
    name: 'custom-layers',
    compares: 'operators mapped to custom layers, which are written in Python and registered with ncnn, against NumPy',
    script: 'onnx/custom_layers.py',
  },
  { name: 'optimize', compares: 'nets before and after each pass', script: 'net/optimize.py', generator: 'net/optimize.ts' },
  // Includes additional nets if NCNN_NETS names a folder.
  {
    name: 'nets',
    compares: 'published ncnn nets before and after optimization: every output, and every blob that remains',
    script: 'net/nets.py',
    generator: 'net/nets.ts',
  },
  // The first run compiles ncnn.
  {
    name: 'arm',
    compares: 'real models and nets on the ARM code of ncnn, cross-compiled and run by qemu: in fp32, and in fp16 as on phones',
    script: 'arm/arm.py',
    generator: 'net/nets.ts',
    deeper: true,
    full: true,
  },
  {
    name: 'layers-arm',
    compares: 'the section `layers` on the ARM code of ncnn in fp32, and in fp16 with the losses that `verify --as phone` expects',
    script: 'arm/layers_arm.py',
    generator: 'net/layers/generate.ts',
    full: true,
  },
  {
    name: 'caffe',
    compares: "generated nets, each optimized and not, against OpenCV or Caffe's formula",
    script: 'caffe/caffe.py',
    requirements: 'requirements-caffe.txt',
    needs: 'cv2',
  },
  // Compares with mxnet2ncnn if MXNET2NCNN names it; --full includes the deeper nets of the zoo.
  {
    name: 'mxnet',
    compares: 'generated MXNet models and nets of its zoo, optimized and not, against MXNet',
    script: 'mxnet/models.py',
    requirements: 'requirements-mxnet.txt',
    needs: 'mxnet',
    deeper: true,
    full: true,
  },
  {
    name: 'torch-modules',
    compares: 'small models of both exporters of PyTorch, optimized and not, against PyTorch',
    script: 'pytorch/module_cases.py',
    ...torch,
  },
  {
    name: 'torch-programs',
    compares: 'the same models as `.pt2` and TorchScript, optimized and not, against PyTorch',
    script: 'pytorch/program_cases.py',
    ...torch,
  },
  // Compares with pnnx, and with onnx2ncnn and ncnnoptimize if ONNX2NCNN and NCNNOPTIMIZE name them.
  {
    name: 'torchvision',
    compares: 'models of torchvision and others by both exporters of PyTorch, optimized and not, against onnxruntime',
    script: 'pytorch/torchvision_models.py',
    ...torch,
  },
  {
    name: 'corpus',
    compares: 'models of timm, torchvision, transformers, ultralytics and segmentation-models-pytorch by both exporters, against PyTorch',
    script: 'pytorch/corpus.py',
    requirements: 'requirements-corpus.txt',
    needs: 'timm',
    deeper: true,
    full: true,
  },
  {
    name: 'forms',
    compares: 'single operations in all alternatives that ncnn has: their results and their times',
    script: 'speed/forms.py',
    full: true,
  },
  {
    name: 'forms-arm',
    compares: 'single computations in the ARM code of ncnn, in every form: what they compute, and their instructions',
    script: 'speed/arm_forms.py',
    full: true,
  },
  // Compares with onnx2ncnn and ncnnoptimize if NATIVE names the folder of these tools.
  {
    name: 'speed',
    compares: 'the times of nets, compared with those of pnnx and ncnnoptimize for the same models',
    script: 'speed/speed.py',
    requirements: 'requirements-corpus.txt',
    needs: 'timm',
    full: true,
  },
  {
    name: 'speed-wasm',
    compares: 'the times of nets in ncnn.wasm, in the forms of the targets beside the plain form',
    script: 'speed/wasm_speed.py',
    full: true,
  },
  {
    name: 'speed-arm',
    compares: 'the instructions of nets in the ARM code of ncnn, in the forms of the targets beside the plain form',
    script: 'speed/arm_speed.py',
    deeper: true,
    full: true,
  },
  // Without Python.
  {
    name: 'c-forms',
    compares: 'the forms for C and C++, compiled by gcc, clang and cross compilers with all warnings as errors, and run',
    program: 'test/conformance/c/forms.mjs',
    converts: true,
  },
  // Without Python: the same program as `npm run fuzz`.
  { name: 'fuzz', compares: 'damaged files, in every reader and in whole conversions', program: 'scripts/fuzz.mjs', full: true },
];
