import { parseHTML } from "linkedom";

/** The part of the DOM that the report uses. The DOM escapes text and attributes, so no string becomes markup. */
export interface ReportElement {
  append(...children: (ReportElement | string)[]): void;
  setAttribute(name: string, value: string): void;
  removeAttribute(name: string): void;
  querySelectorAll(selector: string): Iterable<ReportElement>;
}

/** The part of the DOM's document that the report uses. */
export interface ReportDocument {
  readonly documentElement: ReportElement;
  readonly head: ReportElement;
  readonly body: ReportElement;
  createElement(name: string): ReportElement;
  toString(): string;
}

/** Returns an empty HTML document. */
export function newDocument(): ReportDocument {
  const window: unknown = parseHTML("<!doctype html><html><head></head><body></body></html>");
  return (window as { readonly document: ReportDocument }).document;
}

type Child = ReportElement | string | undefined | false;
/** Creates an element with its attributes and children. */
export type Build = (
  name: string,
  attributes: Readonly<Record<string, string>>,
  ...children: readonly Child[]
) => ReportElement;

/**
 * Returns a function that creates elements of a document. It leaves out children that are undefined or false.
 *
 * @example builder(newDocument())("p", {}, "No open findings.");
 */
export function builder(document: ReportDocument): Build {
  return (name, attributes, ...children) => {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    const present = children.filter((child) => child !== undefined && child !== false);
    element.append(...(name === "title" ? present.map(escaped) : present));
    return element;
  };
}

/** Escapes the text of `title`: linkedom does not, although browsers decode character references there. */
function escaped(child: ReportElement | string): ReportElement | string {
  return typeof child === "string" ? child.replaceAll("&", "&amp;").replaceAll("<", "&lt;") : child;
}
