// @ts-check
import js from "@eslint/js";
import svelte from "eslint-plugin-svelte";
import globals from "globals";
import ts from "typescript-eslint";

/** What the core (ranks 0 to 8) may not name, and what to write instead. */
const CORE_GLOBALS = [
  ["Date", "the wall clock makes a run impossible to replay; use proc.now() or the machine's clock, and base/timestamp.ts for arithmetic."],
  ["performance", "the wall clock makes a run impossible to replay; count ticks instead."],
  ["setTimeout", 'time in the core is virtual; yield { kind: "sleep" } and let the scheduler advance the clock.'],
  ["setInterval", 'time in the core is virtual; yield { kind: "sleep" } in a loop.'],
  ["queueMicrotask", "the core is synchronous; yield a tick instead."],
  ["console", "the core has no console; write to proc.print, report a chunk, or throw with the numbers in the message."],
  ["Promise", 'the core is synchronous; a program waits by yielding, and what must be fetched is { kind: "resource" }.'],
  ["fetch", 'the core never fetches; yield { kind: "resource" } and the page or Node brings it.'],
  ["TextEncoder", "not in ES2023; use encodeUtf8 of base/utf8.ts, which also keeps bytes that are not UTF-8."],
  ["TextDecoder", "not in ES2023; use decodeUtf8 of base/utf8.ts, which also keeps bytes that are not UTF-8."],
  ["structuredClone", "not in ES2023; views and checkpoints are plain frozen data, share them."],
  ["crypto", "not in ES2023; use @noble/hashes for digests and base/random.ts for seeded numbers."],
  ["Buffer", "Node only; use Uint8Array and base/utf8.ts."],
  ["process", "Node only; a program sees its own `proc`."],
];

const CORE_SYNTAX = [
  {
    selector: "MemberExpression[object.name='Math'][property.name='random']",
    message: "Math.random makes a run impossible to replay; take the seeded source of base/random.ts.",
  },
  {
    selector: ":matches(FunctionDeclaration, FunctionExpression, ArrowFunctionExpression)[async=true]",
    message:
      "The core is synchronous, so that Node, worker and page give the same bytes; write a generator and yield where a real program would block.",
  },
  { selector: "AwaitExpression", message: "The core is synchronous; yield* the generator instead." },
  {
    selector: "Program > VariableDeclaration[kind='let']",
    message: "Two machines live on one page, so a module keeps no changing state; put it in a class that the machine owns.",
  },
];

const CORE = ["base", "vfs", "image", "machine", "engines", "shell", "commands", "distros", "lab", "course"].map(
  (folder) => `src/${folder}/**/*.ts`,
);
const RIM = ["src/main.ts", "src/terminal/**/*.ts", "src/ui/**/*.ts", "src/embed/**/*.ts", "src/cli/**/*.ts"];
const TESTS = ["src/**/*.test.ts", "src/**/*.fixture.ts", "src/**/generator/**/*.ts", "src/**/oracle/**"];

export default ts.config(
  { ignores: ["dist/", "dist-node/", "node_modules/", "test-results/", "playwright-report/", "e2e/oracle/"] },
  js.configs.recommended,
  ts.configs.recommended,
  svelte.configs.recommended,
  {
    languageOptions: { globals: { ...globals.es2023 } },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      "no-control-regex": "off", // terminals are made of control characters
      "no-undef": "off", // TypeScript's task
      "require-yield": "off", // a program that never blocks is still a program
      "no-constant-condition": ["error", { checkLoops: false }],
      "no-empty-pattern": ["error", { allowObjectPatternsAsParameters: true }], // Playwright's fixtures begin with one
      eqeqeq: "error",
      "prefer-const": "error",
      "@typescript-eslint/consistent-type-imports": ["error", { disallowTypeAnnotations: false }],
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_", caughtErrors: "none" }],
      "@typescript-eslint/no-explicit-any": "error",
    },
  },
  {
    files: CORE,
    ignores: TESTS,
    rules: {
      "no-restricted-globals": ["error", ...CORE_GLOBALS.map(([name, message]) => ({ name, message: `${name}: ${message}` }))],
      "no-restricted-syntax": ["error", ...CORE_SYNTAX],
    },
  },
  {
    files: RIM,
    ignores: TESTS,
    languageOptions: { parserOptions: { project: ["./tsconfig.json", "./tsconfig.node.json"], tsconfigRootDir: import.meta.dirname } },
    rules: {
      "@typescript-eslint/no-floating-promises": "error",
      "@typescript-eslint/no-misused-promises": "error",
      "@typescript-eslint/await-thenable": "error",
    },
  },
  { files: ["src/ui/**", "src/terminal/**", "src/embed/**", "src/main.ts"], languageOptions: { globals: globals.browser } },
  { files: ["src/cli/**", "e2e/**", "*.ts", "*.js", "**/*.mjs"], languageOptions: { globals: globals.node } },
  {
    files: ["**/*.svelte", "**/*.svelte.ts"],
    languageOptions: { parserOptions: { parser: ts.parser } },
    rules: { "prefer-const": "off", "svelte/prefer-const": ["error", { destructuring: "all" }] },
  },
);
