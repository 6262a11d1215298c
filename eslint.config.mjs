import js from '@eslint/js';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

/**
 * What each folder of ts/ may import from the others: cli -> training -> model -> tfjs -> native, nothing looks upward.
 * ts/native and ts/dtw stay free of tfjs, and ts/metrics of everything, so that importing `wetas` stays light.
 */
const mayImport = {
  util: [],
  metrics: [],
  native: ['util'],
  dtw: ['native', 'util'],
  tfjs: ['native', 'dtw', 'util'],
  data: ['util'],
  model: ['tfjs', 'dtw', 'native', 'data', 'metrics', 'util'],
  training: ['model', 'tfjs', 'dtw', 'native', 'data', 'metrics', 'util'],
  report: ['training', 'model', 'data', 'metrics', 'util'],
  cli: ['report', 'training', 'model', 'tfjs', 'dtw', 'native', 'data', 'metrics', 'util'],
};
const withoutTfjs = ['util', 'metrics', 'native', 'dtw', 'data', 'report'];
const tfjs = { regex: '^@tensorflow/', message: 'This folder stays free of tfjs.' };
const others = (folder) =>
  Object.keys(mayImport).filter((other) => other !== folder && !mayImport[folder].includes(other));

const layering = Object.keys(mayImport).map((folder) => ({
  files: [`ts/${folder}/**`],
  rules: restrictedImports(
    {
      regex: `^(\\.\\./)+(${[...others(folder), 'index'].join('|')})(/|$)`,
      message: `ts/${folder} must not look upward.`,
    },
    ...(withoutTfjs.includes(folder) ? [tfjs] : []),
    ...(folder === 'metrics' ? [{ regex: '^(?!\\./)', message: 'ts/metrics imports nothing.' }] : []),
  ),
}));

function restrictedImports(...patterns) {
  return { 'no-restricted-imports': ['error', { patterns }] };
}

const ofProcess = (property, message) => ({ object: 'process', property, message });

export default defineConfig(
  globalIgnores(['dist', 'build', 'build-*', 'prebuilds', 'coverage', 'runs', '.venv', '.cache', '.peers']),
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true },
      ],
      '@typescript-eslint/consistent-type-imports': [
        'error',
        { fixStyle: 'inline-type-imports', disallowTypeAnnotations: false },
      ],
      eqeqeq: ['error', 'always', { null: 'ignore' }],
    },
  },
  {
    files: ['ts/**'],
    ignores: ['ts/cli/**'],
    rules: {
      'no-console': 'error',
      'no-restricted-properties': [
        'error',
        ...['argv', 'env', 'exit', 'stdin', 'stdout', 'stderr'].map((property) =>
          ofProcess(property, 'Only ts/cli talks to the terminal and reads arguments and environment.'),
        ),
      ],
    },
  },
  {
    files: ['ts/index.ts'],
    rules: restrictedImports(tfjs, {
      regex: '^\\./(tfjs|model|training|data|metrics|report|cli)(/|$)',
      message: '`wetas` stays light.',
    }),
  },
  ...layering,
  // The public class is the one door to training: `Wetas.fit` delegates to it.
  { files: ['ts/model/wetas.ts', 'ts/model/index.ts'], rules: { 'no-restricted-imports': 'off' } },
  {
    // Readable asserts on values that jest and JSON.parse type as any.
    files: ['test/**/*.ts', 'benchmarks/**/*.ts'],
    rules: {
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-explicit-any': 'off',
      '@typescript-eslint/no-require-imports': 'off',
    },
  },
  {
    files: ['**/*.{js,mjs,cjs}'],
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        Buffer: 'readonly',
        URL: 'readonly',
        performance: 'readonly',
        structuredClone: 'readonly',
        module: 'writable',
        require: 'readonly',
        __dirname: 'readonly',
      },
    },
  },
);
