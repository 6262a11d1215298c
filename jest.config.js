/** @type {import('jest').Config} */
module.exports = {
  testEnvironment: 'node',
  // Only these are scanned for tests and modules: not .venv, build folders and runs.
  roots: ['<rootDir>/test', '<rootDir>/ts'],
  transform: { '^.+\\.ts$': ['@swc/jest', { jsc: { target: 'es2022', parser: { syntax: 'typescript' } } }] },
  // The addon brings its own threads: more workers than this would only fight over the cores.
  maxWorkers: 2,
  // Whole trainings of small networks among them, on a machine that may be busy; a longer test says so itself.
  testTimeout: 60_000,
};
