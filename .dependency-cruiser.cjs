// Who may import what. The compiler keeps environments apart (one tsconfig each); these rules keep features apart.
// `.ci/architecture.test.ts` plants a violation of every rule and proves that it is caught.

const TESTS =
  '(\\.(property\\.|fuzz\\.|pg\\.)?test\\.tsx?$)|(-suite\\.tsx?$)|(-harness\\.tsx?$)|(\\.(bench|eval|e2e)\\.tsx?$)|(^electron/e2e/)|(^electron/core/db/generate[^/]*\\.ts$)';

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      comment:
        'Two files that need each other are one file, or hide a third. A cycle also makes load order a matter of luck.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'resolvable',
      comment: 'An import that resolves to nothing escapes every other rule.',
      severity: 'error',
      from: {},
      // Vite's query imports (`x.svg?raw`, `worker.ts?worker`) are resolved at build time; `virtual:` modules have no file.
      to: { couldNotResolve: true, pathNot: '\\?|^virtual:' },
    },
    {
      name: 'shared-is-pure',
      comment:
        'Both ends of every wire run shared/, so it may need nothing but the language, and zod to describe what crosses.',
      severity: 'error',
      from: { path: '^shared/', pathNot: TESTS },
      to: { pathNot: ['^shared/', '^node_modules/zod/'] },
    },
    {
      name: 'core-knows-no-host',
      comment:
        'Core is a function: Electron, the browser and the wire are arguments, so the same core runs in every host and every test.',
      severity: 'error',
      from: { path: '^electron/core/', pathNot: TESTS },
      to: {
        path: [
          '^electron/(shell|headless|e2e)/',
          '^renderer/',
          '^sync-server/',
          '^node_modules/(electron|react|react-dom|pixi\\.js|ws)/',
        ],
      },
    },
    {
      name: 'core-feature-door',
      comment:
        'A feature is entered by <feature>/<feature>.ts alone; its internals can then be rewritten, or the whole feature deleted.',
      severity: 'error',
      from: { path: '^electron/core/([^/]+)/', pathNot: TESTS },
      // db has four doors: db.ts, vault.ts (the file itself: keys, snapshots), thread-reader.ts (for worker threads of features that
      // read much), and sql.ts, which has a rule of its own.
      to: {
        path: '^electron/core/[^/]+/',
        pathNot: [
          '^electron/core/$1/',
          '^electron/core/([^/]+)/\\1\\.ts$',
          '^electron/core/db/(sql|thread-reader|vault)\\.ts$',
        ],
      },
    },
    {
      name: 'sql-in-stores',
      comment:
        'Each table is written by one store. SQL anywhere else would write a table behind its back and miss its change notice.',
      severity: 'error',
      from: { pathNot: ['-store\\.ts$', '^electron/core/db/', '^sync-server/db/', TESTS] },
      to: { path: '^(electron/core|sync-server)/db/sql\\.ts$' },
    },
    {
      name: 'hosts-only-wire',
      // Beside core.ts lie the dependencies it is given: their types, and ready-made ones that both hosts use.
      comment: 'A host that reaches past core.ts into a feature grows logic that the other host lacks.',
      severity: 'error',
      from: { path: '^electron/(shell|headless)/', pathNot: TESTS },
      to: { path: ['^electron/core/', '^renderer/', '^sync-server/'], pathNot: '^electron/core/[^/]+\\.ts$' },
    },
    {
      name: 'electron-only-in-shell',
      comment: 'Importing electron outside Electron downloads a binary. Elsewhere its types are enough.',
      severity: 'error',
      from: { pathNot: '^electron/shell/' },
      to: { path: '^node_modules/electron/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'renderer-knows-only-the-contract',
      comment: 'The renderer cannot tell which host it has, so it may not know that there are any.',
      severity: 'error',
      from: { path: '^renderer/', pathNot: TESTS },
      to: { path: ['^electron/', '^sync-server/', '^node_modules/(electron|better-sqlite3|openai|ws)/'] },
    },
    {
      name: 'renderer-has-no-node',
      comment: 'The renderer is a sandboxed web page: node:* does not exist there.',
      severity: 'error',
      from: { path: '^renderer/', pathNot: TESTS },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'renderer-feature-alone',
      comment:
        'A view imports data, ui, avatar and itself; features meet in app/ only, so deleting one breaks one line there.',
      severity: 'error',
      from: { path: '^renderer/features/([^/]+)/', pathNot: TESTS },
      to: { path: '^renderer/', pathNot: ['^renderer/features/$1/', '^renderer/(data|ui|avatar)/'] },
    },
    {
      name: 'renderer-layers',
      comment: 'data, ui and avatar are what features are made of, so they know no feature and no app.',
      severity: 'error',
      from: { path: '^renderer/(data|ui|avatar)/', pathNot: TESTS },
      to: { path: '^renderer/(features|app)/' },
    },
    {
      name: 'server-knows-no-app',
      comment:
        'The server is a product of its own: it meets the desktop in shared/ alone, and neither can lean on the other.',
      severity: 'error',
      from: { path: '^sync-server/', pathNot: TESTS },
      to: { path: ['^(electron|renderer)/', '^node_modules/(electron|react|react-dom|pixi\\.js)/'] },
    },
    {
      name: 'server-feature-door',
      comment:
        'As in the core: a feature is entered by <feature>/<feature>.ts alone, and meets the others in server.ts.',
      severity: 'error',
      from: { path: '^sync-server/([^/]+)/', pathNot: TESTS },
      // db has more doors: how a store writes a statement and reads a row, and rows kept in memory.
      to: {
        path: '^sync-server/[^/]+/',
        pathNot: ['^sync-server/$1/', '^sync-server/([^/]+)/\\1\\.ts$', '^sync-server/db/(sql|row|row-cache)\\.ts$'],
      },
    },
    {
      name: 'no-test-code-in-product',
      comment: 'What ships must not need a test helper or a development dependency: the package would not contain it.',
      severity: 'error',
      from: { path: '^(shared|electron|renderer|sync-server)/', pathNot: TESTS },
      to: { path: [TESTS, '^node_modules/(vitest|fast-check|playwright-core|@axe-core|@copilotkit)/'] },
    },
  ],
  options: {
    // dependency-cruiser reads TypeScript through the compiler's JavaScript API, which TypeScript 7 no longer has; swc parses instead.
    parser: 'swc',
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(out|dist|\\.tools|\\.data|resources)/' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.tsx', '.mjs', '.js', '.cjs', '.json', '.css'],
    },
  },
};
