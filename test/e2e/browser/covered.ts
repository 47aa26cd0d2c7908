// What of the built module ran in a browser, over several pages.

interface Script {
  readonly url: string;
  readonly source?: string;
  readonly functions: readonly {
    readonly ranges: readonly Range[];
  }[];
}

interface Range {
  readonly startOffset: number;
  readonly endOffset: number;
  readonly count: number;
}

/** The characters that ran: an inner range overrules those around it. */
function charactersRun({ source = '', functions }: Script): readonly boolean[] {
  const run = new Array<boolean>(source.length).fill(false);
  const length = ({ startOffset, endOffset }: Range) => endOffset - startOffset;
  const ranges = functions.flatMap((entry) => entry.ranges);
  for (const range of ranges.sort((one, other) => length(other) - length(one))) {
    run.fill(range.count > 0, range.startOffset, range.endOffset);
  }
  return run;
}

let source = '';
let run: readonly boolean[] = [];

export const covered = {
  add(scripts: readonly Script[]): void {
    for (const script of scripts.filter(({ url }) => url.endsWith('/browser.mjs'))) {
      source = script.source ?? '';
      run = charactersRun(script).map((here, index) => here || run[index] === true);
    }
  },
  /** What never ran; undefined if the module was not loaded at all. */
  neverRun(): string | undefined {
    if (source === '') return undefined;
    return [...source].filter((_character, index) => !run[index]).join('');
  },
};
