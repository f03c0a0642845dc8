/* Rules for the source of the committee page; a tool of developers, not of the build. */
const names = [
  "document window location history console Intl URLSearchParams TextDecoder",
  "ResizeObserver Response DecompressionStream atob Blob",
].flatMap((line) => line.split(" "));

export default [
  {
    files: ["**/*.js"],
    languageOptions: {
      ecmaVersion: 2022,
      sourceType: "module",
      globals: Object.fromEntries(names.map((name) => [name, "readonly"])),
    },
    rules: {
      "no-undef": "error",
      "no-unused-vars": "error",
      "no-var": "error",
      "prefer-const": "error",
      eqeqeq: "error",
      "max-len": ["error", { code: 100 }],
      "max-lines": ["error", 200],
      "max-lines-per-function": ["error", { max: 60, skipComments: true }],
      "no-restricted-properties": ["error", { property: "innerHTML" }, { property: "outerHTML" }],
    },
  },
];
