// Keeps the progress of recordings current: asks every two seconds while the page is seen.
const EVERY_MS = 2000;

function show(block, recording) {
  const { stage_title: stage, fraction, left } = recording.progress;
  block.querySelector("progress").value = fraction;
  // Written only when it changes: a screen reader reads each change aloud.
  write(block.querySelector("[data-stage]"), stage);
  write(block.querySelector("[data-left]"), recording.progress.stage ? left : "");
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

async function follow(block) {
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
    if (watching && !playerIsThere && recording.duration_ms !== null) return renew(false);
  }
}

for (const block of document.querySelectorAll("[data-progress]")) follow(block);
