/** Kinds of cover art that Matroska takes as an attachment, by codec. */
export const COVER_TYPES: Readonly<Record<string, string>> = { mjpeg: 'image/jpeg', png: 'image/png' };
