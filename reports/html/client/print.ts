/** Paper has no pages to turn, no hover and no dialog: parts of the page get ready for it and go back. */

const listeners = new Set<(isPrinting: boolean) => void>();

export function onPrint(listener: (isPrinting: boolean) => void): void {
	listeners.add(listener);
}

export function watchPrinting(): void {
	const tell = (isPrinting: boolean) => {
		for (const listener of listeners) listener(isPrinting);
	};
	const media = matchMedia('print');
	media.addEventListener('change', () => tell(media.matches));
	addEventListener('beforeprint', () => tell(true));
	addEventListener('afterprint', () => tell(false));
}
