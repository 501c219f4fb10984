/** Reads the inputs of resource types from the typings of @pulumi/aws: Pulumi's own schema is not published on npm. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { PROVIDER_TYPE } from "./provider-type.ts";
import type { ObjectShape, Schema, Shape } from "./shape.ts";

/** Returns the inputs of these types. @param folder the folder of @pulumi/aws */
export function readTypings(folder: string, types: readonly string[]): Schema {
  const shared = interfacesOf(join(folder, "types", "input.d.ts"));
  return Object.fromEntries(types.map((type) => [type, readType(folder, type, shared)]));
}

type Interfaces = ReadonlyMap<string, ts.InterfaceDeclaration>;

function readType(folder: string, type: string, shared: Interfaces): ObjectShape {
  const [, module = "", name = ""] = /^aws:(.+):(\w+)$/.exec(type) ?? [];
  const [file, args] = type === PROVIDER_TYPE ? ["provider", "ProviderArgs"] : [module, `${name}Args`];
  const path = join(folder, `${file}.d.ts`);
  const found = interfacesOf(path).get(args);
  if (found === undefined) throw new Error(`${path} has no interface ${args}`);
  return new Reader(shared).object(found);
}

/** Returns the interfaces of a file; those of a namespace as `namespace.Name`. */
function interfacesOf(path: string): Interfaces {
  const found = new Map<string, ts.InterfaceDeclaration>();
  const visit = (statements: ts.NodeArray<ts.Statement>, prefix: string): void => {
    for (const statement of statements) {
      if (ts.isInterfaceDeclaration(statement)) found.set(`${prefix}${statement.name.text}`, statement);
      if (!ts.isModuleDeclaration(statement) || statement.body === undefined) continue;
      if (ts.isModuleBlock(statement.body)) visit(statement.body.statements, `${prefix}${statement.name.text}.`);
    }
  };
  visit(ts.createSourceFile(path, readFileSync(path, "utf8"), ts.ScriptTarget.ESNext, true).statements, "");
  return found;
}

class Reader {
  readonly #shared: Interfaces;

  constructor(shared: Interfaces) {
    this.#shared = shared;
  }

  object(declaration: ts.InterfaceDeclaration): ObjectShape {
    const properties = declaration.members.filter(ts.isPropertySignature);
    const named = properties.map((property) => [nameOf(property.name), property] as const);
    return {
      kind: "object",
      required: named.filter(([, property]) => property.questionToken === undefined).map(([name]) => name),
      properties: Object.fromEntries(named.map(([name, { type }]) => [name, this.#shape(type)])),
    };
  }

  #shape(node: ts.TypeNode | undefined): Shape {
    if (node === undefined) return { kind: "any" };
    if (ts.isParenthesizedTypeNode(node)) return this.#shape(node.type);
    if (ts.isUnionTypeNode(node)) return this.#union(node);
    if (ts.isArrayTypeNode(node)) return { kind: "array", of: this.#shape(node.elementType) };
    if (ts.isTypeLiteralNode(node)) {
      const index = node.members.find(ts.isIndexSignatureDeclaration);
      return index === undefined ? { kind: "any" } : { kind: "map", of: this.#shape(index.type) };
    }
    if (ts.isTypeReferenceNode(node)) return this.#reference(node);
    if (node.kind === ts.SyntaxKind.StringKeyword) return { kind: "string" };
    if (node.kind === ts.SyntaxKind.NumberKeyword) return { kind: "number" };
    return { kind: node.kind === ts.SyntaxKind.BooleanKeyword ? "boolean" : "any" };
  }

  #union(node: ts.UnionTypeNode): Shape {
    const members = node.types.filter((type) => type.kind !== ts.SyntaxKind.UndefinedKeyword);
    const literals = members.filter(ts.isLiteralTypeNode).map(({ literal }) => literal);
    const texts = literals.filter(ts.isStringLiteral).map(({ text }) => text);
    if (texts.length === members.length) return { kind: "enum", values: texts };
    // A resource given as such arrives as its id, because the provider accepts no references. So do open enums.
    const shapes = members.map((type) => this.#shape(type)).filter(({ kind }) => kind !== "any");
    const [first = { kind: "any" } as const, ...others] = shapes;
    const distinct = others.filter(({ kind }) => kind !== first.kind);
    return distinct.length === 0 ? first : { kind: "union", of: [first, ...distinct] };
  }

  #reference(node: ts.TypeReferenceNode): Shape {
    const name = node.typeName.getText();
    if (name === "pulumi.Input") return this.#shape(node.typeArguments?.[0]);
    if (name === "pulumi.asset.Archive") return { kind: "archive" };
    if (name.startsWith("pulumi.asset.")) return { kind: "asset" };
    if (!name.startsWith("inputs.")) return { kind: "any" };
    const declaration = this.#shared.get(name.slice("inputs.".length));
    if (declaration === undefined) throw new Error(`the typings of @pulumi/aws have no ${name}`);
    return this.object(declaration);
  }
}

function nameOf(name: ts.PropertyName): string {
  return ts.isIdentifier(name) || ts.isStringLiteral(name) ? name.text : name.getText();
}
