export declare function rankOf(testFile: string): number;
