// What was typed and the server does not have yet, kept in this browser until it has: a page that is
// closed or loaded anew while there is no connection loses none of it.
const KEPT_MS = 30 * 86_400_000; // of an upload that was never gone on with

function read(key) {
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch {
    return null;
  }
}

export class KeptText {
  // whose: tells one account's text from another's on a shared computer
  constructor(whose) {
    this.prefix = `deposit-${whose}-`;
    try {
      for (const key of Object.keys(localStorage)) {
        if (key.startsWith("deposit-") && !(read(key)?.at > Date.now() - KEPT_MS)) localStorage.removeItem(key);
      }
    } catch {
      // a browser that keeps nothing
    }
  }

  of(file) {
    return read(this.prefix + file)?.fields ?? {};
  }

  keep(file, fields) {
    try {
      if (Object.keys(fields).length) localStorage.setItem(this.prefix + file, JSON.stringify({ at: Date.now(), fields }));
      else localStorage.removeItem(this.prefix + file);
    } catch {
      // the same, or it is full: the text is still on the page
    }
  }
}
