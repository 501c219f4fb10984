import eslint from "@eslint/js";
import tseslint from "typescript-eslint";

/** Forbids the files of a folder to import from others (docs/architecture.md, "Import rules"). */
const importRule = (files, forbidden, message) => ({
  files,
  rules: {
    "no-restricted-imports": ["error", { patterns: [{ regex: forbidden, message }] }],
  },
});

/** What the pure folders may not import. @param allowed a pattern of one more module that they may */
const impure = (allowed = "zod") =>
  `^(?!\\./|\\.\\./(work|compliance|finding)/|\\.\\./runtime/(errors|text|order|time|chunks|omit)\\.ts$|\\.\\./\\.\\./contract/|node:crypto$|zod|${allowed})`;

/** The files that know the AWS Security Finding Format. */
const ASFF = ["functions/finding/{asff*,stored-finding}.ts"];

/** JavaScript, as it runs on any Node.js: no tsconfig.json includes it. */
const UNTYPED = ["eslint.config.js", ".githooks/eslint.config.js", "commands/installed.js", "commands/git-hooks.js"];

export default tseslint.config(
  { ignores: ["dist/", "node_modules/"] },
  eslint.configs.recommended,
  tseslint.configs.strictTypeChecked,
  {
    languageOptions: {
      parserOptions: {
        projectService: { allowDefaultProject: UNTYPED },
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      "max-lines": ["error", { max: 250, skipBlankLines: true, skipComments: true }],
      "max-lines-per-function": ["error", { max: 45, skipBlankLines: true, skipComments: true }],
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      "@typescript-eslint/prefer-readonly": "error",
      "@typescript-eslint/switch-exhaustiveness-check": "error",
      eqeqeq: "error",
    },
  },
  {
    files: ["tests/**"],
    rules: { "max-lines-per-function": "off", "@typescript-eslint/no-unused-expressions": "off" },
  },
  {
    files: UNTYPED,
    ...tseslint.configs.disableTypeChecked,
  },
  importRule(
    ["functions/**"],
    "(@pulumi/|/infra/|/local/|/commands/|/command-line/|/presentation/|/statemachine/)",
    "functions/ is what runs in Lambda: no Pulumi, no infra, no stand-ins",
  ),
  importRule(
    ["functions/{work,compliance,finding}/**"],
    impure(),
    "functions/work, compliance and finding are pure: no SDK, clock, environment or randomness",
  ),
  {
    files: ["functions/**"],
    ignores: ["functions/runtime/environment.ts"],
    rules: {
      "no-restricted-properties": [
        "error",
        { object: "process", property: "env", message: "read variables with functions/runtime/environment.ts" },
      ],
    },
  },
  importRule(
    ["functions/compliance/!(severity|node-severity).ts"],
    `${impure()}|/severity\\.ts$`,
    "severity is rated in ChooseSeverity alone",
  ),
  importRule(
    ["functions/finding/{decide*,intent,remembered,age}.ts"],
    `${impure()}|/(asff[^/]*|stored-finding|product-fields)\\.ts$`,
    "deciding knows no destination's format: asff.ts encodes and decodes it",
  ),
  importRule(
    ASFF,
    impure("@aws-sdk/client-securityhub$"),
    "functions/finding is pure: no SDK but the types of the format, no clock, environment or randomness",
  ),
  {
    files: ASFF,
    rules: {
      "@typescript-eslint/no-restricted-imports": [
        "error",
        { patterns: [{ regex: "^@aws-sdk/", allowTypeImports: true, message: "only the types of the format" }] },
      ],
    },
  },
  importRule(
    ["infra/**", "index.ts"],
    "(/functions/|/local/)",
    "infra/ names the built bundles, it never imports handler code",
  ),
  importRule(
    ["local/**"],
    "(/functions/|/infra/)",
    "local/ is an independent reading of AWS: one mistake must not pass on both sides",
  ),
  importRule(
    ["local/console/page/**"],
    "^(node:|\\.\\./(?!api\\.ts$|\\.\\./\\.\\./presentation/))",
    "local/console/page/ runs in a browser: of the server it knows what they say to each other, api.ts",
  ),
  importRule(
    ["command-line/**"],
    "^\\.\\./(?!presentation/)",
    "command-line/ is what all command lines share: of the project it knows presentation/ only",
  ),
  importRule(
    ["presentation/**"],
    "(@pulumi/|@aws-sdk/|^node:|/functions/|/infra/|/local/|/commands/|/command-line/|/statemachine/)",
    "presentation/ is pure and also runs in browsers: findings in, text and pictures out",
  ),
  importRule(
    ["contract/**"],
    "^(?!\\./)",
    "contract/ is constants, types and parsers that both sides of a boundary share; it imports only itself",
  ),
);
