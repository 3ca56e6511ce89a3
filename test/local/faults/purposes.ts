/** What the streams of random numbers are for, here; those of the strategies are for purposes below 1000. */
export const Purpose = { shape: 2001, fault: 2002, chaos: 2003, jitter: 2004, fate: 2005, duration: 2006 } as const;
