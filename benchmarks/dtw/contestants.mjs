// Who races. `adapter` is a module of adapters/ (Node) or, with `python`, of ../peers/adapters; `tolerance` is how far a result may be from the oracle's,
// as a share of its largest number (float32 peers work in the log domain, where a gradient loses digits: they race all the same).
const exact = 1e-8;
const single = 2e-5;
const loose = 2e-2;

const ours = { adapter: 'wetas', group: 'wetas', threads: 1 };
const node = { group: 'peers', threads: 1, dtype: 'float64', tolerance: exact };
const python = { ...node, python: true };
const pythonSingle = { ...python, dtype: 'float32', tolerance: loose };
const tfjs = { adapter: 'tfjs', group: 'tfjs', threads: 1, dtype: 'float32', tolerance: single };

export function contestants(allThreads) {
  const more = [2, allThreads].filter((threads, at) => threads <= allThreads && (at === 0 || threads > 2));
  const float32 = { ...ours, dtype: 'float32', tolerance: single };
  return [
    { name: 'wetas float32', ...float32 },
    { name: 'wetas float64', ...ours, dtype: 'float64', tolerance: exact },
    ...more.map((threads) => ({ name: `wetas float32, ${threads} threads`, ...float32, threads })),
    { name: 'wetas float32, out', ...float32, adapter: 'wetasOut' },
    ...more.map((threads) => ({
      name: `wetas float32, out, ${threads} threads`,
      ...float32,
      adapter: 'wetasOut',
      threads,
    })),
    ...['avx512', 'avx2', 'sse4', 'scalar'].map((simd) => ({ name: `wetas float32, ${simd}`, ...float32, simd })),
    { name: 'wetas float32, cuda', ...float32, device: 'cuda' },
    ...['native', 'wasm', 'tensorflow', 'cpu'].map((backend) => ({ name: `tfjs ${backend}`, ...tfjs, backend })),
    { name: 'javascript float64', ...node, adapter: 'javascript', group: 'javascript' },
    { name: 'dynamic-time-warping', ...node, adapter: 'dynamicTimeWarping' },
    { name: '@bsull/augurs', ...node, adapter: 'augurs' },
    { name: 'tslearn', ...python, adapter: 'tslearn' },
    { name: 'tslearn, PyTorch loss', ...pythonSingle, adapter: 'tslearn_torch' },
    { name: 'aeon', ...python, adapter: 'aeon' },
    { name: 'dtaidistance', ...python, adapter: 'dtaidistance' },
    { name: 'soft-dtw', ...python, adapter: 'soft_dtw' },
    { name: 'ott-jax float32', ...pythonSingle, adapter: 'ott_jax' },
    { name: 'ott-jax float64', ...python, adapter: 'ott_jax' },
    { name: 'pytorch-softdtw-cuda (CPU)', ...pythonSingle, adapter: 'pytorch_softdtw_cuda' },
    { name: 'sdtw-cuda-torch (CPU)', ...pythonSingle, adapter: 'sdtw_cuda_torch' },
  ];
}
