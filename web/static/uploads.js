// One file on its way by tus: patient with a link that drops, tells how fast it goes and how long
// it will take. Bytes the server has are never sent again: it is asked before each new attempt.
const { tus } = globalThis;

const DELAYS_MS = [0, 1000, 2000, 5000, 10_000, 20_000, ...Array(240).fill(30_000)];
const SILENT_MS = 45_000; // a request that hears nothing for so long is begun anew
const SPEED_OVER_MS = 15_000;

export function fingerprint(file) {
  return [file.name, file.size, file.lastModified].join("-");
}

export function size(bytes) {
  for (const unit of ["B", "kB", "MB", "GB"]) {
    if (bytes < 1000) return `${bytes.toFixed(bytes < 10 && unit.length > 1 ? 1 : 0)} ${unit}`;
    bytes /= 1000;
  }
  return `${bytes.toFixed(1)} TB`;
}

export function left(s) {
  if (!Number.isFinite(s)) return "time left not known yet";
  if (s < 60) return "less than a minute left";
  if (s < 3600) return `about ${Math.round(s / 60)} min left`;
  return `about ${Math.floor(s / 3600)} h ${Math.floor((s % 3600) / 60)} min left`;
}

// What the server said is wrong, in its own words.
function said(error) {
  try {
    return JSON.parse(error.originalResponse.getBody()).error;
  } catch {
    return null;
  }
}

export class Sending {
  // told: { opened(url), moved({sent, total, speed, left_s}), waits(), goes(), ended(), failed({status, text}) }
  constructor(file, { endpoint, url, headers, metadata, chunkBytes, told }) {
    this.told = told;
    this.going = false;
    this.sent = 0;
    this.marks = [];
    this.upload = new tus.Upload(file, {
      endpoint: url ? null : endpoint,
      uploadUrl: url,
      headers,
      metadata,
      chunkSize: chunkBytes,
      retryDelays: DELAYS_MS,
      storeFingerprintForResuming: false, // the server knows what is unfinished
      onUploadUrlAvailable: () => {
        // Without an endpoint a server that is just starting cannot make us begin anew.
        this.upload.options.endpoint = null;
        told.opened(this.upload.url);
      },
      onProgress: (sent, total) => this.moved(sent, total),
      onSuccess: () => this.end(() => told.ended()),
      onError: (error) => {
        const status = error.originalResponse?.getStatus() ?? 0;
        this.end(() => told.failed({ status, text: said(error) }));
      },
      onShouldRetry: (error) => {
        const status = error.originalResponse?.getStatus() ?? 0;
        const again = status === 0 || status >= 500 || status === 409 || status === 423 || status === 460 || status === 429;
        if (again && status !== 507 && status !== 423 && status !== 409) this.waits();
        return again && status !== 507;
      },
    });
  }

  start() {
    this.going = true;
    this.heardAt = Date.now();
    this.marks = [];
    this.upload.start();
    this.watch ??= setInterval(() => this.look(), 5000);
    this.online ??= () => this.again();
    addEventListener("online", this.online);
  }

  pause() {
    this.end(() => {});
    return this.upload.abort();
  }

  // Begin the present attempt anew at once.
  async again() {
    if (!this.going) return;
    await this.upload.abort();
    if (this.going) this.start();
  }

  look() {
    const whole = this.sent > 0 && this.sent === this.total; // the server is putting it away
    if (Date.now() - this.heardAt > (whole ? 10 : 1) * SILENT_MS && !this.waiting) this.again();
  }

  waits() {
    this.waiting = true;
    this.marks = [];
    this.told.waits();
  }

  moved(sent, total) {
    const now = Date.now();
    [this.heardAt, this.sent, this.total] = [now, sent, total];
    if (this.waiting && sent > 0) {
      this.waiting = false;
      this.told.goes();
    }
    this.marks.push([now, sent]);
    while (this.marks.length > 2 && now - this.marks[1][0] > SPEED_OVER_MS) this.marks.shift();
    const [[since, before]] = this.marks;
    const speed = now - since > 500 ? ((sent - before) / (now - since)) * 1000 : NaN;
    this.told.moved({ sent, total, speed, left_s: (total - sent) / speed });
  }

  end(tell) {
    this.going = this.waiting = false;
    clearInterval(this.watch);
    this.watch = null;
    removeEventListener("online", this.online);
    tell();
  }
}
