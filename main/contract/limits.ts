/** What a message may hold at most: a hostile page must not make a shell allocate at will. */

/** Characters of a path or a name. */
export const LONGEST_NAME = 4096;
/** Clips in one call and in the queue. */
export const MOST_CLIPS = 5000;
/** Bytes of one message. */
export const LONGEST_MESSAGE_BYTES = 1 << 20;
