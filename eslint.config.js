import eslint from '@eslint/js';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

/** SQL is static text that a reader can paste into psql; values are bound, never spliced in. */
const staticSql = {
  meta: {
    type: 'problem',
    messages: { spliced: 'A template after /* sql */ is static text: bind values as $1, $2 …' },
    schema: [],
  },
  create: (context) => ({
    TemplateLiteral(node) {
      const [comment] = context.sourceCode.getCommentsBefore(node).slice(-1);
      const isSql = comment?.type === 'Block' && comment.value.trim().toLowerCase() === 'sql';
      if (isSql && node.expressions.length > 0) context.report({ node, messageId: 'spliced' });
    },
  }),
};

const PROCESS_EXIT = {
  selector: "MemberExpression[object.name='process'][property.name='exit']",
  message: 'Only src/main.ts and src/answer.ts end the process, after stdout is written.',
};
const DEFAULT_EXPORT = { selector: 'ExportDefaultDeclaration', message: 'Export by name.' };
const CLOCK = [
  {
    selector: "NewExpression[callee.name='Date'][arguments.length=0]",
    message: 'Ask the Clock that was handed in (src/core/clock.ts).',
  },
  {
    selector: "MemberExpression[object.name='Date'][property.name='now']",
    message: 'Ask the Clock that was handed in (src/core/clock.ts).',
  },
];

/** What Node's scripts use without importing it; TypeScript itself knows these for *.ts. */
const NODE_GLOBALS = [
  ...['process', 'console', 'performance', 'Buffer', 'URL', 'fetch', 'structuredClone', 'AbortController'],
  ...['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'setImmediate'],
];

export default defineConfig(
  globalIgnores(['dist*/', 'src/generated/', 'coverage/', '.cache/', 'bench/results/']),
  eslint.configs.recommended,
  {
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: { eqeqeq: ['error', 'always', { null: 'ignore' }] },
  },
  {
    files: ['**/*.ts', '**/*.tsx'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/dot-notation': ['error', { allowIndexSignaturePropertyAccess: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
      // It asks for `!`, which strict forbids.
      '@typescript-eslint/non-nullable-type-assertion-style': 'off',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
    },
  },
  {
    files: ['src/**/*.ts', 'src/**/*.tsx'],
    plugins: { house: { rules: { 'static-sql': staticSql } } },
    rules: {
      'house/static-sql': 'error',
      'no-console': 'error',
      'no-restricted-syntax': ['error', PROCESS_EXIT, DEFAULT_EXPORT, ...CLOCK],
    },
  },
  {
    files: ['src/main.ts', 'src/answer.ts'],
    rules: { 'no-restricted-syntax': ['error', DEFAULT_EXPORT, ...CLOCK] },
  },
  {
    files: ['src/core/clock.ts'],
    rules: { 'no-restricted-syntax': ['error', PROCESS_EXIT, DEFAULT_EXPORT] },
  },
  {
    files: ['test/**/*.ts'],
    rules: { 'no-console': 'error', 'no-restricted-syntax': ['error', PROCESS_EXIT] },
  },
  {
    files: ['**/*.{js,mjs,cjs}'],
    languageOptions: {
      globals: Object.fromEntries(NODE_GLOBALS.map((name) => [name, 'readonly'])),
    },
  },
  { files: ['**/*.cjs'], languageOptions: { sourceType: 'commonjs', globals: { module: 'writable' } } },
);
