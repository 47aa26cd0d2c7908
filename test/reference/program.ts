// Reads the exports of lib and their TSDoc with the compiler that builds lib. TypeScript 7 calls this API unstable:
// the lockfile holds its version.
import path from 'node:path';
import type { Node } from 'typescript/unstable/ast';
import {
  isClassDeclaration,
  isFunctionDeclaration,
  isGetAccessorDeclaration,
  isInterfaceDeclaration,
  isMethodDeclaration,
  isMethodSignatureDeclaration,
} from 'typescript/unstable/ast/is';
import {
  API,
  type Checker,
  type Project,
  SymbolFlags,
  type Type,
  type Symbol as TypeScriptSymbol,
} from 'typescript/unstable/sync';

export interface Doc {
  /** Paragraphs and lists, in Markdown. */
  readonly text: readonly string[];
  /** The texts of each tag. */
  readonly tags: ReadonlyMap<string, readonly string[]>;
}

/** An option, a field or a method. */
export interface Member {
  readonly name: string;
  /** As it is declared: a type, or the parameters and the result of a method. */
  readonly type: string;
  readonly isMethod: boolean;
  /** Of a method: `(user, id)`. */
  readonly parameters: string;
  readonly isOptional: boolean;
  /** The name of the interface or class that declares it; empty for a type literal. */
  readonly owner: string;
  readonly doc: Doc;
}

export interface Exported {
  readonly name: string;
  readonly kind: 'function' | 'class' | 'constant' | 'type';
  /** The declaring file, relative to lib. */
  readonly file: string;
  /** Of a function: `(options)`. */
  readonly parameters: string;
  /** What a class extends, with its type arguments. */
  readonly heritage: string;
  readonly doc: Doc;
  readonly members: readonly Member[];
  /** Of a union of object types: the members of each of them. */
  readonly alternatives: readonly (readonly Member[])[];
}

const lib = path.resolve('lib');

export class Program {
  readonly #api = new API({ cwd: process.cwd() });
  readonly #projects: readonly Project[];
  readonly #read = new Map<TypeScriptSymbol, Exported>();

  constructor(...configurations: readonly string[]) {
    const openProjects = configurations.map((file) => path.resolve(file));
    this.#projects = this.#api.updateSnapshot({ openProjects }).getProjects();
  }

  close(): void {
    this.#api.close();
  }

  /** The exports of a file. What is exported twice is the same object under two names. */
  exportsOf(file: string): ReadonlyMap<string, Exported> {
    for (const { program, checker } of this.#projects) {
      const source = program.getSourceFile(path.resolve(file));
      const module = source && checker.getSymbolAtLocation(source);
      if (!module) continue;
      return new Map(
        checker.getExportsOfModule(module).map((symbol) => {
          const isAlias = Boolean(symbol.flags & SymbolFlags.Alias);
          return [
            symbol.name,
            this.#exported(checker, isAlias ? checker.getAliasedSymbol(symbol) : symbol),
          ];
        }),
      );
    }
    throw new Error(`${file} is no module of the program`);
  }

  #exported(checker: Checker, symbol: TypeScriptSymbol): Exported {
    const known = this.#read.get(symbol);
    if (known) return known;
    const node = declarationOf(symbol);
    if (!node) throw new Error(`${symbol.name} has no declaration`);
    const kind = kindOf(symbol);
    const type =
      kind === 'constant'
        ? checker.getTypeOfSymbol(symbol)
        : checker.getDeclaredTypeOfSymbol(symbol);
    const exported: Exported = {
      name: symbol.name,
      kind,
      file: path.relative(lib, node.getSourceFile().fileName),
      parameters: parametersOf(node),
      heritage: isClassDeclaration(node) ? (node.heritageClauses?.[0]?.getText() ?? '') : '',
      doc: docOf(checker, symbol),
      members: membersOf(checker, type),
      alternatives: type?.isUnionType()
        ? type
            .getTypes()
            .map((each) => [each, ...branchesOf(each)].flatMap((one) => membersOf(checker, one)))
        : [],
    };
    this.#read.set(symbol, exported);
    return exported;
  }
}

function kindOf({ flags }: TypeScriptSymbol): Exported['kind'] {
  if (flags & SymbolFlags.Function) return 'function';
  if (flags & SymbolFlags.Class) return 'class';
  return flags & SymbolFlags.Variable ? 'constant' : 'type';
}

function declarationOf({ declarations: [first] }: TypeScriptSymbol): Node | undefined {
  return first?.resolve();
}

/** The public members that are declared in lib: not those of Node's and Passport's own classes. */
function membersOf(checker: Checker, type: Type | undefined): readonly Member[] {
  return (type ? checker.getPropertiesOfType(type) : []).flatMap((symbol) => {
    const node = declarationOf(symbol);
    if (!node || path.relative(lib, node.getSourceFile().fileName).startsWith('..')) return [];
    const isPublic = !/^(?:private|protected|(?:readonly |async )?#)/.test(node.getText());
    const doc = docOf(checker, symbol);
    const isOptional = Boolean(symbol.flags & SymbolFlags.Optional);
    const declared = declaredType(node);
    const type = isOptional ? withoutUndefined(declared) : declared;
    if (!isPublic || doc.tags.has('internal') || type === 'never') return [];
    const { parent } = node;
    const isNamed = isInterfaceDeclaration(parent) || isClassDeclaration(parent);
    return {
      name: symbol.name,
      type,
      isMethod: Boolean(symbol.flags & SymbolFlags.Method),
      parameters: parametersOf(node),
      isOptional,
      owner: isNamed ? (parent.name?.getText() ?? '') : '',
      doc,
    };
  });
}

/** Both branches of the conditional types in an intersection: the checker gives the members of one of them. */
function branchesOf(type: Type): readonly Type[] {
  const parts = type.isIntersectionType() ? type.getTypes() : [type];
  return parts.flatMap((part) =>
    part.isConditionalType() ? [part.getTrueType(), part.getFalseType()] : [],
  );
}

/** The names of a function's parameters; one that is taken apart is its options. */
function parametersOf(node: Node): string {
  const isFunction =
    isFunctionDeclaration(node) || isMethodDeclaration(node) || isMethodSignatureDeclaration(node);
  if (!isFunction) return '';
  const names = node.parameters.map(({ name }) => name.getText().replace(/^\{[\s\S]*/, 'options'));
  return `(${names.join(', ')})`;
}

/** The type of a property, or the parameters and the result of a function. */
function declaredType(node: Node): string {
  const hasBody =
    isFunctionDeclaration(node) || isMethodDeclaration(node) || isGetAccessorDeclaration(node);
  const body = hasBody ? (node.body?.getText() ?? '') : '';
  return oneLine(node.getText().slice(0, node.getText().length - body.length))
    .replace(/^(?:(?:export|async|function|readonly|override|get) )*[\w$]+\??/, '')
    .replace(/^\(\)(?=: )/, isGetAccessorDeclaration(node) ? '' : '$&')
    .replace(/^: /, '')
    .replace(/[;,]?$/, '')
    .replace(/^\| /, '');
}

/** Without the `| undefined` of an optional property, and without the parentheses that a function then has. */
const withoutUndefined = (type: string) =>
  type.replace(/ \| undefined$/, '').replace(/^\((\(.*)\)$/, '$1');

function oneLine(code: string): string {
  return code
    .replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*/g, '')
    .replaceAll(/\s+/g, ' ')
    .replace(/^\| /, '')
    .trim();
}

function docOf(checker: Checker, symbol: TypeScriptSymbol): Doc {
  const tags = new Map<string, string[]>();
  for (const { name, text = '' } of symbol.getJsDocTags(checker)) {
    tags.set(name, [...(tags.get(name) ?? []), ...blocksOf(text)]);
  }
  return { text: blocksOf(symbol.getDocumentationComment(checker)), tags };
}

/** Paragraphs in one line each, and lists with one line for each item. */
function blocksOf(comment: string): string[] {
  return comment
    .replaceAll(/\{@link (\S+?)\}/g, '`$1`')
    .split(/\n\s*\n/)
    .map((block) => block.trim().replaceAll(/\n(?!- )\s*/g, ' '))
    .filter((block) => block !== '');
}
