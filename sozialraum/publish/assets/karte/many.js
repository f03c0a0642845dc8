/** @module many: stands before the first module of a page of very many areas. */

import { canvasPainter } from "./canvas.js";
import { unpacked } from "./columns.js";
import { many } from "./parts.js";

Object.assign(many, { canvasPainter, unpacked });
