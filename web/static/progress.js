// Keeps the progress of recordings current: asks every two seconds while the page is seen.
const EVERY_MS = 2000;
const GROW_MS = 8000; // each time costs a few kB

function show(block, recording) {
  const { stage_title: stage, fraction, told } = recording.progress;
  block.querySelector("progress").value = fraction;
  // Written only when it changes: a screen reader reads each change aloud.
  write(block.querySelector("[data-stage]"), stage);
  write(block.querySelector("[data-left]"), recording.progress.stage ? told : "");
}

function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

// A page that is being watched is not taken away: it offers what is new as a link.
function renew(done) {
  const player = document.getElementById("player");
  const more = document.querySelector("[data-more]");
  if (player && (!player.paused || player.currentTime > 0)) {
    if (!more) return;
    const link = more.querySelector("a");
    link.textContent = done ? "It is ready. Show it" : "Show what is ready now";
    link.href = `?t=${player.currentTime.toFixed(1)}`;
    more.hidden = false;
  } else {
    location.reload();
  }
}

// The transcript grows on the page: the last paragraph it has may be longer now, the rest is new.
async function grow(blocks) {
  const there = blocks.querySelectorAll(".block");
  const from = Math.max(there.length - 1, 0);
  const answer = await fetch(`${blocks.dataset.grows}?from=${from}`);
  if (!answer.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelectorAll(".block");
  if (!fresh.length) return;
  const last = there[from];
  if (!last) blocks.replaceChildren();
  const same = last?.textContent.trim() === fresh[0].textContent.trim();
  if (last && !same && !last.contains(document.activeElement)) last.replaceWith(fresh[0]);
  const added = last ? [...fresh].slice(1) : [...fresh];
  blocks.append(...added);
  if (added.length || !same) document.dispatchEvent(new Event("transcript-grew"));
}

async function follow(block) {
  const blocks = document.querySelector("[data-grows]");
  let heard = null;
  let grewAt = 0;
  const watching = Boolean(document.querySelector(".watch"));
  const playerIsThere = Boolean(document.getElementById("player"));
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
    if (document.hidden) continue;
    let recording;
    try {
      const answer = await fetch(block.dataset.progress, { headers: { Accept: "application/json" } });
      if (answer.status === 404) return location.reload();
      if (!answer.ok) continue;
      recording = await answer.json();
    } catch {
      continue; // offline for a moment
    }
    show(block, recording);
    if (!recording.in_progress) return renew(true);
    const now = recording.progress.heard_ms;
    if (blocks && now !== null && now !== heard && Date.now() - grewAt >= GROW_MS) {
      [heard, grewAt] = [now, Date.now()];
      await grow(blocks).catch(() => {}); // offline for a moment: next time
    }
    if (watching && !playerIsThere && recording.duration_ms !== null) return renew(false);
  }
}

for (const block of document.querySelectorAll("[data-progress]")) follow(block);
