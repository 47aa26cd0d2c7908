/** A page that asks for a code has a page '…/code' beside it, on which the code is entered. */
export function codePathsOf(path: string) {
  const asking = path.replace(/(\/code)?\/?$/, '');
  return { asking, entering: `${asking}/code` };
}
