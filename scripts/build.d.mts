export function buildPackage(options?: {quiet?: boolean}): Promise<void>;
