/** The layer table as a rule of the linter: finds every way of naming another module and asks the table. */
import { isAbsolute, relative, sep } from "node:path";
import { findPlace, findViolation } from "./rules.ts";

type Name = { type: string; name?: string; value?: unknown };
type Specifier = { type: string; importKind?: string; exportKind?: string; imported?: Name; local?: Name };
type ModuleNode = {
  source?: { value?: unknown } | null;
  importKind?: string;
  exportKind?: string;
  specifiers?: readonly Specifier[];
  qualifier?: Name | null;
};
type Context = {
  filename: string;
  cwd: string;
  report(finding: { node: ModuleNode; message: string }): void;
};

const getNames = (node: ModuleNode): string[] => {
  const nodes = [
    node.qualifier,
    ...(node.specifiers ?? []).map((specifier) => specifier.imported ?? specifier.local),
  ];
  return nodes.flatMap((name) => (typeof name?.name === "string" ? [name.name] : []));
};

const isTypeOnly = (node: ModuleNode): boolean => {
  if (node.importKind === "type" || node.exportKind === "type") return true;
  const specifiers = node.specifiers ?? [];
  return (
    specifiers.length > 0 &&
    specifiers.every((specifier) => specifier.importKind === "type" || specifier.exportKind === "type")
  );
};

const create = (context: Context) => {
  const path = isAbsolute(context.filename) ? relative(context.cwd, context.filename) : context.filename;
  const file = path.split(sep).join("/");

  const check = (node: ModuleNode, typeOnly: boolean): void => {
    const specifier = node.source?.value;
    if (typeof specifier !== "string") return;
    const message = findViolation({ file, specifier, isTypeOnly: typeOnly, names: getNames(node) });
    if (message !== undefined) context.report({ node, message });
  };
  const checkStatement = (node: ModuleNode): void => check(node, isTypeOnly(node));

  return {
    Program(node: ModuleNode): void {
      if (findPlace(file) === undefined) {
        context.report({ node, message: `${file} belongs to no place of the layer table` });
      }
    },
    ImportDeclaration: checkStatement,
    ExportNamedDeclaration: checkStatement,
    ExportAllDeclaration: checkStatement,
    ImportExpression: (node: ModuleNode): void => check(node, false),
    TSImportType: (node: ModuleNode): void => check(node, true),
  };
};

export default { meta: { name: "layers" }, rules: { imports: { create } } };
