// The heat map of cells: one row a cell, one column a span of time, colour by distance in mV.
//
// In: a canvas and the document of measurements. Out: pixels, and what lies under the pointer.
// Blue to orange through grey differs for every kind of eye, in lightness at both ends too.

const LOW = [[23, 78, 166], [120, 170, 230]];
const HIGH = [[246, 178, 107], [179, 78, 0]];
const ROUND = [5, 10, 20, 50, 100, 200, 500, 1000];

const STEPS = 256;

const isDark = () => matchMedia("(prefers-color-scheme: dark)").matches;
const middle = () => (isDark() ? [52, 56, 62] : [244, 244, 242]);
const mixed = (from, to, share) => from.map((each, index) => Math.round(each + (to[index] - each) * share));

function colourOf(share) {
  const [strong, soft] = share < 0 ? LOW : [HIGH[1], HIGH[0]];
  const size = Math.min(1, Math.abs(share));
  return size < 0.5 ? mixed(middle(), soft, size * 2) : mixed(soft, strong, size * 2 - 1);
}

// Colours from far below to far above, as a picture holds them: a year has 70,000 values to colour.
function palette() {
  const bytes = new Uint8ClampedArray((2 * STEPS + 1) * 4);
  for (let step = -STEPS; step <= STEPS; step += 1) bytes.set([...colourOf(step / STEPS), 255], (step + STEPS) * 4);
  return new Uint32Array(bytes.buffer);
}

// Nearly the largest distance in mV; values are counted by their size, which is quicker than sorting.
function limitOf(told) {
  const most = 20_000;
  const sizes = new Uint32Array(most + 1);
  let count = 0;
  for (const row of told.cells.deviation) {
    for (const each of row) {
      if (each === null) continue;
      sizes[Math.min(most, Math.abs(each))] += 1;
      count += 1;
    }
  }
  let left = count ? count - Math.floor((count - 1) * 0.999) : 0;
  for (let size = most; size > 0 && left > 0; size -= 1) {
    left -= sizes[size];
    if (left <= 0) return ROUND.find((each) => each * 10 >= size) || 2000;
  }
  return ROUND[0];
}

function columnsOf(told) {
  const first = told.at[0];
  const last = told.at[told.at.length - 1];
  return { first, columns: Math.round((last - first) / told.spanMs) + 1 };
}

export function drawCells(canvas, told) {
  const limit = limitOf(told);
  const { first, columns } = columnsOf(told);
  const count = told.cells.count;
  const picture = new ImageData(columns, count);
  const points = new Uint32Array(picture.data.buffer);
  const colours = palette();
  told.cells.deviation.forEach((row, index) => {
    const column = Math.round((told.at[index] - first) / told.spanMs);
    for (let cell = 0; cell < row.length; cell += 1) {
      if (row[cell] === null) continue;
      const share = Math.max(-1, Math.min(1, row[cell] / 10 / limit));
      points[cell * columns + column] = colours[Math.round(share * STEPS) + STEPS];
    }
  });
  canvas.width = columns;
  canvas.height = count;
  canvas.getContext("2d").putImageData(picture, 0, 0);
  return limit;
}

export function drawScale(canvas, limit, notice) {
  canvas.width = 201;
  canvas.height = 12;
  const pen = canvas.getContext("2d");
  for (let x = 0; x <= 200; x += 1) {
    pen.fillStyle = `rgb(${colourOf((x - 100) / 100).join(" ")})`;
    pen.fillRect(x, 0, 1, 12);
  }
  if (notice <= limit) {
    pen.fillStyle = isDark() ? "#ffffff" : "#000000";
    for (const side of [-1, 1]) pen.fillRect(100 + (side * notice * 100) / limit, 0, 1, 12);
  }
}

export function pointAt(canvas, told, event) {
  const box = canvas.getBoundingClientRect();
  const { first, columns } = columnsOf(told);
  const column = Math.floor(((event.clientX - box.left) / box.width) * columns);
  const cell = Math.floor(((event.clientY - box.top) / box.height) * told.cells.count);
  const at = first + column * told.spanMs;
  const row = told.at.indexOf(at);
  const value = row < 0 ? null : told.cells.deviation[row][cell];
  return value === null || value === undefined ? null : { at, cell: cell + 1, mv: value / 10 };
}
