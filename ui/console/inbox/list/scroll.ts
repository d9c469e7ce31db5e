/** Where each list was scrolled to, so that coming back from a conversation on a phone finds it there. */
export const memory = new Map<string, number>();
