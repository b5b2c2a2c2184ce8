// Texts and times as the editor shows them, and what is different between two texts: word by word;
// in scripts without spaces, by character.
const MOST = 400; // words of a text that are compared one by one

export function normal(text) {
  return text.trim().replace(/\s+/gu, " ");
}

export function clock(ms) {
  const whole = Math.floor(ms / 1000);
  const two = (n) => String(n).padStart(2, "0");
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  return hours ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}

export function words(text, unspaced) {
  return unspaced ? [...text] : text.split(/(?<=\s)/u).filter(Boolean);
}

export function compare(before, after, unspaced = false) {
  const old = words(before, unspaced);
  const now = words(after, unspaced);
  let head = 0;
  while (head < old.length && head < now.length && same(old[head], now[head])) head += 1;
  let tail = 0;
  while (tail < Math.min(old.length, now.length) - head && same(old.at(-1 - tail), now.at(-1 - tail))) tail += 1;
  const pieces = [];
  add(pieces, "same", now.slice(0, head));
  middle(pieces, old.slice(head, old.length - tail), now.slice(head, now.length - tail));
  add(pieces, "same", now.slice(now.length - tail));
  return pieces;
}

export function show(element, before, after, unspaced) {
  element.replaceChildren(
    ...compare(before, after, unspaced).map(({ fate, text }) => {
      if (fate === "same") return document.createTextNode(text);
      return Object.assign(document.createElement(fate === "gone" ? "del" : "ins"), { textContent: text });
    }),
  );
}

function middle(pieces, old, now) {
  if (old.length > MOST || now.length > MOST) {
    add(pieces, "gone", old);
    add(pieces, "new", now);
    return;
  }
  // Longest common subsequence.
  const lengths = Array.from({ length: old.length + 1 }, () => new Uint16Array(now.length + 1));
  for (let i = old.length - 1; i >= 0; i -= 1) {
    for (let j = now.length - 1; j >= 0; j -= 1) {
      lengths[i][j] = same(old[i], now[j]) ? lengths[i + 1][j + 1] + 1 : Math.max(lengths[i + 1][j], lengths[i][j + 1]);
    }
  }
  let i = 0;
  let j = 0;
  while (i < old.length || j < now.length) {
    if (i < old.length && j < now.length && same(old[i], now[j])) {
      add(pieces, "same", [now[j]]);
      i += 1;
      j += 1;
    } else if (j >= now.length || (i < old.length && lengths[i + 1][j] >= lengths[i][j + 1])) {
      add(pieces, "gone", [old[i]]);
      i += 1;
    } else {
      add(pieces, "new", [now[j]]);
      j += 1;
    }
  }
}

function same(one, other) {
  return one.trim() === other.trim();
}

function add(pieces, fate, found) {
  if (!found.length) return;
  const last = pieces.at(-1);
  if (last?.fate === fate) last.text += found.join("");
  else pieces.push({ fate, text: found.join("") });
}
