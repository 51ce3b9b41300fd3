import ncnn from 'unplugin-ncnn/vite';

export default { base: './', plugins: [ncnn({ dts: true, report: true })] };
