/** @module parts: what only pages of very many areas carry; `many` puts it here. */

/** @type {{canvasPainter: any, unpacked: any}} */
export const many = { canvasPainter: null, unpacked: null };
