/** A place to which runs are copied. What is there already is left as it is. */
export interface Target {
	/** For messages and for what is remembered of it. */
	name: string;
	/** @param files of the run's folder */
	putRun(run: string, folder: string, files: readonly string[]): Promise<void>;
	/** One line of the ledger, without its end. */
	putLine(number: number, line: Buffer): Promise<void>;
	/** All that was new is there. @param folder of the ledger */
	finish(folder: string): Promise<void>;
}
