// The deposit form: checks the size before anything travels, shows how far the upload is,
// and keeps what was typed when it fails. Without this it is an ordinary form.
const form = document.getElementById("deposit");
const sending = document.getElementById("sending");
const bar = sending.querySelector("progress");
const said = sending.querySelector("[role=status]");
const send = document.getElementById("send");
const cancel = document.getElementById("cancel");
const error = document.getElementById("error");
const file = form.elements.namedItem("file");
let request = null;

function size(bytes) {
  for (const unit of ["B", "kB", "MB", "GB"]) {
    if (bytes < 1000) return `${bytes.toFixed(bytes < 10 && unit.length > 1 ? 1 : 0)} ${unit}`;
    bytes /= 1000;
  }
  return `${bytes.toFixed(1)} TB`;
}

function left(s) {
  if (!Number.isFinite(s)) return "";
  if (s < 60) return "less than a minute left";
  if (s < 3600) return `about ${Math.round(s / 60)} min left`;
  return `about ${Math.floor(s / 3600)} h ${Math.floor((s % 3600) / 60)} min left`;
}

function complain(text) {
  error.textContent = text;
  error.hidden = false;
  error.scrollIntoView({ block: "center" });
}

function tooLarge(chosen) {
  const most = Number(form.dataset.maxBytes);
  const free = Number(form.dataset.freeBytes);
  if (chosen.size === 0) return "The file is empty. Choose the recording itself.";
  if (chosen.size > most) return `The file is ${size(chosen.size)}; this archive takes up to ${size(most)}. Export it at a lower quality.`;
  if (chosen.size > free) return `The file is ${size(chosen.size)}; the archive's disk has ${size(free)} free. Ask the administrator to free some.`;
  return null;
}

function stop() {
  request = null;
  sending.hidden = cancel.hidden = true;
  send.disabled = false;
}

function start() {
  const body = new FormData(form);
  const began = performance.now();
  request = new XMLHttpRequest();
  request.open("POST", form.action);
  request.setRequestHeader("Accept", "application/json");
  request.responseType = "json";
  request.upload.addEventListener("progress", (event) => {
    const passed = (performance.now() - began) / 1000;
    const speed = event.loaded / Math.max(passed, 0.1);
    bar.value = event.loaded / event.total;
    const text =
      event.loaded < event.total
        ? `${size(event.loaded)} of ${size(event.total)}, ${size(speed)} a second, ${left((event.total - event.loaded) / speed)}`
        : "All sent; putting it away…";
    if (said.textContent !== text) said.textContent = text;
  });
  request.addEventListener("load", () => {
    const { status, response } = request;
    if (status >= 200 && status < 300 && response?.url) {
      location.assign(response.url);
      return;
    }
    stop();
    complain(response?.error ?? `The server answered ${status}. Nothing was kept; try again.`);
  });
  request.addEventListener("error", () => {
    stop();
    complain("The connection broke off. Nothing was kept; your text is still here, so send it again.");
  });
  request.addEventListener("abort", () => {
    stop();
    complain("Cancelled. Nothing was kept.");
  });
  error.hidden = true;
  bar.value = 0;
  said.textContent = "Starting…";
  sending.hidden = cancel.hidden = false;
  send.disabled = true;
  request.send(body);
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const [chosen] = file.files;
  const problem = chosen ? tooLarge(chosen) : "Choose the recording's file.";
  if (problem) complain(problem);
  else start();
});
file.addEventListener("change", () => {
  const [chosen] = file.files;
  const problem = chosen && tooLarge(chosen);
  if (problem) complain(problem);
  else error.hidden = true;
});
cancel.addEventListener("click", () => request?.abort());
addEventListener("beforeunload", (event) => {
  if (request && request.readyState < 4) event.preventDefault();
});
