import eslint from '@eslint/js';
import boundaries from 'eslint-plugin-boundaries';
import tseslint from 'typescript-eslint';

/** The table of DESIGN: a layer, its folder, and the layers it may import beside itself. */
const layers = {
  core: { folder: 'main/core', may: [] },
  contract: { folder: 'main/contract', may: ['core'] },
  format: { folder: 'models/format', may: ['core'] },
  ir: { folder: 'models/ir', may: ['core', 'format'] },
  compiler: { folder: 'models/compiler', may: ['core', 'format', 'ir'] },
  search: { folder: 'models/search', may: ['core', 'format', 'ir', 'compiler'] },
  native: { folder: 'native-bridge', may: ['core', 'format'] },
  adapters: { folder: 'main/adapters', may: ['core', 'format', 'ir', 'compiler', 'native'] },
  app: { folder: 'main/app', may: ['core', 'contract', 'adapters', 'format', 'ir', 'search'] },
  shells: { folder: 'main/shells', may: ['core', 'contract', 'app'] },
  renderer: { folder: 'renderer', may: ['contract', 'core'] },
  test: {
    folder: 'test',
    may: ['core', 'contract', 'format', 'ir', 'compiler', 'search', 'native', 'adapters', 'app', 'shells', 'renderer'],
  },
};

/** npm packages that one layer alone may see; everything else an npm import needs a row here or is free for Node layers. */
const packageOwners = {
  'fluent-ffmpeg': 'main/adapters/ffmpeg/**',
  'onnxruntime-node': '{main/adapters/runtimes,models/search,test}/**',
  webgpu: 'native-bridge/gpu/**',
  '@devicefarmer/adbkit': 'main/adapters/phone/**',
  electron: '{main/shells/electron,test/helpers/electron,test/main/shells/electron}/**',
};

function restrictPackages(isRestricted) {
  const paths = Object.entries(packageOwners)
    .filter(([name]) => isRestricted(name))
    .map(([name, owner]) => ({ name, message: `${name} stays behind ${owner}.` }));
  return { '@typescript-eslint/no-restricted-imports': ['error', { paths }] };
}

export default tseslint.config(
  { ignores: ['node_modules/', '**/dist/', 'coverage/', '.train/', '.cache/', '.tmp/'] },
  eslint.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [...tseslint.configs.strictTypeChecked, ...tseslint.configs.stylisticTypeChecked],
    languageOptions: {
      parserOptions: {
        projectService: { allowDefaultProject: ['renderer/vite.config.ts'] },
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-non-null-assertion': 'off', // dense typed-array arithmetic; indices are proven by loop bounds
      '@typescript-eslint/consistent-type-definitions': 'off',
      'no-restricted-syntax': [
        'error',
        { selector: 'BinaryExpression[operator="instanceof"][right.name="AppError"]', message: 'Use isAppError().' },
      ],
    },
  },
  {
    files: ['{main,models,native-bridge,renderer,test}/**/*.ts'],
    plugins: { boundaries },
    settings: {
      'boundaries/elements': Object.entries(layers).map(([type, { folder }]) => ({
        type,
        pattern: `${folder}/**`,
        partialMatch: false,
      })),
      'boundaries/root-path': import.meta.dirname,
      'import/resolver': { node: { extensions: ['.ts', '.mjs', '.js'] } },
    },
    rules: {
      'boundaries/no-unknown-files': 'error',
      'boundaries/dependencies': [
        'error',
        {
          default: 'disallow',
          policies: [
            { allow: { to: { module: { origin: 'external' } } } },
            { allow: { to: { module: { origin: 'core' } } } },
            ...Object.entries(layers).map(([type, { may }]) => ({
              from: { element: { type } },
              allow: { to: { element: { types: { anyOf: [type, ...may] } } } },
            })),
          ],
        },
      ],
    },
  },
  {
    files: ['{main/core,main/contract}/**/*.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            { regex: '^(node:|[^.]).*', message: 'core and contract are pure: no Node, no npm (zod excepted).' },
          ],
        },
      ],
    },
  },
  {
    files: ['main/contract/**/*.ts'],
    rules: { 'no-restricted-imports': ['error', { patterns: [{ regex: '^(node:|(?!zod$)[^.]).*' }] }] },
  },
  { files: ['**/*.ts'], rules: restrictPackages(() => true) },
  ...Object.entries(packageOwners).map(([owned, owner]) => ({
    files: [owner],
    ignores: ['**/*.cjs'],
    rules: restrictPackages((name) => name !== owned),
  })),
  {
    files: ['**/*.cjs'],
    languageOptions: { globals: { require: 'readonly', Buffer: 'readonly', process: 'readonly', console: 'readonly' } },
  },
  { files: ['**/*.mjs', '**/*.js'], languageOptions: { globals: { process: 'readonly', console: 'readonly' } } },
);
