/**
 * Live, logs are asked narrow questions: everything by which accounts are become, what happened to accounts and keys, and
 * every use of a key. Of these they tell all; of what accounts did without keys they tell nothing.
 */
export const NARROW_LOGS = 'asked for single methods and for keys only';
/** In coverage: what data-access logs tell of the use of keys, where that was asked by itself. */
export const KEY_USE_LOGS = 'data_access/keys';
