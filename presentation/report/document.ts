import { parseHTML } from "linkedom";

/** What the report needs of a DOM. Text and attributes are escaped by it: no string here is ever read as markup. */
export interface ReportElement {
  append(...children: (ReportElement | string)[]): void;
  setAttribute(name: string, value: string): void;
  removeAttribute(name: string): void;
  querySelectorAll(selector: string): Iterable<ReportElement>;
}

export interface ReportDocument {
  readonly documentElement: ReportElement;
  readonly head: ReportElement;
  readonly body: ReportElement;
  createElement(name: string): ReportElement;
  toString(): string;
}

export function newDocument(): ReportDocument {
  const window: unknown = parseHTML("<!doctype html><html><head></head><body></body></html>");
  return (window as { readonly document: ReportDocument }).document;
}

type Child = ReportElement | string | undefined | false;
export type Build = (
  name: string,
  attributes: Readonly<Record<string, string>>,
  ...children: readonly Child[]
) => ReportElement;

/** @returns what makes an element with its children; children that are not there are left out */
export function builder(document: ReportDocument): Build {
  return (name, attributes, ...children) => {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    const there = children.filter((child) => child !== undefined && child !== false);
    element.append(...(name === "title" ? there.map(escaped) : there));
    return element;
  };
}

/** linkedom writes the text of `title` as it is, although browsers read references in it. */
function escaped(child: ReportElement | string): ReportElement | string {
  return typeof child === "string" ? child.replaceAll("&", "&amp;").replaceAll("<", "&lt;") : child;
}
