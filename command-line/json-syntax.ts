import type { JSONVisitor } from "jsonc-parser";

/** Returns the value of a JSON text, or undefined if it is not JSON. */
export function parseIfJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/**
 * Describes the first syntax error of a text that `JSON.parse` refuses: V8 gives the position of some errors only.
 *
 * @throws {RangeError} if the text is nested too deeply for a recursive parser
 * @example
 * await syntaxProblem("[1,\n]"); // { line: 2, column: 1, offset: 4, problem: "value expected" }
 */
export async function syntaxProblem(
  text: string,
): Promise<{ line: number; column: number; offset: number; problem: string }> {
  // Loaded only for a broken file, to keep the start of every run fast.
  const { printParseErrorCode, visit } = await import("jsonc-parser");
  const problems: Awaited<ReturnType<typeof syntaxProblem>>[] = [];
  const visitor: JSONVisitor = {
    onError: (code, offset, _length, line, character) => {
      // "PropertyNameExpected" becomes "property name expected".
      const problem = printParseErrorCode(code)
        .replace(/\B[A-Z]/g, " $&")
        .toLowerCase();
      problems.push({ line: line + 1, column: character + 1, offset, problem });
    },
  };
  visit(text, visitor, { disallowComments: true, allowTrailingComma: false });
  return problems[0] ?? { line: 1, column: 1, offset: 0, problem: "no JSON" };
}
