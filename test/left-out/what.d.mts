export declare const filesLeftOut: readonly string[];

export declare const leftOut: readonly string[];
