import { defineConfig, type OxlintOverride } from "oxlint";

/** What a file may not import, and why (docs/architecture.md, "Import rules"). */
interface Forbidden {
  /** Patterns as in a .gitignore file: a later `!` allows again. */
  readonly group: string[];
  readonly message: string;
  readonly allowTypeImports?: boolean;
}

/**
 * Forbids the files of a folder to import from others. For a file that two rules match, the later one holds. What
 * one group of a rule allows, no other group can forbid: one group per rule.
 */
const importRule = (files: string[], forbidden: Forbidden): OxlintOverride => ({
  files,
  rules: { "no-restricted-imports": ["error", { patterns: [forbidden] }] },
});

/** @param functions the way from the file to functions/ */
const allButPure = (functions: string): string[] => [
  "**",
  "!./**",
  `!${functions}/{work,compliance,finding}/**`,
  `!${functions}/runtime/{errors,text,order,time,chunks,omit}.ts`,
  `!${functions}/../contract/**`,
  "!node:crypto",
];

const PURE: Forbidden = {
  group: [...allButPure(".."), "!zod", "!zod/**"],
  message: "functions/work, compliance and finding are pure: no SDK, clock, environment or randomness",
};

const NOT_IN_LAMBDA = [
  "@pulumi/**",
  "**/{bench,console,infra,local,commands,command-line,presentation,statemachine}/**",
];

const importRules = [
  importRule(["functions/**"], {
    group: NOT_IN_LAMBDA,
    message: "functions/ is what runs in Lambda: no Pulumi, no infra, no stand-ins",
  }),
  importRule(["functions/work/**"], PURE),
  importRule(["functions/compliance/**"], {
    group: [...PURE.group, "**/severity.ts"],
    message: `${PURE.message}; severity is rated in ChooseSeverity alone`,
  }),
  importRule(["functions/compliance/{severity,node-severity,severity-levels}.ts"], PURE),
  importRule(["functions/finding/**"], {
    group: [...PURE.group, "**/product-fields.ts"],
    message: `${PURE.message}; deciding knows no destination's format: functions/security-hub/asff/ encodes and decodes it`,
  }),
  importRule(["functions/*.ts", "functions/systems-manager/**"], {
    group: [...NOT_IN_LAMBDA, "**/security-hub/**", "@aws-sdk/client-securityhub"],
    message:
      "handlers know findings by functions/finding/destination.ts, and get it from functions/runtime/destination.ts",
  }),
  importRule(["functions/security-hub/asff/**"], {
    group: allButPure("../.."),
    allowTypeImports: true,
    message:
      "functions/security-hub/asff is pure: no SDK but the types of the format, no clock, environment or randomness",
  }),
  importRule(["infra/**", "index.ts"], {
    group: ["**/{bench,console,functions,local,commands,command-line,presentation}/**"],
    message: "infra/ names the built bundles, it never imports handler code; of the rest it knows contract/ only",
  }),
  importRule(["local/**"], {
    group: [
      "**/{bench,functions,infra,commands,contract}/**",
      "../index.ts",
      "../../index.ts",
      "!**/contract/counted.ts",
    ],
    message: "local/ is an independent reading of AWS: one mistake must not pass on both sides",
  }),
  importRule(["local/program/graph.ts"], {
    group: ["**/{bench,functions,infra,commands,contract}/**"],
    message: "of the deployed program, local/program/graph.ts loads index.ts only",
  }),
  importRule(["console/**"], {
    group: ["@pulumi/**", "@aws-sdk/**", "**/{bench,functions,infra,local,commands,statemachine}/**"],
    message: "console/ knows the place that it shows by its interface alone, source.ts",
  }),
  importRule(["console/page/**"], {
    group: ["node:*", "../**", "!../api.ts", "!../../{contract,presentation}/**"],
    message: "console/page/ runs in a browser: of the server it knows what they say to each other, api.ts",
  }),
  importRule(["bench/**"], {
    group: ["**/{functions,infra,commands,statemachine,tests}/**"],
    message: "bench/ runs whole programs: of the project it knows local/, command-line/ and presentation/",
  }),
  importRule(["commands/**"], {
    group: ["**/bench/peers/**"],
    message: "nothing imports bench/",
  }),
  importRule(["command-line/**"], {
    group: ["../**", "!../presentation/**"],
    message: "command-line/ is what all command lines share: of the project it knows presentation/ only",
  }),
  importRule(["presentation/**"], {
    group: [
      "@pulumi/**",
      "@aws-sdk/**",
      "node:*",
      "**/{bench,console,functions,infra,local,commands,command-line,statemachine}/**",
    ],
    message: "presentation/ is pure and also runs in browsers: findings in, text and pictures out",
  }),
  importRule(["contract/**"], {
    group: ["**", "!./**"],
    message: "contract/ is constants, types and parsers that both sides of a boundary share; it imports only itself",
  }),
];

export default defineConfig({
  plugins: ["typescript", "oxc"],
  categories: { correctness: "error" },
  options: { typeAware: true, typeCheck: true, denyWarnings: true, reportUnusedDisableDirectives: "error" },
  env: { builtin: true },
  ignorePatterns: ["dist/"],
  rules: {
    eqeqeq: "error",
    "max-lines": ["error", { max: 250, skipBlankLines: true, skipComments: true }],
    "max-lines-per-function": ["error", { max: 45, skipBlankLines: true, skipComments: true }],
    "no-array-constructor": "error",
    "no-case-declarations": "error",
    "no-empty": "error",
    "no-fallthrough": "error",
    "no-prototype-builtins": "error",
    "no-redeclare": "error",
    "no-regex-spaces": "error",
    "no-unexpected-multiline": "error",
    "no-useless-assignment": "error",
    "no-useless-constructor": "error",
    "no-var": "error",
    "prefer-const": "error",
    "prefer-rest-params": "error",
    "prefer-spread": "error",
    "preserve-caught-error": "error",
    "typescript/ban-ts-comment": ["error", { minimumDescriptionLength: 10 }],
    "typescript/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
    "typescript/no-deprecated": "error",
    "typescript/no-dynamic-delete": "error",
    "typescript/no-empty-object-type": "error",
    "typescript/no-explicit-any": "error",
    "typescript/no-extraneous-class": "error",
    "typescript/no-generated-empty-object-type": "error",
    "typescript/no-invalid-void-type": "error",
    "typescript/no-misused-promises": "error",
    "typescript/no-mixed-enums": "error",
    "typescript/no-namespace": "error",
    "typescript/no-non-null-asserted-nullish-coalescing": "error",
    "typescript/no-non-null-assertion": "error",
    "typescript/no-require-imports": "error",
    "typescript/no-unnecessary-boolean-literal-compare": "error",
    "typescript/no-unnecessary-condition": "error",
    "typescript/no-unnecessary-template-expression": "error",
    "typescript/no-unnecessary-type-arguments": "error",
    "typescript/no-unnecessary-type-assertion": "error",
    "typescript/no-unnecessary-type-constraint": "error",
    "typescript/no-unnecessary-type-conversion": "error",
    "typescript/no-unnecessary-type-parameters": "error",
    "typescript/no-unsafe-argument": "error",
    "typescript/no-unsafe-assignment": "error",
    "typescript/no-unsafe-call": "error",
    "typescript/no-unsafe-enum-comparison": "error",
    "typescript/no-unsafe-function-type": "error",
    "typescript/no-unsafe-member-access": "error",
    "typescript/no-unsafe-return": "error",
    "typescript/only-throw-error": "error",
    "typescript/prefer-literal-enum-member": "error",
    "typescript/prefer-promise-reject-errors": "error",
    "typescript/prefer-readonly": "error",
    "typescript/prefer-reduce-type-parameter": "error",
    "typescript/prefer-return-this-type": "error",
    "typescript/related-getter-setter-pairs": "error",
    "typescript/require-await": "error",
    "typescript/restrict-plus-operands": [
      "error",
      { allowAny: false, allowBoolean: false, allowNullish: false, allowNumberAndString: false, allowRegExp: false },
    ],
    "typescript/restrict-template-expressions": ["error", { allowNumber: true }],
    "typescript/return-await": ["error", "error-handling-correctness-only"],
    "typescript/switch-exhaustiveness-check": "error",
    "typescript/unified-signatures": "error",
    "typescript/use-unknown-in-catch-callback-variable": "error",
  },
  overrides: [
    {
      // Plain JavaScript to paste into a Lambda function: nothing says what the vendors' APIs return.
      files: ["docs/recipes/*.mjs"],
      rules: {
        "typescript/no-unsafe-argument": "off",
        "typescript/no-unsafe-assignment": "off",
        "typescript/no-unsafe-call": "off",
        "typescript/no-unsafe-member-access": "off",
        "typescript/no-unsafe-return": "off",
      },
    },
    { files: ["tests/**"], rules: { "max-lines-per-function": "off", "no-unused-expressions": "off" } },
    {
      files: ["functions/**"],
      rules: {
        "no-restricted-properties": [
          "error",
          { object: "process", property: "env", message: "read variables with functions/runtime/environment.ts" },
        ],
      },
    },
    { files: ["functions/runtime/environment.ts"], rules: { "no-restricted-properties": "off" } },
    {
      files: ["presentation/**"],
      rules: {
        "no-restricted-globals": ["error", "process", "performance"],
        "no-restricted-properties": [
          "error",
          { object: "Date", property: "now", message: "presentation/ has no clock" },
        ],
      },
    },
    {
      // No tsconfig.json includes the JavaScript files: they run on any Node.js, and have no types.
      files: ["**/*.js"],
      rules: {
        "typescript/no-unsafe-argument": "off",
        "typescript/no-unsafe-assignment": "off",
        "typescript/no-unsafe-call": "off",
        "typescript/no-unsafe-member-access": "off",
        "typescript/no-unsafe-return": "off",
      },
    },
    ...importRules,
  ],
});
